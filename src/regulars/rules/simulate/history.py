"""The events that really happened, in the order in which they were processed, chunk by chunk."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import LiteralString

import msgspec

from regulars.foundation.database.session import unit_of_work
from regulars.rules.intake.types import OrderLine, ReceiptEntry
from regulars.rules.purchases.types import WALK_IN

CHUNK = 4000
FIRST = "00000000-0000-0000-0000-000000000000"

# A purchase has its event's id. Ids grow with time, so this walks along the primary key.
EVENTS: LiteralString = """
    SELECT e.id, e.holder_id, e.kind, e.store_id, e.occurred_at, e.business_date, e.receipt,
           p.net_minor, p.lines::text, p.refunded_minor, p.cancelled
    FROM rules_event e LEFT JOIN rules_purchase p ON p.id = e.id
    WHERE e.id > %(after)s::uuid AND e.business_date BETWEEN %(since)s AND %(until)s
      AND e.kind = ANY(%(kinds)s::text[]) AND e.status = 'applied'
      -- One that was paid again was not judged again.
      AND (e.kind <> 'order.paid' OR e.part = '')
      AND e.holder_id <> %(walk_in)s::uuid
    ORDER BY e.id LIMIT %(chunk)s
"""

COUNT: LiteralString = """
    SELECT count(*) FROM (
        SELECT 1 FROM rules_event
        WHERE business_date BETWEEN %(since)s AND %(until)s AND kind = ANY(%(kinds)s::text[])
        LIMIT %(most)s
    ) AS counted
"""

_LINES = msgspec.json.Decoder(tuple[OrderLine, ...])


class _Given(msgspec.Struct, frozen=True):
    """The part of a receipt that says what was given."""

    entries: tuple[ReceiptEntry, ...] = ()


_RECEIPT = msgspec.json.Decoder(_Given)


class Past(msgspec.Struct, frozen=True, gc=False):
    """One event that happened; `given` lists (rule, asset code, amount) as its receipt has them."""

    id: str
    holder_id: str
    kind: str
    store_id: int | None
    occurred_at: datetime
    business_date: date
    given: tuple[tuple[str, str, int], ...]
    net_minor: int
    lines: tuple[OrderLine, ...]
    refunded_minor: int
    cancelled: bool

    def kept(self, amount: int) -> int:
        """What refunds leave of an amount that the event earned."""
        if self.cancelled or (self.refunded_minor and self.refunded_minor >= self.net_minor):
            return 0
        if not self.refunded_minor:
            return amount
        return amount - amount * self.refunded_minor // self.net_minor


def past_chunks(kinds: Sequence[str], since: date, until: date) -> Iterator[list[Past]]:
    """The members' events of these kinds in a range of business days, both ends included."""
    after = FIRST
    params = {
        "since": since,
        "until": until,
        "kinds": list(kinds),
        "walk_in": WALK_IN,
        "chunk": CHUNK,
    }
    while True:
        with unit_of_work() as unit:
            rows = unit.fetch_named(EVENTS, params | {"after": after})
        if rows:
            yield [_past(row) for row in rows]
            after = rows[-1][0]
        if len(rows) < CHUNK:
            return


def past_count(kinds: Sequence[str], since: date, until: date, at_most: int) -> int:
    """How many events there are to look at, counted up to so many."""
    params = {"since": since, "until": until, "kinds": list(kinds), "most": at_most}
    with unit_of_work() as unit:
        return int(unit.fetch_named(COUNT, params)[0][0])


def _past(row: tuple[object, ...]) -> Past:
    (event_id, holder_id, kind, store_id, occurred_at, day, receipt) = row[:7]
    (net_minor, lines, refunded_minor, cancelled) = row[7:]
    given = [
        (move.rule, move.asset, move.amount)
        for entry in _RECEIPT.decode(str(receipt)).entries
        if entry.kind == "earn"
        for move in entry.movements
        if move.direction == "in"
    ]
    return Past(
        id=event_id,  # type: ignore[arg-type]
        holder_id=holder_id,  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        store_id=store_id,  # type: ignore[arg-type]
        occurred_at=occurred_at,  # type: ignore[arg-type]
        business_date=day,  # type: ignore[arg-type]
        given=tuple(given),
        net_minor=net_minor or 0,  # type: ignore[arg-type]
        lines=_LINES.decode(str(lines)) if lines else (),
        refunded_minor=refunded_minor or 0,  # type: ignore[arg-type]
        cancelled=bool(cancelled),
    )
