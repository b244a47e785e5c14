"""Reading how imports of files stand, and the rows they could not take."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import msgspec
from django.db.models import Count

from regulars.foundation.actors import Actor
from regulars.foundation.cells import cell_harmless
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import Told
from regulars.foundation.personal import decrypt
from regulars.organization.approvals.selectors import approval_waits
from regulars.rules.fileimports.errors import MappingUnfit, UnknownImport, UnknownMapping
from regulars.rules.fileimports.examples import EXAMPLES
from regulars.rules.fileimports.fields import columns_fitted, columns_guessed, fields_offered
from regulars.rules.fileimports.keeping import values_read
from regulars.rules.fileimports.meanings import (
    Meaning,
    Values,
    meaning_opened,
    value_key,
    values_fitted,
)
from regulars.rules.fileimports.models import ColumnMapping, FileImport, FileImportChunk
from regulars.rules.fileimports.naming import placed_name, state_name, total_names
from regulars.rules.fileimports.totals import (
    placed_lines,
    places_known,
    total_text,
    totals_compared,
)
from regulars.rules.fileimports.types import (
    ColumnValues,
    FieldView,
    FileImportView,
    MappingView,
    Rejected,
    ValueView,
)
from regulars.rules.fileimports.weighing import IMPORT, import_weight

_CELLS = msgspec.json.Decoder(tuple[str, ...])


def import_found(import_id: str, *, locked: bool = False) -> FileImport:
    """The row of one import. Errors: unknown_import."""
    rows = FileImport.objects.select_for_update() if locked else FileImport.objects.all()
    try:
        found = rows.filter(id=UUID(import_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise UnknownImport
    return found


def import_get(import_id: str) -> FileImportView:
    """One import as it stands. Errors: unknown_import."""
    return import_view(import_found(import_id))


def import_waits(import_id: str, actor: Actor) -> bool:
    """Whether starting it would have to wait for a second person."""
    run = import_found(import_id)
    return run.state == "checked" and approval_waits(IMPORT, import_weight(run), actor)


def imports_list(limit: int = 20) -> list[FileImportView]:
    """Imports, newest first."""
    return [import_view(each) for each in FileImport.objects.order_by("-created_at")[:limit]]


def import_view(run: FileImport) -> FileImportView:
    """A row as other rooms see it; its counts are those of the chunks that are in."""
    counts: dict[str, int] = {}
    for chunk in FileImportChunk.objects.filter(file_import_id=run.id).values_list(
        "counts", flat=True
    ):
        for name, amount in chunk.items():
            counts[name] = counts.get(name, 0) + amount
    is_dry = run.state in ("added", "checked")
    shown = run.checked.get("counts", {}) if is_dry else counts
    # What a person typed goes before what the file's own row of totals says.
    expected = run.checked.get("carried", {}) | run.expected
    return FileImportView(
        id=str(run.id),
        file_name=run.file_name,
        kind=run.kind,
        state=run.state,
        columns=run.columns,
        values=run.values,
        headings=tuple(run.headings),
        row_count=run.row_count,
        rows_done=counts.get("rows", 0),
        as_of=run.as_of,
        expected=expected,
        checked=run.checked,
        counts=shown,
        totals=totals_compared(shown, expected) if shown else (),
        placed=placed_lines(shown),
        rejected=run.rejected.aggregate(count=Count("id"))["count"],
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


def values_list(
    import_id: str,
    kind: str | None = None,
    columns: Mapping[str, str] | None = None,
    values: Values | None = None,
) -> list[ColumnValues]:
    """What levels and stores the file names, how often, and what each becomes here.

    With `kind`, `columns` and `values` as they would be if they were the import's own.
    """
    run = import_found(import_id)
    columns = run.columns if columns is None else columns
    said = run.values if values is None else values
    counted = values_read(run.digest)
    with unit_of_work() as unit:
        fields = fields_offered(unit, kind or run.kind)
    return [
        ColumnValues(
            field.name,
            columns[field.name],
            field.choices,
            _values_of(
                counted[run.headings.index(columns[field.name])],
                meaning_opened(field.choices, said.get(field.name, {})),
            ),
        )
        for field in fields
        if counted and field.choices and columns.get(field.name) in run.headings
    ]


def _values_of(rows: Mapping[str, int] | None, meaning: Meaning) -> tuple[ValueView, ...] | None:
    """A column's values, those that are compared alike as one; None where there are too many."""
    if rows is None:
        return None
    found: dict[str, tuple[str, int]] = {}
    for written, count in rows.items():
        first, so_far = found.get(value_key(written), (written, 0))
        found[value_key(written)] = (first, so_far + count)
    return tuple(
        [
            ValueView(written, count, meaning.of(written))
            for written, count in sorted(found.values(), key=lambda each: (-each[1], each[0]))
        ]
    )


