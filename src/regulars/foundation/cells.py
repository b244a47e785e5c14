"""Cells of files that spreadsheets open: none of them may be read there as a formula."""

import csv
import io
from collections.abc import Sequence

BYTE_ORDER_MARK = "\ufeff"

# Also the full-width forms, which some spreadsheets take for the same.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell_harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would compute; numbers stay."""
    if not text.lstrip(" ").startswith(FORMULA_STARTS):
        return text
    return text if _is_number(text) else f"'{text}"


def rows_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV, in UTF-8; no cell is a formula."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[cell_harmless(cell) for cell in row] for row in rows])
    return out.getvalue().encode()


def _is_number(text: str) -> bool:
    digits = text.strip()[1:].replace(".", "", 1)
    return text.strip()[:1] in "+-" and digits.isascii() and digits.isdigit()
