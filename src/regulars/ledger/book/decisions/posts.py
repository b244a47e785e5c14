"""Deciding `post`: credits, debits and transfers of one entry, all or none."""

from regulars.foundation.amounts import amount_checked
from regulars.ledger.book.decisions.credits import Gained, credits_written, is_plain
from regulars.ledger.book.decisions.entries import (
    Draft,
    asset_checked,
    content_digest,
    holder_checked,
    idle_expired,
    replay,
    request_draft,
)
from regulars.ledger.book.decisions.state import AccountRow, LotRow, State
from regulars.ledger.book.errors import AssetNotTransferable, InsufficientBalance, SameHolder
from regulars.ledger.book.expiry import lot_expires_at
from regulars.ledger.book.types import Credit, Debit, EntryResult, Post, Transfer

# Entry kinds which move value of a frozen or closing member all the same.
ALWAYS_ALLOWED = frozenset({"expire", "merge", "forfeit"})


def post_decided(state: State, request: Post) -> EntryResult:
    """One entry from its movements; refuses without having changed anything."""
    digest = content_digest(request)
    known = replay(state, request, digest)
    if known is not None:
        return known
    holder_checked(state, request.holder_id, frozen_too=request.kind in ALWAYS_ALLOWED)
    if is_plain(state, request):
        accounts = [state.account(request.holder_id, each.asset_id) for each in request.movements]
        if not any(each.debt or each.inactive_at is not None for each in accounts):
            return credits_written(state, request, digest, accounts)
    _checked(state, request)
    accounts = [state.account(request.holder_id, each.asset_id) for each in request.movements]
    for account in accounts:
        if account.inactive_at is not None:
            idle_expired(state, account, request.occurred_at, str(request.actor))
    draft = request_draft(state, request, digest, entry_id=request.entry_id)
    lots: Gained = {}
    for account, movement in zip(accounts, request.movements, strict=True):
        if isinstance(movement, Credit):
            _credited(draft, account, movement, lots)
        elif isinstance(movement, Debit):
            _debited(draft, account, movement)
        else:
            _transferred(draft, account, movement)
        draft.moved(account, gained=isinstance(movement, Credit))
    return draft.finished()


def _checked(state: State, request: Post) -> None:
    """Everything else that can refuse, before anything changes."""
    wanted: dict[int, int] = {}
    for movement in request.movements:
        asset = state.assets.get(movement.asset_id) or asset_checked(state, movement.asset_id)
        amount_checked(movement.amount, "amount")
        if isinstance(movement, Credit):
            continue
        if isinstance(movement, Transfer):
            if movement.to_holder_id == request.holder_id:
                raise SameHolder
            holder_checked(state, movement.to_holder_id, frozen_too=request.kind in ALWAYS_ALLOWED)
            if not asset.transferable and request.kind not in ALWAYS_ALLOWED:
                raise AssetNotTransferable(asset=asset.code)
        wanted[movement.asset_id] = wanted.get(movement.asset_id, 0) + movement.amount
    for asset_id, amount in wanted.items():
        account = state.account(request.holder_id, asset_id)
        spendable = state.spendable(account, request.occurred_at)
        if spendable < amount:
            raise InsufficientBalance(
                asset=state.assets[asset_id].code, spendable=spendable, requested=amount
            )


def _credited(draft: Draft, account: AccountRow, movement: Credit, lots: Gained) -> None:
    """What one entry gives of an asset is one lot as far as it has the same dates."""
    state = draft.state
    expires_at = movement.expires_at
    if movement.by_policy:
        asset = state.assets[account.asset_id]
        expires_at = lot_expires_at(asset.expiry.lot, draft.business_date, asset.time_zone)
    dates = (account.asset_id, movement.available_at, expires_at)
    lot = lots.get(dates)
    if lot is not None:
        lot.amount += movement.amount
        lot.remaining += movement.amount
    else:
        lot = lots[dates] = LotRow(
            state.new_id(),
            account.holder_id,
            account.asset_id,
            draft.id,
            draft.id,
            None,
            movement.amount,
            draft.occurred_at,
            movement.available_at or draft.occurred_at,
            expires_at,
            movement.amount,
            is_new=True,
        )
        state.lot_added(lot)
    draft.credited(account, movement.amount, movement.counter, movement.rule)
    if account.debt and (expires_at is None or expires_at > draft.occurred_at):
        draft.debt_repaid(account, (lot,))


def _debited(draft: Draft, account: AccountRow, movement: Debit) -> None:
    lots = draft.state.usable_lots(account, draft.occurred_at)
    draft.taken(lots, movement.amount, "spend")
    draft.debited(account, movement.amount, movement.counter, movement.rule)


def _transferred(draft: Draft, account: AccountRow, movement: Transfer) -> None:
    """Value leaves through `in_transit`; each part becomes a lot of the receiver, dates kept."""
    state = draft.state
    lots = state.usable_lots(account, draft.occurred_at)
    parts, _ = draft.taken(lots, movement.amount, "transfer")
    draft.debited(account, movement.amount, "in_transit", movement.rule)
    receiver = state.account(movement.to_holder_id, movement.asset_id)
    idle_expired(state, receiver, draft.occurred_at, draft.actor)
    received = [draft.lot_received(receiver, lot, part) for lot, part in parts]
    draft.credited(receiver, movement.amount, "in_transit", movement.rule)
    draft.debt_repaid(receiver, received)
    draft.moved(receiver, gained=True)
