"""What the file's levels and stores become, as it is asked and chosen on an import's page."""

from collections.abc import Mapping

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.rules.fileimports.errors import MappingUnfit
from regulars.rules.fileimports.meanings import NONE, REJECT
from regulars.rules.fileimports.naming import placed_name
from regulars.rules.fileimports.selectors import fields_list, mapping_fitted, values_list
from regulars.rules.fileimports.types import ColumnValues, FileImportView, MappingView


class ValueAsked(msgspec.Struct, frozen=True):
    """One value of the file with its choice; `error` says what is missing."""

    name: str
    written: str
    rows: Text
    chosen: str
    error: str = ""


class ColumnAsked(msgspec.Struct, frozen=True):
    """A column whose values become something, with the options; no values: there are too many."""

    heading: str
    options: tuple[tuple[str, Text], ...]
    values: tuple[ValueAsked, ...]


def mapping_given(given: QueryDict | None, view: FileImportView) -> MappingView:
    """What columns and values mean as the page was sent, or else as it is kept.

    A kept mapping goes before what was chosen, unless the file has none of its columns; another
    kind of file than the one whose columns were asked for is guessed anew.
    """
    if given is None:
        return MappingView("", view.kind, view.columns, view.values)
    kind, kept = given.get("kind", view.kind), given.get("mapping") or None
    if kept is not None and not kept_unfit(given, view):
        return mapping_fitted(view.headings, kind, kept)
    if kind != given.get("drawn", view.kind):
        return mapping_fitted(view.headings, kind)
    columns = {
        name: heading
        for place, heading in enumerate(view.headings)
        if (name := given.get(f"column-{place}", ""))
    }
    chosen = values_chosen(given, view, kind, columns)
    return MappingView("", kind, columns, view.values | chosen)


def kept_unfit(given: QueryDict, view: FileImportView) -> dict[str, str]:
    """What is wrong with the kept mapping that was chosen, by its field on the page."""
    if name := given.get("mapping"):
        try:
            mapping_fitted(view.headings, view.kind, name)
        except MappingUnfit:
            told = _("The file has no column of “%(name)s”. The columns stay as they were.")
            return {"mapping": told % {"name": name}}
    return {}


def values_chosen(
    given: QueryDict, view: FileImportView, kind: str, columns: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """By field and value what was chosen on the page."""
    found: dict[str, dict[str, str]] = {}
    for column in values_list(view.id, kind, columns):
        for number, value in enumerate(column.values or ()):
            if code := given.get(_name(view, column, number), ""):
                found.setdefault(column.field, {})[value.written] = code
    return found


def values_open(view: FileImportView, given: QueryDict) -> dict[str, str]:
    """What nobody has chosen and nobody knows, by its field on the page."""
    mapping = mapping_given(given, view)
    return {
        _name(view, column, number): _("Choose what it becomes.")
        for column in values_list(view.id, mapping.kind, mapping.columns, mapping.values)
        for number, value in enumerate(column.values or ())
        if value.becomes is None
    }


def columns_asked(
    view: FileImportView, mapping: MappingView, wrong: Mapping[str, str]
) -> list[ColumnAsked]:
    """The columns whose values become something here, as the page asks for them."""
    return [
        ColumnAsked(
            column.heading,
            _options(column),
            tuple(
                [
                    ValueAsked(
                        name=(name := _name(view, column, number)),
                        written=value.written,
                        rows=ngettext("%(count)s row", "%(count)s rows", value.rows)
                        % {"count": amount_text(value.rows)},
                        chosen=value.becomes or "",
                        error=wrong.get(name, ""),
                    )
                    for number, value in enumerate(column.values or ())
                ]
            ),
        )
        for column in values_list(view.id, mapping.kind, mapping.columns, mapping.values)
        if column.values != ()
    ]


def placed_table(view: FileImportView) -> Table:
    """How many rows there are of each level and store, with what the file calls them."""
    fields = fields_list(view.kind)
    is_dry = view.state in ("added", "checked")
    rows = []
    for line in view.placed:
        said = view.values.get(line.field, {})
        written = [each for each, code in said.items() if code == (line.becomes or REJECT)]
        heading = view.columns.get(line.field, line.field)
        cells = (
            Cell(heading),
            Cell(placed_name(line, fields), note=" · ".join(written)),
            Cell(amount_text(line.taken)),
            Cell(amount_text(line.rejected)),
        )
        rows.append(cells)
    return Table(
        columns=(
            Column(_("Column")),
            Column(_("Becomes")),
            Column(_("Would be taken over") if is_dry else _("Taken over"), numeric=True),
            Column(_("In rejected rows"), numeric=True),
        ),
        rows=tuple(rows),
        empty=Empty(_("The file names no level and no store.")),
    )


def _options(column: ColumnValues) -> tuple[tuple[str, Text], ...]:
    choices = [(choice.code, merchant_text(choice.label)) for choice in column.choices]
    return (*choices, (NONE, _("leave empty")), (REJECT, _("reject these rows")))


def _name(view: FileImportView, column: ColumnValues, number: int) -> str:
    """By place, not by meaning: what was chosen for one column is never taken for another's."""
    return f"value-{view.headings.index(column.heading)}-{number}"
