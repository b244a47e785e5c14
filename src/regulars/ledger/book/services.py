"""The ledger's doors for writing: assets, holders, and the five verbs on batches.

Every verb joins the caller's unit of work and never commits. A batch answers one result per
request, in order; a refused request leaves no trace and its error stands in its place.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from regulars.foundation import clock
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.errors import InvalidInput, RegularsError, Told
from regulars.ledger.book.assets import assets_forgotten, assets_known
from regulars.ledger.book.decisions.entries import holder_checked
from regulars.ledger.book.decisions.holds import hold_decided, lapsed_holds_freed
from regulars.ledger.book.decisions.merges import (
    chains_shortened,
    release_followed,
    reverse_followed,
    settle_followed,
)
from regulars.ledger.book.decisions.posts import post_decided
from regulars.ledger.book.decisions.state import State
from regulars.ledger.book.errors import UnknownHolder
from regulars.ledger.book.expiring import Share, lots_due, lots_expire
from regulars.ledger.book.expiry import lot_expires_at, lot_last_day, policy_checked
from regulars.ledger.book.expiry_runs import expiry_run
from regulars.ledger.book.load import Needs, credits_of, load_statements, state_loaded
from regulars.ledger.book.merging import (
    holder_forfeit,
    holder_frozen_set,
    holders_merge,
    merged_targets,
)
from regulars.ledger.book.models import Asset, Holder
from regulars.ledger.book.store import store_statements
from regulars.ledger.book.types import (
    AssetKind,
    AssetView,
    EntryResult,
    ExpiryPolicy,
    HoldResult,
    MakeHold,
    Never,
    Post,
    Release,
    Request,
    Reverse,
    Settle,
    Shortfall,
    SpendOrder,
)
from regulars.ledger.book.unbuilt import Opened, holders_reopened, openings_closed

Refused = RegularsError

_DECIDERS: dict[type, Callable[[State, Any], EntryResult | HoldResult]] = {
    Post: post_decided,
    MakeHold: hold_decided,
    Settle: settle_followed,
    Release: release_followed,
    Reverse: reverse_followed,
}


def decided(state: State, request: Request) -> EntryResult | HoldResult | Refused:
    """One request decided against the batch's state; a refusal changes nothing."""
    try:
        return _DECIDERS[type(request)](state, request)
    except RegularsError as refusal:
        return refusal


def verbs_run(unit: Unit, requests: Sequence[Request]) -> list[EntryResult | HoldResult | Refused]:
    """Any mix of the five verbs, in order, against one locked state of the book."""
    now = clock.now()
    needs = Needs()
    assets = assets_known(unit)
    needs.inactivity = any(asset.expiry.inactivity for asset in assets.values())
    for request in requests:
        needs.request_added(request)
    state = _loaded(unit, needs, assets, now)
    lapsed_holds_freed(state)
    results = [decided(state, request) for request in requests]
    unit.flight(store_statements(state.changes))
    return results


def _loaded(unit: Unit, needs: Needs, assets: dict[int, AssetView], now: datetime) -> State:
    """The batch's state; of holders that were merged away also what became of them."""
    state = state_loaded(needs, unit.flight(load_statements(needs, now)), assets, now)
    merged = [holder.id for holder in state.holders.values() if holder.merged_into]
    if merged:
        followed = merged_targets(unit, merged)
        needs.holders.update(followed.values())
        both = {*followed, *followed.values()}
        needs.lots |= {(holder_id, asset_id) for holder_id in both for asset_id in assets}
        state = state_loaded(needs, unit.flight(load_statements(needs, now)), assets, now)
        chains_shortened(state, followed)
    return state


def post(unit: Unit, batch: Sequence[Post]) -> list[EntryResult | HoldResult | Refused]:
    """Writes entries. Refusals: insufficient_balance, holder_frozen, unknown_holder, …"""
    return verbs_run(unit, batch)


def hold(unit: Unit, batch: Sequence[MakeHold]) -> list[EntryResult | HoldResult | Refused]:
    """Sets value aside. Refusals: insufficient_balance, …"""
    return verbs_run(unit, batch)


