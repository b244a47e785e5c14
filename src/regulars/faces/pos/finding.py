"""Finding and enrolling members at the till, and what the till shows of one."""

from datetime import datetime
from typing import Any

import msgspec
from django.utils.timezone import localtime

from regulars.commerce.counter.selectors import movements_of
from regulars.faces.console.people import initial_of, masked, name_shown
from regulars.faces.console.standing import levels_shown
from regulars.faces.pos.doors import Desk, deed
from regulars.faces.pos.showing import MovedShown, moved_shown
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import internal_id
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.ledger.book.selectors import assets_known, balances, holder_is_frozen
from regulars.ledger.book.types import AssetKind
from regulars.members.cards.selectors import card_presented, cards_of
from regulars.members.cards.services import card_bind, card_replace, card_report_lost
from regulars.members.cards.types import CardState
from regulars.members.codes.services import member_code_use
from regulars.members.consents.selectors import consent_texts
from regulars.members.fields.selectors import birthday_of
from regulars.members.profiles.errors import IdentifierTaken
from regulars.members.profiles.selectors import member_find, member_get, member_search
from regulars.members.profiles.types import (
    PUBLIC_PREFIX,
    IdentifierKind,
    MemberView,
    NewMember,
)
from regulars.rules.enrolment.services import enrolment_make
from regulars.rules.intake.selectors import receipts_of
from regulars.rules.purchases.selectors import purchases_of

FOUND_MAX = 12
CODE_LENGTH = 18
CODE_PREFIX = "28"


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What was typed or scanned."""

    q: str


class Joining(msgspec.Struct, forbid_unknown_fields=True):
    """Who wants to become a member; she agreed to what is needed, or else it is refused.

    `agreed` are the purposes she said yes to, each with the version of the text that was shown.
    """

    phone: str
    name: str = ""
    agreed: dict[str, str] = {}
    card: str = ""


class CardAsked(msgspec.Struct, forbid_unknown_fields=True):
    """What shall become of a card: `place` names one of the member's, as they were listed."""

    member: str
    place: int = -1
    shown: str = ""
    new_number: str = ""
    reason: str = ""


class CardChanged(RegularsError):
    code = "card_list_changed"
    status = 409
    text = {
        "en": "The member's cards have changed meanwhile. Look at them again.",
        "zh-Hans": "会员的卡已有变动，请重新查看。",
    }


@deed("POST")
def find(desk: Desk) -> dict[str, Any]:
    """Members by what was scanned or typed: one with everything, or a short list to choose from."""
    text = desk.body(Asked).q.replace("\0", "").strip()[:80]
    digits = "".join(text.split())
    if (
        len(digits) == CODE_LENGTH
        and digits.isascii()
        and digits.isdigit()
        and digits.startswith(CODE_PREFIX)
    ):
        with unit_of_work() as unit:
            member_id = member_code_use(unit=unit, code=digits)
        return {"members": [strip(member_get(member_id))]}
    found = [each for each in member_search(text, FOUND_MAX) if each.is_active]
    if not found and len(digits) > 3:
        # Whoever holds a lost card in the hand is told so.
        found = _by_card(text)
    if len(found) == 1:
        return {"members": [strip(found[0])]}
    return {"members": [_line(each) for each in found]}


def _by_card(text: str) -> list[MemberView]:
    try:
        return [member_get(card_presented(text))]
    except RegularsError as refusal:
        if refusal.code in ("card_lost", "card_replaced"):
            raise
        return []


@deed("POST")
def look(desk: Desk) -> dict[str, Any]:
    """One member with everything the till shows."""
    return strip(member_get(desk.body(Asked).q))


@deed("GET")
def consents(_desk: Desk) -> dict[str, Any]:
    """What a customer is asked at joining, with the texts to read to her."""
    return {
        "texts": [
            {
                "purpose": each.purpose,
                "version": each.version,
                "title": merchant_text(each.title),
                "body": merchant_text(each.body),
                "is_needed": each.is_needed,
            }
            for each in consent_texts()
        ]
    }


