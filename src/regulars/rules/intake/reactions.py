"""After an event's effects: watchers look at it, and what it raised is judged on its receipt.

A follow-up is judged by the rules in force at its cause, with the member's facts as the cause left
them. What it gives is an entry of its own under a key derived from the cause, so it is given once;
a refund of the cause takes back what the cause earned, and leaves this.
"""

from collections.abc import Mapping
from typing import Any

from regulars.foundation.database.session import Statement
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import key_id
from regulars.ledger.book.services import State
from regulars.ledger.book.types import EntryResult, Post
from regulars.rules.actions import Followup, Happening, Watcher, action_get
from regulars.rules.intake.errors import CascadeTooDeep
from regulars.rules.intake.judged import gains_of, verdict_taken
from regulars.rules.intake.loading import Gathered
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.types import ReceiptNote
from regulars.rules.intake.work import HalfDone, Outcome, Work
from regulars.rules.limits.services import counters_store
from regulars.rules.limits.types import Allowance
from regulars.rules.programs.services import judged
from regulars.rules.programs.types import Occasion
from regulars.rules.purchases.types import WALK_IN

DEPTH_MAX = 3


class _Raised:
    """A follow-up that waits to be judged, with the key of its cause and its depth."""

    __slots__ = ("depth", "followup", "key")

    def __init__(self, followup: Followup, cause: str, depth: int) -> None:
        self.followup = followup
        self.key = key_id("followup", cause, followup.kind, followup.subject)
        self.depth = depth


def reactions_followed(
    work: Work, state: State, plan: Plan, outcome: Outcome, gathered: Gathered
) -> None:
    """Shows an event to the watchers and judges what follows, at most three deep.

    A refusal here comes after the event's own effects: it undoes the event whole.
    """
    holder_id = plan.member_id
    if holder_id is None or plan.holder_id == WALK_IN or plan.status == "waiting":
        return
    chain = _Chain(work, state, outcome, gathered, holder_id)
    try:
        chain.followed()
    except HalfDone:
        raise
    except RegularsError as refusal:
        raise HalfDone(refusal) from None


class _Chain:
    """One event and all that follows from it."""

    def __init__(
        self, work: Work, state: State, outcome: Outcome, gathered: Gathered, holder_id: str
    ) -> None:
        self._work = work
        self._state = state
        self._outcome = outcome
        self._gathered = gathered
        self._plan = outcome.plan
        self._holder_id = holder_id
        self._told = 0
        self._queue: list[_Raised] = []
        self._keys: set[str] = set()

    def followed(self) -> None:
        plan = self._plan
        self._queued(self._outcome.followups, plan.id, 1)
        kind, net_minor, sale_id = _told_of(self._work, plan)
        self._watched(plan.id, kind, net_minor, sale_id, 0, {})
        for event_id, late_kind, _ in plan.waiting:
            if event_id in self._work.waiting_done:
                changed = abs(self._work.spend_changes.get(event_id, 0))
                self._watched(event_id, late_kind, changed, plan.id, 0, {})
        while self._queue:
            raised = self._queue.pop(0)
            if raised.depth > DEPTH_MAX:
                raise CascadeTooDeep(kind=raised.followup.kind)
            self._judged(raised)

    def _queued(self, followups: Any, cause: str, depth: int) -> None:
        for followup in followups:
            raised = _Raised(followup, cause, depth)
            if raised.key not in self._keys:
                self._keys.add(raised.key)
                self._queue.append(raised)

    def _watched(
        self,
        event_id: str,
        kind: str,
        net_minor: int,
        sale_id: str | None,
        depth: int,
        data: Mapping[str, Any],
    ) -> None:
        watching = [
            watcher
            for watcher, members in self._gathered.watching
            if self._holder_id in members and (not watcher.kinds or kind in watcher.kinds)
        ]
        if not watching:
            return
        # What another member paid or got back is no matter of this one.
        new = [each for each in self._outcome.results[self._told :] if self._outcome.is_own(each)]
        self._told = len(self._outcome.results)
        happening = Happening(
            event_id=event_id,
            kind=kind,
            holder_id=self._holder_id,
            occurred_at=self._plan.occurred_at,
            business_date=self._plan.business_date,
            net_minor=net_minor,
            sale_id=sale_id,
            sale_date=self._plan.sale.business_date if sale_id and self._plan.sale else None,
            moved=tuple(
                [
                    (each.asset_id, each.amount if each.credit else -each.amount)
                    for result in new
                    for each in result.postings
                ]
            ),
            balances=dict(self._outcome.balances),
            facts=self._gathered.facts_of(self._holder_id),
            depth=depth,
            data=data,
        )
        self._work.touched = self._plan.id
        for watcher in watching:
            self._reacted(watcher, happening)

    def _reacted(self, watcher: Watcher, happening: Happening) -> None:
        reaction = watcher.react(self._gathered.memories[watcher.name], happening)
        if reaction is None:
            return
        if reaction.facts:
            self._gathered.facts_of(self._holder_id).update(reaction.facts)
        for code, params in reaction.notes:
            note = ReceiptNote(watcher.name, fired=True, code=code, params=params)
            self._outcome.notes.append(note)
        self._queued(reaction.followups, happening.event_id, happening.depth + 1)

    def _judged(self, raised: _Raised) -> None:
        plan, followup = self._plan, raised.followup
        deck = self._gathered.programs[plan.occurred_at].deck
        facts = {
            **self._gathered.facts_of(self._holder_id),
            "order.store": plan.item.store or "",
            **followup.data,
        }
        occasion = Occasion(followup.kind, facts, 0, (), plan.occurred_at, plan.business_date)
        allowance = Allowance(self._gathered.book, self._holder_id, plan.business_date)
        seats = deck.candidates(occasion)
        verdict = judged(seats, occasion, self._work.assets, allowance, self._gathered.loaded)
        self._outcome.followups = []
        verdict_taken(self._outcome, verdict, allowance)
        allowance.noted(raised.key, plan.id)
        if verdict.proposals:
            request = Post(
                key=raised.key,
                holder_id=self._holder_id,
                kind="earn",
                movements=gains_of(verdict.proposals),
                occurred_at=plan.occurred_at,
                business_date=plan.business_date,
                actor=self._work.actor,
                event_id=plan.id,
            )
            result = self._outcome.ledger(self._state, request)
            if isinstance(result, EntryResult):
                expiries = [each.expires_at for each in verdict.proposals]
                self._outcome.entry_added(result, "earn", expiries)
        self._queued(self._outcome.followups, raised.key, raised.depth + 1)
        self._watched(raised.key, followup.kind, 0, None, raised.depth, followup.data)


def reactions_store(work: Work, gathered: Gathered) -> list[Statement]:
    """What limits, actions and watchers write of the batch."""
    statements = counters_store(gathered.book)
    for name, decisions in work.deeds.items():
        statements += action_get(name).store(decisions)
    for watcher, _ in gathered.watching:
        statements += watcher.store(gathered.memories[watcher.name])
    return statements


def _told_of(work: Work, plan: Plan) -> tuple[str, int, str | None]:
    """The kind, the money by which the member's spend changed, and the sale."""
    sale = plan.sale
    if sale is None:
        return plan.kind, 0, None
    if plan.follows_sale:
        return plan.kind, abs(work.spend_changes.get(plan.id, 0)), sale.id
    return plan.kind, sale.net_minor, plan.id
