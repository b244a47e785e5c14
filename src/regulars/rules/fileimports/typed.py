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
    STATES,
    UNDER_WAY,
    UNDOABLE,
    agreement_of,
    differing,
    progress_of,
    rejected_table,
    steps_of,
    total_names,
    totals_table,
)
from regulars.rules.fileimports.types import FileImportView
from regulars.rules.fileimports.values import amount_example, amount_read


def import_address(view: FileImportView) -> str:
    """Where one import has its page."""
    return reverse("console:imports-one", args=[view.id])


def typed_wrong(given: QueryDict, view: FileImportView) -> dict[str, str]:
    """What can't be taken of what was typed, by its field."""
    wrong: dict[str, str] = {}
    if given.get("do") == "start" and differing(view) and not given.get("agreed"):
        return {"agreed": _("The totals differ. Tick that you know it, or check again.")}
    if given.get("do") != "check":
        return {}
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
    columns = {
        name: heading
        for place, heading in enumerate(view.headings)
        if (name := given.get(f"column-{place}", ""))
    }
    with unit_of_work() as unit:
        expected = totals_read(unit, _totals_typed(given))
    mapping = given.get("mapping") or None
    kind = given.get("kind", view.kind)
    mapping_set(
        actor=actor,
        import_id=view.id,
        kind=kind,
        columns=columns if mapping is None and kind == view.kind else None,
        mapping=mapping,
        expected=expected,
    )


def import_drawn(
    view: FileImportView, given: QueryDict | None = None, wrong: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the page shows; of what was `given`, that again, with what is wrong beside it."""
    wrong = wrong or {}
    if given is not None and given.get("do") != "check":
        given = None
    with unit_of_work() as unit:
        places = places_known(unit)
        names = total_names(unit, view.kind)
    meant = {heading: name for name, heading in view.columns.items()}
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
                meant.get(heading, "") if given is None else given.get(f"column-{place}", ""),
                wrong.get(f"column-{place}", ""),
            )
            for place, heading in enumerate(view.headings)
        ],
        "kind": given.get("kind", "") if given else view.kind,
        "mapping": given.get("mapping", "") if given else "",
        "not_agreed": wrong.get("agreed", ""),
        "fields": [(each.name, merchant_text(each.label)) for each in fields_list(view.kind)],
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
            if name == MEMBERS or (name in SALES) == (view.kind == "sales")
        ],
        "totals": totals_table(view, places, names),
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
