"""Merging, closing and freezing holders: each in the caller's unit of work, under their locks."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.errors import Told
from regulars.ledger.book.assets import assets_known
from regulars.ledger.book.decisions.entries import Draft, dead_lots_expired, holder_checked
from regulars.ledger.book.decisions.holds import lapsed_holds_freed
from regulars.ledger.book.decisions.merges import merge_decided
from regulars.ledger.book.decisions.state import AccountRow, State
from regulars.ledger.book.errors import ForfeitRefused
from regulars.ledger.book.load import Needs, load_statements, state_loaded
from regulars.ledger.book.store import store_statements
from regulars.ledger.book.types import AssetKind, Forfeit, Merge, MergeResult

POINT: LiteralString = "UPDATE ledger_holder SET merged_into = %s WHERE id = %s"
FREEZE: LiteralString = "UPDATE ledger_holder SET frozen = %s WHERE id = %s"
REASONS_EMPTIED: LiteralString = "UPDATE ledger_reason SET text = '' WHERE holder_id = %s"

TARGETS: LiteralString = """
    WITH RECURSIVE followed(id, target, hops) AS (
        SELECT id, merged_into, 1 FROM ledger_holder
        WHERE id = ANY(%s::uuid[]) AND merged_into IS NOT NULL
        UNION ALL
        SELECT f.id, h.merged_into, f.hops + 1
        FROM followed f JOIN ledger_holder h ON h.id = f.target
        WHERE h.merged_into IS NOT NULL
    )
    SELECT DISTINCT ON (id) id, target FROM followed ORDER BY id, hops DESC
"""


def holders_merge(unit: Unit, merge: Merge) -> MergeResult:
    """Moves all value, holds included, and makes the one a pointer to the other.

    Errors: same_holder, unknown_holder, holder_merged, holder_frozen (either of them),
    merge_debt_open, merge_hold_open.
    """
    state = _loaded(unit, (merge.from_id, merge.into_id), merge.occurred_at)
    result = merge_decided(state, merge)
    unit.flight(
        [
            *store_statements(state.changes),
            Statement(POINT, (merge.into_id, merge.from_id)),
        ]
    )
    return result


def holder_forfeit(unit: Unit, forfeit: Forfeit) -> dict[int, int]:
    """Posts all the holder has to `forfeited` and freezes the holder; answers amounts by asset.

    The words of reasons are emptied, their digests stay. Refused while there is principal, a debt
    or a hold. Errors: unknown_holder, holder_merged, forfeit_refused.
    """
    state = _loaded(unit, (forfeit.holder_id,), forfeit.occurred_at)
    holder_checked(state, forfeit.holder_id, frozen_too=True)
    accounts = [each for each in state.accounts.values() if each.holder_id == forfeit.holder_id]
    for account in accounts:
        _closable(state, account)
    lost = _forfeited(state, forfeit, accounts)
    unit.flight(
        [
            *store_statements(state.changes),
            Statement(FREEZE, (True, forfeit.holder_id)),
            Statement(REASONS_EMPTIED, (forfeit.holder_id,)),
        ]
    )
    return lost


def holder_frozen_set(unit: Unit, holder_id: str, *, frozen: bool) -> bool:
    """Freezes or releases a holder under its lock; False when it was so already.

    Errors: unknown_holder, holder_merged.
    """
    state = _loaded(unit, (holder_id,), clock.now())
    holder_checked(state, holder_id, frozen_too=True)
    if state.holders[holder_id].frozen == frozen:
        return False
    unit.fetch(FREEZE, frozen, holder_id)
    return True


def merged_targets(unit: Unit, holder_ids: Sequence[str]) -> dict[str, str]:
    """Whose everything is now of those that were merged; who was not is absent."""
    if not holder_ids:
        return {}
    return dict(unit.fetch(TARGETS, id_array(sorted(set(holder_ids)))))


def _loaded(unit: Unit, holder_ids: Iterable[str], latest: datetime) -> State:
    """Everything these holders have, under their locks; holds past their time are ended."""
    now = clock.now()
    assets = assets_known(unit)
    needs = Needs(holders=set(holder_ids), inactivity=True, latest=latest)
    needs.lots = {(holder_id, asset_id) for holder_id in needs.holders for asset_id in assets}
    state = state_loaded(needs, unit.flight(load_statements(needs, now)), assets, now)
    lapsed_holds_freed(state)
    return state


def _closable(state: State, account: AccountRow) -> None:
    asset = state.assets[account.asset_id]
    problem: Told | None = None
    if account.debt:
        problem = Told(f"debt {account.debt}", f"欠账 {account.debt}")
    elif account.held:
        problem = Told(f"on hold {account.held}", f"冻结 {account.held}")
    elif account.balance and asset.kind is AssetKind.PRINCIPAL:
        problem = Told(f"principal {account.balance}", f"本金 {account.balance}")
    if problem:
        raise ForfeitRefused(asset=asset.code, problem=problem)


def _forfeited(state: State, forfeit: Forfeit, accounts: Iterable[AccountRow]) -> dict[int, int]:
    draft = Draft(
        state,
        holder_id=forfeit.holder_id,
        key=forfeit.key,
        digest=forfeit.key,
        kind="forfeit",
        actor=str(forfeit.actor),
        occurred_at=forfeit.occurred_at,
        business_date=forfeit.business_date,
        reason=forfeit.reason,
    )
    lost: dict[int, int] = {}
    for account in accounts:
        dead_lots_expired(state, account, forfeit.occurred_at, str(forfeit.actor))
        if account.balance:
            lots = state.lots.get((account.holder_id, account.asset_id), [])
            lost[account.asset_id] = account.balance
            # Not a spending: what is not available yet is given up with the rest.
            draft.taken(state.in_spend_order(account, lots), account.balance, "forfeit")
            draft.debited(account, account.balance, "forfeited", "")
    if lost:
        draft.finished()
    return lost
