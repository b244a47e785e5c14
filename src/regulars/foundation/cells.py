"""Cells of files that spreadsheets open: none of them may be read there as a formula."""

# Also the full-width forms, which some spreadsheets take for the same.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell_harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would compute; numbers stay."""
    if not text.lstrip(" ").startswith(FORMULA_STARTS):
        return text
    return text if _is_number(text) else f"'{text}"


def _is_number(text: str) -> bool:
    digits = text.strip()[1:].replace(".", "", 1)
    return text.strip()[:1] in "+-" and digits.isascii() and digits.isdigit()
