"""The log of all acts: who did what to whom and when, filtered in the address, and as a file."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.faces.console.acts import ACTS, GROUPS
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.audit.selectors import Asked, records_found
from regulars.foundation.cells import cell_harmless
from regulars.foundation.webkit.filters import FROM, TO, Filter, filter_bar, filters_chosen
from regulars.foundation.webkit.pages import page
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.staff.selectors import staff_list, staff_names

SHOWN = 100
EXPORTED_MAX = 50_000
ACTOR_KINDS: dict[str, Text] = {
    "member": gettext_lazy("Member"),
    "api_key": gettext_lazy("API key"),
    "job": gettext_lazy("job"),
    "system": gettext_lazy("the system"),
}


def audit_page(request: HttpRequest) -> HttpResponse:
    """A hundred acts, the newest first; `before` leads to older ones."""
    filters = _filters()
    chosen = filters_chosen(request, filters)
    found = records_found(_asked(chosen), before=request.GET.get("before", ""), limit=SHOWN + 1)
    shown = found[:SHOWN]
    older = urlencode({**chosen, "before": str(shown[-1].id)}) if len(found) > SHOWN else ""
    context = {
        "title": _("Log of acts"),
        "bar": filter_bar(filters, chosen),
        "table": _table(shown),
        "older": older,
        "export": f"{reverse('console:audit-export')}?{urlencode(chosen)}",
    }
    return page(request, "console/audit.html", context)


def audit_export(request: HttpRequest) -> HttpResponse:
    """The same acts as a CSV file; no cell of it is read as a formula by a spreadsheet."""
    chosen = filters_chosen(request, _filters())
    records = records_found(_asked(chosen), before="", limit=EXPORTED_MAX)
    names = staff_names([each.actor for each in records])
    text = io.StringIO()
    text.write("\ufeff")
    lines = csv.writer(text)
    heads = ("recorded_at", "who", "actor", "what", "action", "subject", "reason", "details")
    lines.writerow(heads)
    for each in records:
        row = (
            each.recorded_at.isoformat(),
            _who(each.actor, names),
            each.actor,
            ACTS.get(each.action, each.action),
            each.action,
            each.subject,
            each.reason,
            _details(each.details),
        )
        lines.writerow([cell_harmless(str(cell)) for cell in row])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="log.csv"'
    return answer


def _filters() -> tuple[Filter, ...]:
    people = [(f"staff:{each.id}", each.display_name) for each in staff_list()]
    return (
        Filter("who", gettext_lazy("Who"), options=(*people, *ACTOR_KINDS.items())),
        Filter(
            "group",
            gettext_lazy("Group"),
            options=tuple([(code, title) for code, (title, _acts) in GROUPS.items()]),
        ),
        Filter("what", gettext_lazy("What was done"), options=tuple(ACTS.items())),
        Filter("whom", gettext_lazy("Whom or what"), kind="text"),
        Filter("day", gettext_lazy("Day"), kind="days"),
    )


def _asked(chosen: dict[str, str]) -> Asked:
    who = chosen.get("who", "")
    actions = [chosen["what"]] if "what" in chosen else []
    if not actions and "group" in chosen:
        actions = list(GROUPS[chosen["group"]][1])
    return Asked(
        actor=who if who.startswith("staff:") else "",
        actor_kind="" if who.startswith("staff:") else who,
        actions=tuple(actions),
        subject=chosen.get("whom", ""),
        since=_midnight(chosen.get("day" + FROM, ""), 0),
        until=_midnight(chosen.get("day" + TO, ""), 1),
    )


def _midnight(day: str, later: int) -> datetime | None:
    """The start of a day (or of a later one) on the deployment's clock."""
    if not day:
        return None
    start = datetime.fromisoformat(day).date() + timedelta(days=later)
    return datetime.combine(start, time(), ZoneInfo(get_current_timezone_name()))


def _table(records: Iterable[AuditRecord]) -> Table:
    rows = list(records)
    names = staff_names([each.actor for each in rows])
    return Table(
        columns=(
            Column(_("When")),
            Column(_("Who")),
            Column(_("What was done")),
            Column(_("Whom or what")),
            Column(_("Details")),
        ),
        rows=tuple(
            (
                Cell(instant(each.recorded_at)),
                Cell(_who(each.actor, names)),
                Cell(ACTS.get(each.action, each.action), note=each.reason),
                Cell(_subject(each, names), href=_href(each.subject)),
                Cell(_details(each.details)),
            )
            for each in rows
        ),
        empty=Empty(
            _("Nothing was recorded for this"), _("Take a filter away, or choose other days.")
        ),
        caption=_("Acts"),
    )


def _who(actor: str, names: dict[str, str]) -> str:
    kind, _colon, code = actor.partition(":")
    if kind in ("staff", "system"):
        return names.get(actor, str(ACTOR_KINDS.get(kind, code)))
    return f"{ACTOR_KINDS.get(kind, kind)} {code}"


def _subject(record: AuditRecord, names: dict[str, str]) -> str:
    """The name of a person of the staff, else the public id or code."""
    if record.action.startswith("staff.") and f"staff:{record.subject}" not in names:
        names.update(staff_names([f"staff:{record.subject}"]))
    return names.get(f"staff:{record.subject}", record.subject)


def _href(subject: str) -> str:
    if subject.startswith("mem_"):
        return reverse("console:members-portrait", args=[subject])
    return reverse("console:approvals") if subject.startswith("apr_") else ""


def _details(details: dict[str, Any]) -> str:
    found = {name: value for name, value in details.items() if value not in (None, "", [])}
    return ", ".join([f"{name}: {_plain(value)}" for name, value in found.items()])


def _plain(value: Any) -> str:
    return ", ".join([str(each) for each in value]) if isinstance(value, list) else str(value)
