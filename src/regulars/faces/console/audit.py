"""The log of all acts: who did what to whom, when and why."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from regulars.faces.console.acts import ACTS, GROUPS
from regulars.faces.console.audit_told import acts_told
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.rights import Rights
from regulars.foundation.webkit.blocks import Head, blocks_page
from regulars.foundation.webkit.details import Told, opens_to
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import QueryRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.staff.selectors import rights_of as rights_held
from regulars.organization.staff.selectors import staff_list

ACTOR_KINDS: dict[str, Text] = {
    "member": gettext_lazy("Member"),
    "api_key": gettext_lazy("API key"),
    "job": gettext_lazy("job"),
    "system": gettext_lazy("the system"),
}


def audit_page(request: HttpRequest) -> HttpResponse:
    """The acts that the address asks for, the newest first."""
    lead = _("Every act of staff, members, programs and jobs, newest first. It can't be changed.")
    return blocks_page(request, Head(_("Log of acts"), lead), [list_shown(request, AUDIT)])


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    people = [(f"staff:{each.id}", each.display_name) for each in staff_list()]
    groups = [(code, title) for code, (title, _acts) in GROUPS.items()]
    return (
        Filter("who", gettext_lazy("Who"), options=(*people, *ACTOR_KINDS.items())),
        Filter("group", pgettext_lazy("of acts", "Group"), options=tuple(groups)),
        Filter("what", gettext_lazy("What was done"), options=tuple(ACTS.items())),
        Filter("whom", gettext_lazy("Whom or what (number or code)"), kind="text"),
        Filter("day", gettext_lazy("Day"), kind="days"),
        Filter("why", gettext_lazy("Words of the reason"), kind="text", needs="day"),
    )


def _by(who: str) -> Q:
    return Q(actor=who) if ":" in who else Q(actor__startswith=f"{who}:")


def _rows(records: Sequence[AuditRecord], viewer: Viewer) -> list[Row]:
    told = acts_told(records, opens_to(rights_held(viewer.actor) or Rights.NOBODYS))
    return [
        Row(str(record.id), _cells(record, each))
        for record, each in zip(records, told, strict=True)
    ]


def _cells(record: AuditRecord, told: Told) -> dict[str, Cell]:
    return {
        "when": Cell(instant(record.recorded_at)),
        "who": Cell(told.who.text, href=told.who.href),
        "what": Cell(ACTS.get(record.action, record.action)),
        "whom": Cell(told.whom.text, href=told.whom.href),
        "why": Cell(told.reason),
        "details": Cell(told.noted_text, said=told.noted, folded=told.folded),
        "at": Cell(record.recorded_at.isoformat(), code=True),
        "actor": Cell(record.actor, code=True),
        "action": Cell(record.action, code=True),
    }


# Without a reader nothing leads anywhere.
NOBODY = Viewer(SYSTEM, ())

AUDIT = list_register(
    RoomList(
        screen="audit",
        title=gettext_lazy("Log of acts"),
        columns=(
            ListColumn("when", gettext_lazy("When"), sort=True),
            ListColumn("who", gettext_lazy("Who")),
            ListColumn("what", gettext_lazy("What was done")),
            ListColumn("whom", gettext_lazy("Whom or what")),
            ListColumn("why", gettext_lazy("Why"), words=True),
            ListColumn("details", gettext_lazy("Details"), words=True),
            ListColumn("at", gettext_lazy("Moment"), by_default=False),
            ListColumn("actor", gettext_lazy("Actor's code"), by_default=False),
            ListColumn("action", gettext_lazy("Act's code"), by_default=False),
        ),
        order="-when",
        rows=QueryRows(
            query=AuditRecord.objects.all,
            rows=lambda records: _rows(records, NOBODY),
            rows_to=_rows,
            orders={"when": "recorded_at"},
            where={
                "who": _by,
                "group": lambda group: Q(action__in=list(GROUPS[group][1])),
                "what": lambda action: Q(action=action),
                "whom": lambda subject: Q(subject=subject),
                "why": lambda words: Q(reason__icontains=words),
            },
            days={"day": "recorded_at"},
        ),
        empty=Empty(gettext_lazy("Nothing was recorded for this")),
        filters=_filters,
        export="audit.view",
        by_store=False,
        page_size=100,
    )
)
