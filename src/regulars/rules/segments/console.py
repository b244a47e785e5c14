"""The console's pages of segments: who is in them, one segment, and the RFM groups."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import Action, Block, Card, Head
from regulars.foundation.webkit.details import Part, detail_page
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import Form, form_filled
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import (
    may,
    merchant_text,
    named_like,
    page,
    refusal_shown,
    staff_actor,
)
from regulars.foundation.webkit.screens import (
    Finder,
    Found,
    Screen,
    finder_register,
    screen_register,
)
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.tabs import Tab
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.members.tags.selectors import tags_named
from regulars.members.tallies.types import Tally
from regulars.rules.segments.editing import segment_edit_page, segment_new_page
from regulars.rules.segments.ready import segments_ready_add
from regulars.rules.segments.selectors import (
    members_counted,
    rfm_groups,
    rfm_tallied,
    segments_listed,
)
from regulars.rules.segments.services import segments_fill
from regulars.rules.segments.standing import segment_page, segment_remove_page
from regulars.rules.segments.telling import in_words
from regulars.rules.segments.types import SegmentView

LAST = 999


def segments_page(request: HttpRequest) -> HttpResponse:
    """All segments, and the RFM groups on a tab of their own."""
    may_change = may(request, "segments.manage")
    with unit_of_work() as unit:
        count = len(segments_listed(unit))
    new = Action(_("New segment"), reverse("console:segments-new"), look="main")
    lead = _("A segment is a condition: whoever meets it is in it. It is refreshed every hour.")
    parts = [
        Part(
            Tab("segments", _("Segments"), count),
            lambda: _listed(request, is_empty=not count, may_change=may_change),
        ),
        Part(Tab("rfm", _("RFM groups")), _groups),
    ]
    head = Head(_("Segments"), lead, actions=(new,) if may_change else ())
    return detail_page(request, head, parts)


def segment_count_part(request: HttpRequest) -> HttpResponse:
    """How many members the condition holds for that is being made, or what is wrong with it."""
    condition = request.GET.get("condition", "").strip()
    context: dict[str, object] = {}
    if condition:
        try:
            with unit_of_work() as unit:
                context["counted"] = _members(members_counted(unit, condition))
        except RegularsError as refusal:
            context["refusal"] = refusal_shown(refusal)
    return page(request, "rules_segments/count.html", context)


@require_POST
def segments_ready(request: HttpRequest) -> HttpResponse:
    """Adds the four classes and the RFM groups, and fills them."""
    added = segments_ready_add(actor=staff_actor(request))
    segments_fill([segment.code for segment in added])
    return redirect("console:segments")


def _listed(request: HttpRequest, *, is_empty: bool, may_change: bool) -> list[Block]:
    shown: list[Block] = [list_shown(request, SEGMENTS)]
    if is_empty and may_change:
        ready = Form(
            deed="ready",
            title=_("The usual ones come ready"),
            button=_("Add the ready segments"),
            fields=(),
            lead=_("Loyal, high spend, returning, at risk, and the eight RFM groups."),
            address=reverse("console:segments-ready"),
        )
        shown.append(form_filled(ready))
    return shown


def _rows(_viewer: Viewer) -> list[Row]:
    with unit_of_work() as unit:
        segments = segments_listed(unit)
        tags = {each.code: merchant_text(each.name) for each in tags_named(unit)}
    return [_row(each, tags) for each in segments]


def _row(segment: SegmentView, tags: dict[str, str]) -> Row:
    return Row(
        segment.code,
        {
            "segment": Cell(
                merchant_text(segment.name),
                href=reverse("console:segments-one", args=[segment.code]),
            ),
            "words": Cell(in_words(segment.condition) or segment.condition),
            "tag": Cell(tags.get(segment.tag or "", "")),
            "members": _count_cell(segment),
            "code": Cell(segment.code, code=True),
        },
        values={"members": segment.member_count or 0, "tag": segment.tag or ""},
    )


def _count_cell(segment: SegmentView) -> Cell:
    if segment.refreshed_at is None or segment.member_count is None:
        return Cell(UNKNOWN, note=_("not counted yet"))
    return Cell(amount_text(segment.member_count), note=instant(segment.refreshed_at))


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    return (Filter("q", gettext_lazy("Name or code"), kind="text"),)


SEGMENTS = list_register(
    RoomList(
        screen="segments",
        title=gettext_lazy("Segments"),
        columns=(
            ListColumn("segment", gettext_lazy("Segment"), sort=True),
            ListColumn("words", gettext_lazy("Who is in it"), words=True),
            ListColumn("tag", gettext_lazy("Tag"), sort=True),
            ListColumn("members", gettext_lazy("Members"), numeric=True, sort=True),
            ListColumn("code", gettext_lazy("Code"), sort=True, by_default=False),
        ),
        order="segment",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No segments yet"),
            gettext_lazy("Loyal, at risk, high spend: the usual ones come ready."),
        ),
        filters=_filters,
        export="segments.view",
    )
)


def _groups() -> list[Block]:
    near, far = _("recent"), _("long ago")
    often, seldom = _("often"), _("seldom")
    much, little = _("much"), _("little")
    with unit_of_work() as unit:
        tally = rfm_tallied(unit, clock.now())
    table = Table(
        columns=(
            Column(_("Group")),
            Column(_("Last purchase")),
            Column(_("Purchases")),
            Column(_("Spend")),
            Column(_("What to do")),
            Column(_("Members"), numeric=True),
        ),
        rows=tuple(
            (
                Cell(merchant_text(group.name)),
                Cell(near if group.recent else far),
                Cell(often if group.often else seldom),
                Cell(much if group.much else little),
                Cell(merchant_text(group.action)),
                _grouped(tally, group.code),
            )
            for group in rfm_groups()
        ),
        empty=Empty(_("No purchases yet")),
    )
    lead = _(
        "Recency, frequency and money of the last 365 days, each against the middle of all buyers "
        "or the shop's own figure."
    )
    return [Card(_("RFM groups"), (table,), lead=lead, flush=True)]


def _grouped(tally: Tally | None, code: str) -> Cell:
    if tally is None:
        return Cell(UNKNOWN, note=_("not counted yet"))
    return Cell(amount_text(tally.of(code)), note=instant(tally.counted_at))


def _members(count: int) -> str:
    words = ngettext("%(count)s member", "%(count)s members", count)
    return words % {"count": amount_text(count)}


def segments_like(text: str) -> list[Found]:
    """Segments for the search."""
    with unit_of_work() as unit:
        listed = segments_listed(unit)
    return named_like(
        text,
        [
            (each.code, each.name, reverse("console:segments-one", args=[each.code]))
            for each in listed
        ],
    )


finder_register(
    finder=Finder(
        name="segments",
        title=gettext_lazy("Segments"),
        icon="segments",
        right="segments.view",
        find=segments_like,
        place=30,
    )
)

screen_register(
    screen=Screen(
        name="segments",
        path="segments/",
        view=segments_page,
        title=gettext_lazy("Segments"),
        section="rules",
        icon="segments",
        place=25,
        right="segments.view",
    )
)
screen_register(
    screen=Screen(
        name="segments-count",
        path="segments/count/",
        view=segment_count_part,
        title=gettext_lazy("Segments"),
        right="segments.view",
    )
)
screen_register(
    screen=Screen(
        name="segments-ready",
        path="segments/ready/",
        view=segments_ready,
        title=gettext_lazy("Segments"),
        right="segments.manage",
    )
)
screen_register(
    screen=Screen(
        name="segments-new",
        path="segments/new/",
        view=segment_new_page,
        title=gettext_lazy("New segment"),
        right="segments.manage",
        change="segments.manage",
    )
)
screen_register(
    screen=Screen(
        name="segments-edit",
        path="segments/<str:code>/edit/",
        view=segment_edit_page,
        title=gettext_lazy("Change a segment"),
        right="segments.manage",
        change="segments.manage",
    )
)
screen_register(
    screen=Screen(
        name="segments-remove",
        path="segments/<str:code>/remove/",
        view=segment_remove_page,
        title=gettext_lazy("Remove a segment"),
        right="segments.manage",
        change="segments.manage",
    )
)
screen_register(
    screen=Screen(
        name="segments-one",
        path="segments/<str:code>/",
        view=segment_page,
        title=gettext_lazy("Segment"),
        # Behind the pages whose addresses a code could be taken for.
        place=LAST,
        right="segments.view",
    )
)