@deed("POST")
def enrol(desk: Desk) -> dict[str, Any]:
    """Makes somebody a member who agreed; who is one already is simply found."""
    asked = desk.body(Joining)
    who = NewMember(display_name=asked.name, phone=asked.phone, store=desk.device.store)
    try:
        joined = unit_retried(
            lambda unit: enrolment_make(
                unit=unit, actor=desk.actor, who=who, agreed=asked.agreed, card=asked.card
            )
        )
    except IdentifierTaken as refusal:
        if refusal.context.get("kind") != IdentifierKind.PHONE:
            raise
        return {"is_new": False, **strip(member_find("phone", asked.phone))}
    return {
        "is_new": True,
        "gifts": _gifts(joined.event_id),
        **strip(member_get(joined.member_id)),
    }


def _gifts(event_id: str) -> list[MovedShown]:
    """What somebody was given for joining, as the receipt of it says."""
    with unit_of_work() as unit:
        receipts = receipts_of(unit, [event_id])
        moved = moved_shown(movements_of(list(receipts.values())), assets_known(unit))
    return [each for each in moved if each.is_in]


@deed("POST")
def card_lost(desk: Desk) -> dict[str, Any]:
    """From now on the card refuses everything; what the member has stays hers."""
    asked = desk.body(CardAsked)
    member_id, number = _card(asked)
    unit_retried(
        lambda unit: card_report_lost(
            unit=unit, actor=desk.actor, member_id=member_id, number=number, reason=asked.reason
        )
    )
    return strip(member_get(member_id))


@deed("POST")
def card_new(desk: Desk) -> dict[str, Any]:
    """A new card for one that is named, or a first one."""
    asked = desk.body(CardAsked)
    if asked.place < 0:
        member_id = internal_id(PUBLIC_PREFIX, asked.member)
        unit_retried(
            lambda unit: card_bind(
                unit=unit, actor=desk.actor, member_id=member_id, number=asked.new_number
            )
        )
        return strip(member_get(member_id))
    member_id, number = _card(asked)
    unit_retried(
        lambda unit: card_replace(
            unit=unit,
            actor=desk.actor,
            member_id=member_id,
            number=number,
            new_number=asked.new_number,
            reason=asked.reason,
        )
    )
    return strip(member_get(member_id))


def _card(asked: CardAsked) -> tuple[str, str]:
    """The member and the whole number of the card that was pointed at."""
    member_id = internal_id(PUBLIC_PREFIX, asked.member)
    cards = cards_of(member_id)
    if not 0 <= asked.place < len(cards) or masked(cards[asked.place].number) != asked.shown:
        raise CardChanged
    return member_id, cards[asked.place].number


def _line(member: MemberView) -> dict[str, Any]:
    return {
        "id": member.public_id,
        "name": name_shown(member),
        "initial": initial_of(member),
        "phone": member.phone_masked or "",
    }


def strip(member: MemberView) -> dict[str, Any]:
    """What the till shows of a member: level, points, the way to the next level, last visit."""
    now = clock.now()
    with unit_of_work() as unit:
        assets = assets_known(unit)
        owned = balances(unit, [member.id], now)[member.id]
        levels = levels_shown(unit, member.id, now, assets)
        bought = purchases_of(unit, member.id, 1)
        is_frozen = holder_is_frozen(unit, member.id)
    return {
        **_line(member),
        "is_frozen": is_frozen,
        "levels": [
            {"ladder": each.ladder, "name": each.name, "progress": each.progress} for each in levels
        ],
        "assets": [
            {
                "code": each.asset,
                "name": merchant_text(assets[each.asset_id].name),
                "spendable": each.spendable,
                "shown": amount_text(each.spendable, assets[each.asset_id].scale),
                "debt": amount_text(each.debt, assets[each.asset_id].scale) if each.debt else "",
            }
            for each in owned
            if assets[each.asset_id].kind is not AssetKind.GROWTH
        ],
        "birthday": _has_birthday(member.id, now),
        "last_visit": day(bought[0].business_date) if bought else "",
        "cards": [
            {"place": place, "shown": masked(each.number), "state": each.state.value}
            for place, each in enumerate(cards_of(member.id))
            if each.state in (CardState.BOUND, CardState.LOST)
        ],
    }


def _has_birthday(member_id: str, now: datetime) -> bool:
    birthday = birthday_of(member_id)
    today = localtime(now).date()
    return birthday is not None and (birthday.month, birthday.day) == (today.month, today.day)
