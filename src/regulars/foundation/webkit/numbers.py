"""Numbers as people read them: money with its symbol, points with separators, honest shares.

All amounts come in as integers of minor units. A share without a whole is “n/a”, never 0 %.
"""

from typing import Literal

import msgspec
from django.utils.translation import gettext

from regulars.foundation.amounts import currency_exponent

SYMBOLS = {
    "CNY": "¥", "JPY": "JP¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$",
    "MOP": "MOP$", "SGD": "S$", "AUD": "A$", "CAD": "C$", "KRW": "₩", "INR": "₹", "THB": "฿",
}  # fmt: skip
MINUS = "−"
UNKNOWN = "—"


class Change(msgspec.Struct, frozen=True):
    """How a figure stands against an earlier one: “+12.5 %” and the way it went."""

    text: str
    way: Literal["up", "down", "same", "none"]


def not_applicable() -> str:
    """What stands in place of a figure that there can't be, in the reader's language."""
    return gettext("n/a")


def amount_text(amount: int, scale: int = 0) -> str:
    """An integer of `scale` decimals with separators: 1234567 with scale 2 is 12,345.67."""
    sign = MINUS if amount < 0 else ""
    whole, part = divmod(abs(amount), 10**scale)
    return f"{sign}{whole:,}.{part:0{scale}d}" if scale else f"{sign}{whole:,}"


def money_shown(amount_minor: int, currency: str) -> str:
    """Money with the currency's symbol and decimals: ¥12,345.67."""
    digits = amount_text(abs(amount_minor), currency_exponent(currency))
    sign = MINUS if amount_minor < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency}\u00a0")
    return f"{sign}{symbol}{digits}"


def signed_text(amount: int, scale: int = 0) -> str:
    """A movement: +120 or −120."""
    return f"+{amount_text(amount, scale)}" if amount > 0 else amount_text(amount, scale)


def compact_text(amount_minor: int, exponent: int, language: str) -> str:
    """A rounded amount for an axis: 1.2万 in Chinese, 12k in English."""
    whole = amount_minor // 10**exponent
    steps = ((10**8, "亿"), (10**4, "万")) if language.startswith("zh") else (
        (10**9, "bn"), (10**6, "m"), (10**3, "k")
    )  # fmt: skip
    for size, name in steps:
        if abs(whole) >= size:
            tenths = whole * 10 // size
            text = f"{tenths // 10:,}" if tenths % 10 == 0 else f"{tenths // 10:,}.{tenths % 10}"
            return f"{text}{name}"
    if exponent and whole < 10 and amount_minor % 10**exponent:
        return amount_text(amount_minor, exponent)
    return f"{whole:,}"


def share_text(part: int, whole: int) -> str:
    """A share in per cent with one decimal, half up; “n/a” when there is no whole."""
    if whole <= 0:
        return not_applicable()
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def change_of(now: int, before: int) -> Change:
    """The change in per cent against an earlier figure; “n/a” when that was zero."""
    if before <= 0:
        return Change(
            "" if now == before else not_applicable(), "same" if now == before else "none"
        )
    tenths = (2000 * abs(now - before) + before) // (2 * before)
    if now == before or tenths == 0:
        return Change("0.0%", "same")
    sign, way = ("+", "up") if now > before else (MINUS, "down")
    return Change(f"{sign}{tenths // 10:,}.{tenths % 10}%", way)  # type: ignore[arg-type]


def points_change(part: int, whole: int, part_before: int, whole_before: int) -> Change:
    """The change of a share, in percentage points; “n/a” when either share has no whole."""
    if whole <= 0 or whole_before <= 0:
        return Change(not_applicable(), "none")
    now = (2000 * part + whole) // (2 * whole)
    before = (2000 * part_before + whole_before) // (2 * whole_before)
    tenths = abs(now - before)
    if tenths == 0:
        return Change("0.0", "same")
    sign, way = ("+", "up") if now > before else (MINUS, "down")
    return Change(f"{sign}{tenths // 10}.{tenths % 10}", way)  # type: ignore[arg-type]
