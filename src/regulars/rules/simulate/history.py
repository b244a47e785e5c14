"""The events that really happened, in the order in which they were processed, chunk by chunk."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, LiteralString

import msgspec

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import public_code
from regulars.rules.eventkinds.selectors import kind_known
from regulars.rules.eventkinds.types import PREFIX
from regulars.rules.intake.types import OrderLine, ReceiptEntry
from regulars.rules.purchases.types import WALK_IN, AppliedRefund

CHUNK = 4000
FIRST = "00000000-0000-0000-0000-000000000000"

# A purchase has its event's id. Ids grow with time, so this walks along the primary key.
EVENTS: LiteralString = """
    SELECT e.id, e.holder_id, e.kind, e.store_id, e.occurred_at, e.business_date, e.receipt,
           p.net_minor, p.lines::text, p.refunded_minor, p.cancelled, p.refunds, e.part
    FROM rules_event e LEFT JOIN rules_purchase p ON p.id = e.id
    WHERE e.id > %(after)s::uuid AND e.business_date BETWEEN %(since)s AND %(until)s
      AND e.kind = ANY(%(kinds)s::text[]) AND e.status = 'applied'
      -- One that was paid again was not judged again; something may have followed from it.
      AND (%(followed)s::boolean OR e.kind <> 'order.paid' OR e.part = '')
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
_REFUNDS = msgspec.json.Decoder(list[AppliedRefund])


class _Params(msgspec.Struct, frozen=True):
    """Of what a note says: which part of the amount lies within the rule's limits."""

    inside: int | None = None


class _Note(msgspec.Struct, frozen=True):
    rule: str
    fired: bool
    params: _Params


class _Given(msgspec.Struct, frozen=True):
    """The part of a receipt that says what was given, and what the event said."""

    entries: tuple[ReceiptEntry, ...] = ()
    explanation: tuple[_Note, ...] = ()
    data: dict[str, Any] = {}


_RECEIPT = msgspec.json.Decoder(_Given)


Gift = tuple[str, str, int]


class Past(msgspec.Struct, frozen=True, gc=False):
    """One event that happened; `given` lists (rule, asset code, amount) as its receipt has them.

    `followed` are those of its follow-ups, `refunds` the events that refunded it with their money,
    as they were applied, `fired` the rules that did something, each with what of
    its amount its limits counted where that isn't all of it. Not `is_judged` are events by which
    rules give nothing: only something may have followed from them.
    """

    id: str
    holder_id: str
    kind: str
    store_id: int | None
    occurred_at: datetime
    business_date: date
    is_judged: bool
    given: tuple[Gift, ...]
    followed: tuple[Gift, ...]
    net_minor: int
    lines: tuple[OrderLine, ...]
    refunded_minor: int
    cancelled: bool
    refunds: tuple[tuple[str, int], ...] = ()
    fired: tuple[tuple[str, int | None], ...] = ()
    facts: dict[str, Any] = {}

    def kept(self, amount: int) -> int:
        """What refunds leave of an amount that the event earned."""
        if self.cancelled:
            return 0
        return kept_of(amount, net_minor=self.net_minor, refunded_minor=self.refunded_minor)


def kept_of(amount: int, *, net_minor: int, refunded_minor: int) -> int:
    """What is left of an amount when so much of a sale was refunded."""
    if not refunded_minor:
        return amount
    if refunded_minor >= net_minor:
        return 0
    return amount - amount * refunded_minor // net_minor


def past_chunks(
    kinds: Sequence[str], since: date, until: date, followed: Sequence[str] = ()
) -> Iterator[list[Past]]:
    """The members' events of these kinds in a range of business days, both ends included.

    And those of kinds by which only something followed: also sales that were paid again then.
    """
    after = FIRST
    params = {
        "since": since,
        "until": until,
        "kinds": [*kinds, *followed],
        "followed": bool(followed),
        "walk_in": WALK_IN,
        "chunk": CHUNK,
    }
    while True:
        with unit_of_work() as unit:
            rows = unit.fetch_named(EVENTS, params | {"after": after})
        if rows:
            yield [_past(row, kinds, splits=bool(followed)) for row in rows]
            after = rows[-1][0]
        if len(rows) < CHUNK:
            return


def past_count(kinds: Sequence[str], since: date, until: date, at_most: int) -> int:
    """How many events there are to look at, counted up to so many."""
    params = {"since": since, "until": until, "kinds": list(kinds), "most": at_most}
    with unit_of_work() as unit:
        return int(unit.fetch_named(COUNT, params)[0][0])


def _past(row: tuple[object, ...], judged: Sequence[str], *, splits: bool) -> Past:
    (event_id, holder_id, kind, store_id, occurred_at, day, receipt) = row[:7]
    (net_minor, lines, refunded_minor, cancelled, refunds, part) = row[7:]
    told = _RECEIPT.decode(str(receipt))
    earned = [each for each in told.entries if each.kind == "earn"]
    followed: tuple[Gift, ...] = ()
    if splits or len(earned) > 1:
        given, followed = _split(str(event_id), earned)
    else:
        given = tuple([gift for entry in earned for gift in _gifts_of(entry)])
    if is_again := kind == "order.paid" and part != "":
        given = ()  # what the sale's own event gave already
    return Past(
        id=event_id,  # type: ignore[arg-type]
        holder_id=holder_id,  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        store_id=store_id,  # type: ignore[arg-type]
        occurred_at=occurred_at,  # type: ignore[arg-type]
        business_date=day,  # type: ignore[arg-type]
        is_judged=kind in judged and not is_again,
        given=given,
        followed=followed,
        net_minor=net_minor or _amount(str(kind), told.data),  # type: ignore[arg-type]
        lines=_LINES.decode(str(lines)) if lines else (),
        refunded_minor=refunded_minor or 0,  # type: ignore[arg-type]
        cancelled=bool(cancelled),
        refunds=_refunds_of(refunds) if refunded_minor else (),
        fired=tuple([(each.rule, each.params.inside) for each in told.explanation if each.fired]),
        facts={f"{PREFIX}{name}": value for name, value in told.data.items()},
    )


def _refunds_of(text: object) -> tuple[tuple[str, int], ...]:
    return tuple([(each.event_id, each.net_minor) for each in _REFUNDS.decode(str(text))])


def _split(
    event_id: str, earned: Sequence[ReceiptEntry]
) -> tuple[tuple[Gift, ...], tuple[Gift, ...]]:
    """What a receipt's own entry gave, and what its follow-ups gave.

    A sale that came after it was cancelled and paid again has its earning twice: it counts once.
    """
    if not earned:
        return (), ()
    own = f"ent_{public_code(event_id)}"
    given = [gift for entry in earned if entry.entry == own for gift in _gifts_of(entry)]
    rules = {rule for rule, _, _ in given}
    others = [gift for entry in earned if entry.entry != own for gift in _gifts_of(entry)]
    return tuple(given), tuple([gift for gift in others if gift[0] not in rules])


def _gifts_of(entry: ReceiptEntry) -> list[Gift]:
    return [
        (move.rule, move.asset, move.amount) for move in entry.movements if move.direction == "in"
    ]


def _amount(code: str, data: dict[str, Any]) -> int:
    """What rules calculate with, of an event whose kind declares its data."""
    kind = kind_known(code) if data else None
    return int(data.get(kind.amount, 0)) if kind is not None and kind.amount else 0
