"""The expiry run: posts what is dead, in chunks of holders, set-based inside the database.

Nothing waits for it: a dead lot is never spent, late run or not. Each chunk locks its holders in
id order and is one unit of work, so that a run may stop anywhere and go on. A lot under a hold
waits for the hold's end, and a hold past its time is ended here, for its owner may never return.
An entry is dated at the instant of the expiry itself, so that past figures are the same however
late the run was.
"""

from datetime import datetime

import msgspec

from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.locks import LEDGER_WRITERS
from regulars.ledger.book.assets import assets_known
from regulars.ledger.book.decisions.holds import lapsed_holds_freed
from regulars.ledger.book.load import (
    LOCK_HOLDERS,
    LOCK_WRITERS,
    Needs,
    load_statements,
    recorded_at,
    state_loaded,
)
from regulars.ledger.book.store import store_statements

DUE_HOLDERS_BY_LOT = """
    SELECT DISTINCT holder_id FROM (
        SELECT holder_id FROM ledger_lot
        WHERE is_open AND expires_at <= %(at)s AND remaining > held
          AND abs(mod(uuid_hash(holder_id), %(parts)s)) = %(part)s
        ORDER BY expires_at LIMIT %(limit)s
    ) AS due
"""

DUE_HOLDERS_BY_INACTIVITY = """
    SELECT DISTINCT holder_id FROM (
        SELECT a.holder_id FROM ledger_account a
        JOIN ledger_lot l USING (holder_id, asset_id)
        WHERE a.inactive_at <= %(at)s AND l.is_open AND l.remaining > l.held
          AND abs(mod(uuid_hash(a.holder_id), %(parts)s)) = %(part)s
        LIMIT %(limit)s
    ) AS due
"""

DUE_HOLDERS_BY_HOLD = """
    SELECT DISTINCT holder_id FROM (
        SELECT holder_id FROM ledger_hold
        WHERE state = 'open' AND expires_at <= %(now)s
          AND abs(mod(uuid_hash(holder_id), %(parts)s)) = %(part)s
        LIMIT %(limit)s
    ) AS due
"""

EXPIRE = """
    WITH due AS MATERIALIZED (
        SELECT l.id AS lot_id, l.holder_id, l.asset_id, l.remaining - l.held AS free,
               least(l.expires_at, a.inactive_at) AS died_at, a.id AS account_id, a.balance
        FROM ledger_lot l JOIN ledger_account a USING (holder_id, asset_id)
        WHERE l.holder_id = ANY(%(holders)s::uuid[]) AND l.is_open AND l.remaining > l.held
          AND least(l.expires_at, a.inactive_at) <= %(at)s
    ), death AS MATERIALIZED (
        SELECT uuidv7() AS entry_id, holder_id, asset_id, died_at, total, lots, parts,
               balance - (sum(total) OVER (
                   PARTITION BY holder_id, asset_id ORDER BY died_at))::bigint AS balance_after
        FROM (
            SELECT holder_id, asset_id, died_at, balance, sum(free)::bigint AS total,
                   array_agg(lot_id) AS lots, array_agg(free) AS parts
            FROM due GROUP BY holder_id, asset_id, died_at, balance
        ) AS dead
    ), entry AS (
        INSERT INTO ledger_entry (id, holder_id, key, digest, kind, actor, reason_digest,
            occurred_at, business_date, recorded_at)
        SELECT d.entry_id, d.holder_id, d.entry_id, d.entry_id, 'expire', %(actor)s, '', d.died_at,
               (d.died_at AT TIME ZONE s.time_zone)::date, %(now)s
        FROM death d JOIN ledger_asset s ON s.id = d.asset_id
        ORDER BY d.entry_id
    ), posting AS (
        INSERT INTO ledger_posting (holder_id, entry_id, ordinal, asset_id, credit, amount,
            counter, rule, balance_after)
        SELECT holder_id, entry_id, 0, asset_id, false, total, 'expired', '', balance_after
        FROM death
    ), used AS (
        INSERT INTO ledger_lot_use (holder_id, entry_id, lot_id, ordinal, asset_id, amount,
            purpose)
        SELECT d.holder_id, d.entry_id, l.lot_id, l.place - 1, d.asset_id, l.free, 'expire'
        FROM death d, unnest(d.lots, d.parts) WITH ORDINALITY AS l(lot_id, free, place)
    ), lots AS (
        UPDATE ledger_lot l SET remaining = l.held, is_open = l.held > 0
        FROM due WHERE l.id = due.lot_id
    ), accounts AS (
        UPDATE ledger_account a SET balance = a.balance - t.total
        FROM (SELECT account_id, sum(free)::bigint AS total FROM due GROUP BY account_id) t
        WHERE a.id = t.account_id
    )
    SELECT count(*), coalesce(sum(free), 0)::bigint FROM due
"""