def settle(unit: Unit, batch: Sequence[Settle]) -> list[EntryResult | HoldResult | Refused]:
    """Spends holds. Refusals: hold_closed, hold_exceeded, unknown_hold."""
    return verbs_run(unit, batch)


def release(unit: Unit, batch: Sequence[Release]) -> list[EntryResult | HoldResult | Refused]:
    """Ends holds unspent. Refusals: hold_closed (already settled), unknown_hold."""
    return verbs_run(unit, batch)


def reverse(unit: Unit, batch: Sequence[Reverse]) -> list[EntryResult | HoldResult | Refused]:
    """Takes entries back, in full or up to targets. Never refused for a lack of value."""
    return verbs_run(unit, batch)


OPEN_HOLDERS = """
    INSERT INTO ledger_holder (id, kind, frozen, created_at)
    SELECT id, %s, false, %s FROM unnest(%s::uuid[]) AS row(id)
    ON CONFLICT (id) DO NOTHING
"""


def holders_open_statement(holder_ids: Sequence[str], kind: str, now: datetime) -> Statement:
    """Opens books for new holders, as part of the caller's storing flight."""
    return Statement(OPEN_HOLDERS, (kind, now, id_array(holder_ids)))


def holder_open(*, holder_id: str, kind: str = "member") -> None:
    """Opens the books of a new holder in the caller's transaction; opening twice is harmless."""
    Holder.objects.get_or_create(id=holder_id, defaults={"kind": kind, "created_at": clock.now()})


def holder_freeze(*, holder_id: str, frozen: bool) -> None:
    """Freezes or releases everything a holder owns, from the next request on, in any process."""
    if not Holder.objects.filter(id=holder_id).update(frozen=frozen):
        raise UnknownHolder(holder_id=holder_id)


def asset_create(
    *,
    code: str,
    name: dict[str, str],
    kind: AssetKind,
    time_zone: str,
    expiry: ExpiryPolicy | None = None,
    spend_order: SpendOrder = SpendOrder.EARLIEST_EXPIRY,
    shortfall: Shortfall = Shortfall.DEBT,
    transferable: bool = False,
    currency: str = "",
    scale: int = 0,
) -> int:
    """Declares a kind of value; answers its id. Principal never expires."""
    clock.zone(time_zone)
    policy = policy_checked(expiry or ExpiryPolicy(), time_zone)
    money = kind in (AssetKind.PRINCIPAL, AssetKind.BONUS)
    if money != bool(currency):
        raise InvalidInput(
            field="currency",
            problem=Told(
                "set it for principal and bonus, and only them",
                "只有本金和赠送金须填写，其他资产不填",
            ),
        )
    if kind is AssetKind.PRINCIPAL and (policy.lot != Never() or policy.inactivity):
        raise InvalidInput(
            field="expiry",
            problem=Told(
                "principal never expires; remove the policy", "储值本金永不过期；请去掉有效期"
            ),
        )
    asset = Asset.objects.create(
        code=code,
        name=name,
        kind=kind.value,
        time_zone=time_zone,
        expiry=msgspec.to_builtins(policy),
        spend_order=spend_order.value,
        shortfall=shortfall.value,
        transferable=transferable,
        currency=currency,
        scale=scale,
        created_at=clock.now(),
    )
    assets_forgotten()
    return asset.id


__all__ = [
    "Needs",
    "Opened",
    "Refused",
    "Share",
    "State",
    "asset_create",
    "assets_forgotten",
    "assets_known",
    "chains_shortened",
    "credits_of",
    "decided",
    "expiry_run",
    "hold",
    "holder_checked",
    "holder_forfeit",
    "holder_freeze",
    "holder_frozen_set",
    "holder_open",
    "holders_merge",
    "holders_open_statement",
    "holders_reopened",
    "lapsed_holds_freed",
    "load_statements",
    "lot_expires_at",
    "lot_last_day",
    "lots_due",
    "lots_expire",
    "merged_targets",
    "openings_closed",
    "post",
    "release",
    "reverse",
    "settle",
    "state_loaded",
    "store_statements",
    "verbs_run",
]
