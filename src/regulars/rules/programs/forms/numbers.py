"""Numbers as people type them. A comma or a point may stand before the decimals."""

import re

from regulars.foundation.amounts import AMOUNT_MAX

_NUMBER = re.compile(r"(-?)(\d{1,16})(?:[.,](\d{1,8}))?")


def decimal_read(text: str, scale: int) -> int | None:
    """The integer of `scale` decimals that a text stands for; None if it stands for none."""
    found = _NUMBER.fullmatch(text.strip().replace("\u00a0", ""))
    if found is None:
        return None
    sign, whole, part = found.groups()
    part = (part or "").rstrip("0")
    if len(part) > scale:
        return None
    number = int(whole) * 10**scale + int(part.ljust(scale, "0") or 0)
    return None if number > AMOUNT_MAX else (-number if sign else number)


def decimal_plain(number: int, scale: int) -> str:
    """The shortest text of an integer of `scale` decimals: 20000 with 2 is “200”."""
    sign, number = ("-", -number) if number < 0 else ("", number)
    whole, part = divmod(number, 10**scale)
    decimals = f"{part:0{scale}d}".rstrip("0") if scale and part else ""
    if decimals and scale == 2:
        decimals = decimals.ljust(2, "0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
