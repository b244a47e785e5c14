"""Cards: made in batches, bound, reported lost, replaced. Numbers travel in bodies only."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta
from ninja import Router

from regulars.faces.api.answers import Answer, encoded
from regulars.faces.api.bodies import Strict
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX, MEMBER_PREFIX
from regulars.faces.api.routes import KeyRequest, route, struct_answer, written_in_unit
from regulars.foundation.database.session import Unit
from regulars.foundation.ids import internal_id, public_id
from regulars.members.cards.selectors import cards_of
from regulars.members.cards.services import (
    card_bind,
    card_replace,
    card_report_found,
    card_report_lost,
    cards_make,
)
from regulars.members.cards.types import CardView
from regulars.organization.apikeys.types import Scope

router = Router(tags=["cards"])

Body = TypeVar("Body")
Step = Callable[[Unit, str, Body], None]
CardNumber = Annotated[str, Meta(min_length=1, max_length=40)]
Why = Annotated[str, Meta(max_length=200)]


class CardBody(Strict, frozen=True):
    """A card by its number, spaces and hyphens as one likes."""

    number: CardNumber
    reason: Why = ""


class ReplaceBody(Strict, frozen=True):
    """The old card and the new one, and why."""

    number: CardNumber
    new_number: CardNumber
    reason: Why = ""


class CardBatchBody(Strict, frozen=True):
    """Running numbers: `prefix`, then `first` and following in `digits` digits, then a check
    digit when the prefix has no letters."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    prefix: Annotated[str, Meta(max_length=20)]
    first: Annotated[int, Meta(ge=0, le=10**15)]
    count: Annotated[int, Meta(ge=1, le=10_000)]
    digits: Annotated[int, Meta(ge=1, le=20)]


class CardBatchAnswer(msgspec.Struct, frozen=True):
    """The batch that was made."""

    batch: int
    count: int


class CardsAnswer(msgspec.Struct, frozen=True):
    """All cards a member ever had, the newest first."""

    member: str
    cards: tuple[CardView, ...]


class CardOwner(msgspec.Struct, frozen=True):
    """Whose card it is, or was."""

    member: str


_CARD = msgspec.json.Decoder(CardBody)
_REPLACE = msgspec.json.Decoder(ReplaceBody)
_BATCH = msgspec.json.Decoder(CardBatchBody)


def _cards(member_id: str) -> CardsAnswer:
    return CardsAnswer(public_id(MEMBER_PREFIX, member_id), tuple(cards_of(member_id)))


def _changed(
    request: KeyRequest, member: str, decoder: msgspec.json.Decoder[Body], step: Step[Body]
) -> Answer:
    """Does one step with a card and answers the member's id; the state is read afterwards."""
    body = decoded(decoder, body_read(request.environ, EVENT_BYTES_MAX))
    member_id = internal_id(MEMBER_PREFIX, member)

    def work(unit: Unit) -> tuple[int, str]:
        step(unit, member_id, body)
        return 200, encoded(CardOwner(public_id(MEMBER_PREFIX, member_id))).decode()

    return written_in_unit(request, body, work)


@route(
    router,
    "POST",
    "/card-batches",
    "Make cards",
    scope=Scope.MEMBERS_MANAGE,
    body=CardBatchBody,
    answers={201: CardBatchAnswer, 200: CardBatchAnswer},
    key=KeyPlace.HEADER,
)
def cards_made(request: KeyRequest) -> Answer:
    """Makes up to 10,000 free cards with running numbers."""
    body = decoded(_BATCH, body_read(request.environ, EVENT_BYTES_MAX))

    def work(unit: Unit) -> tuple[int, str]:
        batch = cards_make(
            unit=unit,
            actor=request.auth.actor,
            name=body.name,
            prefix=body.prefix,
            first=body.first,
            count=body.count,
            digits=body.digits,
        )
        return 201, encoded(CardBatchAnswer(batch, body.count)).decode()

    return written_in_unit(request, body, work)


@route(
    router,
    "GET",
    "/members/{member}/cards",
    "List a member's cards",
    scope=Scope.MEMBERS_READ,
    answers={200: CardsAnswer},
)
def member_cards(request: KeyRequest, member: str) -> Answer:
    """All cards the member ever had, lost and replaced ones too."""
    return struct_answer(_cards(internal_id(MEMBER_PREFIX, member)))


@route(
    router,
    "POST",
    "/members/{member}/cards/bind",
    "Give a member a card",
    scope=Scope.MEMBERS_WRITE,
    body=CardBody,
    answers={200: CardOwner},
    key=KeyPlace.HEADER,
)
def member_card_bound(request: KeyRequest, member: str) -> Answer:
    """A free card becomes the member's."""
    actor = request.auth.actor
    return _changed(
        request,
        member,
        _CARD,
        lambda unit, member_id, body: card_bind(
            unit=unit, actor=actor, member_id=member_id, number=body.number
        ),
    )


@route(
    router,
    "POST",
    "/members/{member}/cards/report-lost",
    "Report a card lost",
    scope=Scope.MEMBERS_WRITE,
    body=CardBody,
    answers={200: CardOwner},
    key=KeyPlace.HEADER,
)
def member_card_lost(request: KeyRequest, member: str) -> Answer:
    """The card refuses everything from now on; what the member has stays hers."""
    actor = request.auth.actor
    return _changed(
        request,
        member,
        _CARD,
        lambda unit, member_id, body: card_report_lost(
            unit=unit, actor=actor, member_id=member_id, number=body.number, reason=body.reason
        ),
    )


@route(
    router,
    "POST",
    "/members/{member}/cards/report-found",
    "Use a lost card again",
    scope=Scope.MEMBERS_WRITE,
    body=CardBody,
    answers={200: CardOwner},
    key=KeyPlace.HEADER,
)
def member_card_found(request: KeyRequest, member: str) -> Answer:
    """A lost card turned up before it was replaced."""
    actor = request.auth.actor
    return _changed(
        request,
        member,
        _CARD,
        lambda unit, member_id, body: card_report_found(
            unit=unit, actor=actor, member_id=member_id, number=body.number
        ),
    )


@route(
    router,
    "POST",
    "/members/{member}/cards/replace",
    "Replace a card",
    scope=Scope.MEMBERS_WRITE,
    body=ReplaceBody,
    answers={200: CardOwner},
    key=KeyPlace.HEADER,
)
def member_card_replaced(request: KeyRequest, member: str) -> Answer:
    """A new card for one in use or lost: same member, same assets, the old one is dead."""
    actor = request.auth.actor
    return _changed(
        request,
        member,
        _REPLACE,
        lambda unit, member_id, body: card_replace(
            unit=unit,
            actor=actor,
            member_id=member_id,
            number=body.number,
            new_number=body.new_number,
            reason=body.reason,
        ),
    )
