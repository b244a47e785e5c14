"""The ledger's doors for reading: balances, statements, entries. Nothing is written here."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, LiteralString

import msgspec
from psycopg.errors import LockNotAvailable

from regulars.foundation import clock
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.errors import Busy, InvalidInput, Told
from regulars.foundation.locks import LEDGER_WRITERS
from regulars.ledger.book.assets import assets_known, assets_stored
from regulars.ledger.book.types import AssetView, Balance

# One statement, so that all figures are of one moment: each statement sees what was committed
# when it began, and a spending between two of them would tear the answer apart.
# Lots of one fate are added up, so that a member with a thousand earnings costs a few rows. The
# part of a lot that a living hold keeps is held, whatever the lot's dates.
POSITIONS = """
    WITH account AS MATERIALIZED (
        SELECT holder_id, asset_id, balance, debt, inactive_at
        FROM ledger_account WHERE holder_id = ANY(%(holders)s::uuid[])
    ), held AS MATERIALIZED (
        SELECT h.holder_id, h.asset_id, hl.lot_id, sum(hl.amount)::bigint AS amount
        FROM ledger_hold h
        JOIN ledger_hold_lot hl ON hl.holder_id = h.holder_id AND hl.hold_id = h.id
        WHERE h.holder_id = ANY(%(holders)s::uuid[]) AND h.state = 'open'
          AND h.expires_at > %(at)s
        GROUP BY 1, 2, 3
    )
    SELECT a.holder_id, a.asset_id, NULL::timestamptz AS dies_at, false AS is_pending, a.balance,
           (SELECT coalesce(sum(amount), 0)::bigint FROM held h
            WHERE h.holder_id = a.holder_id AND h.asset_id = a.asset_id) AS held,
           a.debt,
           a.debt > 0 AND EXISTS (
               SELECT FROM ledger_hold h
               WHERE h.holder_id = a.holder_id AND h.asset_id = a.asset_id
                 AND h.state = 'open' AND h.expires_at <= %(at)s) AS has_lapsed
    FROM account a
    UNION ALL
    SELECT l.holder_id, l.asset_id, least(l.expires_at, a.inactive_at), l.available_at > %(at)s,
           sum(l.remaining)::bigint, coalesce(sum(h.amount), 0)::bigint, NULL, NULL
    FROM account a
    JOIN ledger_lot l USING (holder_id, asset_id)
    LEFT JOIN held h ON h.lot_id = l.id
    WHERE l.is_open
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 7 NULLS LAST, 3 NULLS LAST
"""
# What every holder has of one asset that is never spent: what it counts now, nothing before.
BALANCES_OF_ASSET = """
    SELECT holder_id AS member_id, balance AS now_counted, 0::bigint AS before_counted
    FROM ledger_account WHERE asset_id = %(asset)s /* members */
"""

STATEMENT_LINES = """
    SELECT e.seq, e.id, e.kind, e.occurred_at, e.business_date, e.recorded_at, e.event_id,
           e.reverses_id, e.actor, r.text, p.asset_id, p.credit, p.amount, p.counter, p.rule,
           p.balance_after
    FROM ledger_posting p
    JOIN ledger_entry e ON e.id = p.entry_id
    LEFT JOIN ledger_reason r ON r.entry_id = e.id AND r.holder_id = e.holder_id
    WHERE p.holder_id = %(holder)s AND e.seq < %(before)s
      AND (%(asset)s::smallint IS NULL OR p.asset_id = %(asset)s)
    ORDER BY e.seq DESC, p.ordinal DESC
    LIMIT %(limit)s
"""

LIABILITY = """
    SELECT p.asset_id, sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END)::bigint
    FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
    WHERE e.business_date <= %s AND e.recorded_at <= %s
    GROUP BY 1 ORDER BY 1
"""

# A business date is at most fifteen hours ahead of the instant at which it was recorded.
MOVED_BY_DAY = """
    SELECT e.business_date, p.asset_id, p.counter,
           sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END)::bigint
    FROM ledger_entry e
    JOIN ledger_posting p ON p.holder_id = e.holder_id AND p.entry_id = e.id
    WHERE e.business_date BETWEEN %(since)s AND %(until)s
      AND e.recorded_at >= %(since)s::date - interval '15 hours'
      AND (%(by)s::timestamptz IS NULL OR e.occurred_at <= %(by)s)
    GROUP BY 1, 2, 3
