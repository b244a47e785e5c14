"""Taking back what a sale earned, and giving back what was redeemed for it.

Reversed so far is a function of the set of a sale's refunds alone, whatever their order: for each
earning, the exact sum over its lines of amount × refunded ÷ paid, rounded down once. A refund
that names no lines is spread over what is left of each line. Everything at full refund.
"""

from datetime import date, datetime
from typing import Any

import msgspec

from regulars.foundation.ids import key_id
from regulars.ledger.book.services import State
from regulars.ledger.book.types import EntryResult, HoldResult, Release, Reverse, Target
from regulars.rules.intake.plan import Redemption
from regulars.rules.intake.work import Outcome, Work
from regulars.rules.purchases.types import Effect, SaleRow

UNRECOVERED = "unrecovered"


class Step(msgspec.Struct, frozen=True):
    """One later event of a document, with its own dates."""

    event_id: str
    kind: str
    occurred_at: datetime
    business_date: date


def taken_back(
    work: Work, state: State, outcome: Outcome, step: Step, *, follows_restoring: bool = False
) -> None:
    """Brings the ledger to what the sale's refunds, or its cancellation, leave of it."""
    plan, sale = outcome.plan, outcome.plan.sale
    assert sale is not None  # noqa: S101 - tells the type checker
    common: dict[str, Any] = {
        "occurred_at": step.occurred_at,
        "business_date": step.business_date,
        "actor": work.actor,
        "event_id": step.event_id,
        "rule": step.kind,
    }
    course = sale.course
    is_restored = course is not None and course.entry_id is not None
    targets = _earning_targets(sale)
    if targets:
        request = Reverse(
            # The event's own key is the restored earning's where both come from one event.
            key=key_id("refund", step.event_id) if follows_restoring else step.event_id,
            holder_id=(course.holder_id if course and is_restored else plan.holder_id) or "",
            entry_id=(course.entry_id if course and is_restored else sale.id) or "",
            kind="refund",
            targets=targets,
            new_entry_id=None if follows_restoring else step.event_id,
            **common,
        )
        result = outcome.ledger(state, request)
        if isinstance(result, EntryResult):
            outcome.entry_added(result, "refund")
            _written_off(sale, result)
    for redemption in plan.redemptions:
        _redemption_undone(work, state, outcome, redemption, common)


def _written_off(sale: SaleRow, result: EntryResult) -> None:
    """Remembers what could not be taken back, for the case that the sale is paid again."""
    for posting in result.postings:
        if posting.counter == UNRECOVERED and posting.credit:
            known = sale.course_begun.unrecovered
            known[posting.asset_id] = known.get(posting.asset_id, 0) + posting.amount


def _redemption_undone(
    work: Work,
    state: State,
    outcome: Outcome,
    redemption: Redemption,
    common: dict[str, Any],
) -> None:
    sale = outcome.plan.sale
    assert sale is not None  # noqa: S101 - tells the type checker
    redemption_id, asset_id, points, redemption_state, entry_id, hold_id, holder_id = redemption
    if redemption_state == "held" and hold_id:
        if sale.is_whole:
            request = Release(
                holder_id=holder_id,
                hold_id=hold_id,
                occurred_at=common["occurred_at"],
                actor=work.actor,
            )
            released = outcome.ledger(state, request)
            assert isinstance(released, HoldResult)  # noqa: S101 - tells the type checker
            work.released_redemptions.append(redemption_id)
        return
    if entry_id is None:
        return
    if sale.course is not None and redemption_id in sale.course.redeemed:
        entry_id = sale.course.redeemed[redemption_id]
        holder_id = sale.course.payers.get(redemption_id) or sale.course.holder_id or ""
    if sale.cancelled and redemption_id not in sale.course_begun.returned:
        sale.course_begun.returned.append(redemption_id)
    amount = points if sale.is_whole else points * sale.refunded_minor // sale.net_minor
    result = outcome.ledger(
        state,
        Reverse(
            key=key_id("return", common["event_id"], redemption_id),
            holder_id=holder_id,
            entry_id=entry_id,
            kind="return",
            targets=(Target(asset_id=asset_id, credit=False, amount=amount),),
            **common,
        ),
    )
    if isinstance(result, EntryResult):
        outcome.entry_added(result, "return")


def named_lines(sale: SaleRow) -> dict[str, int]:
    """What refunds that name lines gave back for each."""
    named: dict[str, int] = {}
    for refund in sale.refunds:
        for line, net_minor in refund.lines:
            named[line] = named.get(line, 0) + net_minor
    return named


def _earning_targets(sale: SaleRow) -> tuple[Target, ...]:
    """How much of each asset the sale's refunds take back in total."""
    by_asset: dict[int, int] = {}
    named = named_lines(sale)
    for effect in sale.effects:
        amount = effect.amount if sale.is_whole else _reversed_so_far(sale, effect, named)
        by_asset[effect.asset_id] = by_asset.get(effect.asset_id, 0) + amount
    return tuple(
        [
            Target(asset_id=asset_id, credit=True, amount=amount)
            for asset_id, amount in by_asset.items()
        ]
    )


def _reversed_so_far(sale: SaleRow, effect: Effect, named: dict[str, int]) -> int:
    """floor(Σ over lines of amount × refunded ÷ paid), exact until the one rounding.

    Refunded of a line is what refunds named of it, plus its share of unnamed refunds: in
    proportion to what the named ones left of it. This never falls when a refund is added.
    """
    named_total = sum(named.values())
    unnamed = sale.refunded_minor - named_total
    left_total = sale.net_minor - named_total
    numerator, denominator = 0, 1
    for line in effect.lines:
        if line.net_minor == 0:
            continue
        own = named.get(line.line, 0)
        refunded, scale = own, 1
        if unnamed:
            refunded = own * left_total + unnamed * (line.net_minor - own)
            scale = left_total
        part, whole = line.amount * refunded, line.net_minor * scale
        numerator = numerator * whole + part * denominator
        denominator *= whole
    return numerator // denominator
