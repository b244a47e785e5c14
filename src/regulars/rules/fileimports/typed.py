"""What an import's page shows, and what was typed there: columns, old totals, the word on both."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.foundation.actors import Actor
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import merchant_text
from regulars.rules.fileimports.chosen import (
    columns_asked,
    kept_unfit,
    mapping_given,
    placed_table,
    values_open,
)
from regulars.rules.fileimports.naming import STATES, total_names
from regulars.rules.fileimports.selectors import (
    fields_list,
    mappings_list,
    places_known,
    total_text,
)
from regulars.rules.fileimports.services import mapping_set, totals_read
from regulars.rules.fileimports.shown import (
    MEMBERS,
    SALES,
    UNDER_WAY,
    UNDOABLE,
    agreement_of,
    differing,
    progress_of,
    rejected_table,
    steps_of,
    totals_table,
)
from regulars.rules.fileimports.types import FileImportView
from regulars.rules.fileimports.values import amount_example, amount_read

# What the page sends when a column was given another meaning: it is drawn anew, nothing is kept.
REDRAW = "redraw"


def import_address(view: FileImportView) -> str:
    """Where one import has its page."""
    return reverse("console:imports-one", args=[view.id])


def typed_wrong(given: QueryDict, view: FileImportView) -> dict[str, str]:
    """What can't be taken of what was typed, by its field."""
    if given.get("do") == "start" and differing(view) and not given.get("agreed"):
        return {"agreed": _("The totals differ. Tick that you know it, or check again.")}
    if given.get("do") not in ("check", REDRAW):
        return {}
    wrong = kept_unfit(given, view)
    if given.get("do") == REDRAW:
        return wrong
    if not given.get("mapping"):
        wrong = values_open(view, given)
    meant: set[str] = set()
    for place in range(len(view.headings)):
        name = given.get(f"column-{place}", "")
        if name and name in meant:
            wrong[f"column-{place}"] = _("Another column means this already. Choose another one.")
        meant.add(name)
    with unit_of_work() as unit:
        places = places_known(unit)
    for name, typed in _totals_typed(given).items():
        try:
            amount_read(typed.strip(), name, places.get(name, 0))
        except RegularsError:
            example = amount_example(places.get(name, 0))
            wrong[f"old-{name}"] = _("Type an amount such as %(example)s.") % {"example": example}
    return wrong


def mapping_taken(actor: Actor, given: QueryDict, view: FileImportView) -> None:
    """Takes the chosen columns, or those of a kept mapping, and the old system's totals.

    `typed_wrong` has looked at them.
    """
    with unit_of_work() as unit:
        expected = totals_read(unit, _totals_typed(given))
    mapping = mapping_given(given, view)
    mapping_set(
        actor=actor,
        import_id=view.id,
        kind=mapping.kind,
        columns=mapping.columns,
        values=mapping.values,
        expected=expected,
    )


def import_drawn(
    view: FileImportView, given: QueryDict | None = None, wrong: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the page shows; of what was `given`, that again, with what is wrong beside it."""
    wrong = wrong or {}
    if given is not None and given.get("do") not in ("check", REDRAW):
        given = None
    mapping = mapping_given(given, view)
    with unit_of_work() as unit:
        places = places_known(unit)
        names = total_names(unit, mapping.kind)
    meant = {heading: name for name, heading in mapping.columns.items()}
    return {
        "title": view.file_name,
        "view": view,
        "state": STATES[view.state],
        "steps": steps_of(view),
        "is_open": view.state in ("added", "checked"),
        "is_under_way": view.state in UNDER_WAY,
        "is_undoable": view.state in UNDOABLE,
        "progress": progress_of(view, import_address(view)),
        "headings": [
            (
                heading,
                meant.get(heading, "")
                if given is None or not wrong
                else given.get(f"column-{place}", ""),
                wrong.get(f"column-{place}", ""),
            )
            for place, heading in enumerate(view.headings)
        ],
        "kind": mapping.kind,
        "kept_unfit": wrong.get("mapping", ""),
        "is_folded": given is None and view.state == "checked",
        "valued": columns_asked(view, mapping, wrong),
        "not_agreed": wrong.get("agreed", ""),
        "fields": [(each.name, merchant_text(each.label)) for each in fields_list(mapping.kind)],
        "mappings": mappings_list(),
        "expected": [
            (
                name,
                names[name],
                given.get(f"old-{name}", "")
                if given
                else total_text(view.expected.get(name), place).replace(",", ""),
                wrong.get(f"old-{name}", ""),
            )
            for name, place in places.items()
            if name == MEMBERS or (name in SALES) == (mapping.kind == "sales")
        ],
        "totals": totals_table(view, places, names),
        "placed": placed_table(view),
        "agreement": agreement_of(view),
        "rejected": rejected_table(view),
        "rejected_count": amount_text(view.rejected),
    }


def _totals_typed(given: QueryDict) -> dict[str, str]:
    """The old system's totals as they were typed, by what they are about."""
    return {
        name.removeprefix("old-"): value
        for name, value in given.items()
        if name.startswith("old-") and isinstance(value, str) and value.strip(" –")
    }
