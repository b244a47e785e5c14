"""Deciding a merge: all that one holder has becomes another's, with its dates and origins.

What is owed is paid first, out of what the other has; holds go over with the lots they took. The
refunds that come later name the old holder's entries: what they take back is brought back first,
and what they give is carried over, so that every reversal stays with the entry it reverses.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from regulars.foundation.ids import key_id
from regulars.ledger.book.decisions.entries import (
    Draft,
    dead_lots_expired,
    holder_checked,
    idle_expired,
    origin_of,
)
from regulars.ledger.book.decisions.holds import hold_freed, release_decided, settle_decided
from regulars.ledger.book.decisions.posts import post_decided
from regulars.ledger.book.decisions.reversals import is_reversible, reverse_decided, steps_left
from regulars.ledger.book.decisions.state import AccountRow, HoldRow, LotRow, OriginRow, State
from regulars.ledger.book.errors import (
    HolderMerged,
    MergeDebtOpen,
    MergeHoldOpen,
    SameHolder,
)
from regulars.ledger.book.types import (
    EntryResult,
    HoldResult,
    Merge,
    MergeResult,
    Post,
    Release,
    Reverse,
    Settle,
    Transfer,
)

KIND = "merge"

Ending = TypeVar("Ending", Settle, Release)


def merge_decided(state: State, merge: Merge) -> MergeResult:
    """Moves everything of one holder to another; refuses without having changed anything."""
    if merge.from_id == merge.into_id:
        raise SameHolder
    holder_checked(state, merge.from_id)
    holder_checked(state, merge.into_id)
    accounts = [each for (holder, _), each in state.accounts.items() if holder == merge.from_id]
    holds = [
        hold
        for hold in state.holds.values()
        if hold.holder_id == merge.from_id and hold.state == "open"
    ]
    _holds_checked(state, merge, holds)
    owed = _debts_checked(state, merge, accounts)
    actor = str(merge.actor)
    for account in accounts:
        dead_lots_expired(state, account, merge.occurred_at, actor)
    if owed:
        post_decided(state, _debts_paid(merge, owed))
    for hold in holds:
        hold_freed(state, hold, "released")
    draft = _draft(state, merge, merge.from_id, merge.key)
    moved: dict[int, int] = {}
    new_holds: dict[str, str] = {}
    for account in accounts:
        lots = [
            lot for lot in state.lots.get((account.holder_id, account.asset_id), ()) if lot.free
        ]
        if not lots:
            continue
        receiver = state.account(merge.into_id, account.asset_id)
        idle_expired(state, receiver, merge.occurred_at, actor)
        parts = [(lot, lot.free) for lot in state.in_spend_order(account, lots)]
        moved[account.asset_id] = sum(part for _, part in parts)
        children = _moved(draft, account, receiver, parts)
        for hold in holds:
            if hold.asset_id == account.asset_id:
                new_holds[hold.id] = _hold_moved(state, hold, receiver, children)
        _arrived(draft, receiver, list(children.values()))
    if moved:
        draft.finished()
    return MergeResult(draft.id if moved else None, moved, new_holds)


def reverse_followed(state: State, request: Reverse) -> EntryResult:
    """`reverse` of an entry whose holder may have been merged into another since."""
    target_id = merged_target(state, request.holder_id)
    if target_id is None:
        return reverse_decided(state, request)
    origin = origin_of(state, request.entry_id)
    if origin is not None and origin.holder_id == target_id:
        return reverse_decided(state, msgspec.structs.replace(request, holder_id=target_id))
    if origin is None:
        raise HolderMerged(merged_into=target_id)
    if not is_reversible(origin) or _is_known(state, request):
        return reverse_decided(state, request, followed=True)
    steps = steps_left(origin, request.targets)
    taken_back: dict[int, int] = {}
    for (asset_id, credit, _), amount in steps:
        taken_back[asset_id] = taken_back.get(asset_id, 0) + (amount if credit else 0)
    for asset_id, amount in taken_back.items():
        if amount:
            _brought_back(state, request, origin, target_id, asset_id, amount)
    result = reverse_decided(state, request, followed=True)
    for asset_id in taken_back:
        _carried_over(state, request, target_id, asset_id)
    return result


def settle_followed(state: State, request: Settle) -> EntryResult:
    """`settle` of a hold that may have moved with a merge: it is ended where it is now."""
    return settle_decided(state, _where_it_is(state, request))


def release_followed(state: State, request: Release) -> HoldResult:
    """`release` of a hold that may have moved with a merge."""
    return release_decided(state, _where_it_is(state, request))


def _where_it_is(state: State, request: Ending) -> Ending:
    target_id = merged_target(state, request.holder_id)
    hold = state.holds.get(request.hold_id)
    if target_id is None or hold is None or hold.holder_id != target_id:
        return request
    return msgspec.structs.replace(request, holder_id=target_id)


def merged_target(state: State, holder_id: str) -> str | None:
    """Whose everything of this holder is now, None when it is still the holder's own.

    Whoever loads the state sees to it that a merged holder names the last of its chain, and that
    this one is loaded too.
    """
    holder = state.holders.get(holder_id)
    if holder is None or holder.merged_into is None:
        return None
    if holder.merged_into not in state.holders:
        raise HolderMerged(merged_into=holder.merged_into)
    return holder.merged_into


def chains_shortened(state: State, followed: Mapping[str, str]) -> None:
    """Lets every merged holder of the batch name the last of its chain."""
    for holder_id, target_id in followed.items():
        if holder_id in state.holders:
            state.holders[holder_id].merged_into = target_id


def _is_known(state: State, request: Reverse) -> bool:
    return (request.holder_id, request.key) in state.known_entries


def _holds_checked(state: State, merge: Merge, holds: Iterable[HoldRow]) -> None:
    """What outlived its last day only because a hold keeps it can't be given to anybody."""
    for hold in holds:
        for lot_id, _ in hold.lots:
            if state.is_dead(state.lots_by_id[lot_id], merge.occurred_at):
                raise MergeHoldOpen


