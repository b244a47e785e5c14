"""Deciding the plainest `post`: nothing but credits, with nothing in their way.

Most entries are earnings. They take nothing from a lot, repay no debt and move no clock of
inactivity, so their rows are written at once. They are the rows that a draft would write: a
property test compares the two.
"""

from collections.abc import Sequence
from datetime import datetime

from regulars.foundation.amounts import AMOUNT_MAX
from regulars.ledger.book.decisions.state import AccountRow, LotRow, State
from regulars.ledger.book.expiry import lot_expires_at
from regulars.ledger.book.types import Credit, EntryResult, Post, PostingView

# The lots of one entry so far: by asset, when they become usable, and when they expire.
Gained = dict[tuple[int, datetime | None, datetime | None], LotRow]


def is_plain(state: State, request: Post) -> bool:
    """Whether all that a request asks for is that plain, and nothing of it is to be refused.

    The holder was checked before; the accounts are still to be looked at: none may owe anything or
    have died of inactivity.
    """
    if request.reason:
        return False
    assets = state.assets
    for movement in request.movements:
        if not isinstance(movement, Credit):
            return False
        amount, asset = movement.amount, assets.get(movement.asset_id)
        if asset is None or asset.expiry.inactivity is not None:
            return False
        if type(amount) is not int or not 1 <= amount <= AMOUNT_MAX:
            return False
    return True


def credits_written(
    state: State, request: Post, digest: str, accounts: Sequence[AccountRow]
) -> EntryResult:
    """The entry of a plain request; see `is_plain`."""
    changes, at, now = state.changes, request.occurred_at, state.recorded_at
    holder_id, moved_before = request.holder_id, changes.postings
    entry_id = request.entry_id or state.new_id()
    postings: list[PostingView] = []
    lots: Gained = {}
    for movement, account in zip(request.movements, accounts, strict=True):
        assert isinstance(movement, Credit)  # noqa: S101 - tells the type checker
        asset_id, amount = movement.asset_id, movement.amount
        expires_at = movement.expires_at
        if movement.by_policy:
            asset = state.assets[asset_id]
            expires_at = lot_expires_at(asset.expiry.lot, request.business_date, asset.time_zone)
        dates = (asset_id, movement.available_at, expires_at)
        lot = lots.get(dates)
        if lot is None:
            lot = lots[dates] = _lot_made(state, request, entry_id, movement, expires_at)
            state.lot_added(lot)
        else:
            lot.amount += amount
            lot.remaining += amount
        account.balance = balance = account.balance + amount
        if not account.changed:
            state.account_changed(account)
        counter, rule, place = movement.counter, movement.rule, len(postings)
        moved_before.append(
            (holder_id, entry_id, place, asset_id, True, amount, counter, rule, balance)
        )
        postings.append(PostingView(asset_id, True, amount, counter, rule, balance))  # noqa: FBT003
    changes.entries.append(
        (
            entry_id,
            holder_id,
            request.key,
            digest,
            request.kind,
            None,
            request.event_id,
            str(request.actor),
            "",
            at,
            request.business_date,
            now,
        )
    )
    result = EntryResult(entry_id, holder_id, tuple(postings))
    state.known_entries[(holder_id, request.key)] = (digest, result)
    state.plain_entries[entry_id] = result
    return result


def _lot_made(
    state: State, request: Post, entry_id: str, movement: Credit, expires_at: datetime | None
) -> LotRow:
    return LotRow(
        state.new_id(),
        request.holder_id,
        movement.asset_id,
        entry_id,
        entry_id,
        None,
        movement.amount,
        request.occurred_at,
        movement.available_at or request.occurred_at,
        expires_at,
        movement.amount,
        is_new=True,
    )
