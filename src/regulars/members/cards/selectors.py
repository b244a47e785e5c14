"""The doors for reading cards."""

from typing import LiteralString
from uuid import UUID

from django.db.models import Count, Q

from regulars.foundation.database.session import Unit
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import public_id
from regulars.foundation.personal import decrypt
from regulars.members.cards.errors import CardLost, CardReplaced, UnknownCard
from regulars.members.cards.models import Card, CardBatch
from regulars.members.cards.types import CARD_PREFIX, CardBatchView, CardState, CardView
from regulars.members.profiles.selectors import identifier_digest, uuid_of

STATE: LiteralString = "SELECT state FROM members_card WHERE digest = %s"


def card_presented(number: str) -> str:
    """Whose card it is (UUID text), as a cashier holds it in the hand.

    Errors: unknown_card (also for a free one), card_lost, card_replaced, invalid_card_number.
    """
    card = Card.objects.filter(digest=identifier_digest("card", number)).first()
    if card is None or card.member_id is None:
        raise UnknownCard
    if card.state == CardState.LOST:
        raise CardLost
    if card.state == CardState.REPLACED:
        raise CardReplaced
    return str(card.member_id)


def card_refusal(unit: Unit, digest: str) -> RegularsError:
    """Why nobody is found by a card, by its number's digest: lost, replaced, or not given out."""
    states = [row[0] for row in unit.fetch(STATE, digest)]
    if CardState.LOST in states:
        return CardLost()
    return CardReplaced() if CardState.REPLACED in states else UnknownCard()


def cards_of(member_id: str | UUID) -> list[CardView]:
    """All cards a member ever had, the newest first."""
    cards = Card.objects.filter(member_id=uuid_of(member_id)).order_by("-bound_at", "digest")
    return [
        CardView(
            decrypt(card.value_encrypted, str(card.digest)),
            CardState(card.state),
            card.bound_at,
            card.ended_at,
        )
        for card in cards
    ]


def card_id(card: CardView) -> str:
    """The name of a card in addresses and forms, `crd_…`, which doesn't tell its number."""
    return public_id(CARD_PREFIX, identifier_digest("card", card.number))


def card_named(member_id: str | UUID, name: str) -> CardView:
    """A member's card by its `crd_…`. Errors: unknown_card."""
    for each in cards_of(member_id):
        if card_id(each) == name:
            return each
    raise UnknownCard


def card_batches() -> list[CardBatchView]:
    """All batches, newest first."""
    stock = dict(
        Card.objects.filter(state=CardState.STOCK)
        .values_list("batch_id")
        .annotate(free=Count("digest", filter=Q(state=CardState.STOCK)))
    )
    return [
        CardBatchView(
            each.id,
            each.name,
            each.first,
            each.last,
            each.count,
            stock.get(each.id, 0),
            each.created_at,
        )
        for each in CardBatch.objects.order_by("-id")
    ]


__all__ = [
    "card_batches",
    "card_id",
    "card_named",
    "card_presented",
    "card_refusal",
    "cards_of",
]
