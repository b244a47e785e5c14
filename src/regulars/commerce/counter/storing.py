"""Statements by which receipts are stored, in the transaction of what they earn."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString, TypeVar

import msgspec

from regulars.commerce.counter.errors import NoShiftOpen
from regulars.commerce.counter.types import Movement, RefundContent, SaleContent, Till
from regulars.foundation import clock
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.ids import new_id, uuid_text
from regulars.rules.intake.types import Receipt, ReceiptBody

# So far a till's clock may be off; beyond it what is done at once is dated here.
CLOCK_SLACK = timedelta(minutes=5)

INSERT: LiteralString = """
    INSERT INTO commerce_ticket (id, number, kind, terminal_id, sequence, store_id, shift_id,
        original_id, digest, staff_id, approved_by, member_id, event_id, occurred_at, recorded_at,
        business_date, goods_minor, discount_minor, rounding_minor, points, points_minor,
        net_minor, lines, movements, trouble, named_sealed, is_offline, reason)
    VALUES (%(id)s, %(number)s, %(kind)s, %(terminal)s, %(sequence)s, %(store)s, %(shift)s,
        %(original)s, %(digest)s, %(staff)s, %(approved_by)s, %(member)s, %(event)s,
        %(occurred_at)s, %(recorded_at)s, %(business_date)s, %(goods_minor)s, %(discount_minor)s,
        %(rounding_minor)s, %(points)s, %(points_minor)s, %(net_minor)s, %(lines)s::jsonb,
        %(movements)s::jsonb, %(trouble)s, %(named_sealed)s, %(is_offline)s, %(reason)s)
"""
TENDER: LiteralString = """
    INSERT INTO commerce_tender (id, ticket_id, kind, amount_minor, given_minor)
    VALUES (%s, %s, %s, %s, %s)
"""
# Sales share the shift; who closes it waits for them, and they for who closes it.
SHIFT: LiteralString = """
    SELECT id FROM commerce_shift WHERE terminal_id = %s AND closed_at IS NULL FOR SHARE
"""

_RECEIPT = msgspec.json.Decoder(ReceiptBody)
_ENCODER = msgspec.json.Encoder()

Content = TypeVar("Content", SaleContent, RefundContent)


def dated(content: Content, *, is_offline: bool = False) -> Content:
    """The same, dated as it is booked: only what was sold without the server keeps another time."""
    now = clock.now()
    if is_offline or abs(content.occurred_at - now) <= CLOCK_SLACK:
        return content
    return msgspec.structs.replace(content, occurred_at=now)


def digest_of(content: SaleContent | RefundContent) -> str:
    """What makes two messages of a till the same."""
    return uuid_text(hashlib.blake2b(_ENCODER.encode(content), digest_size=16).hexdigest())


def number_of(till: Till, sequence: int) -> str:
    """The number on the receipt: the till's, and its own count."""
    return f"{till.terminal}-{sequence:06d}"


def shift_shared(unit: Unit, till: Till) -> str:
    """The till's open shift, which now can't be closed before this transaction's end; of its number
    of now where a former number has none open. Errors: no_shift_open.
    """
    rows = unit.fetch(SHIFT, till.terminal)
    if not rows and till.drawer:
        rows = unit.fetch(SHIFT, till.drawer)
    if not rows:
        raise NoShiftOpen
    return str(rows[0][0])


def receipts_read(receipts: Sequence[Receipt]) -> list[ReceiptBody]:
    """The receipts of the intake, opened."""
    return [_RECEIPT.decode(each.body) for each in receipts]


def movements_of(bodies: Sequence[ReceiptBody]) -> list[Movement]:
    """What was moved for the ticket's member, in the order in which it was."""
    return [
        Movement(
            asset=line.asset,
            kind=entry.kind,
            amount=line.amount if line.direction == "in" else -line.amount,
            balance_after=line.balance_after,
        )
        for body in bodies
        for entry in body.entries
        if entry.member is None
        for line in entry.movements
    ]


def ticket_statements(
    *,
    till: Till,
    content: SaleContent | RefundContent,
    shift: str,
    row: dict[str, Any],
    tenders: Sequence[tuple[str, int, int]],
    movements: Sequence[Movement],
) -> list[Statement]:
    """The receipt and its tenders (kind, amount, given) as statements.

    `row` has what differs between sales, returns and voids, and the digest of what the till sent.
    """
    now: datetime = clock.now()
    ticket_id = row.get("id") or new_id()
    values = {
        "original": None,
        "approved_by": None,
        "member": None,
        "event": None,
        "discount_minor": 0,
        "rounding_minor": 0,
        "points": 0,
        "points_minor": 0,
        "lines": "[]",
        "trouble": "",
        "named_sealed": "",
        "is_offline": False,
        "reason": "",
        **row,
        "id": ticket_id,
        "number": number_of(till, content.sequence),
        "terminal": till.terminal,
        "sequence": content.sequence,
        "store": till.store.id,
        "shift": shift,
        "occurred_at": content.occurred_at,
        "recorded_at": now,
        "business_date": clock.business_date(content.occurred_at, till.store.time_zone),
        "movements": _ENCODER.encode(list(movements)).decode(),
    }
    return [
        Statement(INSERT, values),
        *[Statement(TENDER, (new_id(), ticket_id, *each)) for each in tenders],
    ]
