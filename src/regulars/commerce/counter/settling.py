"""Settling a receipt whose member was not known when it arrived."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString

import msgspec

from regulars.commerce.counter.errors import TicketSettled
from regulars.commerce.counter.models import Ticket
from regulars.commerce.counter.rights import SELL, required
from regulars.commerce.counter.selectors import ticket_get
from regulars.commerce.counter.selling import sale_items
from regulars.commerce.counter.storing import movements_of, receipts_read
from regulars.commerce.counter.types import (
    SOURCE,
    SaleContent,
    Tendered,
    TicketLine,
    TicketView,
    Till,
)
from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.ids import internal_id
from regulars.foundation.personal import decrypt
from regulars.members.profiles.types import PUBLIC_PREFIX
from regulars.rules.intake.services import process_together
from regulars.rules.intake.types import Receipt

# Older than this nothing is booked but by an import.
LATE_MAX = timedelta(days=30)

LOCKED: LiteralString = """
    SELECT trouble FROM commerce_ticket WHERE id = %s FOR NO KEY UPDATE
"""
SETTLE: LiteralString = """
    UPDATE commerce_ticket SET trouble = '', named_sealed = '', member_id = %s, event_id = %s,
        movements = %s::jsonb
    WHERE id = %s
"""

_ENCODER = msgspec.json.Encoder()


def ticket_settle(*, actor: Actor, till: Till, number: str, member: str = "") -> TicketView:
    """Says whose a receipt is (`mem_…`), or that it is nobody's; then it earns as it should have.

    The money and the shift stay as they are. What is dated too long ago, or ahead of the time,
    earns as of the moment when it arrived. Errors: unknown_ticket, ticket_settled,
    right_missing, those of the intake.
    """
    store = till.store.code
    required(actor, SELL, store)
    ticket = ticket_get(number, store)
    if not ticket.trouble:
        raise TicketSettled
    sold_at = msgspec.structs.replace(till, terminal=ticket.terminal)
    items = sale_items(sold_at, content_of(ticket, member))

    def beside(unit: Unit, receipts: Sequence[Receipt]) -> list[Statement]:
        if unit.fetch(LOCKED, ticket.id) == [("",)]:
            raise TicketSettled
        whose = internal_id(PUBLIC_PREFIX, member) if member else None
        moved = _ENCODER.encode(movements_of(receipts_read(receipts))).decode()
        details = {"trouble": ticket.trouble}
        return [
            Statement(SETTLE, (whose, receipts[-1].event_id, moved, ticket.id)),
            record_statement(
                actor=actor, action="ticket.settled", subject=ticket.number, details=details
            ),
        ]

    process_together(items, source=SOURCE, actor=actor, beside=beside)
    return ticket_get(number)


def ticket_named(number: str, store: str) -> str:
    """The phone or card that was typed for a receipt in trouble; empty when there was none."""
    ticket = ticket_get(number, store)
    sealed = Ticket.objects.values_list("named_sealed", flat=True).get(id=ticket.id)
    named = decrypt(sealed, ticket.id) if sealed else ""
    return named.partition(":")[2]


def _earned_at(ticket: TicketView) -> datetime:
    """When it earns: when it was sold, or else when it arrived; now, if that is long ago too."""
    now = clock.now()
    for at in (ticket.occurred_at, ticket.recorded_at):
        if now - LATE_MAX <= at <= now:
            return at
    return now


def content_of(ticket: TicketView, member: str) -> SaleContent:
    """A receipt as the sale that the till would send again, for a member or for nobody."""
    return SaleContent(
        sequence=ticket.sequence,
        occurred_at=_earned_at(ticket),
        lines=tuple([TicketLine(each.amount_minor, each.category) for each in ticket.lines]),
        tenders=tuple([Tendered(each.kind, each.amount_minor) for each in ticket.tenders]),
        discount_minor=ticket.discount_minor,
        rounding_minor=ticket.rounding_minor,
        member=member,
        is_offline=True,
    )