"""

OUTSTANDING = "SELECT asset_id, sum(balance)::bigint FROM ledger_account GROUP BY 1"

# Lots of one fate are one line, so that a member with a thousand earnings has a short list.
LOTS_OF = """
    SELECT l.asset_id, least(l.expires_at, a.inactive_at),
           CASE WHEN l.available_at > %(at)s THEN l.available_at END,
           count(*), sum(l.remaining)::bigint, coalesce(sum(h.amount), 0)::bigint,
           min(l.earned_at), max(l.earned_at)
    FROM ledger_lot l
    JOIN ledger_account a USING (holder_id, asset_id)
    LEFT JOIN (
        SELECT hl.lot_id, sum(hl.amount) AS amount
        FROM ledger_hold h
        JOIN ledger_hold_lot hl ON hl.holder_id = h.holder_id AND hl.hold_id = h.id
        WHERE h.holder_id = %(holder)s AND h.state = 'open' AND h.expires_at > %(at)s
        GROUP BY 1
    ) h ON h.lot_id = l.id
    WHERE l.holder_id = %(holder)s AND l.is_open
    GROUP BY 1, 2, 3
    ORDER BY 1, 2 NULLS LAST, 3 NULLS FIRST
    LIMIT %(limit)s
"""

FROZEN = "SELECT frozen FROM ledger_holder WHERE id = %s"

HOLDERS_THERE = """
    SELECT id FROM ledger_holder WHERE id = ANY(%s::uuid[]) AND kind = %s
"""

HOLDS = """
    SELECT id, CASE WHEN state = 'open' AND expires_at <= %s THEN 'released' ELSE state END,
           amount, expires_at, entry_id
    FROM ledger_hold WHERE holder_id = %s AND id = ANY(%s::uuid[])
"""

# The session holds it, so that it can be given back before the unit of work ends.
WRITERS_WAIT = "SELECT pg_advisory_lock(%s)"
WRITERS_GO = "SELECT pg_advisory_unlock(%s)"
# No transaction that writes entries lasts so long; what was recorded before is settled.
UNSETTLED_SECONDS = 86_400

PAGE_MAX = 200
BEFORE_ALL = 2**63 - 1


class StatementLine(msgspec.Struct, frozen=True):
    """One movement on a member's statement, newest first; `seq` is the cursor."""

    seq: int
    entry_id: str
    kind: str
    occurred_at: datetime
    business_date: date
    recorded_at: datetime
    event_id: str | None
    reverses_id: str | None
    actor: str
    reason: str | None
    asset_id: int
    credit: bool
    amount: int
    counter: str
    rule: str
    balance_after: int


class HoldView(msgspec.Struct, frozen=True):
    """Value set aside: `state` is open, settled or released, `entry_id` what settled it."""

    id: str
    state: str
    amount: int
    expires_at: datetime
    entry_id: str | None


class LotGroup(msgspec.Struct, frozen=True):
    """What is left of open lots that end together.

    `expires_at` is the instant after the last valid day (None: never), inactivity included;
    `available_at` is set while the value can't be used yet. `held` is the part under living holds.
    """

    asset_id: int
    expires_at: datetime | None
    available_at: datetime | None
    lots: int
    remaining: int
    held: int
    first_earned_at: datetime
    last_earned_at: datetime


def balances(unit: Unit, holder_ids: Sequence[str], at: datetime) -> dict[str, list[Balance]]:
    """What each holder has of each asset at an instant (now or later), assets in their order."""
    rows = unit.flight([Statement(POSITIONS, {"holders": id_array(holder_ids), "at": at})])[0]
    assets = assets_known(unit)
    answer: dict[str, list[Balance]] = {holder_id: [] for holder_id in holder_ids}
    for (holder_id, asset_id), (account, *lots) in groupby(rows, key=itemgetter(0, 1)):
        answer[holder_id].append(_position(assets[asset_id], at, account, lots))
    return answer


def _position(
    asset: AssetView, at: datetime, account: tuple[Any, ...], lots: list[tuple[Any, ...]]
) -> Balance:
    """One holder's position in one asset, from the account's row and the rows of its lots."""
    balance, held, debt, has_lapsed = account[4:]
    pending = spendable = 0
    expiring = []
    for _, _, dies_at, is_pending, remaining, held_part, *_ in lots:
        if is_pending:
            pending += remaining - held_part
        elif dies_at is None or dies_at > at:
            spendable += remaining - held_part
            if dies_at is not None:
                expiring.append((dies_at, remaining))
    # What a lapsed hold gave back has repaid a debt, though nobody has written it down yet.
    repaid = min(debt, spendable) if has_lapsed else 0
    return Balance(
        asset_id=asset.id,
        asset=asset.code,
        balance=balance,
        spendable=0 if debt > repaid else spendable - repaid,
        held=held,
        debt=debt - repaid,
        pending=pending,
        expiring=tuple(expiring),
    )


