"""The page of one thing: what it is, what is known of it, tabs, and a log of what was done."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.audit.selectors import records_of
from regulars.foundation.webkit.blocks import Block, Card, Facts, Head
from regulars.foundation.webkit.pages import page
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.tabs import Tab, Tabs, tabs_of
from regulars.foundation.webkit.templatetags.webkit import instant

LOG_TAB = "log"
LOG_SHOWN = 50

# Gives the names of those who did something, by `kind:id`.
Namer = Callable[[Sequence[str]], Mapping[str, str]]
# Tells in words what an act's record noted beside the subject.
Teller = Callable[[Mapping[str, Any]], str]


class _Known:
    """Who knows the names of those who act, and the words of what was noted: each is said once."""

    namer: Namer | None = None
    teller: Teller | None = None


def actors_named_by(namer: Namer) -> None:
    """Declares how logs find the names of staff."""
    _Known.namer = namer


def details_told_by(teller: Teller) -> None:
    """Declares how logs tell what an act noted: which role was given, from what to what."""
    _Known.teller = teller


class Part(msgspec.Struct, frozen=True):
    """One tab and what stands under it. `blocks` is called only when the tab is open."""

    tab: Tab
    blocks: Callable[[], Sequence[Block]]


class Detail(msgspec.Struct, frozen=True):
    """The page of one thing: head, facts that are always in sight, tabs."""

    template: ClassVar[str] = "webkit/blocks/detail.html"

    head: Head
    facts: Facts | None
    tabs: Tabs
    blocks: tuple[Block, ...]


def detail_page(
    request: HttpRequest,
    head: Head,
    parts: Sequence[Part],
    *,
    facts: Facts | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page with tabs; only what stands under the open tab is asked for."""
    tabs = tabs_of(request, [part.tab for part in parts], head.title)
    open_part = next(part for part in parts if part.tab.name == tabs.current)
    detail = Detail(head, facts, tabs, tuple(open_part.blocks()))
    context = {"content": detail, "title": head.title}
    return page(request, "webkit/detail.html", context, status=status)


def log_part(
    subject: str, *, acts: Mapping[str, Text], names: Namer | None = None, shown: int = LOG_SHOWN
) -> Part:
    """The log tab of a subject: what was done to it, by whom and why, newest first.

    `acts` gives the audit trail's actions their words. Only these are shown: a tag and a segment
    may have the same code, and what was done to the one is no news of the other.
    """
    return Part(Tab(LOG_TAB, _("Log")), lambda: [log_card(subject, acts, names, shown)])


def log_card(
    subject: str, acts: Mapping[str, Text], names: Namer | None = None, shown: int = LOG_SHOWN
) -> Card:
    """The same log as a part of a page that has no tabs."""
    records = records_of(subject, shown, acts)
    return Card(_("Log"), (log_table(records, acts, names),), flush=True)


def log_table(
    records: Sequence[AuditRecord], acts: Mapping[str, Text], names: Namer | None = None
) -> Table:
    """Records of the audit trail as a list."""
    namer = names or _Known.namer
    named = namer([each.actor for each in records]) if namer else {}
    return Table(
        columns=(Column(_("When")), Column(_("What")), Column(_("Who"))),
        rows=tuple(
            (
                Cell(instant(each.recorded_at)),
                Cell(acts.get(each.action, each.action), note=_noted(each)),
                Cell(named.get(each.actor, each.actor.partition(":")[2])),
            )
            for each in records
        ),
        empty=Empty(_("Nothing yet"), _("Every change is listed here, with who made it.")),
        caption=_("Log"),
    )


def _noted(record: AuditRecord) -> str:
    """The reason that was given, and what else was noted."""
    told = _Known.teller(record.details) if _Known.teller else ""
    return " · ".join([each for each in (record.reason, told) if each])
