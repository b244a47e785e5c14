"""The page of one segment: whom it means, how many they are, and who asks for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import Action, Block, Card, Fact, Facts, Head, Words
from regulars.foundation.webkit.confirming import Confirmation, confirmation_page, is_confirmed
from regulars.foundation.webkit.details import Part, detail_page, log_part
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import may, merchant_text, refusal_shown, staff_actor
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.tabs import Tab
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.members.tags.selectors import tags_named
from regulars.rules.programs.selectors import programs_naming
from regulars.rules.segments.asking import SEGMENTS_FACT
from regulars.rules.segments.editing import segment_or_404
from regulars.rules.segments.selectors import reachable_tallied
from regulars.rules.segments.services import segment_remove
from regulars.rules.segments.telling import in_words
from regulars.rules.segments.types import SegmentView

ACTS = {
    "segment.saved": gettext_lazy("Segment saved"),
    "segment.removed": gettext_lazy("Segment removed"),
    "segment.tagged": gettext_lazy("Segment's members tagged"),
}


def segment_page(request: HttpRequest, code: str) -> HttpResponse:
    """One segment: whom it means, how many they are, and who asks for it."""
    segment = segment_or_404(code)
    may_change = may(request, "segments.manage")
    actions = (
        Action(
            _("Remove"),
            reverse("console:segments-remove", args=[code]),
            look="danger",
            in_dialog=True,
        ),
        Action(_("Change"), reverse("console:segments-edit", args=[code]), look="main"),
    )
    head = Head(
        merchant_text(segment.name),
        actions=actions if may_change else (),
        back=Action(_("Segments"), reverse("console:segments")),
    )
    parts = [
        Part(Tab("whom", _("Who is in it")), lambda: _told(segment)),
        log_part(request, code, acts=ACTS),
    ]
    return detail_page(request, head, parts, facts=_facts(segment))


def segment_remove_page(request: HttpRequest, code: str) -> HttpResponse:
    """Asks before a segment is forgotten, and says what goes with it."""
    segment = segment_or_404(code)
    here = reverse("console:segments-one", args=[code])
    asked = Confirmation(
        title=_("Remove “%(name)s”?") % {"name": merchant_text(segment.name)},
        consequences=(
            Fact(_("Members in it"), _counted(segment)),
            Fact(_("Tag that they lose"), _tag_named(segment) or _("none")),
        ),
        button=_("Remove the segment"),
        back=here,
        warning=_("Only the condition goes. Nobody loses points, and no member is removed."),
    )
    if not is_confirmed(request, asked):
        return confirmation_page(request, asked)
    try:
        segment_remove(actor=staff_actor(request), code=code)
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
        return redirect(here)
    messages.success(request, _("The segment is removed."))
    return redirect("console:segments")


def _facts(segment: SegmentView) -> Facts:
    since = segment.refreshed_at
    members = f"{reverse('console:members')}?segment={segment.code}"
    return Facts(
        (
            Fact(
                _("Members in it"),
                _counted(segment),
                href=members,
                note=instant(since) if since else _("not counted yet"),
            ),
            _reachable(segment),
            Fact(_("Tag"), _tag_named(segment) or _("none"), note=_tag_length(segment)),
            Fact(_("Code"), segment.code, code=True),
        )
    )


def _reachable(segment: SegmentView) -> Fact:
    """How many of its members can be sent messages."""
    label, how = _("Of them reachable"), _("with a phone, and agreeing to messages")
    with unit_of_work() as unit:
        tally = reachable_tallied(unit, clock.now())
    if segment.refreshed_at is None or tally is None or segment.code not in tally.counts:
        return Fact(label, UNKNOWN, note=_("not counted yet"))
    note = _("%(how)s · %(at)s") % {"how": how, "at": instant(tally.counted_at)}
    return Fact(label, amount_text(tally.of(segment.code)), note=note)


def _counted(segment: SegmentView) -> str:
    return UNKNOWN if segment.member_count is None else amount_text(segment.member_count)


def _tag_named(segment: SegmentView) -> str:
    with unit_of_work() as unit:
        names = {each.code: merchant_text(each.name) for each in tags_named(unit)}
    return names.get(segment.tag or "", "")


def _tag_length(segment: SegmentView) -> str:
    days = segment.tag_days
    if not segment.tag:
        return ""
    if days is None:
        return _("as long as she is in it")
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": amount_text(days)}


def _told(segment: SegmentView) -> list[Block]:
    words = in_words(segment.condition)
    expression = Facts((Fact(_("The expression"), segment.condition, code=True),))
    users = programs_naming(SEGMENTS_FACT, segment.code)
    asking = Table(
        columns=(Column(_("Membership program")), Column(_("Code"))),
        rows=tuple(
            (
                Cell(
                    merchant_text(each.name), href=reverse("console:programs-one", args=[each.code])
                ),
                Cell(each.code, code=True),
            )
            for each in users
        ),
        empty=Empty(
            _("No program asks for it"),
            _("A rule can be for this segment only: choose it under “For whom”."),
        ),
    )
    return [
        Card(_("In words"), (Words(words or segment.condition), expression)),
        Card(_("Programs that ask for it"), (asking,), flush=True),
    ]
