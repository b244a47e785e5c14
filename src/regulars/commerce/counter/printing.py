"""A receipt for a printer: the bytes of ESC/POS, for 58 and 80 mm paper.

Chinese goes out in GB18030, which is what Chinese receipt printers understand after the command
that switches them to it. A character that takes two places on paper counts as two.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from escpos.printer import Dummy

from regulars.commerce.counter.types import PrintLine

COLUMNS = {58: 32, 80: 48}
CHINESE_ON = b"\x1c\x26"
CODE_PAGE = "gb18030"


def receipt_bytes(lines: Iterable[PrintLine], *, width_mm: int, number: str) -> bytes:
    """The bytes for a printer of that paper width; the number, if there is one, as a bar code."""
    columns = COLUMNS[width_mm]
    printer = Dummy()
    printer.hw("INIT")
    printer._raw(CHINESE_ON)
    for line in lines:
        printer.set(
            align="center" if line.is_centred else "left",
            bold=line.is_strong,
            normal_textsize=True,
        )
        text = "-" * columns if line.is_rule else set_out(line.text, line.amount, columns)
        printer._raw(f"{text}\n".encode(CODE_PAGE, errors="replace"))
    if number:
        printer.set(align="center")
        bars = {"height": 48, "width": 2, "function_type": "B", "check": False}
        printer.barcode(f"{{B{number}", "CODE128", **bars)
    printer.cut()
    return bytes(printer.output)


def set_out(text: str, amount: str, columns: int) -> str:
    """A text with an amount at the right edge; what is too long goes on the next line."""
    if not amount:
        return "\n".join(folded(text, columns))
    room = columns - places(amount) - 1
    rows = folded(text, max(room, 8)) or [""]
    gap = columns - places(rows[-1]) - places(amount)
    if gap < 1:
        return "\n".join([*rows, " " * (columns - places(amount)) + amount])
    return "\n".join([*rows[:-1], rows[-1] + " " * gap + amount])


def folded(text: str, columns: int) -> Sequence[str]:
    """A text cut into rows that fit the paper."""
    rows, row, used = [], "", 0
    for character in text:
        wide = places(character)
        if used + wide > columns:
            rows.append(row)
            row, used = "", 0
        row, used = row + character, used + wide
    return [*rows, row] if row or not rows else rows


def places(text: str) -> int:
    """How many places a text takes on paper."""
    return sum([2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text])
