"""Deciding `reverse`: taking back an earning, giving back what was spent, in full or in part.

A refund is a fact. It is never refused because the points are gone: the asset's shortfall policy
says whether the member owes them or the merchant writes them off.
"""

from regulars.foundation.amounts import amount_checked
from regulars.foundation.errors import InvalidInput, Told
from regulars.ledger.book.decisions.entries import (
    Draft,
    content_digest,
    holder_checked,
    idle_expired,
    origin_of,
    replay,
    request_draft,
)
from regulars.ledger.book.decisions.state import AccountRow, LotRow, OriginRow, State
from regulars.ledger.book.errors import (
    EntryNotReversible,
    ReversalExceeds,
    ReversalShrinks,
    UnknownEntry,
)
from regulars.ledger.book.types import EntryResult, Reverse, Shortfall, Target


def reverse_decided(state: State, request: Reverse, *, followed: bool = False) -> EntryResult:
    """One entry that brings the original's reversed amounts up to the targets.

    `followed` says that the holder was merged away and the caller moves what is to be moved.
    """
    digest = content_digest(request)
    known = replay(state, request, digest)
    if known is not None:
        return known
    if not followed:
        holder_checked(state, request.holder_id, frozen_too=True)
    origin = origin_of(state, request.entry_id)
    if origin is None or origin.holder_id != request.holder_id:
        raise UnknownEntry(entry_id=request.entry_id)
    if not is_reversible(origin):
        raise EntryNotReversible
    steps = steps_left(origin, request.targets)
    if not steps:
        return EntryResult(None, request.holder_id, ())
    draft = request_draft(
        state, request, digest, reverses_id=origin.entry_id, entry_id=request.new_entry_id
    )
    for (asset_id, credit, counter), amount in steps:
        account = state.account(request.holder_id, asset_id)
        if credit:
            _earning_taken_back(draft, account, origin, amount, counter, request.rule)
        else:
            _spending_given_back(draft, account, origin, amount, counter, request.rule)
        place = (asset_id, credit, counter)
        origin.reversed_amounts[place] = origin.reversed_amounts.get(place, 0) + amount
    result = draft.finished()
    for asset_id in {place[0] for place, _ in steps}:
        account = state.account(request.holder_id, asset_id)
        # What died of inactivity is written off before the clock may start again.
        idle_expired(state, account, request.occurred_at, str(request.actor))
        draft.moved(account)
    return result


def is_reversible(origin: OriginRow) -> bool:
    """Whether every posting is an earning or a spending; else lots and balance would part."""
    if origin.is_reversal or any(posting[2] == "in_transit" for posting in origin.postings):
        return False
    debits: dict[int, int] = {}
    for asset_id, credit, _, amount in origin.postings:
        if not credit:
            debits[asset_id] = debits.get(asset_id, 0) + amount
    for _, asset_id, used in origin.uses:
        debits[asset_id] -= used
    return not any(debits.values())


def steps_left(
    origin: OriginRow, targets: tuple[Target, ...] | None
) -> list[tuple[tuple[int, bool, str], int]]:
    """What is still to be reversed of each kind of posting.

    Spendings first: what is given back can then be taken for the earning, before a shortfall is
    found. A target is shared out among the counters that the movement had.
    """
    moved: dict[tuple[int, bool, str], int] = {}
    for asset_id, credit, counter, amount in origin.postings:
        place = (asset_id, credit, counter)
        moved[place] = moved.get(place, 0) + amount
    wanted = moved if targets is None else {}
    for target in targets or ():
        wanted |= _target_shared(origin, moved, target)
    if targets and len({(target.asset_id, target.credit) for target in targets}) < len(targets):
        raise InvalidInput(
            field="targets",
            problem=Told(
                "one movement is named twice; name it once", "同一笔变动列了两次；请只列一次"
            ),
        )
    so_far = origin.reversed_amounts
    steps = [(place, amount - so_far.get(place, 0)) for place, amount in wanted.items()]
    return sorted((step for step in steps if step[1] > 0), key=lambda step: step[0][1])


def _target_shared(
    origin: OriginRow, moved: dict[tuple[int, bool, str], int], target: Target
) -> dict[tuple[int, bool, str], int]:
    """The target of each counter: in proportion, rounded down, what is left to the next one.

    So the parts always sum to the target, and a larger target lowers none of them.
    """
    wanted = amount_checked(target.amount, "targets", minimum=0)
    places = [place for place in moved if place[:2] == (target.asset_id, target.credit)]
    whole = sum(moved[place] for place in places)
    so_far = sum(origin.reversed_amounts.get(place, 0) for place in places)
    if wanted > whole:
        raise ReversalExceeds(amount=whole)
    if wanted < so_far:
        raise ReversalShrinks(reversed_so_far=so_far)
    shares = {}
    for place in places:
        shares[place] = wanted * moved[place] // whole
        wanted, whole = wanted - shares[place], whole - moved[place]
    return shares


def _earning_taken_back(
    draft: Draft, account: AccountRow, origin: OriginRow, amount: int, counter: str, rule: str
) -> None:
    """Its own lots first, then the normal order, then debt or write-off.

    Lots not yet available are the member's own too, so they go before a debt is made.
    """
    state = draft.state
    lots = state.lots.get((account.holder_id, account.asset_id), [])
    own = [lot for lot in lots if lot.origin_id == origin.entry_id]
    alive = [lot for lot in lots if not state.is_dead(lot, draft.occurred_at)]
    pending = [lot for lot in alive if lot.available_at > draft.occurred_at]
    usable = state.usable_lots(account, draft.occurred_at)
    order = [*state.in_spend_order(account, own), *usable, *sorted(pending, key=_by_availability)]
    _, missing = draft.taken(order, amount, "reverse")
    # A holder merged away can owe nothing any more: there is nobody left to pay it back.
    is_merged = state.holders[account.holder_id].merged_into is not None
    owes = state.assets[account.asset_id].shortfall is Shortfall.DEBT and not is_merged
    if missing and owes:
        account.debt += missing
    elif missing:
        draft.credited(account, missing, "unrecovered", rule)
    draft.debited(account, amount, counter, rule)


def _by_availability(lot: LotRow) -> tuple[object, str]:
    return lot.available_at, lot.id


def _spending_given_back(
    draft: Draft, account: AccountRow, origin: OriginRow, amount: int, counter: str, rule: str
) -> None:
    """Refills the lots in the reverse order of use; the share of a dead lot expires at once."""
    state = draft.state
    draft.credited(account, amount, counter, rule)
    missing, dead_total, alive = amount, 0, []
    returned = dict(origin.refilled)
    for lot_id, asset_id, used in reversed(origin.uses):
        if asset_id != account.asset_id:
            continue
        # One entry may use a lot more than once; what came back counts for its last uses.
        earlier = min(used, returned.get(lot_id, 0))
        returned[lot_id] = returned.get(lot_id, 0) - earlier
        part = min(used - earlier, missing)
        if part == 0:
            continue
        lot = state.lots_by_id[lot_id]
        draft.used(lot, -part, "refill")
        origin.refilled[lot_id] = origin.refilled.get(lot_id, 0) + part
        missing -= part
        if state.is_dead(lot, draft.occurred_at):
            draft.used(lot, part, "expire")
            dead_total += part
        else:
            alive.append(lot)
    if dead_total:
        draft.debited(account, dead_total, "expired", rule)
    draft.debt_repaid(account, alive)