class Share(msgspec.Struct, frozen=True):
    """A part of all holders, so that runs may go on beside each other without meeting."""

    part: int = 0
    parts: int = 1


EVERYBODY = Share()


def lots_expire(
    unit: Unit,
    *,
    at: datetime,
    now: datetime,
    actor: str,
    limit: int,
    share: Share = EVERYBODY,
) -> int:
    """Posts the expiry of up to `limit` dead lots (and what else their holders have dead).

    Answers how many lots died and holds ended; 0 means that nothing is due any more, or that
    another run has just done what this one had found.
    """
    holders, lapsed = _holders_due(unit, at=at, now=now, limit=limit, share=share)
    if not holders:
        return 0
    unit.flight(
        [
            Statement(LOCK_WRITERS, (LEDGER_WRITERS,)),
            Statement(LOCK_HOLDERS, (id_array(sorted(holders)),)),
        ]
    )
    ended = _lapsed_holds_ended(unit, lapsed, now) if lapsed else 0
    params = {
        "holders": id_array(holders),
        "at": at,
        "now": recorded_at(now),
        "actor": actor,
    }
    return ended + int(unit.flight([Statement(EXPIRE, params)])[0][0][0])


def lots_due(unit: Unit, *, at: datetime, now: datetime, share: Share = EVERYBODY) -> bool:
    """Whether anything is dead and not yet posted."""
    return bool(_holders_due(unit, at=at, now=now, limit=1, share=share)[0])


def _holders_due(
    unit: Unit, *, at: datetime, now: datetime, limit: int, share: Share
) -> tuple[set[str], set[str]]:
    """Holders with something dead, and those of them whose holds have lapsed.

    Idle accounts are looked for last, and only where an asset has such a rule: there is no index
    that finds them, because every movement would have to keep it.
    """
    params = {"at": at, "now": now, "limit": limit, "part": share.part, "parts": share.parts}
    by_lot, by_hold = unit.flight(
        [Statement(sql, params) for sql in (DUE_HOLDERS_BY_LOT, DUE_HOLDERS_BY_HOLD)]
    )
    lapsed = {row[0] for row in by_hold}
    due = {row[0] for row in by_lot} | lapsed
    if not due and any(asset.expiry.inactivity for asset in assets_known(unit).values()):
        due = {row[0] for row in unit.fetch_named(DUE_HOLDERS_BY_INACTIVITY, params)}
    return due, lapsed


def _lapsed_holds_ended(unit: Unit, holders: set[str], now: datetime) -> int:
    """Frees what holds past their time still keep, as the next request of the holder would."""
    assets = assets_known(unit)
    needs = Needs(holders=holders, inactivity=True)  # so that lots and holds are loaded
    state = state_loaded(needs, unit.flight(load_statements(needs, now)), assets, now)
    lapsed_holds_freed(state)
    unit.flight(store_statements(state.changes))
    return len(state.changes.holds)
