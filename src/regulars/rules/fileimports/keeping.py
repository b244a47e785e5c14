"""Keeping an uploaded file until it is in: in one form, so that any chunk is read at once.

The kept file lies in the data directory, closed to other users, and is deleted when the import is
finished, undone or discarded: it holds personal data.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec
from django.conf import settings

from regulars.foundation.errors import Told
from regulars.foundation.settings import data_dir_ready
from regulars.rules.fileimports.errors import FileEmpty, FileTooLarge, ImportFileGone
from regulars.rules.fileimports.sheets import sheet_read
from regulars.rules.fileimports.types import ReadRow

FOLDER = "imports"
FILE_BYTES_MAX = 512 * 1024 * 1024
ROWS_MAX = 5_000_000
CHUNK_ROWS = 1000
READ_BYTES = 1 << 20
# A column with more values than this, or longer ones, says no level and no store.
VALUES_MAX = 200
VALUE_MAX = 80
# The old system's own totals often stand below its rows.
TOTAL_WORDS = frozenset({"合计", "总计", "小计", "合计:", "合计：", "total", "totals", "sum"})

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(tuple[int, tuple[str, ...], str])
# By column how often each value is there, while it may still say a level or a store.
Counted = dict[int, dict[str, int]]
_VALUES = msgspec.json.Decoder(list[dict[str, int] | None])


class Kept(msgspec.Struct, frozen=True):
    """A file as it is kept: where each chunk begins, and the cells of its row of totals."""

    digest: str
    headings: list[str]
    offsets: list[int]
    row_count: int
    totals: list[str]


def kept_path(digest: str) -> Path:
    """Where a file is kept."""
    folder = data_dir_ready(settings.REGULARS) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{digest}.rows"


def _values_path(digest: str) -> Path:
    """Where the values of its columns are kept, with the number of rows of each."""
    return kept_path(digest).with_suffix(".values")


def file_kept(stream: IO[bytes], name: str) -> Kept:
    """Reads a file once, as a stream, and keeps its rows.

    Errors: import_file_too_large, import_file_unreadable, import_file_empty.
    """
    folder = kept_path("").parent
    with tempfile.TemporaryDirectory(dir=folder) as place:
        copy = Path(place) / "file"
        digest = _copied(stream, copy)
        sheet = sheet_read(copy, name)
        rows = Path(place) / "rows"
        counted: Counted = {place: {} for place in range(len(sheet.headings))}
        offsets, count, totals = _rows_written(rows, sheet.rows, counted)
        if count == 0:
            raise FileEmpty
        values = Path(place) / "values"
        values.write_bytes(_ENCODER.encode([counted.get(at) for at in range(len(sheet.headings))]))
        for written, kept in ((values, _values_path(digest)), (rows, kept_path(digest))):
            written.chmod(0o600)
            written.replace(kept)
    return Kept(digest, sheet.headings, offsets, count, totals)


def _copied(stream: IO[bytes], copy: Path) -> str:
    digest, size = hashlib.blake2b(digest_size=32), 0
    with copy.open("wb") as file:
        while block := stream.read(READ_BYTES):
            size += len(block)
            if size > FILE_BYTES_MAX:
                raise FileTooLarge(maximum=f"{FILE_BYTES_MAX >> 20} MiB")
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _rows_written(
    path: Path, rows: Iterator[ReadRow], counted: Counted
) -> tuple[list[int], int, list[str]]:
    offsets: list[int] = []
    count, totals, size = 0, [], 0
    with path.open("wb") as file:
        for row in rows:
            if _is_total(row):
                totals = list(row.cells)
                continue
            if count % CHUNK_ROWS == 0:
                offsets.append(size)
            count += 1
            if count > ROWS_MAX:
                raise FileTooLarge(maximum=Told(f"{ROWS_MAX:,} rows", f"{ROWS_MAX:,} 行"))
            line = _ENCODER.encode((row.row, row.cells, row.problem)) + b"\n"
            size += len(line)
            file.write(line)
            if not row.problem:
                _values_counted(counted, row.cells)
    return offsets, count, totals


def _values_counted(counted: Counted, cells: tuple[str, ...]) -> None:
    """Counts a row's values, column by column; a column that says something else is given up."""
    for place, rows in tuple(counted.items()):
        cell = cells[place]
        if not cell:
            continue
        rows[cell] = rows.get(cell, 0) + 1
        if len(rows) > VALUES_MAX or len(cell) > VALUE_MAX:
            del counted[place]


def values_read(digest: str) -> list[dict[str, int] | None]:
    """By column how often each of its values is there; nothing once the file is gone."""
    try:
        return _VALUES.decode(_values_path(digest).read_bytes())
    except FileNotFoundError:
        return []


def _is_total(row: ReadRow) -> bool:
    first = next((cell for cell in row.cells if cell), "")
    return first.casefold() in TOTAL_WORDS


def chunk_read(digest: str, offsets: list[int], number: int) -> list[ReadRow]:
    """The rows of one chunk, counted from 0. Errors: import_file_gone."""
    path = kept_path(digest)
    found: list[ReadRow] = []
    try:
        with path.open("rb") as file:
            file.seek(offsets[number])
            for line in file:
                found.append(ReadRow(*_DECODER.decode(line)))
                if len(found) == CHUNK_ROWS:
                    break
    except FileNotFoundError:
        raise ImportFileGone from None
    return found


def kept_deleted(digest: str) -> None:
    """Deletes a kept file; deleting it twice is harmless."""
    kept_path(digest).unlink(missing_ok=True)
    _values_path(digest).unlink(missing_ok=True)
