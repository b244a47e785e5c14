"""The page of one thing: what it is, what is known of it, tabs, and a log of what was done."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.audit.selectors import records_of
from regulars.foundation.rights import Rights
from regulars.foundation.webkit.blocks import Block, Card, Facts, Head
from regulars.foundation.webkit.pages import page, rights_of
from regulars.foundation.webkit.screens import Text, screen_named
from regulars.foundation.webkit.tables import Cell, Column, Empty, Folded, Said, Table
from regulars.foundation.webkit.tabs import Tab, Tabs, tabs_of
from regulars.foundation.webkit.templatetags.webkit import instant

LOG_TAB = "log"
LOG_SHOWN = 50


class Told(msgspec.Struct, frozen=True):
    """An act in words: who did it, to whom or what and why, and what was noted beside."""

    who: Said
    whom: Said
    reason: str = ""
    noted: tuple[Said, ...] = ()
    folded: tuple[Folded, ...] = ()

    @property
    def noted_text(self) -> str:
        """What was noted, without its links."""
        return "".join([str(each.text) for each in self.noted])


# Whether a page is open to who reads, by its name: what isn't is named without a link.
Opens = Callable[[str], bool]
# Tells records of the audit trail, all of a page at once.
Teller = Callable[[Sequence[AuditRecord], Opens], Sequence[Told]]


class _Known:
    """Who tells acts in words: said once, by who knows all rooms."""

    teller: Teller | None = None


def acts_told_by(teller: Teller) -> None:
    """Declares how logs tell who did what, and what was noted of it."""
    _Known.teller = teller


def opens_to(rights: Rights) -> Opens:
    """Which pages are open to who has these rights."""
    return lambda screen: screen_named(screen).is_open_to(rights)


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
    request: HttpRequest, subject: str, *, acts: Mapping[str, Text], beside: Sequence[str] = ()
) -> Part:
    """The log tab of a subject: what was done to it, by whom and why, newest first.

    `acts` gives the audit trail's actions their words. Only these are shown: a tag and a segment
    may have the same code, and what was done to the one is no news of the other. `beside` are the
    ids of long works that were about it.
    """
    return Part(Tab(LOG_TAB, _("Log")), lambda: [log_card(request, subject, acts, beside)])


def log_card(
    request: HttpRequest, subject: str, acts: Mapping[str, Text], beside: Sequence[str] = ()
) -> Card:
    """The same log as a part of a page that has no tabs."""
    records = records_of(subject, LOG_SHOWN, acts, beside=beside)
    table = log_table(records, acts, rights_of(request), of=subject)
    return Card(_("Log"), (table,), flush=True)


def log_table(
    records: Sequence[AuditRecord], acts: Mapping[str, Text], rights: Rights, *, of: str
) -> Table:
    """Records of the audit trail as a list of what was done to `of`; `rights` are the reader's."""
    if _Known.teller is None:
        raise TypeError("nobody has said how acts are told")
    told = _Known.teller(records, opens_to(rights))
    return Table(
        columns=(Column(_("When")), Column(_("What"), words=True), Column(_("Who"))),
        rows=tuple(
            (
                Cell(instant(record.recorded_at)),
                Cell(
                    acts.get(record.action, record.action),
                    note=each.reason,
                    noted=_noted(record, each, of),
                    folded=each.folded,
                ),
                Cell(each.who.text, href=each.who.href),
            )
            for record, each in zip(records, told, strict=True)
        ),
        empty=Empty(_("Nothing yet"), _("Every change is listed here, with who made it.")),
        caption=_("Log"),
    )


def _noted(record: AuditRecord, told: Told, of: str) -> tuple[Said, ...]:
    """What was noted; of an act that was done to something else, to what, first."""
    if record.subject == of:
        return told.noted
    between = (Said(_("; ")),) if told.noted else ()
    return (told.whom, *between, *told.noted)