def _debts_checked(
    state: State, merge: Merge, accounts: Iterable[AccountRow]
) -> list[tuple[int, int]]:
    """What the one owes of each asset, where the other can pay all of it."""
    owed = []
    for account in accounts:
        if account.debt:
            other = state.account(merge.into_id, account.asset_id)
            spendable = state.spendable(other, merge.occurred_at)
            if spendable < account.debt:
                code = state.assets[account.asset_id].code
                raise MergeDebtOpen(asset=code, debt=account.debt, spendable=spendable)
            owed.append((account.asset_id, account.debt))
    return owed


def _debts_paid(merge: Merge, owed: Sequence[tuple[int, int]]) -> Post:
    return Post(
        key=key_id(merge.key, "debt"),
        holder_id=merge.into_id,
        kind=KIND,
        movements=tuple([Transfer(asset_id, debt, merge.from_id) for asset_id, debt in owed]),
        occurred_at=merge.occurred_at,
        business_date=merge.business_date,
        actor=merge.actor,
        reason=merge.reason,
    )


def _draft(state: State, cause: Merge | Reverse, holder_id: str, key: str) -> Draft:
    return Draft(
        state,
        holder_id=holder_id,
        key=key,
        digest=key,
        kind=KIND,
        actor=str(cause.actor),
        occurred_at=cause.occurred_at,
        business_date=cause.business_date,
        reason=cause.reason,
    )


def _moved(
    draft: Draft, giver: AccountRow, receiver: AccountRow, parts: Sequence[tuple[LotRow, int]]
) -> dict[str, LotRow]:
    """Moves parts of lots through `in_transit`; answers each lot's child, by the lot's id."""
    children = {}
    for lot, part in parts:
        draft.used(lot, part, "transfer")
        children[lot.id] = draft.lot_received(receiver, lot, part)
    total = sum(part for _, part in parts)
    draft.debited(giver, total, "in_transit", "")
    draft.credited(receiver, total, "in_transit", "")
    return children


def _arrived(draft: Draft, receiver: AccountRow, lots: Iterable[LotRow]) -> None:
    """What arrives repays the receiver's debt first, as any other value does."""
    draft.debt_repaid(receiver, [lot for lot in lots if lot.available_at <= draft.occurred_at])
    draft.moved(receiver, gained=True)


def _hold_moved(
    state: State, hold: HoldRow, receiver: AccountRow, children: dict[str, LotRow]
) -> str:
    """The same hold on the children of its lots; answers its new id."""
    moved = HoldRow(
        state.new_id(),
        receiver.holder_id,
        hold.asset_id,
        key_id(KIND, hold.id),
        hold.digest,
        hold.amount,
        hold.created_at,
        hold.expires_at,
        hold.actor,
        is_new=True,
    )
    for lot_id, part in hold.lots:
        child = children[lot_id]
        child.held += part
        moved.lots.append((child.id, part))
        place = (moved.holder_id, moved.id, child.id, len(moved.lots), part)
        state.changes.hold_lots.append(place)
    receiver.held += hold.amount
    state.account_changed(receiver)
    state.holds[moved.id] = moved
    state.hold_changed(moved)
    return moved.id


def _brought_back(
    state: State, request: Reverse, origin: OriginRow, target_id: str, asset_id: int, amount: int
) -> None:
    """Of what the entry earned, what is left comes back first, then whatever else there is."""
    at = request.occurred_at
    account = state.account(target_id, asset_id)
    alive = [
        lot
        for lot in state.lots.get((target_id, asset_id), ())
        if lot.free > 0 and not state.is_dead(lot, at)
    ]
    own = [lot for lot in alive if lot.origin_id == origin.entry_id]
    others = [lot for lot in alive if lot.origin_id != origin.entry_id]
    parts = []
    for lot in [*state.in_spend_order(account, own), *state.in_spend_order(account, others)]:
        part = min(lot.free, amount)
        if part:
            parts.append((lot, part))
            amount -= part
    if parts:
        draft = _draft(state, request, target_id, key_id(request.key, "back", str(asset_id)))
        _moved(draft, account, state.account(request.holder_id, asset_id), parts)
        draft.finished()


def _carried_over(state: State, request: Reverse, target_id: str, asset_id: int) -> None:
    """What a reversal gave the old holder is the new one's."""
    account = state.account(request.holder_id, asset_id)
    lots = [
        lot
        for lot in state.lots.get((request.holder_id, asset_id), ())
        if lot.free > 0 and not state.is_dead(lot, request.occurred_at)
    ]
    if not lots:
        return
    receiver = state.account(target_id, asset_id)
    idle_expired(state, receiver, request.occurred_at, str(request.actor))
    key = key_id(request.key, "over", str(asset_id))
    draft = _draft(state, request, request.holder_id, key)
    children = _moved(draft, account, receiver, [(lot, lot.free) for lot in lots])
    _arrived(draft, receiver, list(children.values()))
    draft.finished()
