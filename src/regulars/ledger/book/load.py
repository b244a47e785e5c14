"""Loading what a batch needs: locks first, then everything in one flight.

The locks are taken in `foundation.locks` order: the shared lock of ledger writers, then the
holders in the order of their ids. Statements after a lock see what the lock waited for, because
each has its own snapshot (READ COMMITTED).
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from regulars.foundation import clock, ids
from regulars.foundation.database.arrays import id_array, int_array
from regulars.foundation.database.session import Rows, Statement, Unit
from regulars.foundation.locks import LEDGER_WRITERS
from regulars.ledger.book.decisions.state import (
    AccountRow,
    HolderRow,
    HoldRow,
    LotRow,
    OriginRow,
    State,
)
from regulars.ledger.book.types import (
    AssetView,
    Credit,
    EntryResult,
    HoldResult,
    MakeHold,
    Post,
    PostingView,
    Release,
    Request,
    Reverse,
    Settle,
    Transfer,
)

# An amount, since when it is usable, and until when.
Dated = tuple[int, datetime, datetime | None]

# What follows in the transaction is planned once for each connection, not anew for other values:
# it looks up arrays of keys by their indexes, whatever is in them.
LOCK_WRITERS = """
    SELECT pg_advisory_xact_lock_shared(%s),
           set_config('plan_cache_mode', 'force_generic_plan', true)
"""

LOCK_HOLDERS = """
    SELECT id, frozen, merged_into FROM ledger_holder
    WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""

ACCOUNTS = """
    SELECT id, holder_id, asset_id, balance, held, debt, inactive_at
    FROM ledger_account WHERE holder_id = ANY(%s::uuid[])
"""

LOT_COLUMNS = """
    l.id, l.holder_id, l.asset_id, l.entry_id, l.origin_id, l.parent_id, l.amount, l.earned_at,
    l.available_at, l.expires_at, l.remaining, l.held
"""

LOTS_OPEN = f"""
    WITH wanted(holder_id, asset_id) AS (
        SELECT * FROM unnest(%s::uuid[], %s::smallint[])
        UNION
        SELECT holder_id, asset_id FROM ledger_posting
        WHERE holder_id = ANY(%s::uuid[]) AND entry_id = ANY(%s::uuid[])
        UNION
        SELECT holder_id, asset_id FROM ledger_account
        WHERE holder_id = ANY(%s::uuid[]) AND (inactive_at <= %s OR held > 0)
    )
    SELECT {LOT_COLUMNS} FROM wanted JOIN ledger_lot l USING (holder_id, asset_id)
    WHERE l.is_open
"""  # noqa: S608 - constants only

LOTS_CLOSED_OF_ORIGINS = f"""
    SELECT {LOT_COLUMNS} FROM ledger_lot l
    WHERE NOT l.is_open AND l.id IN (
        SELECT lot_id FROM ledger_lot_use
        WHERE holder_id = ANY(%s::uuid[]) AND entry_id = ANY(%s::uuid[])
    )
"""  # noqa: S608 - constants only

HOLDS = """
    SELECT id, holder_id, asset_id, key, digest, amount, created_at, expires_at, actor, state,
           entry_id
    FROM ledger_hold
    WHERE holder_id = ANY(%s::uuid[])
      AND (state = 'open' OR id = ANY(%s::uuid[]) OR key = ANY(%s::uuid[]))
    ORDER BY id
"""

HOLD_LOTS = """
    SELECT l.hold_id, l.lot_id, l.amount
    FROM ledger_hold h JOIN ledger_hold_lot l ON l.hold_id = h.id AND l.holder_id = h.holder_id
    WHERE h.holder_id = ANY(%s::uuid[]) AND h.state = 'open'
    ORDER BY l.hold_id, l.ordinal
"""

# Two ways in: by the index of callers' keys, or, where the key is the entry's own id, by that.
ENTRIES_KNOWN = """
    WITH known AS (
        SELECT id, seq, holder_id, key, digest FROM ledger_entry
        WHERE holder_id = ANY(%(holders)s::uuid[]) AND key = ANY(%(keys)s::uuid[]) AND key <> id
        UNION ALL
        SELECT id, seq, holder_id, key, digest FROM ledger_entry
        WHERE id = ANY(%(keys)s::uuid[]) AND holder_id = ANY(%(holders)s::uuid[]) AND key = id
    )
    SELECT e.id, e.holder_id, e.key, e.digest,
           p.asset_id, p.credit, p.amount, p.counter, p.rule, p.balance_after
    FROM known e
    LEFT JOIN ledger_posting p ON p.holder_id = e.holder_id AND p.entry_id = e.id
    ORDER BY e.seq, p.ordinal
"""

