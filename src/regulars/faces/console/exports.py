"""The list of members as a file: a job with a history, without formulas that run in a sheet."""

import csv
import io

from django.utils import translation
from openpyxl import Workbook, load_workbook

from regulars.faces.console.bulk import CHUNK, chunk_of
from regulars.faces.console.roster import COLUMNS, lines
from regulars.foundation.cells import BYTE_ORDER_MARK, rows_csv
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.works.services import work_kind_register
from regulars.foundation.works.types import Chunk, WorkView

CSV, XLSX = "csv", "xlsx"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def csv_as_xlsx(content: bytes) -> bytes:
    """A whole CSV file of ours as a workbook of one sheet; every cell is a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("list")
    text = content.decode().removeprefix(BYTE_ORDER_MARK)
    for row in csv.reader(io.StringIO(text, newline="")):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_read(content: bytes) -> list[list[object]]:
    """The cells of a workbook's first sheet."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def _exported(work: WorkView, cursor: str) -> Chunk:
    """One chunk of the file, in the language and with the columns of who asked for it."""
    asked = work.arguments
    columns: list[str] = asked["columns"]
    with translation.override(asked["language"]):
        members = chunk_of(work, cursor)
        with unit_of_work() as unit:
            found = lines(unit, members, columns) if members else []
        rows = [[str(line.cells[name].text) for name in columns] for line in found]
        content = rows_csv(rows)
        if not cursor:
            heading = [str(each.label) for each in COLUMNS if each.name in columns]
            content = BYTE_ORDER_MARK.encode() + rows_csv([heading]) + content
    following = members[-1] if len(members) == CHUNK else ""
    return Chunk(following, len(members), content=content)


work_kind_register("members.export", _exported)
