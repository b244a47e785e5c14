"""The one intake: a batch of events in, a receipt or a refusal for each out.

Whatever door an event comes through (HTTP, till, import, job), it passes here, many in one unit of
work: keys, ledger, receipts and notices are durable together, or not at all.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain

import psycopg
import structlog

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.database.session import (
    PASSING_ERRORS,
    DatabaseAway,
    DatabaseLost,
    DatabaseSilent,
    Statement,
    Unit,
    unit_of_work,
)
from regulars.foundation.errors import Busy, RegularsError
from regulars.ledger.book.services import (
    State,
    assets_known,
    lapsed_holds_freed,
    load_statements,
    state_loaded,
    store_statements,
)
from regulars.ledger.book.types import AssetView
from regulars.organization.stores.selectors import stores_known
from regulars.rules.intake.culprits import culprit_told, is_ours
from regulars.rules.intake.errors import BatchTooLarge, EventFailed, UnknownMember
from regulars.rules.intake.judged import event_judged
from regulars.rules.intake.loading import (
    Gathered,
    facts_move,
    needs_of,
    rounds_cut,
    rounds_of,
)
from regulars.rules.intake.plan import Plan, plan_checked, waves
from regulars.rules.intake.reactions import reactions_followed, reactions_store
from regulars.rules.intake.redeemed import redemption_decided, redemption_offer
from regulars.rules.intake.resolve import plans_resolved
from regulars.rules.intake.sequels import sequel_decided
from regulars.rules.intake.storing import batch_statements, receipt_made
from regulars.rules.intake.surroundings import Surroundings
from regulars.rules.intake.together import Beside, Rehearsed, Together
from regulars.rules.intake.types import EventDocument, Item, Receipt, RedemptionDocument
from regulars.rules.intake.work import HalfDone, Work
from regulars.rules.limits.services import slot_was_too_small
from regulars.rules.limits.types import SlotTooSmall
from regulars.rules.programs.selectors import programs_in_force
from regulars.rules.programs.services import InForce
from regulars.rules.programs.types import CompiledProgram

log = structlog.get_logger("regulars.intake")

BATCH_MAX = 1000
# So many of a caller's batch are one unit of work: two that have a member in common wait for each
# other's commit, and of small ones few have. An import's parts share no members.
UNIT_MAX = 250
ATTEMPTS_MAX = 5
PAUSE_SECONDS = 0.2
# When so many of a batch's events fail and none goes well, it is not for what they say.
FAILING_MAX = 5

# What sends a batch's last statements: with the commit, or as one more flight.
Store = Callable[[Sequence[Statement]], object]


def process(
    items: Sequence[Item],
    *,
    source: str,
    actor: Actor,
    imported: bool = False,
    inner: bool = False,
) -> list[Receipt | RegularsError]:
    """Judges and books up to 1,000 items; answers one receipt or refusal each, in order.

    `source` is the scope of event ids and document numbers. Opens and commits its own units of
    work, several for many items; an item is booked whole or not at all. A lost race is tried
    again, and when a unit is refused or fails, its items are done one by one, so that only the
    culprit gets the error. `imported` lifts the age limit; `inner` is for rooms above, whose
    events may be of a kind that only follows from something.
    """
    if len(items) > BATCH_MAX:
        raise BatchTooLarge(maximum=BATCH_MAX, found=len(items))
    around = Surroundings(
        source=source, actor=actor, imported=imported, inner=inner, alone=len(items) == 1
    )
    now = clock.now()
    plans = [Plan(item, source, now) for item in items]
    for plan in plans:
        try:
            plan_checked(plan, now=now, currency=around.currency, imported=imported, inner=inner)
        except RegularsError as refusal:
            plan.error = refusal
    size = BATCH_MAX if imported else UNIT_MAX
    for wave in waves([plan for plan in plans if plan.error is None]):
        for start in range(0, len(wave), size):
            _wave_processed(wave[start : start + size], around)
    return [plan.receipt or plan.error or Busy() for plan in plans]


def process_together(
    items: Sequence[Item], *, source: str, actor: Actor, beside: Beside | None = None
) -> list[Receipt]:
    """Judges and books items that stand or fall together: one receipt each, or one refusal.

    At most one of them is an event, the others are payments with points for it; they are decided
    in their order. `beside` is asked, when everything is decided and locked, for what the caller
    stores in the same transaction, and may refuse; it isn't asked when all was answered before.
    Errors: those of events and redemptions, and what `beside` raises.
    """
    together = Together(beside)
    around = Surroundings(source=source, actor=actor, imported=False, together=together)
    if sum([isinstance(item, EventDocument) for item in items]) > 1:
        raise BatchTooLarge(maximum=1, found=len(items))
    plans = _all_checked(items, source, around)
    try:
        _attempted(plans, around)
    except (HalfDone, psycopg.DataError, psycopg.IntegrityError) as trouble:
        raise culprit_told(trouble, plans[0]) from trouble
    return together.receipts(plans)


def process_within(
    unit: Unit, items: Sequence[Item], *, source: str, actor: Actor
) -> list[Receipt]:
    """Judges and books items as a part of the caller's unit of work, which the caller commits.

    For what befalls somebody who is made or locked in the same unit. A lost race is the caller's:
    the whole unit is run again (`unit_retried`). Errors: the first refusal there is.
    """
    together = Together(None)
    around = Surroundings(source=source, actor=actor, imported=False, together=together)
    plans = _all_checked(items, source, around)
    try:
        _within_limits(plans, around, unit)
    except HalfDone as trouble:
        raise trouble.refusal from trouble
    return together.receipts(plans)


def rehearse_together(
    items: Sequence[Item], *, source: str, actor: Actor, first: Beside | None = None
) -> list[Receipt]:
    """What `process_together` would answer; nothing is stored. Errors: the same.

    `first` may prepare something that is not stored either, such as a member to be.
    """

    def stopped(_unit: Unit, receipts: Sequence[Receipt]) -> list[Statement]:
        raise Rehearsed(receipts)

    together = Together(stopped, first)
    around = Surroundings(source=source, actor=actor, imported=False, together=together)
    plans = _all_checked(items, source, around)
    try:
        _attempted(plans, around)
    except HalfDone as trouble:
        raise trouble.refusal from trouble
    except Rehearsed as done:
        return list(done.receipts)
    return together.receipts(plans)


def _all_checked(items: Sequence[Item], source: str, around: Surroundings) -> list[Plan]:
    """Plans of items that stand or fall together. Errors: the first refusal there is."""
    now = clock.now()
    plans = [Plan(item, source, now) for item in items]
    for plan in plans:
        plan_checked(plan, now=now, currency=around.currency, imported=False)
    return plans


def _wave_processed(plans: list[Plan], around: Surroundings) -> None:
    """Does a wave in as many rounds as members' events have to see what their last ones moved.

    Who is whose was found in the first round; each later one looks only for its own events again.
    """
    rounds = deque([plans])
    while rounds:
        try:
            later = _round_done(rounds[0], around)
        except DatabaseLost as trouble:
            for plan in chain.from_iterable(rounds):
                plan.receipt, plan.error = None, trouble
            return
        rounds.popleft()
        rounds.extendleft(reversed(rounds_of(later)))
        for plan in rounds[0] if rounds else ():
            _renewed(plan, around)


def _round_done(plans: list[Plan], around: Surroundings) -> list[Plan]:
    """Does these together, or else one by one; answers what has to wait for the next round."""
    try:
        return _attempted(plans, around)
    except (DatabaseLost, psycopg.OperationalError, psycopg.InterfaceError):
        raise  # no event's fault
    except Exception as trouble:
        if around.alone and is_ours(trouble):
            raise
        if len(plans) > 1:
            _one_by_one(plans, around, trouble)
        else:
            plans[0].receipt = None
            plans[0].error = culprit_told(trouble, plans[0])
    return []


def _one_by_one(plans: Sequence[Plan], around: Surroundings, trouble: Exception) -> None:
    """Does each by itself, so that only the culprit fails. Where all fail, `trouble` is raised."""
    if is_ours(trouble):
        log.error("a batch failed, its events are done one by one", exc_info=trouble)
    are_failing = True
    for place, plan in enumerate(plans, 1):
        _wave_processed([_renewed(plan, around)], around)
        are_failing = are_failing and isinstance(plan.error, EventFailed)
        if are_failing and place == min(FAILING_MAX, len(plans)):
            raise trouble


def _renewed(plan: Plan, around: Surroundings) -> Plan:
    """The plan as it was before a batch that left no trace."""
    fresh = Plan(plan.item, around.source, clock.now())
    fresh.holder_id = None
    plan_checked(
        fresh,
        now=clock.now(),
        currency=around.currency,
        imported=around.imported,
        inner=around.inner,
    )
    for name in Plan.__slots__:
        setattr(plan, name, getattr(fresh, name))
    return plan


def _attempted(plans: list[Plan], around: Surroundings) -> list[Plan]:
    """Does a batch, again when it lost a race; answers what has to wait for the next round."""
    for attempt in range(ATTEMPTS_MAX):
        if attempt:
            for plan in plans:
                _renewed(plan, around)
        try:
            later = _within_limits(plans, around)
        except PASSING_ERRORS:
            continue
        except DatabaseLost as trouble:
            # Whether the commit arrived is unknown; the keys tell when it is done again. Who
            # stands at a till is told at once when nobody answers; an import has the time.
            away = isinstance(trouble, (DatabaseAway, DatabaseSilent)) and not around.imported
            if away or attempt + 1 == ATTEMPTS_MAX:
                raise
            time.sleep(PAUSE_SECONDS * 2**attempt)
            continue
        return later
    raise Busy


def _within_limits(
    plans: list[Plan], around: Surroundings, within: Unit | None = None
) -> list[Plan]:
    """Does a batch; again, and holding it whole, for each shared counter that has to be.

    `within` a unit that somebody else commits, else in one of its own.
    """
    while True:
        try:
            if within is not None:
                return _batch_done(within, plans, around, within.flight)
            with unit_of_work() as unit:
                return _batch_done(unit, plans, around, unit.commit)
        except SlotTooSmall as trouble:
            slot_was_too_small(trouble)
            around.short.add(trouble.counter_id)
            for plan in plans:
                _renewed(plan, around)


def _batch_done(
    unit: Unit, plans: Sequence[Plan], around: Surroundings, store: Store
) -> list[Plan]:
    now = clock.now()
    assets = assets_known(unit)
    if around.together is not None:
        around.together.begun(unit)
    plans_resolved(unit, plans, stores_known(unit), around.time_zone)
    around.followed.resolved(unit, plans)
    ready = [plan for plan in plans if not plan.is_done]
    for plan in ready:
        plan.business_date = clock.business_date(plan.occurred_at, plan.zone)
    programs = {at: programs_in_force(unit, at) for at in {plan.occurred_at for plan in ready}}
    offers = _offers(ready, programs, assets)
    ready = [plan for plan in ready if not plan.is_done]
    later: list[Plan] = []
    if around.together is None and facts_move(programs):
        ready, later = rounds_cut(ready)
    gathered = Gathered(ready, programs, now, around.short)
    needs = needs_of(ready, {key: asset.id for key, (_, asset) in offers.items()}, assets)
    around.followed.needed(needs, ready, assets)
    loading = load_statements(needs, now)
    rows = unit.flight([*loading, *gathered.statements()])
    state = state_loaded(needs, rows[: len(loading)], assets, now)
    around.followed.checked(state)
    lapsed_holds_freed(state)
    gathered.taken(rows[len(loading) :])
    work = Work(
        assets=assets,
        source=around.source,
        actor=around.actor,
        currency=around.currency,
        now=now,
        book=gathered.book,
        imported=around.imported,
        followed=around.followed.targets,
    )
    _decided(work, state, ready, gathered, offers)
    applied = [plan for plan in ready if plan.error is None]
    beside = around.together.statements(unit, plans) if around.together is not None else []
    store(
        [
            *beside,
            *batch_statements(work, applied),
            *store_statements(state.changes),
            *reactions_store(work, gathered),
        ]
    )
    return later


def _decided(
    work: Work,
    state: State,
    ready: Sequence[Plan],
    gathered: Gathered,
    offers: Mapping[str, tuple[CompiledProgram, AssetView]],
) -> None:
    """Decides every item in order, each against what the ones before it left."""
    for plan in ready:
        try:
            if plan.id in offers:
                outcome = redemption_decided(work, state, plan, *offers[plan.id])
            elif plan.follows_sale:
                outcome = sequel_decided(work, state, plan)
            else:
                outcome = event_judged(work, state, plan, gathered)
            if gathered.watching or outcome.followups:
                reactions_followed(work, state, plan, outcome, gathered)
            plan.receipt = receipt_made(plan, outcome)
        except RegularsError as refusal:
            if work.touched == plan.id:
                raise HalfDone(refusal) from None
            plan.error = _named(refusal)


def _offers(
    plans: Sequence[Plan],
    programs: Mapping[datetime, InForce],
    assets: Mapping[int, AssetView],
) -> dict[str, tuple[CompiledProgram, AssetView]]:
    """By plan, what each redemption is paid with; refuses those that nothing offers."""
    offers = {}
    for plan in plans:
        if isinstance(plan.item, RedemptionDocument):
            try:
                offers[plan.id] = redemption_offer(
                    plan.item, programs[plan.occurred_at].programs, assets
                )
            except RegularsError as refusal:
                plan.error = refusal
    return offers


def _named(refusal: RegularsError) -> RegularsError:
    """The ledger speaks of holders; a caller sent a member."""
    if refusal.code == "unknown_holder":
        return UnknownMember(by="id")
    return refusal
