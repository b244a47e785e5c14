"""Two ways to run the real decisions: in PostgreSQL through the doors, or in memory alone."""

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections

from regulars.foundation import clock, ids
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, unit_of_work
from regulars.ledger.book import selectors, services
from regulars.ledger.book.decisions import entries
from regulars.ledger.book.decisions.state import (
    FOR_EVER,
    AccountRow,
    HolderRow,
    OriginRow,
    State,
)
from regulars.ledger.book.models import Holder
from regulars.ledger.book.types import AssetView, Balance, Reverse
from regulars.ledger.proofs.services import ledger_prove

JOB = "job:expiry"
NO_ROOTS = Path("no roots are kept for a test")

# Each line: what must hold, and the rows that break it. Nothing is taken from the code.
BOOKS_KEPT = """
    WITH mine AS (SELECT unnest(%(holders)s::uuid[]) AS holder_id),
    account AS (SELECT a.* FROM ledger_account a JOIN mine USING (holder_id)),
    lot AS (SELECT l.* FROM ledger_lot l JOIN mine USING (holder_id)),
    posting AS (SELECT p.* FROM ledger_posting p JOIN mine USING (holder_id)),
    used AS (SELECT u.* FROM ledger_lot_use u JOIN mine USING (holder_id)),
    hold AS (SELECT h.* FROM ledger_hold h JOIN mine USING (holder_id) WHERE h.state = 'open')
    SELECT 'balance = postings', a.holder_id, a.asset_id FROM account a
    WHERE a.balance <> (
        SELECT coalesce(sum(CASE WHEN credit THEN amount ELSE -amount END), 0) FROM posting p
        WHERE p.holder_id = a.holder_id AND p.asset_id = a.asset_id)
    UNION ALL
    SELECT 'balance = lots - debt', a.holder_id, a.asset_id FROM account a
    WHERE a.balance + a.debt <> (
        SELECT coalesce(sum(remaining), 0) FROM lot l
        WHERE l.holder_id = a.holder_id AND l.asset_id = a.asset_id)
    UNION ALL
    SELECT 'held = held lots', a.holder_id, a.asset_id FROM account a
    WHERE a.held <> (
        SELECT coalesce(sum(held), 0) FROM lot l
        WHERE l.holder_id = a.holder_id AND l.asset_id = a.asset_id)
    UNION ALL
    SELECT 'held = open holds', a.holder_id, a.asset_id FROM account a
    WHERE a.held <> (
        SELECT coalesce(sum(amount), 0) FROM hold h
        WHERE h.holder_id = a.holder_id AND h.asset_id = a.asset_id)
    UNION ALL
    SELECT 'lot = what came - what was used', l.holder_id, l.asset_id FROM lot l
    WHERE l.remaining <> l.amount - (
        SELECT coalesce(sum(amount), 0) FROM used u WHERE u.lot_id = l.id)
    UNION ALL
    SELECT 'the last posting tells the balance', a.holder_id, a.asset_id FROM account a
    WHERE a.balance <> (
        SELECT p.balance_after FROM posting p JOIN ledger_entry e ON e.id = p.entry_id
        WHERE p.holder_id = a.holder_id AND p.asset_id = a.asset_id
        ORDER BY e.seq DESC, p.ordinal DESC LIMIT 1)
    UNION ALL
    SELECT 'nothing stays on the way', NULL, p.asset_id FROM posting p
    WHERE p.counter = 'in_transit' GROUP BY p.entry_id, p.asset_id
    HAVING sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END) <> 0
"""

# A refusal and a retry leave as many rows as there were.
ROWS = "SELECT " + ", ".join(
    f"(SELECT count(*) FROM ledger_{table} WHERE holder_id = ANY(%(holders)s::uuid[]))"
    for table in ("entry", "posting", "lot", "lot_use", "hold", "hold_lot")
)


EMPTIED = "TRUNCATE " + ", ".join(
    f"ledger_{table}"
    for table in ("holder", "account", "entry", "posting", "lot", "lot_use", "hold", "hold_lot")
)


class DatabaseBook:
    """The ledger as every caller meets it, empty on every first morning."""

    days = 0

    def __init__(self, assets: dict[int, AssetView]) -> None:
        self.assets = assets
        self.rows: Any = None
        with connections["owner"].cursor() as cursor:
            cursor.execute(EMPTIED)

    def open(self, *holder_ids: str) -> None:
        for holder_id in holder_ids:
            services.holder_open(holder_id=holder_id)

    def merge(self, holder_id: str, into: str) -> None:
        Holder.objects.filter(id=holder_id).update(merged_into=into)

    def freeze(self, holder_id: str, *, frozen: bool) -> None:
        services.holder_freeze(holder_id=holder_id, frozen=frozen)

    def run(self, requests: list[Any], now: datetime) -> list[Any]:
        with clock.stopped_at(now), unit_of_work() as unit:
            return services.verbs_run(unit, requests)

    def expire(self, now: datetime) -> None:
        with unit_of_work() as unit:
            while services.lots_expire(unit, at=now, now=now, actor=JOB, limit=7):
                pass

    def positions(self, holder_ids: list[str], now: datetime) -> dict[tuple[str, int], Balance]:
        with unit_of_work() as unit:
            found = selectors.balances(unit, holder_ids, now)
            mine = {"holders": id_array(holder_ids)}
            broken, self.rows = unit.flight([Statement(BOOKS_KEPT, mine), Statement(ROWS, mine)])
        assert not broken, f"the books are wrong: {broken}"
        return {(who, each.asset_id): each for who, all_ in found.items() for each in all_}

    def proved(self, now: datetime) -> None:
        """Of every tenth day the prover recomputes all from the first entry; it takes a while."""
        DatabaseBook.days += 1
        if DatabaseBook.days % 10:
            return
        with clock.stopped_at(now):
            results = ledger_prove(roots_file=NO_ROOTS)
        wrong = [result.first.sentence() for result in results if result.first is not None]
        assert not wrong, f"the prover says: {wrong}"


