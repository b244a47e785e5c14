"""The job that writes a declared list into a file, chunk by chunk, in the order of the list."""

from django.utils import translation

from regulars.foundation.cells import BYTE_ORDER_MARK, rows_csv
from regulars.foundation.webkit.filters import filters_read
from regulars.foundation.webkit.list_pages import EXPORT
from regulars.foundation.webkit.lists import Narrowed, Row, Viewer, list_named
from regulars.foundation.works.errors import UnknownWork
from regulars.foundation.works.services import work_kind_register
from regulars.foundation.works.types import Chunk, WorkView

CHUNK = 500


def _exported(work: WorkView, cursor: str) -> Chunk:
    """One chunk, in the language, with the columns and at the stores of who asked for it."""
    asked = work.arguments
    declared = list_named(asked["list"])
    if declared is None:
        raise UnknownWork
    stores = asked["stores"]
    viewer = Viewer(work.actor, None if stores is None else tuple(stores))
    columns: list[str] = asked["columns"]
    with translation.override(asked["language"]):
        filters = declared.filters(viewer)
        narrowed = Narrowed(filters, filters_read(asked["chosen"], filters))
        page = declared.rows.page(viewer, narrowed, order=asked["order"], after=cursor, limit=CHUNK)
        content = rows_csv([_written(row, columns) for row in page.rows])
        if not cursor:
            heads = {each.name: str(each.label) for each in declared.columns}
            content = (
                BYTE_ORDER_MARK.encode() + rows_csv([[heads[name] for name in columns]]) + content
            )
    return Chunk(page.following, len(page.rows), content=content)


def _written(row: Row, columns: list[str]) -> list[str]:
    """A row's cells as text; what stands in small letters below a cell follows in brackets."""
    cells = [row.cells[name] for name in columns]
    return [f"{each.text} ({each.note})" if each.note else str(each.text) for each in cells]


work_kind_register(EXPORT, _exported)
