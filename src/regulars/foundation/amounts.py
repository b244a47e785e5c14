"""Integer amounts, and the one place that rounds.

Money is an integer of minor units with its ISO 4217 code; points are integers of their asset's
scale. No floating point number ever stands for either.
"""

from collections.abc import Sequence
from enum import StrEnum

from regulars.foundation.errors import RegularsError

AMOUNT_MAX = 10**15  # far above any real balance, far below the limits of bigint sums

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}


class Rounding(StrEnum):
    FLOOR = "floor"
    HALF_UP = "half_up"
    CEIL = "ceil"


class AmountOutOfRange(RegularsError):
    code = "amount_out_of_range"
    status = 422
    text = {
        "en": "{field} must be a whole number from {minimum} to {maximum}.",
        "zh-Hans": "{field} 必须是 {minimum} 到 {maximum} 之间的整数。",
    }


class CurrencyMismatch(RegularsError):
    code = "currency_mismatch"
    status = 422
    text = {
        "en": "This shop keeps its books in {expected}; {found} can't be booked.",
        "zh-Hans": "本店以 {expected} 记账，不能记入 {found}。",
    }


def amount_checked(value: int, field: str, minimum: int = 1, maximum: int = AMOUNT_MAX) -> int:
    """`value` when it is a whole number in range; else `amount_out_of_range`."""
    if type(value) is not int or not minimum <= value <= maximum:
        raise AmountOutOfRange(field=field, minimum=minimum, maximum=maximum)
    return value


def currency_exponent(code: str) -> int:
    """Digits after the decimal point of a currency, from ISO 4217 (two unless listed)."""
    return _EXPONENTS.get(code, 2)


def rounded(numerator: int, denominator: int, rounding: Rounding = Rounding.FLOOR) -> int:
    """The whole number of an exact quotient of non-negative integers, rounded once."""
    if numerator < 0 or denominator <= 0:
        raise ValueError("rounded() takes a non-negative numerator and a positive denominator")
    if rounding is Rounding.FLOOR:
        return numerator // denominator
    if rounding is Rounding.CEIL:
        return -(-numerator // denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Splits `total` in proportion to `weights`; the parts always sum to `total`.

    Hamilton's method: whole quotas first, then one unit each to the largest remainders, the
    earlier place winning a tie. All weights zero: everything goes to the first place.
    """
    if len(weights) < 2:
        return [total] if weights else []
    whole = sum(weights)
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    if len(weights) == 2:
        part, remainder = divmod(total * weights[0], whole)
        # Both remainders make one whole unit, or none: the larger one gets it.
        first = part + 1 if remainder and 2 * remainder >= whole else part
        return [first, total - first]
    parts = [total * weight // whole for weight in weights]
    missing = total - sum(parts)
    if missing:
        remainders = [total * weight % whole for weight in weights]
        # A stable sort keeps the earlier place first among equals, reversed or not.
        order = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
        for place in order[:missing]:
            parts[place] += 1
    return parts


def money_text(amount_minor: int, currency: str) -> str:
    """An amount for a log or an error: digits with the currency's decimals, then its code."""
    exponent = currency_exponent(currency)
    if exponent == 0:
        return f"{amount_minor} {currency}"
    sign = "-" if amount_minor < 0 else ""
    whole, part = divmod(abs(amount_minor), 10**exponent)
    return f"{sign}{whole}.{part:0{exponent}d} {currency}"
