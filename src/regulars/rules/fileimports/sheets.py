"""Reading CSV, JSONL and XLSX row by row, whatever a counter's computer wrote.

All formats come out alike: headings, then rows of texts with their numbers in the file. A row that
can't be read is a row with a problem, not the end of the import.
"""

import codecs
import csv
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TextIO

from openpyxl import load_workbook

from regulars.foundation.errors import RegularsError, Told
from regulars.rules.fileimports.errors import FileEmpty, FileTooLarge, FileUnreadable
from regulars.rules.fileimports.types import ReadRow

CELL_MAX = 500
COLUMNS_MAX = 200
# A title may stand above the headings: the first row with two filled cells among so many.
HEADING_ROWS = 10
KEYS_ROWS = 1000
READ_BYTES = 1 << 20
# An XLSX is a packed archive; a small one may unpack to anything.
UNPACKED_BYTES_MAX = 1 << 30
# All but its sheets (the texts they share, the styles) is held whole, at many times its size.
HELD_BYTES_MAX = 128 << 20
SHEETS = "xl/worksheets/"
# The last row that a spreadsheet can have. A row may say any number, and those before it are gone
# through one by one.
SHEET_ROWS_MAX = 1 << 20
# A line is held whole too; two hundred cells of the longest kind are a tenth of this.
LINE_MAX = 1 << 20
SHEET_DIGITS = 15
XLSX, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DELIMITERS = ",\t;"

Raw = tuple[int, list[str], str]


class Sheet:
    """A file's headings and rows. `rows` can be walked once."""

    def __init__(self, headings: list[str], rows: Iterator[ReadRow]) -> None:
        self.headings = headings
        self.rows = rows


def sheet_read(path: Path, name: str) -> Sheet:
    """Opens a file by its content, not its name; only JSONL is known by name too.

    Errors: import_file_unreadable, import_file_empty, import_file_too_large.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(OLD_EXCEL):
        raise FileUnreadable(problem=Told("it is an old .xls workbook", "这是旧版 .xls 工作簿"))
    if head.startswith(XLSX):
        return _headed(_xlsx_rows(path))
    encoding = _encoding(path)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") or name.lower().endswith(".jsonl"):
        return _jsonl(path, encoding)
    return _headed(_csv_rows(path, encoding))


def _encoding(path: Path) -> str:
    """UTF-8, with or without its mark, when all of the file is; else GB18030."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(READ_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _headed(raw: Iterator[Raw]) -> Sheet:
    headings: list[str] = []
    for number, cells, problem in raw:
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) >= 2 and not problem:
            headings = _distinct([cell.strip() for cell in cells])
            break
        if number >= HEADING_ROWS:
            break
    _headings_checked(headings)
    return Sheet(headings, _fitted(raw, len(headings)))


def _headings_checked(headings: list[str]) -> None:
    if not headings:
        raise FileEmpty
    if len(headings) > COLUMNS_MAX:
        raise FileUnreadable(
            problem=Told(f"it has more than {COLUMNS_MAX} columns", f"超过 {COLUMNS_MAX} 列")
        )


def _distinct(headings: list[str]) -> list[str]:
    """Trailing empty columns go; a heading that is there twice gets its place."""
    while headings and not headings[-1]:
        headings.pop()
    seen: dict[str, int] = {}
    found = []
    for heading in headings:
        name = heading[:80]
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _fitted(raw: Iterator[Raw], width: int) -> Iterator[ReadRow]:
    for number, found, trouble in raw:
        cells, problem = [cell.strip() for cell in found], trouble
        if not any(cells) and not problem:
            continue
        if not problem and any(cells[width:]):
            problem = "row_ragged"
        if not problem and any("\ufffd" in cell or "\0" in cell for cell in cells):
            problem = "row_unreadable"
        if not problem and any(len(cell) > CELL_MAX for cell in cells):
            problem = "cell_too_long"
        kept = [cell[:CELL_MAX].replace("\0", "") for cell in cells[:width]]
        kept += [""] * (width - len(kept))
        yield ReadRow(number, tuple(kept), problem)


