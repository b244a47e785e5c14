"""The three routes that tills call for every sale, from a WSGI environment to an answer.

Both doors call these functions: Django's processes what is asked at once, the hot door gathers
what waits in between.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from regulars.faces.api.answers import Answer, encoded, json_answer
from regulars.faces.api.bodies import BalanceAnswer, BalancesAnswer, Expiring, RedemptionBody
from regulars.faces.api.decoding import Environ, body_read, decoded
from regulars.faces.api.keys import idempotency_key, key_authorized
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import internal_id
from regulars.ledger.book.selectors import balances, holders_there
from regulars.ledger.book.types import Balance
from regulars.members.profiles.errors import UnknownMember
from regulars.organization.apikeys.types import ApiKeyView, Scope
from regulars.rules.intake.services import process
from regulars.rules.intake.types import EventDocument, Item, Receipt, RedemptionDocument

EVENT_BYTES_MAX = 256 * 1024
EXPIRING_MAX = 12
MEMBER_PREFIX = "mem"

_EVENT = msgspec.json.Decoder(EventDocument)
_REDEMPTION = msgspec.json.Decoder(RedemptionBody)

Processed = Receipt | RegularsError
Submit = Callable[[Item, ApiKeyView], Processed]
Positions = Sequence[Balance] | RegularsError


def event_asked(environ: Environ) -> tuple[Item, ApiKeyView]:
    """What a `POST /events` brings, and with which key."""
    key = key_authorized(environ, Scope.EVENTS_WRITE)
    return decoded(_EVENT, body_read(environ, EVENT_BYTES_MAX)), key


def event_posted(environ: Environ, submit: Submit) -> Answer:
    """`POST /events`: one event in, its receipt out."""
    return receipt_answer(submit(*event_asked(environ)))


def redemption_asked(environ: Environ) -> tuple[Item, ApiKeyView]:
    """What a `POST /redemptions` brings, and with which key."""
    key = key_authorized(environ, Scope.REDEMPTIONS_WRITE)
    own_key = idempotency_key(environ)
    body = decoded(_REDEMPTION, body_read(environ, EVENT_BYTES_MAX))
    item = RedemptionDocument(
        key=own_key,
        member=body.member,
        points=body.points,
        asset=body.asset,
        document=body.document,
        store=body.store,
        hold_seconds=body.hold_seconds,
        occurred_at=body.occurred_at,
    )
    return item, key


def redemption_posted(environ: Environ, submit: Submit) -> Answer:
    """`POST /redemptions`: a member pays with points, or has them set aside."""
    return receipt_answer(submit(*redemption_asked(environ)))


def balances_asked(environ: Environ, member: str) -> str:
    """Whose balances a `GET /members/{member}/balances` asks for: the member's UUID."""
    key_authorized(environ, Scope.MEMBERS_READ)
    return internal_id(MEMBER_PREFIX, member)


def balance_answer(member: str, found: Positions) -> Answer:
    """What the member has now."""
    if isinstance(found, RegularsError):
        raise found
    return json_answer(encoded(BalancesAnswer(member, tuple(map(_balance, found)))))


def receipt_answer(result: Processed) -> Answer:
    """201 with the receipt of a new effect, 200 with the same bytes for a replay."""
    if isinstance(result, RegularsError):
        raise result
    status = 200 if result.replayed else 201
    return json_answer(result.body.encode(), status, replayed=result.replayed)


def submitted_alone(item: Item, key: ApiKeyView) -> Processed:
    """Processes one item by itself, as Django's door does."""
    return process([item], source=key.source, actor=key.actor)[0]


def balances_read(holder_ids: Sequence[str]) -> list[Positions]:
    """The balances of many members with one look, in order; refuses those that don't exist."""
    now: datetime = clock.now()
    with unit_of_work() as unit:
        found = balances(unit, holder_ids, now)
        empty = [holder_id for holder_id in holder_ids if not found[holder_id]]
        there = holders_there(unit, empty) if empty else frozenset()
    return [
        found[holder_id] if found[holder_id] or holder_id in there else UnknownMember()
        for holder_id in holder_ids
    ]


def balances_read_alone(holder_id: str) -> Positions:
    """One member's balances, as Django's door reads them."""
    return balances_read([holder_id])[0]


def _balance(position: Balance) -> BalanceAnswer:
    return BalanceAnswer(
        position.asset,
        position.balance,
        position.spendable,
        position.held,
        position.debt,
        position.pending,
        tuple([Expiring(at, amount) for at, amount in position.expiring[:EXPIRING_MAX]]),
    )
