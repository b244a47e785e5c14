"""Deciding what an event earns: sales, and every other kind that rules may reward."""

from collections.abc import Sequence

import msgspec

from regulars.foundation.errors import RegularsError
from regulars.ledger.book.services import State, holder_checked
from regulars.ledger.book.types import Credit, EntryResult, Post
from regulars.rules.intake.loading import NO_ORDER, Gathered
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.sequels import waiting_applied
from regulars.rules.intake.types import EventDocument, Order
from regulars.rules.intake.work import HalfDone, Outcome, Work
from regulars.rules.limits.types import Allowance
from regulars.rules.programs.services import judged, unseen
from regulars.rules.programs.types import Proposal, Verdict
from regulars.rules.purchases.services import NewSale
from regulars.rules.purchases.types import WALK_IN, Effect, LineEffect, SaleRow

_LINES = msgspec.json.Encoder()


def event_judged(work: Work, state: State, plan: Plan, gathered: Gathered) -> Outcome:
    """Judges an event by every program in force, in code order, and posts what they give.

    A sale is stored with what each line earned and used of limits, so that its refunds can be
    exact for ever.
    """
    item = plan.item
    assert isinstance(item, EventDocument)  # noqa: S101 - tells the type checker
    outcome = Outcome(work, plan)
    order = item.order or NO_ORDER
    proposals: Sequence[Proposal] = ()
    allowance = None
    if plan.holder_id is None:
        plan.holder_id = WALK_IN
    if plan.holder_id != WALK_IN:
        holder_checked(state, plan.holder_id)
        allowance = Allowance(gathered.book, plan.holder_id, plan.business_date)
        proposals = _proposed(outcome, plan, gathered, allowance)
    effects: list[Effect] = []
    if proposals:
        effects = _posted(outcome, state, plan, order, proposals)
    if item.kind == "order.paid":
        _sale_kept(work, plan, item, order, effects)
        if allowance is not None and allowance.taken:
            assert plan.sale is not None  # noqa: S101 - tells the type checker
            plan.sale.uses = allowance.uses()
        if plan.waiting:
            waiting_applied(work, state, plan, outcome)
    elif allowance is not None:
        allowance.noted(plan.id, plan.id)
    return outcome


def _proposed(
    outcome: Outcome, plan: Plan, gathered: Gathered, allowance: Allowance
) -> Sequence[Proposal]:
    work = outcome.work
    card = gathered.cards[plan.id]
    known = gathered.values.get(plan.holder_id or "")
    if known:
        card.facts.update(known)
    try:
        verdict = judged(card.seats, card.occasion, work.assets, allowance, gathered.loaded)
    except RegularsError as refusal:
        # Some rules may have taken from limits, or actions remembered what is now not to be.
        raise HalfDone(refusal) from None
    outcome.programs = gathered.programs[plan.occurred_at].deck.labels
    verdict_taken(outcome, verdict, allowance)
    note = unseen(card.seats, card.listening)
    if note is not None:
        outcome.notes.append(note)
    return verdict.proposals


def verdict_taken(outcome: Outcome, verdict: Verdict, allowance: Allowance) -> None:
    """Puts a verdict's notes on the receipt, and remembers what is to be stored and judged next."""
    outcome.notes += verdict.notes
    if allowance.taken or verdict.deeds:
        outcome.work.touched = outcome.plan.id
        for deed in verdict.deeds:
            outcome.work.deeds.setdefault(deed.action, []).append(deed.decision)
    if verdict.followups:
        outcome.followups += verdict.followups


def gains_of(proposals: Sequence[Proposal]) -> tuple[Credit, ...]:
    """What the ledger is asked to credit."""
    return tuple(
        [
            Credit(
                proposal.asset_id,
                proposal.amount,
                "issued",
                proposal.rule,
                proposal.available_at,
                False,  # noqa: FBT003 - by no policy; the hot path names nothing
                proposal.expires_at,
            )
            for proposal in proposals
        ]
    )


def _posted(
    outcome: Outcome, state: State, plan: Plan, order: Order, proposals: Sequence[Proposal]
) -> list[Effect]:
    """One entry with the event's own id; its credits in the order of the proposals."""
    work = outcome.work
    movements = gains_of(proposals)
    if plan.waiting:
        plan.first = movements
    request = Post(
        key=plan.id,
        holder_id=plan.holder_id or WALK_IN,
        kind="earn",
        movements=movements,
        occurred_at=plan.occurred_at,
        business_date=plan.business_date,
        actor=work.actor,
        event_id=plan.id,
        digest=plan.digest,
        entry_id=plan.id,
    )
    result = outcome.ledger(state, request)
    assert isinstance(result, EntryResult)  # noqa: S101 - tells the type checker
    outcome.entry_added(result, "earn", [proposal.expires_at for proposal in proposals])
    nets = [line.net_minor for line in order.lines]
    return [
        Effect(
            proposal.asset_id,
            proposal.amount,
            tuple(
                [
                    LineEffect(line, net, amount)
                    for (line, amount), net in zip(proposal.lines, nets, strict=True)
                ]
            )
            if proposal.lines
            else (LineEffect("", order.net_minor, proposal.amount),),
        )
        for proposal in proposals
    ]


def _sale_kept(
    work: Work, plan: Plan, item: EventDocument, order: Order, effects: list[Effect]
) -> None:
    sale = SaleRow(
        plan.id,
        plan.holder_id or WALK_IN,
        plan.store_id,
        order.net_minor,
        {line.line: line.net_minor for line in order.lines},
        effects,
        business_date=plan.business_date,
    )
    sale.changed = True  # stored whole as a new row
    plan.sale = sale
    work.new_sales.append(
        NewSale(
            sale,
            work.source,
            item.document or "",
            plan.business_date,
            plan.occurred_at,
            order.freight_minor,
            len(order.lines),
            _LINES.encode(order.lines),
        )
    )
