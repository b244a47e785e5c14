"""Giving back what a cancelled sale had earned when it is paid again: its first judgement.

No rule is asked again. What the first judgement gave is given once more, with the same last days,
by an entry that from then on stands for the sale; what a cancellation had written off is taken
from it, and what had been paid with points is paid again by whoever paid it.
"""

from regulars.foundation.ids import key_id
from regulars.ledger.book.services import State
from regulars.ledger.book.types import Debit, EntryResult, Movement, Post
from regulars.rules.intake.undone import Step
from regulars.rules.intake.work import Outcome, Work


def earning_restored(work: Work, state: State, outcome: Outcome, step: Step) -> None:
    """Posts the first judgement again, to whoever has the member's affairs now.

    Errors: holder_frozen, of the buyer or of who paid with points; insufficient_balance when the
    points that were paid for the sale came back and are spent.
    """
    plan = outcome.plan
    sale = plan.sale
    assert sale is not None  # noqa: S101 - tells the type checker
    course = sale.course_begun
    holder_id = plan.member_id or ""
    if plan.first:
        key = step.event_id
        result = _posted(work, state, outcome, step, key, "earn", plan.first, holder_id)
        outcome.entry_added(result, "earn", [credit.expires_at for credit in plan.first])
        course.entry_id, course.holder_id = step.event_id, holder_id
    _recovered(work, state, outcome, step)
    returned, course.returned = set(course.returned), []
    for redemption_id, asset_id, points, *_, payer_id in plan.redemptions:
        if redemption_id in returned:
            payer = work.now_of(payer_id)
            key = key_id("paid again", step.event_id, redemption_id)
            debit = Debit(asset_id, points, "redeemed", step.kind)
            result = _posted(work, state, outcome, step, key, "redeem", (debit,), payer)
            outcome.entry_added(result, "redeem")
            course.redeemed[redemption_id] = result.entry_id or ""
            course.payers[redemption_id] = payer


def _recovered(work: Work, state: State, outcome: Outcome, step: Step) -> None:
    """Takes what was written off when the earning was taken back: it is there again.

    What can't be spent, because it is past its last day or not available yet, stays written off.
    """
    plan = outcome.plan
    sale = plan.sale
    assert sale is not None  # noqa: S101 - tells the type checker
    course = sale.course_begun
    for asset_id, written_off in sorted(course.unrecovered.items()):
        account = state.account(plan.member_id or "", asset_id)
        amount = min(written_off, state.spendable(account, step.occurred_at))
        if amount > 0:
            key = key_id("recovered", step.event_id, str(asset_id))
            debit = Debit(asset_id, amount, "unrecovered", step.kind)
            holder_id = plan.member_id or ""
            result = _posted(work, state, outcome, step, key, "refund", (debit,), holder_id)
            outcome.entry_added(result, "refund")
    course.unrecovered = {}


def _posted(
    work: Work,
    state: State,
    outcome: Outcome,
    step: Step,
    key: str,
    kind: str,
    movements: tuple[Movement, ...],
    holder_id: str,
) -> EntryResult:
    request = Post(
        key=key,
        holder_id=holder_id,
        kind=kind,
        movements=movements,
        occurred_at=step.occurred_at,
        business_date=step.business_date,
        actor=work.actor,
        event_id=step.event_id,
        entry_id=key,
    )
    result = outcome.ledger(state, request)
    assert isinstance(result, EntryResult)  # noqa: S101 - tells the type checker
    return result
