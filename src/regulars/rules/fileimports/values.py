"""What people write into cells, as amounts and instants: exact, or refused."""

import re
import unicodedata
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from regulars.foundation import clock
from regulars.foundation.amounts import AMOUNT_MAX
from regulars.rules.fileimports.errors import ImportAmountUnfit, ImportDateUnfit

_PLAIN = re.compile(r"(\d{1,15})(?:\.(\d*))?", re.ASCII)
_GROUPED = re.compile(r"(\d{1,3}(?:,\d{3})+)(?:\.(\d*))?", re.ASCII)
_UNITS = "¥￥$€£元分点次 "
_DAY = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[ T]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?)?秒?)?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
NOTHING = frozenset({"", "-", "--", "—", "/", "无", "null", "none", "n/a"})
FOR_EVER = frozenset({"永久", "长期", "永久有效", "长期有效", "不限", "无限期", "never", "forever"})


def amount_read(text: str, column: str, places: int) -> int:
    """`¥1,234.5` with two places is 123450; an empty cell is 0. Errors: import_amount_unfit."""
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return _bounded(int(text) * 10**places, text, column, places)
    if text.casefold() in NOTHING:
        return 0
    written = unicodedata.normalize("NFKC", text).strip(_UNITS)
    found = _PLAIN.fullmatch(written) or _GROUPED.fullmatch(written)
    if not found:
        raise _unfit(text, column, places)
    decimals = (found[2] or "").rstrip("0")
    if len(decimals) > places:
        raise _unfit(text, column, places)
    whole = int(found[1].replace(",", ""))
    minor = whole * 10**places + int(decimals.ljust(places, "0") or "0")
    return _bounded(minor, text, column, places)


def amount_example(places: int) -> str:
    """How an amount with so many decimals is written: 1234, 1234.50."""
    return f"1234.{'50'.ljust(places, '0')[:places]}" if places else "1234"


def _unfit(text: str, column: str, places: int) -> ImportAmountUnfit:
    example = amount_example(places)
    return ImportAmountUnfit(column=column, value=text[:40], places=places, example=example)


def _bounded(minor: int, text: str, column: str, places: int) -> int:
    if minor > AMOUNT_MAX:
        raise _unfit(text, column, places)
    return minor


@lru_cache(maxsize=20_000)
def instant_read(text: str, column: str, zone: str) -> datetime | None:
    """An instant (UTC) from a day, with or without its time, in the shop's zone; None when empty.

    A day alone is its noon, so that it is that day in every zone near. Errors:
    import_date_unfit, also for days written with the year at the end, which can't be told apart.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if written.casefold() in NOTHING:
        return None
    found = _DAY.fullmatch(written)
    if not found:
        raise ImportDateUnfit(column=column, value=text[:40])
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    hour, minute, second = found[6] or "12", found[7] or "0", found[8] or "0"
    try:
        local = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=_offset(found[9], zone),
        )
    except ValueError:
        raise ImportDateUnfit(column=column, value=text[:40]) from None
    return local.astimezone(UTC)


def _offset(text: str | None, zone: str) -> tzinfo | None:
    if not text:
        return clock.zone(zone)
    if text == "Z":
        return UTC
    return datetime.strptime(text.replace(":", ""), "%z").tzinfo


def is_for_ever(text: str) -> bool:
    """Whether a cell for a last day says that there is none."""
    return text.casefold() in FOR_EVER


def day_read(text: str, column: str, zone: str) -> date | None:
    """A calendar day in the shop's zone; None when empty or for ever."""
    if is_for_ever(text):
        return None
    found = instant_read(text, column, zone)
    return None if found is None else clock.business_date(found, zone)
