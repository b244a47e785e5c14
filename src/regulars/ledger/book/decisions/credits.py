"""Deciding the plainest `post`: nothing but credits, with nothing in their way.

Most entries are earnings. They take nothing from a lot, repay no debt and move no clock of
inactivity, so their rows are written at once. They are the rows that a draft would write: a
property test compares the two.
"""

from collections.abc import Sequence
from datetime import datetime

from regulars.ledger.book.decisions.state import AccountRow, LotRow, State
from regulars.ledger.book.expiry import lot_expires_at
from regulars.ledger.book.types import Credit, EntryResult, Post, PostingView

# The lots of one entry so far: by asset, when they become usable, and when they expire.
Gained = dict[tuple[int, datetime | None, datetime | None], LotRow]


def is_plain(state: State, request: Post, accounts: Sequence[AccountRow]) -> bool:
    """Whether a checked request is that plain; `accounts` are those of its movements."""
    if request.reason:
        return False
    for movement, account in zip(request.movements, accounts, strict=True):
        if not isinstance(movement, Credit) or account.debt or account.inactive_at is not None:
            return False
        if state.assets[account.asset_id].expiry.inactivity is not None:
            return False
    return True


def credits_written(
    state: State, request: Post, digest: str, accounts: Sequence[AccountRow]
) -> EntryResult:
    """The entry of a plain request, which has been checked."""
    changes, at = state.changes, request.occurred_at
    holder_id = request.holder_id
    entry_id = request.entry_id or state.new_id()
    postings: list[PostingView] = []
    lots: Gained = {}
    for movement, account in zip(request.movements, accounts, strict=True):
        assert isinstance(movement, Credit)  # noqa: S101 - tells the type checker
        asset_id, amount = movement.asset_id, movement.amount
        dates = (asset_id, movement.available_at, _expiry(state, request, movement))
        lot = lots.get(dates)
        if lot is None:
            lot = lots[dates] = LotRow(
                state.new_id(),
                holder_id,
                asset_id,
                entry_id,
                entry_id,
                None,
                amount,
                at,
                movement.available_at or at,
                dates[2],
                amount,
                is_new=True,
            )
            state.lot_added(lot)
        else:
            lot.amount += amount
            lot.remaining += amount
        account.balance = balance = account.balance + amount
        state.account_changed(account)
        moved = (asset_id, True, amount, movement.counter, movement.rule, balance)
        changes.postings.append((holder_id, entry_id, len(postings), *moved))
        postings.append(PostingView(*moved))
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
            state.recorded_at,
        )
    )
    result = EntryResult(entry_id, holder_id, tuple(postings))
    state.known_entries[(holder_id, request.key)] = (digest, result)
    state.plain_entries[entry_id] = result
    return result


def _expiry(state: State, request: Post, movement: Credit) -> datetime | None:
    if not movement.by_policy:
        return movement.expires_at
    asset = state.assets[movement.asset_id]
    return lot_expires_at(asset.expiry.lot, request.business_date, asset.time_zone)