class MemoryBook:
    """The pure decisions over rows kept in dictionaries: no database, thousands of steps."""

    def __init__(self, assets: dict[int, AssetView]) -> None:
        self.assets = assets
        self.kept = State(assets, datetime.max.replace(tzinfo=UTC), ids.new_id)
        self.entries: dict[str, tuple[Any, ...]] = {}
        self.postings: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.uses: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.reversals: dict[str, list[str]] = defaultdict(list)

    def open(self, *holder_ids: str) -> None:
        for holder_id in holder_ids:
            self.kept.holders[holder_id] = HolderRow(holder_id, False, None)  # noqa: FBT003

    def merge(self, holder_id: str, into: str) -> None:
        self.kept.holders[holder_id].merged_into = into

    def freeze(self, holder_id: str, *, frozen: bool) -> None:
        self.kept.holders[holder_id].frozen = frozen

    def run(self, requests: list[Any], now: datetime) -> list[Any]:
        state = self.opened(now)
        for request in requests:
            if isinstance(request, Reverse) and request.entry_id in self.entries:
                state.origins[request.entry_id] = self.origin(request.entry_id)
        results = [services.decided(state, request) for request in requests]
        self.closed(state)
        return results

    def proved(self, now: datetime) -> None:
        """Nothing to prove here: each step has added the books up."""

    def expire(self, now: datetime) -> None:
        state = self.opened(now)
        for account in list(state.accounts.values()):
            entries.dead_lots_expired(state, account, now, JOB)
        self.closed(state)

    def opened(self, now: datetime) -> State:
        """A batch's state over the kept rows, as loading gives it."""
        kept, state = self.kept, State(self.assets, now, ids.new_id)
        for name in ("accounts", "holders", "holds", "lots", "lots_by_id"):
            setattr(state, name, getattr(kept, name))
        state.known_entries, state.known_holds = kept.known_entries, kept.known_holds
        services.lapsed_holds_freed(state)
        return state

    def closed(self, state: State) -> None:
        """Keeps what a batch decided, as storing does."""
        changes = state.changes
        for row in (*changes.accounts, *changes.lots, *changes.holds):
            row.changed = row.is_new = False
        for entry in changes.entries:
            self.entries[entry[0]] = entry
            self.reversals[entry[5]].append(entry[0])
        for posting in changes.postings:
            self.postings[posting[-8]].append(posting)
        for use in changes.uses:
            self.uses[use[-6]].append(use)

    def origin(self, entry_id: str) -> OriginRow:
        """What loading gives for an entry that is to be reversed."""
        entry = self.entries[entry_id]
        origin = OriginRow(entry_id, entry[1], is_reversal=entry[5] is not None)
        for *_, holder_id, _, _, asset_id, credit, amount, counter, _, _ in self.postings[entry_id]:
            if holder_id == entry[1]:
                origin.postings.append((asset_id, credit, counter, amount))
        for *_, lot_id, _, asset_id, amount, purpose in self.uses[entry_id]:
            if purpose == "spend":
                origin.uses.append((lot_id, asset_id, amount))
        for undo in self.reversals[entry_id]:
            for *_, asset_id, credit, amount, counter, _, _ in self.postings[undo]:
                place = (asset_id, not credit, counter)
                already = origin.reversed_amounts.get(place, 0)
                origin.reversed_amounts[place] = already + amount
            for *_, lot_id, _, _, amount, purpose in self.uses[undo]:
                if purpose == "refill":
                    origin.refilled[lot_id] = origin.refilled.get(lot_id, 0) - amount
        return origin

    def positions(self, holder_ids: list[str], now: datetime) -> dict[tuple[str, int], Balance]:
        state = self.opened(now)
        self.closed(state)
        return {
            place: self.position(state, account, now)
            for place, account in list(state.accounts.items())
            if place[0] in holder_ids
        }

    def position(self, state: State, account: AccountRow, now: datetime) -> Balance:
        """The account's figures, added up from its lots."""
        lots = state.lots.get((account.holder_id, account.asset_id), [])
        dying: dict[datetime, int] = defaultdict(int)
        for lot in lots:
            dies_at = state.effective_expiry(lot)
            if lot.remaining and lot.available_at <= now < dies_at < FOR_EVER:
                dying[dies_at] += lot.remaining
        in_lots = sum(lot.remaining for lot in lots)
        assert account.balance == in_lots - account.debt, "the books are wrong: balance"
        assert account.held == sum(lot.held for lot in lots), "the books are wrong: held"
        return Balance(
            asset_id=account.asset_id,
            asset=self.assets[account.asset_id].code,
            balance=account.balance,
            spendable=state.spendable(account, now),
            held=account.held,
            debt=account.debt,
            pending=sum(lot.free for lot in lots if lot.available_at > now),
            expiring=tuple(sorted(dying.items())),
        )

    @property
    def rows(self) -> Any:
        return len(self.entries), len(self.kept.lots_by_id), len(self.kept.holds)