# The entry must be the holder's own: who was given something can't reverse the gift.
ORIGIN_POSTINGS = """
    SELECT p.entry_id, p.holder_id, p.asset_id, p.credit, p.counter, p.amount,
           e.reverses_id IS NOT NULL
    FROM ledger_posting p
    JOIN ledger_entry e ON e.holder_id = p.holder_id AND e.id = p.entry_id
    WHERE p.holder_id = ANY(%s::uuid[]) AND p.entry_id = ANY(%s::uuid[])
    ORDER BY p.entry_id, p.ordinal
"""

ORIGIN_USES = """
    SELECT entry_id, lot_id, asset_id, amount FROM ledger_lot_use
    WHERE holder_id = ANY(%s::uuid[]) AND entry_id = ANY(%s::uuid[]) AND purpose = 'spend'
    ORDER BY entry_id, ordinal
"""

ORIGIN_REVERSED = """
    SELECT e.reverses_id, p.asset_id, NOT p.credit, p.counter, sum(p.amount)::bigint
    FROM ledger_entry e
    JOIN ledger_posting p ON p.holder_id = e.holder_id AND p.entry_id = e.id
    WHERE e.holder_id = ANY(%s::uuid[]) AND e.reverses_id = ANY(%s::uuid[])
    GROUP BY 1, 2, 3, 4
"""

ORIGIN_REFILLED = """
    SELECT e.reverses_id, u.lot_id, -sum(u.amount)::bigint
    FROM ledger_entry e
    JOIN ledger_lot_use u ON u.holder_id = e.holder_id AND u.entry_id = e.id
    WHERE e.holder_id = ANY(%s::uuid[]) AND e.reverses_id = ANY(%s::uuid[])
      AND u.purpose = 'refill'
    GROUP BY 1, 2
"""

# What entries credited, and the lots that this made. A lot may hold what several rules gave with
# the same dates, so there may be fewer lots than credits; of each asset they add up to the same.
CREDITED = """
    SELECT entry_id, asset_id, amount, counter, rule FROM ledger_posting
    WHERE holder_id = ANY(%s::uuid[]) AND entry_id = ANY(%s::uuid[]) AND credit
    ORDER BY entry_id, ordinal
"""
LOTS_MADE = """
    SELECT entry_id, asset_id, amount, available_at, expires_at FROM ledger_lot
    WHERE holder_id = ANY(%s::uuid[]) AND entry_id = ANY(%s::uuid[]) AND parent_id IS NULL
    ORDER BY entry_id, id
"""


class Needs(msgspec.Struct):
    """What a batch must lock and load."""

    holders: set[str] = msgspec.field(default_factory=set)
    lots: set[tuple[str, int]] = msgspec.field(default_factory=set)
    origins: set[str] = msgspec.field(default_factory=set)
    holds: set[str] = msgspec.field(default_factory=set)
    keys: set[str] = msgspec.field(default_factory=set)
    inactivity: bool = False
    latest: datetime | None = None

    def request_added(self, request: Request, *, check_key: bool = True) -> None:
        """Adds what one request touches. Callers with a key table of their own skip the key."""
        self.holders.add(request.holder_id)
        if self.latest is None or request.occurred_at > self.latest:
            self.latest = request.occurred_at
        if isinstance(request, Release | Settle):
            self.holds.add(request.hold_id)
        if isinstance(request, MakeHold):
            self.lots.add((request.holder_id, request.asset_id))
        elif isinstance(request, Reverse):
            self.origins.add(request.entry_id)
        elif isinstance(request, Post):
            for movement in request.movements:
                if isinstance(movement, Transfer):
                    self.holders.add(movement.to_holder_id)
                if not isinstance(movement, Credit):
                    self.lots.add((request.holder_id, movement.asset_id))
        if check_key and not isinstance(request, Release):
            self.keys.add(request.key)

    @property
    def any_lots(self) -> bool:
        return bool(self.lots or self.origins or self.holds or self.inactivity)


def load_statements(needs: Needs, now: datetime) -> list[Statement]:
    """The statements of the loading flight, in the order in which `state_loaded` reads them."""
    holders = id_array(sorted(needs.holders))
    statements = [
        Statement(LOCK_WRITERS, (LEDGER_WRITERS,)),
        Statement(LOCK_HOLDERS, (holders,)),
        Statement(ACCOUNTS, (holders,)),
    ]
    if needs.any_lots:
        origins = id_array(needs.origins)
        pairs = sorted(needs.lots)
        statements += [
            Statement(
                LOTS_OPEN,
                (
                    id_array(holder for holder, _ in pairs),
                    int_array(asset for _, asset in pairs),
                    holders,
                    origins,
                    holders,
                    # A till's clock may be ahead: an account may be idle by its time, not ours.
                    now if needs.latest is None else max(now, needs.latest),
                ),
            ),
            Statement(HOLDS, (holders, id_array(needs.holds), id_array(needs.keys))),
            Statement(HOLD_LOTS, (holders,)),
        ]
    if needs.keys:
        known = {"holders": holders, "keys": id_array(needs.keys)}
        statements.append(Statement(ENTRIES_KNOWN, known))
    if needs.origins:
        statements += [
            Statement(sql, (holders, id_array(needs.origins)))
            for sql in (
                LOTS_CLOSED_OF_ORIGINS,
                ORIGIN_POSTINGS,
                ORIGIN_USES,
                ORIGIN_REVERSED,
                ORIGIN_REFILLED,
            )
        ]
    return statements


