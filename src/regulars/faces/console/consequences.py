"""What great changes mean for this member, in figures, before they are made."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from regulars.faces.console.owned import amount_shown
from regulars.faces.console.people import masked, name_shown
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import Fact
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.ledger.book.selectors import assets_known, balances
from regulars.members.cards.selectors import card_id, cards_of
from regulars.members.cards.types import CardState
from regulars.members.profiles.selectors import member_get, member_numbers
from regulars.members.profiles.types import MemberView
from regulars.members.signin.selectors import sessions_of
from regulars.members.tags.selectors import tags_of
from regulars.members.tags.types import MANUAL
from regulars.rules.segments.selectors import programs_asking, segments_asking, segments_listed

LIVING = (CardState.BOUND, CardState.LOST)


def card_lost_means(request: HttpRequest, member: MemberView) -> tuple[Fact, ...]:
    """The card refuses everything; what the member owns stays."""
    return (
        _card(request, member),
        Fact(_("The card"), _("refuses everything from now on, until it is found or replaced")),
        *_stays(member),
    )


def card_replaced_means(request: HttpRequest, member: MemberView) -> tuple[Fact, ...]:
    """The old card is dead for ever; what the member owns stays."""
    return (
        _card(request, member),
        Fact(_("The old card"), _("is dead for ever"), tone="bad"),
        *_stays(member),
    )


def signed_out_means(request: HttpRequest, member: MemberView) -> tuple[Fact, ...]:
    """The device shows nothing of hers from the next tap on."""
    meant = request.POST.get("session", "") or request.GET.get("session", "")
    found = [each for each in sessions_of(member.id) if each.public_id == meant]
    return (
        Fact(_("Device"), found[0].device if found else UNKNOWN),
        Fact(_("Last used"), instant(found[0].seen_at) if found else UNKNOWN),
        Fact(
            _("The device"), _("shows nothing any more, until she signs in there with a new code")
        ),
    )


def untagged_means(request: HttpRequest, member: MemberView) -> tuple[Fact, ...] | None:
    """Whether she keeps the tag by a segment, else who asks for it; () where nobody does."""
    code = request.POST.get("tag", "") or request.GET.get("tag", "")
    carried = [each.source for each in tags_of(member.id) if each.code == code]
    if not code:
        return () if request.method == "POST" else None
    if MANUAL not in carried:
        return ()
    with unit_of_work() as unit:
        segments = segments_listed(unit)
    joint = _(", ")
    keeping = [each for each in segments if f"segment:{each.code}" in carried]
    if keeping:
        names = joint.join([merchant_text(each.name) for each in keeping])
        return (Fact(_("The member keeps the tag"), _("by its segment"), note=names),)
    asking = (
        (_("Programs that ask for the tag"), programs_asking(code)),
        (_("Segments that ask for the tag"), segments_asking(segments, code)),
    )
    return tuple(
        Fact(label, joint.join([merchant_text(each.name) for each in found]))
        for label, found in asking
        if found
    )


def frozen_means(_request: HttpRequest, member: MemberView) -> tuple[Fact, ...]:
    """What can't be spent until it is released."""
    return (
        *_owned(member, _("%(name)s that can't be spent")),
        Fact(_("Sales of this member"), _("earn nothing until released; returns go on")),
    )


def exported_means(_request: HttpRequest, member: MemberView) -> tuple[Fact, ...]:
    """What stands in the file."""
    count = len(member_numbers(member.id))
    return (
        Fact(_("Numbers in the clear"), amount_text(count)),
        Fact(_("In the file"), _("everything that is kept about this member")),
    )


def merged_means(request: HttpRequest, member: MemberView) -> tuple[Fact, ...] | None:
    """What goes over to whom; None until it is said to whom."""
    try:
        into = member_get(request.POST.get("into", "").replace("\0", "").strip())
    except RegularsError:
        return None
    return (
        Fact(_("Goes"), name_shown(member), note=member.public_id),
        Fact(_("Stays"), name_shown(into), note=into.public_id),
        *_owned(member, _("%(name)s that move")),
        Fact(_("Cards that move"), amount_text(_cards(member))),
        Fact(_("Numbers that move"), amount_text(len(member_numbers(member.id)))),
    )


def erased_means(_request: HttpRequest, member: MemberView) -> tuple[Fact, ...]:
    """What is given up and emptied."""
    return (
        *_owned(member, _("%(name)s given up")),
        Fact(_("Cards that die"), amount_text(_cards(member)), tone="bad"),
        Fact(_("Numbers emptied"), amount_text(len(member_numbers(member.id))), tone="bad"),
        Fact(_("Sales and movements"), _("stay, without a name")),
    )


def _card(request: HttpRequest, member: MemberView) -> Fact:
    meant = request.POST.get("card", "") or request.GET.get("card", "")
    found = [masked(each.number) for each in cards_of(member.id) if card_id(each) == meant]
    return Fact(_("Card"), found[0] if found else UNKNOWN, code=True)


def _cards(member: MemberView) -> int:
    return len([card for card in cards_of(member.id) if card.state in LIVING])


def _owned(member: MemberView, label: str) -> list[Fact]:
    """What the member has of each asset; one line where there is nothing."""
    with unit_of_work() as unit:
        assets = assets_known(unit)
        found = balances(unit, [member.id], clock.now())[member.id]
    facts = [
        Fact(
            label % {"name": merchant_text(assets[each.asset_id].name)},
            amount_shown(each.balance, assets[each.asset_id]),
        )
        for each in found
        if each.balance
    ]
    return facts or [Fact(label % {"name": _("Points")}, "0")]


def _stays(member: MemberView) -> list[Fact]:
    return _owned(member, _("%(name)s that stay with the member"))
