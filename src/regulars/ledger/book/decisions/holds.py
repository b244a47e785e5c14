"""Deciding `hold`, `settle` and `release`. A hold is no entry: nothing moves until it settles."""

from datetime import datetime

from regulars.foundation.actors import SYSTEM
from regulars.foundation.amounts import amount_checked
from regulars.foundation.errors import InvalidInput, KeyReused, Told
from regulars.ledger.book.decisions.entries import (
    asset_checked,
    content_digest,
    dead_lots_expired,
    debt_repaid_from_freed,
    holder_checked,
    replay,
    request_draft,
)
from regulars.ledger.book.decisions.state import HoldRow, State
from regulars.ledger.book.errors import (
    HoldClosed,
    HoldExceeded,
    InsufficientBalance,
    UnknownHold,
)
from regulars.ledger.book.types import EntryResult, HoldResult, MakeHold, Release, Settle


def hold_decided(state: State, request: MakeHold) -> HoldResult:
    """Sets value aside, taking its lots now, so that they can't expire or be spent meanwhile."""
    digest = content_digest(request)
    known = state.known_holds.get((request.holder_id, request.key))
    if known is not None:
        if known[0] != digest:
            raise KeyReused
        return HoldResult(
            known[1].hold_id,
            known[1].holder_id,
            known[1].asset_id,
            known[1].amount,
            known[1].state,
            known[1].expires_at,
            replayed=True,
        )
    holder_checked(state, request.holder_id)
    asset = asset_checked(state, request.asset_id)
    amount_checked(request.amount, "amount")
    if request.expires_at <= request.occurred_at:
        raise InvalidInput(field="expires_at", problem=Told("must be later than now", "须晚于现在"))
    account = state.account(request.holder_id, request.asset_id)
    spendable = state.spendable(account, request.occurred_at)
    if spendable < request.amount:
        raise InsufficientBalance(asset=asset.code, spendable=spendable, requested=request.amount)
    hold = HoldRow(
        state.new_id(),
        request.holder_id,
        request.asset_id,
        request.key,
        digest,
        request.amount,
        state.now,
        request.expires_at,
        str(request.actor),
        is_new=True,
    )
    missing = request.amount
    for lot in state.usable_lots(account, request.occurred_at):
        part = min(lot.free, missing)
        if part == 0:
            break
        lot.held += part
        state.lot_changed(lot)
        hold.lots.append((lot.id, part))
        state.changes.hold_lots.append((hold.holder_id, hold.id, lot.id, len(hold.lots), part))
        missing -= part
    account.held += request.amount
    state.account_changed(account)
    state.holds[hold.id] = hold
    state.hold_changed(hold)
    result = _answered(hold)
    state.known_holds[(request.holder_id, request.key)] = (digest, result)
    return result


def settle_decided(state: State, request: Settle) -> EntryResult:
    """Spends a hold in one entry; what is not needed is free again."""
    digest = content_digest(request)
    known = replay(state, request, digest)
    if known is not None:
        return known
    holder_checked(state, request.holder_id)
    hold = _hold_open(state, request.holder_id, request.hold_id, request.occurred_at)
    amount_checked(request.amount, "amount")
    if request.amount > hold.amount:
        raise HoldExceeded(amount=hold.amount)
    account = state.account(hold.holder_id, hold.asset_id)
    hold_freed(state, hold, "settled")
    draft = request_draft(state, request, digest)
    lots = [state.lots_by_id[lot_id] for lot_id, _ in hold.lots]
    missing = request.amount
    for lot, (_, part) in zip(lots, hold.lots, strict=True):
        taken = min(part, missing)
        if taken:
            draft.used(lot, taken, "spend")
            missing -= taken
    draft.debited(account, request.amount, request.counter, request.rule)
    draft.debt_repaid(account, [lot for lot in lots if not state.is_dead(lot, draft.occurred_at)])
    hold.entry_id = draft.id
    result = draft.finished()
    freed = frozenset(lot.id for lot in lots)
    dead_lots_expired(state, account, request.occurred_at, str(request.actor), freed)
    draft.moved(account)  # last: what had died of inactivity stays dead
    return result


def release_decided(state: State, request: Release) -> HoldResult:
    """Ends a hold unspent; releasing it again answers the same."""
    hold = state.holds.get(request.hold_id)
    if hold is None or hold.holder_id != request.holder_id:
        raise UnknownHold
    if hold.state == "settled":
        raise HoldClosed(state=hold.state)
    if hold.state == "open":
        account = state.account(hold.holder_id, hold.asset_id)
        hold_freed(state, hold, "released")
        freed = frozenset(lot_id for lot_id, _ in hold.lots)
        dead_lots_expired(state, account, request.occurred_at, str(request.actor), freed)
        debt_repaid_from_freed(state, account, request.occurred_at, str(request.actor))
    return _answered(hold)


def lapsed_holds_freed(state: State) -> None:
    """Holds past their time count as released, then, before anything else is decided.

    What a hold gave back when it lapsed repaid a debt then, even if it has died since.
    """
    for hold in sorted(state.holds.values(), key=lambda each: each.expires_at):
        if hold.state == "open" and hold.expires_at <= state.now:
            hold_freed(state, hold, "released")
            account = state.account(hold.holder_id, hold.asset_id)
            debt_repaid_from_freed(state, account, hold.expires_at, str(SYSTEM))


def hold_freed(state: State, hold: HoldRow, new_state: str) -> None:
    """Gives the hold's lots back to their holder and closes it."""
    for lot_id, part in hold.lots:
        lot = state.lots_by_id[lot_id]
        lot.held -= part
        state.lot_changed(lot)
    account = state.account(hold.holder_id, hold.asset_id)
    account.held -= hold.amount
    state.account_changed(account)
    hold.state = new_state
    hold.closed_at = state.now
    state.hold_changed(hold)


def _hold_open(state: State, holder_id: str, hold_id: str, at: datetime) -> HoldRow:
    hold = state.holds.get(hold_id)
    if hold is None or hold.holder_id != holder_id:
        raise UnknownHold
    if hold.state != "open" or hold.expires_at <= at:
        raise HoldClosed(state=hold.state if hold.state != "open" else "released")
    return hold


def _answered(hold: HoldRow) -> HoldResult:
    return HoldResult(
        hold.id, hold.holder_id, hold.asset_id, hold.amount, hold.state, hold.expires_at
    )