def recorded_at(now: datetime) -> datetime:
    """When entries decided after the locks were taken count as recorded: `now`, or later.

    Whoever asks for a figure as known at an instant waits until no writer holds the lock. An
    instant read before the lock could be older than that question and change its answer.
    """
    return max(now, clock.now())


def state_loaded(
    needs: Needs, rows: Iterable[Rows], assets: dict[int, AssetView], now: datetime
) -> State:
    """The state of the batch from the answers to `load_statements`."""
    state = State(assets, now, ids.new_id, recorded_at(now))
    answers = iter(rows)
    next(answers)
    for holder_id, frozen, merged_into in next(answers):
        state.holders[holder_id] = HolderRow(holder_id, frozen, merged_into)
    for account in next(answers):
        state.accounts[(account[1], account[2])] = AccountRow(*account)
    if needs.any_lots:
        for lot in next(answers):
            state.lot_added(LotRow(*lot))
        _holds_loaded(state, next(answers), next(answers))
    if needs.keys:
        _known_entries_loaded(state, next(answers))
    if needs.origins:
        for lot in next(answers):
            state.lot_added(LotRow(*lot))
        _origins_loaded(state, next(answers), next(answers), next(answers), next(answers))
    return state


def _holds_loaded(state: State, holds: Rows, lots: Rows) -> None:
    for row in holds:
        hold = HoldRow(*row)
        state.holds[hold.id] = hold
        # A retry is answered as the first time, whatever became of the hold since.
        answer = HoldResult(
            hold.id, hold.holder_id, hold.asset_id, hold.amount, "open", hold.expires_at
        )
        state.known_holds[(hold.holder_id, hold.key)] = (hold.digest, answer)
    for hold_id, lot_id, amount in lots:
        state.holds[hold_id].lots.append((lot_id, amount))


def _known_entries_loaded(state: State, rows: Rows) -> None:
    postings: dict[tuple[str, str], list[PostingView]] = {}
    heads: dict[tuple[str, str], tuple[str, str]] = {}
    for entry_id, holder_id, key, digest, *posting in rows:
        heads[(holder_id, key)] = (digest, entry_id)
        if posting[0] is not None:
            postings.setdefault((holder_id, key), []).append(PostingView(*posting))
    for place, (digest, entry_id) in heads.items():
        result = EntryResult(entry_id, place[0], tuple(postings.get(place, ())))
        state.known_entries[place] = (digest, result)


def _origins_loaded(
    state: State, postings: Rows, uses: Rows, reversed_rows: Rows, refilled: Rows
) -> None:
    for entry_id, holder_id, asset_id, credit, counter, amount, is_reversal in postings:
        origin = state.origins.setdefault(entry_id, OriginRow(entry_id, holder_id, is_reversal))
        origin.postings.append((asset_id, credit, counter, amount))
    for entry_id, lot_id, asset_id, amount in uses:
        state.origins[entry_id].uses.append((lot_id, asset_id, amount))
    for entry_id, asset_id, credit, counter, amount in reversed_rows:
        state.origins[entry_id].reversed_amounts[(asset_id, credit, counter)] = amount
    for entry_id, lot_id, amount in refilled:
        state.origins[entry_id].refilled[lot_id] = amount


def credits_of(
    unit: Unit, holder_ids: Sequence[str], entry_ids: Sequence[str]
) -> dict[str, tuple[Credit, ...]]:
    """What earnings credited, ready to be posted again with the same dates; by entry id.

    The credits of an asset are handed out over its lots in their order, and one that doesn't fit
    is split: what each rule gave and what each date got stay as they were, to the unit.
    """
    params = (id_array(holder_ids), id_array(entry_ids))
    postings, rows = unit.flight([Statement(CREDITED, params), Statement(LOTS_MADE, params)])
    lots: dict[tuple[str, int], deque[Dated]] = {}
    for entry_id, asset_id, *dated in rows:
        lots.setdefault((entry_id, asset_id), deque()).append(tuple(dated))
    found: dict[str, tuple[Credit, ...]] = {}
    for entry_id, asset_id, amount, counter, rule in postings:
        parts = [
            Credit(asset_id, part, counter, rule, since, by_policy=False, expires_at=until)
            for part, since, until in _handed_out(amount, lots[entry_id, asset_id])
        ]
        found[entry_id] = (*found.get(entry_id, ()), *parts)
    return found


def _handed_out(amount: int, lots: deque[Dated]) -> Iterator[Dated]:
    """The parts of an amount that fit into the next lots, with their dates; uses these up."""
    while amount:
        room, since, until = lots.popleft()
        part = min(amount, room)
        if part < room:
            lots.appendleft((room - part, since, until))
        amount -= part
        yield part, since, until
