"""What happens to a document after its sale: refunds, cancellations, being paid again.

Where a document stands depends on the set of its events alone. Refunds add up. It is cancelled
when its last cancellation is later than the last time it was paid again, by the instants at which
they happened, not at which they arrived; then nothing of it counts. What comes before the sale
waits for it.
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from regulars.ledger.book.services import State
from regulars.rules.intake.errors import DocumentReused, RefundExceedsPayment, UnknownLine
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.restored import earning_restored
from regulars.rules.intake.types import EventDocument, OrderLine, RefundLine
from regulars.rules.intake.undone import Step, named_lines, taken_back
from regulars.rules.intake.work import Outcome, Work
from regulars.rules.purchases.types import WALK_IN, AppliedRefund, SaleRow

REFUNDED, CANCELLED, PAID = "order.refunded", "order.cancelled", "order.paid"

_ENCODER = msgspec.json.Encoder()


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """The money a later event is about, by lines where it names them, and when it happened.

    An event that waited for its sale carries its own dates, as if it had come in time.
    """

    net_minor: int = 0
    lines: tuple[RefundLine, ...] = ()
    occurred_at: datetime | None = None
    business_date: date | None = None


_CONTENT = msgspec.json.Decoder(Content)


def sequel_decided(work: Work, state: State, plan: Plan) -> Outcome:
    """A later event of a document; without the sale it waits for it."""
    outcome = Outcome(work, plan)
    content = _content_of(plan)
    if plan.sale is None:
        plan.status = "waiting"
        plan.holder_id = plan.holder_id or WALK_IN
        text = _ENCODER.encode(content).decode()
        work.waiting_rows.append((plan.id, plan.document_key, plan.kind, text, work.now))
        return outcome
    _checked(plan.sale, plan.kind, content, plan.item.document or "")
    # A refusal of the ledger after this must not leave the sale changed in memory.
    work.touched = plan.id
    _applied(
        work,
        state,
        outcome,
        Step(plan.id, plan.kind, plan.occurred_at, plan.business_date),
        content,
    )
    return outcome


def waiting_applied(work: Work, state: State, plan: Plan, outcome: Outcome) -> None:
    """Applies to a new sale what came before it, in the order of arrival.

    What does not fit the sale goes on waiting, for a person to look at.
    """
    for event_id, kind, text in plan.waiting:
        content = _CONTENT.decode(text)
        assert plan.sale is not None  # noqa: S101 - tells the type checker
        try:
            _checked(plan.sale, kind, content, plan.item.document or "")
        except (RefundExceedsPayment, UnknownLine, DocumentReused):
            continue
        step = Step(
            event_id,
            kind,
            content.occurred_at or plan.occurred_at,
            content.business_date or plan.business_date,
        )
        _applied(work, state, outcome, step, content)
        work.waiting_done.append(event_id)


def _content_of(plan: Plan) -> Content:
    item = plan.item
    assert isinstance(item, EventDocument)  # noqa: S101 - tells the type checker
    dates = (plan.occurred_at, plan.business_date)
    if item.refund is not None:
        return Content(item.refund.net_minor, item.refund.lines, *dates)
    if item.order is not None and plan.kind == PAID:
        return Content(item.order.net_minor, _as_refund(item.order.lines), *dates)
    return Content(0, (), *dates)


def _as_refund(lines: Sequence[OrderLine]) -> tuple[RefundLine, ...]:
    return tuple([RefundLine(each.line, each.net_minor, each.quantity) for each in lines])


def _checked(sale: SaleRow, kind: str, content: Content, document: str) -> None:
    if kind == CANCELLED:
        return
    if kind == PAID:
        nets = {line.line: line.net_minor for line in content.lines}
        if (content.net_minor, nets) != (sale.net_minor, sale.line_nets):
            raise DocumentReused(document=document)
        return
    left = sale.net_minor - sale.refunded_minor
    if content.net_minor > left:
        raise RefundExceedsPayment(refundable_minor=left, asked_minor=content.net_minor)
    named = named_lines(sale)
    for line in content.lines:
        if line.line not in sale.line_nets:
            raise UnknownLine(line=line.line)
        left_of_line = sale.line_nets[line.line] - named.get(line.line, 0)
        if line.net_minor > left_of_line:
            raise RefundExceedsPayment(refundable_minor=left_of_line, asked_minor=line.net_minor)


def _applied(work: Work, state: State, outcome: Outcome, step: Step, content: Content) -> None:
    """Notes the event, and brings ledger and limits to where the document stands now."""
    sale = outcome.plan.sale
    assert sale is not None  # noqa: S101 - tells the type checker
    was_cancelled, kept_minor = sale.cancelled, sale.kept_minor
    _noted(sale, step, content)
    work.sale_changed(sale)
    work.spend_changes[step.event_id] = sale.kept_minor - kept_minor
    work.book.given_back(sale)
    if was_cancelled and not sale.cancelled:
        earning_restored(work, state, outcome, step)
        if sale.refunds:
            taken_back(work, state, outcome, step, follows_restoring=True)
    elif sale.cancelled or (step.kind == REFUNDED and not was_cancelled):
        # Cancelled once more: what was paid with points meanwhile comes back.
        taken_back(work, state, outcome, step)


def _noted(sale: SaleRow, step: Step, content: Content) -> None:
    if step.kind == REFUNDED:
        lines = tuple([(line.line, line.net_minor) for line in content.lines])
        sale.refunds.append(AppliedRefund(step.event_id, content.net_minor, lines))
        sale.refunded_minor += content.net_minor
        return
    course = sale.course_begun
    at = step.occurred_at
    if step.kind == CANCELLED:
        course.cancelled_at = max(course.cancelled_at or at, at)
    else:
        course.paid_again_at = max(course.paid_again_at or at, at)
    off, again = course.cancelled_at, course.paid_again_at
    # At the same instant the payment counts: a cancellation that follows it can say so.
    sale.cancelled = off is not None and (again is None or again < off)
