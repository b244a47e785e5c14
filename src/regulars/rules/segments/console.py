"""The console's page of segments: who is in them, a condition to try, and the RFM groups."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from regulars.foundation import clock
from regulars.foundation.database.session import Unit, unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import (
    may,
    merchant_text,
    named_like,
    page,
    reader_language,
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
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.members.tallies.types import Tally
from regulars.rules.facts import facts_known
from regulars.rules.segments.asking import UNREADABLE
from regulars.rules.segments.ready import segments_ready_add
from regulars.rules.segments.selectors import (
    members_counted,
    rfm_groups,
    rfm_tallied,
    segments_listed,
)
from regulars.rules.segments.services import segment_save, segments_fill
from regulars.rules.segments.types import SegmentView


def segments_page(request: HttpRequest) -> HttpResponse:
    """All segments; posted, a new one or another condition for one that is there."""
    typed = request.POST or request.GET
    context: dict[str, object] = {
        name: typed.get(name, "") for name in ("condition", "code", "name")
    }
    if request.method == "POST" and _may_change(request):
        try:
            _saved(request)
        except RegularsError as refusal:
            context["refusal"] = refusal_shown(refusal)
        else:
            return redirect("console:segments")
    with unit_of_work() as unit:
        context |= {
            "title": _("Segments"),
            "segments": _segments(unit),
            "groups": _groups(unit),
            "facts": _facts(),
            "may_change": _may_change(request),
        }
    status = 422 if "refusal" in context else 200
    return page(request, "rules_segments/segments.html", context, status=status)


def segment_count_part(request: HttpRequest) -> HttpResponse:
    """How many members the condition holds for that is being typed, or what is wrong with it."""
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


def _saved(request: HttpRequest) -> None:
    code = request.POST.get("code", "").strip()
    segment_save(
        actor=staff_actor(request),
        code=code,
        name={reader_language(): request.POST.get("name", "")},
        condition=request.POST.get("condition", ""),
    )
    segments_fill([code])


def _segments(unit: Unit) -> Table:
    return Table(
        columns=(
            Column(_("Segment")),
            Column(_("Condition")),
            Column(_("Members"), numeric=True),
        ),
        rows=tuple(_row(segment) for segment in segments_listed(unit)),
        empty=Empty(
            _("No segments yet"),
            _("Loyal, at risk, high spend: the usual ones come ready."),
        ),
    )


def _row(segment: SegmentView) -> tuple[Cell, ...]:
    if segment.refreshed_at is None or segment.member_count is None:
        members = Cell(UNKNOWN, note=_("not counted yet"))
    else:
        members = Cell(amount_text(segment.member_count), note=instant(segment.refreshed_at))
    return (
        Cell(merchant_text(segment.name), note=segment.code),
        Cell(segment.condition, code=True, note=_tagging(segment)),
        members,
    )


def _tagging(segment: SegmentView) -> str:
    return _("sets the tag %(tag)s") % {"tag": segment.tag} if segment.tag else ""


def _groups(unit: Unit) -> Table:
    near, far = _("recent"), _("long ago")
    often, seldom = _("often"), _("seldom")
    much, little = _("much"), _("little")
    tally = rfm_tallied(unit, clock.now())
    return Table(
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


def _grouped(tally: Tally | None, code: str) -> Cell:
    if tally is None:
        return Cell(UNKNOWN, note=_("not counted yet"))
    return Cell(amount_text(tally.of(code)), note=instant(tally.counted_at))


def _facts() -> Table:
    return Table(
        columns=(Column(_("Meaning")),),
        rows=tuple(
            (Cell(merchant_text(fact.label) if fact.label else name, note=name),)
            for name, fact in sorted(facts_known().items())
            if name not in UNREADABLE
        ),
        empty=Empty(""),
    )


def _members(count: int) -> str:
    words = ngettext("%(count)s member", "%(count)s members", count)
    return words % {"count": amount_text(count)}


def _may_change(request: HttpRequest) -> bool:
    return may(request, "segments.manage")


def segments_like(text: str) -> list[Found]:
    """Segments for the search."""
    with unit_of_work() as unit:
        listed = segments_listed(unit)
    here = reverse("console:segments")
    return named_like(text, [(each.code, each.name, f"{here}#{each.code}") for each in listed])


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
        change="segments.manage",
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
