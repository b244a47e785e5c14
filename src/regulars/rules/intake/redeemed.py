"""Deciding a redemption: a member pays with points, at once or by setting them aside first."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from regulars.ledger.book.services import State, holder_checked
from regulars.ledger.book.types import AssetView, Debit, EntryResult, HoldResult, MakeHold, Post
from regulars.rules.intake.errors import BelowMinimum, NoRedemption, NotAStep
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.types import ReceiptRedemption, RedemptionDocument
from regulars.rules.intake.work import Outcome, Work
from regulars.rules.programs.types import CompiledProgram


def redemption_offer(
    item: RedemptionDocument,
    programs: Sequence[CompiledProgram],
    assets: Mapping[int, AssetView],
) -> tuple[CompiledProgram, AssetView]:
    """The program and asset that a redemption uses: the one asked for, or the first offered."""
    for program in programs:
        offer = program.redemption
        if offer is not None and item.asset in (None, assets[offer.asset_id].code):
            return program, assets[offer.asset_id]
    raise NoRedemption(asset=item.asset or "points")


def redemption_decided(
    work: Work, state: State, plan: Plan, program: CompiledProgram, asset: AssetView
) -> Outcome:
    """Checks the program's conditions against the ledger, then debits or holds."""
    item = plan.item
    offer = program.redemption
    assert isinstance(item, RedemptionDocument)  # noqa: S101 - tells the type checker
    assert offer is not None  # noqa: S101 - likewise
    outcome = Outcome(work, plan)
    holder_id = plan.holder_id or ""
    holder_checked(state, holder_id)
    if item.points % offer.step:
        raise NotAStep(asset=asset.code, step=offer.step, points=item.points)
    spendable = state.spendable(state.account(holder_id, asset.id), plan.occurred_at)
    if spendable < offer.minimum_balance:
        raise BelowMinimum(asset=asset.code, minimum=offer.minimum_balance, spendable=spendable)
    held = _held(outcome, state, item, asset) if item.hold_seconds else None
    entry_id = None if held else _debited(outcome, state, item, asset, program.label)
    kept = "held" if held else "settled"
    outcome.programs = (program.label,)
    value_minor = offer.value_of(item.points)
    outcome.redemption = ReceiptRedemption(
        f"red_{plan.code}",
        asset.code,
        item.points,
        value_minor,
        work.currency,
        kept,
        held.expires_at if held else None,
    )
    work.redemption_rows.append(
        (
            plan.id,
            holder_id,
            plan.document_key,
            asset.id,
            item.points,
            value_minor,
            kept,
            entry_id,
            held.hold_id if held else None,
            program.label,
            plan.store_id,
            work.now,
        )
    )
    return outcome


def _held(outcome: Outcome, state: State, item: RedemptionDocument, asset: AssetView) -> HoldResult:
    plan = outcome.plan
    request = MakeHold(
        key=plan.id,
        holder_id=plan.holder_id or "",
        asset_id=asset.id,
        amount=item.points,
        expires_at=plan.occurred_at + timedelta(seconds=item.hold_seconds),
        occurred_at=plan.occurred_at,
        actor=outcome.work.actor,
    )
    held = outcome.ledger(state, request)
    assert isinstance(held, HoldResult)  # noqa: S101 - tells the type checker
    outcome.balances[asset.id] = state.account(request.holder_id, asset.id).balance
    return held


def _debited(
    outcome: Outcome, state: State, item: RedemptionDocument, asset: AssetView, program: str
) -> str | None:
    plan = outcome.plan
    request = Post(
        key=plan.id,
        holder_id=plan.holder_id or "",
        kind="redeem",
        movements=(Debit(asset.id, item.points, "redeemed", f"{program}/redemption"),),
        occurred_at=plan.occurred_at,
        business_date=plan.business_date,
        actor=outcome.work.actor,
        event_id=plan.id,
        digest=plan.digest,
        entry_id=plan.id,
    )
    result = outcome.ledger(state, request)
    assert isinstance(result, EntryResult)  # noqa: S101 - tells the type checker
    outcome.entry_added(result, "redeem")
    return result.entry_id
