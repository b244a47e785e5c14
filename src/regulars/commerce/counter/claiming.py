"""A receipt that was nobody's is claimed for the member who bought, on the same day, once.

For the intake the sale to nobody is cancelled and sold again to her, at the moment at which she
bought: so it earns as if she had been known, and every figure counts it once.
"""

from datetime import datetime
from typing import LiteralString

import msgspec

from regulars.commerce.counter.claims import can_be_claimed
from regulars.commerce.counter.errors import ClaimTooLate, TicketClaimed, TicketUnsettled
from regulars.commerce.counter.rights import SELL, required
from regulars.commerce.counter.selectors import ticket_get
from regulars.commerce.counter.selling import sale_items
from regulars.commerce.counter.settling import content_of
from regulars.commerce.counter.storing import movements_of, receipts_read
from regulars.commerce.counter.types import (
    SOURCE,
    TicketView,
    Till,
    claimed_document,
)
from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.session import Statement, Unit, unit_retried
from regulars.foundation.errors import KeyReused
from regulars.foundation.ids import internal_id
from regulars.members.profiles.types import PUBLIC_PREFIX
from regulars.rules.intake.errors import DocumentReused
from regulars.rules.intake.services import process_within
from regulars.rules.intake.types import EventDocument, Receipt

LOCKED: LiteralString = """
    SELECT member_id, trouble, (SELECT count(*) FROM commerce_ticket l WHERE l.original_id = t.id)
    FROM commerce_ticket t WHERE id = %s FOR NO KEY UPDATE
"""
CLAIM: LiteralString = """
    UPDATE commerce_ticket SET member_id = %s, event_id = %s, movements = %s::jsonb,
        claimed_at = %s, claimed_by = %s
    WHERE id = %s
"""
FREE = (None, "", 0)

_ENCODER = msgspec.json.Encoder()


def ticket_claim(*, actor: Actor, till: Till, number: str, member: str) -> TicketView:
    """Gives a receipt of this store to the member (`mem_…`) who bought, on the day of the sale;
    again for the same member it answers the same.

    Errors: unknown_ticket, ticket_claimed, ticket_unsettled, claim_too_late, right_missing, those
    of the intake.
    """
    store = till.store.code
    required(actor, SELL, store)
    ticket = ticket_get(number, store)
    whose = internal_id(PUBLIC_PREFIX, member)
    if ticket.claimed_at is not None and ticket.member_id == whose:
        return ticket
    _claimable(ticket, till)
    items = _items(till, ticket, member)

    def claimed(unit: Unit) -> None:
        receipts = process_within(unit, items, source=SOURCE, actor=actor)
        if tuple(unit.fetch(LOCKED, ticket.id)[0]) != FREE:
            raise TicketClaimed
        unit.flight(_statements(actor, ticket, whose, receipts[-1]))

    try:
        unit_retried(claimed)
    except (KeyReused, DocumentReused):
        # Another claim of this receipt was quicker.
        raise TicketClaimed from None
    return ticket_get(number)


def off_key(number: str) -> str:
    """The key under which the sale to nobody is cancelled, once."""
    return f"{number}-off"


def _claimable(ticket: TicketView, till: Till) -> None:
    if ticket.trouble:
        raise TicketUnsettled
    if ticket.member_id is not None:
        raise TicketClaimed
    if not can_be_claimed(ticket, clock.business_date(clock.now(), till.store.time_zone)):
        raise ClaimTooLate


def _items(till: Till, ticket: TicketView, member: str) -> list[EventDocument]:
    """The sale to nobody cancelled, and the same sale to her."""
    sold_at = msgspec.structs.replace(till, terminal=ticket.terminal)
    when: datetime = ticket.occurred_at
    content = msgspec.structs.replace(content_of(ticket, member), occurred_at=when)
    off = EventDocument(
        event_id=off_key(ticket.number),
        kind="order.cancelled",
        occurred_at=when,
        store=till.store.code,
        document=ticket.number,
        part=off_key(ticket.number),
    )
    sold = [each for each in sale_items(sold_at, content) if isinstance(each, EventDocument)]
    named = claimed_document(ticket.number)
    return [off, msgspec.structs.replace(sold[-1], event_id=named, document=named)]


def _statements(actor: Actor, ticket: TicketView, whose: str, receipt: Receipt) -> list[Statement]:
    moved = _ENCODER.encode(movements_of(receipts_read([receipt]))).decode()
    claim = (whose, receipt.event_id, moved, clock.now(), actor.id, ticket.id)
    return [
        Statement(CLAIM, claim),
        record_statement(actor=actor, action="ticket.claimed", subject=ticket.number, details={}),
    ]