def rejected_list(import_id: str, limit: int = 100) -> list[Rejected]:
    """Rows that were not taken, in the file's order, with their cells."""
    run = import_found(import_id)
    return [
        Rejected(
            each.row,
            each.code,
            each.text,
            _CELLS.decode(decrypt(each.cells_encrypted, str(each.id))),
        )
        for each in run.rejected.order_by("row")[:limit]
    ]


def rejected_csv(import_id: str, language: str) -> Iterator[str]:
    """The rejected rows as CSV, line by line, with their reasons; no cell is ever a formula."""
    run = import_found(import_id)
    yield "\ufeff" + _csv_line(["row", "code", "reason", *run.headings])
    for each in run.rejected.order_by("row").iterator(chunk_size=1000):
        cells = _CELLS.decode(decrypt(each.cells_encrypted, str(each.id)))
        reason = each.text.get(language) or each.text["en"]
        yield _csv_line([str(each.row), each.code, reason, *cells])


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([cell_harmless(cell) for cell in cells])
    return line.getvalue()


def mappings_list() -> list[MappingView]:
    """Saved mappings by name, then the examples."""
    saved = [
        MappingView(each.name, each.kind, each.columns, each.values)
        for each in ColumnMapping.objects.order_by("name")
    ]
    return [*saved, *EXAMPLES]


def mapping_get(name: str) -> MappingView:
    """One mapping, saved or example. Errors: unknown_mapping."""
    known = {each.name: each for each in reversed(mappings_list())}
    if name not in known:
        raise UnknownMapping(name=name[:60], known=", ".join(known))
    return known[name]


def mapping_fitted(headings: Sequence[str], kind: str, name: str | None = None) -> MappingView:
    """What the columns of a file mean by a kept mapping, or by guess without one.

    Errors: unknown_mapping, import_mapping_unfit when the file has none of its columns.
    """
    if name is None:
        with unit_of_work() as unit:
            return MappingView("", kind, columns_guessed(headings, fields_offered(unit, kind)))
    known = mapping_get(name)
    with unit_of_work() as unit:
        fitted = columns_fitted(known.columns, unit)
        columns = {field: at for field, at in fitted.items() if at in headings}
        if not columns:
            none = Told("the file has none of its columns", "文件中没有它的任何一列")
            raise MappingUnfit(field=name, problem=none)
        values = values_fitted(fields_offered(unit, known.kind), columns, known.values)
    return MappingView("", known.kind, columns, values)


def fields_list(kind: str) -> list[FieldView]:
    """What a column may mean in this shop."""
    with unit_of_work() as unit:
        return fields_offered(unit, kind)


__all__ = [
    "cell_harmless",
    "fields_list",
    "import_found",
    "import_get",
    "import_view",
    "imports_list",
    "mapping_fitted",
    "mapping_get",
    "mappings_list",
    "placed_name",
    "places_known",
    "rejected_csv",
    "rejected_list",
    "state_name",
    "total_names",
    "total_text",
    "values_list",
]