def statement(
    unit: Unit,
    holder_id: str,
    *,
    asset_id: int | None = None,
    before: int = BEFORE_ALL,
    limit: int = 50,
) -> list[StatementLine]:
    """A holder's movements, newest first, before the entry `before`; at most 200 at once."""
    params = {
        "holder": holder_id,
        "asset": asset_id,
        "before": before,
        "limit": min(limit, PAGE_MAX),
    }
    rows = unit.flight([Statement(STATEMENT_LINES, params)])[0]
    return [StatementLine(*row) for row in rows]


def liability(
    unit: Unit, *, business_date: date, known_at: datetime | None = None
) -> dict[int, int]:
    """What is owed to all holders of each asset, by business date and by what was known when.

    With `known_at` fixed (it is now by default, and never later) the figure never changes again:
    where a writer could still add to what was known then, this waits until none is at work, and
    refuses with `busy` when that takes too long. Don't ask in a unit that has written entries.
    """
    now = clock.now()
    known_at = now if known_at is None else known_at
    if known_at > now:
        raise InvalidInput(
            field="known_at",
            problem=Told("lies in the future; leave it out for now", "在将来；要看现在请不填"),
        )
    if (now - known_at).total_seconds() < UNSETTLED_SECONDS:
        try:  # held for an instant between two statements: who writes later, records later
            unit.flight([Statement(sql, (LEDGER_WRITERS,)) for sql in (WRITERS_WAIT, WRITERS_GO)])
        except LockNotAvailable:
            raise Busy from None
    rows = unit.flight([Statement(LIABILITY, (business_date, known_at))])[0]
    return {row[0]: row[1] for row in rows}


def lots_open(unit: Unit, holder_id: str, at: datetime, limit: int = PAGE_MAX) -> list[LotGroup]:
    """A holder's open lots by asset, soonest end first, those that end together added up."""
    params = {"holder": holder_id, "at": at, "limit": limit}
    return [LotGroup(*row) for row in unit.fetch_named(LOTS_OF, params)]


def day_movements(
    unit: Unit, since: date, until: date, by: datetime | None = None
) -> dict[tuple[date, int, str], int]:
    """Net movement by business day, asset and counter account, both days included.

    Positive is what holders gained. Reversals count on the day of the reversal. With `by` only
    what happened up to that instant counts.
    """
    rows = unit.flight([Statement(MOVED_BY_DAY, {"since": since, "until": until, "by": by})])[0]
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def outstanding(unit: Unit) -> dict[int, int]:
    """What is owed to all holders of each asset at this moment, debts deducted."""
    unit.fetch("SET LOCAL max_parallel_workers_per_gather = 2")
    return {row[0]: row[1] for row in unit.fetch(OUTSTANDING)}


# True of a holder `m` that is frozen: narrows lists of members.
IS_FROZEN: LiteralString = "EXISTS (SELECT 1 FROM ledger_holder x WHERE x.id = m.id AND x.frozen)"
FROZEN_AMONG: LiteralString = "SELECT id FROM ledger_holder WHERE id = ANY(%s::uuid[]) AND frozen"


def holders_frozen(unit: Unit, holder_ids: Sequence[str]) -> frozenset[str]:
    """Which of these are frozen."""
    return frozenset(row[0] for row in unit.fetch(FROZEN_AMONG, list(holder_ids)))


def holder_is_frozen(unit: Unit, holder_id: str) -> bool:
    """Whether nothing of this holder can be earned or spent."""
    return unit.fetch(FROZEN, holder_id) == [(True,)]


def holders_there(unit: Unit, holder_ids: Sequence[str], kind: str = "member") -> frozenset[str]:
    """Which of these holders exist."""
    return frozenset([row[0] for row in unit.fetch(HOLDERS_THERE, id_array(holder_ids), kind)])


def holds_get(
    unit: Unit, holder_id: str, hold_ids: Sequence[str], at: datetime
) -> dict[str, HoldView]:
    """A holder's holds by id; one past its time reads as released."""
    rows = unit.fetch(HOLDS, at, holder_id, id_array(hold_ids))
    return {row[0]: HoldView(*row) for row in rows}


__all__ = [
    "Balance",
    "HoldView",
    "LotGroup",
    "StatementLine",
    "assets_known",
    "assets_stored",
    "balances",
    "day_movements",
    "holders_there",
    "holds_get",
    "liability",
    "lots_open",
    "outstanding",
    "statement",
]