def _csv_rows(path: Path, encoding: str) -> Iterator[Raw]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        start = next((line for line in _lines(file) if line.strip()), "")
        delimiter = max(DELIMITERS, key=start.count)
        file.seek(0)
        reader = csv.reader(_lines(file), delimiter=delimiter)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield number, [], "row_unreadable"
                continue
            yield number, cells, ""


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of a text. Errors: import_file_unreadable, for one that goes on and on."""
    while line := file.readline(LINE_MAX):
        if len(line) == LINE_MAX and not line.endswith("\n"):
            raise FileUnreadable(
                problem=Told(
                    f"a line has more than {LINE_MAX} characters", f"有一行超过 {LINE_MAX} 个字符"
                )
            )
        yield line


def _jsonl(path: Path, encoding: str) -> Sheet:
    """The headings are the keys of the first thousand rows, in the order in which they come."""
    keys: dict[str, None] = {}
    for place, (_, value) in enumerate(_objects(path, encoding)):
        if place >= KEYS_ROWS:
            break
        keys |= dict.fromkeys(value or ())
    headings = [key[:80] for key in keys]
    _headings_checked(headings)
    return Sheet(headings, _fitted(_jsonl_rows(path, encoding, list(keys)), len(headings)))


def _jsonl_rows(path: Path, encoding: str, keys: list[str]) -> Iterator[Raw]:
    known = set(keys)
    for number, value in _objects(path, encoding):
        if value is None:
            yield number, [], "row_unreadable"
        elif not known.issuperset(value):
            yield number, [], "row_ragged"
        else:
            yield number, [_plain(value.get(key)) for key in keys], ""


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Each line's object, or None; numbers stay the texts they are."""
    with path.open(encoding=encoding, errors="replace") as file:
        for number, line in enumerate(_lines(file), start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line, parse_float=str, parse_int=str)
            except (ValueError, RecursionError):
                value = None
            flat = isinstance(value, dict) and not any(
                isinstance(each, dict | list) for each in value.values()
            )
            yield number, value if flat else None


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _xlsx_rows(path: Path) -> Iterator[Raw]:
    """The first sheet. Formulas come as the values that were last seen in them."""
    _unpacked_size_checked(path)
    try:
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # What a workbook says of its size is often wrong; its rows are not.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True, max_col=COLUMNS_MAX)
            for number, values in _numbered(rows):
                yield number, *_xlsx_cells(values)
    except RegularsError:
        raise
    except Exception as trouble:  # noqa: BLE001 - a broken workbook breaks in many ways
        raise FileUnreadable(problem=type(trouble).__name__) from None


def _numbered(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows with their numbers, without empty ones below where headings stand."""
    for number, values in enumerate(rows, start=1):
        if number > SHEET_ROWS_MAX:
            maximum = f"{SHEET_ROWS_MAX:,}"
            raise FileTooLarge(maximum=Told(f"{maximum} rows", f"{maximum} 行"))
        if number <= HEADING_ROWS or values.count(None) < len(values):
            yield number, values


def _unpacked_size_checked(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise FileUnreadable(problem=Told("it is torn", "文件不完整")) from None
    held = sum([each.file_size for each in parts if not each.filename.startswith(SHEETS)])
    whole = sum([each.file_size for each in parts])
    for size, limit in ((held, HELD_BYTES_MAX), (whole, UNPACKED_BYTES_MAX)):
        if size > limit:
            mib = f"{limit >> 20} MiB"
            raise FileTooLarge(maximum=Told(f"{mib} unpacked", f"{mib}（解压后）"))


def _xlsx_cells(values: tuple[Any, ...]) -> tuple[list[str], str]:
    problem = ""
    cells = []
    for value in values:
        if isinstance(value, int | float) and abs(value) >= 10**SHEET_DIGITS:
            problem = "number_cut"
        cells.append(_xlsx_text(value))
    return cells, problem


def _xlsx_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        # A spreadsheet shows 15 digits of a double; the others are no part of the number.
        text = format(value, f".{SHEET_DIGITS}g")
        return text if "e" not in text else format(value, "f")
    return str(value)
