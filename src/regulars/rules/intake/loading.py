"""What a batch's decisions need beside the ledger, loaded in the ledger's own flight.

Member facts that published rules read, counters of limits that candidate rules have, and what
actions and watchers of other rooms ask for. What nobody can use is never loaded.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from regulars.foundation.database.session import Rows, Statement
from regulars.foundation.locks import LOCK_ORDER
from regulars.ledger.book.services import Needs
from regulars.ledger.book.types import AssetView
from regulars.rules.actions import Loaded, Watcher, action_get, followup_kinds, watchers_known
from regulars.rules.actions import Needs as RoomNeeds
from regulars.rules.facts import facts_known, facts_load, facts_loaded
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.types import EventDocument, Order
from regulars.rules.limits.services import (
    counters_loaded,
    counters_statements,
    counters_wanted,
)
from regulars.rules.limits.types import Limit, LimitBook
from regulars.rules.programs.services import NO_RULES, Deck, Doing, InForce, Lineup
from regulars.rules.programs.types import Occasion
from regulars.rules.purchases.types import WALK_IN, SaleRow

NO_ORDER = Order(currency="", net_minor=0)
COUNTERS = LOCK_ORDER.index("rules_shared_count")
UNLOCKED = len(LOCK_ORDER)

Programs = Mapping[datetime, InForce]
Taker = Callable[[Sequence[Rows]], None]


def needs_of(
    plans: Sequence[Plan], redeemed: Mapping[str, int], assets: Mapping[int, AssetView]
) -> Needs:
    """What the ledger must lock and load. The intake's own key table answers repeated keys."""
    needs = Needs()
    needs.inactivity = any(asset.expiry.inactivity for asset in assets.values())
    for plan in plans:
        if plan.sale is not None:
            _going_on(needs, plan.sale, assets)
        for _, asset_id, _, _, entry_id, hold_id, payer_id in plan.redemptions:
            needs.holders.add(payer_id)
            needs.lots.add((payer_id, asset_id))
            if entry_id:
                needs.origins.add(entry_id)
            if hold_id:
                needs.holds.add(hold_id)
        holder_id = plan.holder_id
        if holder_id is None or holder_id == WALK_IN:
            continue
        needs.holders.add(holder_id)
        if plan.id in redeemed:
            needs.lots.add((holder_id, redeemed[plan.id]))
        if plan.waiting:
            # Refunds will take from this sale's own lots and then from others of the member.
            needs.lots |= {(holder_id, asset_id) for asset_id in assets}
    return needs


def _going_on(needs: Needs, sale: SaleRow, assets: Mapping[int, AssetView]) -> None:
    """The entry that stands for a sale's earning, and those that pay for its redemptions."""
    course = sale.course
    if sale.effects:
        needs.origins.add((course and course.entry_id) or sale.id)
    if course is not None:
        needs.origins.update(course.redeemed.values())
        needs.holders |= course.holders
        needs.lots |= {(holder, asset_id) for holder in course.holders for asset_id in assets}


def facts_move(programs: Programs) -> bool:
    """Whether some rule in force reads a fact that an event of the same batch may change."""
    known = facts_known()
    return any(
        known[name].moving for in_force in programs.values() for name in in_force.deck.facts_needed
    )


def rounds_cut(plans: Sequence[Plan]) -> tuple[list[Plan], list[Plan]]:
    """Each member's first event now, the others later: they must see what the first one moved."""
    seen: set[str] = set()
    now, later = [], []
    for plan in plans:
        holder_id = plan.holder_id
        if holder_id is None or holder_id == WALK_IN or holder_id not in seen:
            seen.add(holder_id or "")
            now.append(plan)
        else:
            later.append(plan)
    return now, later


def rounds_of(plans: Sequence[Plan]) -> list[list[Plan]]:
    """Events of known members in rounds: each one's first, then each one's second, and so on."""
    rounds: list[list[Plan]] = []
    counts: dict[str, int] = {}
    for plan in plans:
        holder_id = plan.holder_id or ""
        place = counts[holder_id] = counts.get(holder_id, -1) + 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(plan)
    return rounds


class Card(msgspec.Struct, frozen=True, gc=False):
    """An event as rules will see it, with the rules that may apply to it.

    `facts` are the occasion's, to be completed when they are loaded; `listening` counts all rules
    that listen to its kind.
    """

    occasion: Occasion
    facts: dict[str, Any]
    seats: Lineup
    listening: int


def card_of(plan: Plan, deck: Deck) -> Card:
    """The card of an event that is about to be judged."""
    item = plan.item
    order = item.order if isinstance(item, EventDocument) else None
    if order is None:
        order = NO_ORDER
    facts: dict[str, Any] = {"order.store": item.store or ""}
    base_minor = order.net_minor
    if plan.told is not None:
        facts.update(plan.told.facts)
        base_minor = plan.told.amount_minor
    elif isinstance(item, EventDocument) and item.data and item.kind in followup_kinds():
        facts.update(item.data)
    occasion = Occasion(
        plan.kind, facts, base_minor, order.lines, plan.occurred_at, plan.business_date
    )
    listening = deck.by_kind.get(plan.kind)
    if listening is None:
        return Card(occasion, facts, NO_RULES, 0)
    return Card(occasion, facts, listening.candidates(occasion), len(listening.seats))


class Gathered:
    """Everything that one batch's rules, actions and watchers decide with."""

    def __init__(
        self,
        plans: Sequence[Plan],
        programs: Programs,
        now: datetime,
        short: Collection[str] = (),
    ) -> None:
        self.programs = programs
        self.now = now
        self.cards: dict[str, Card] = {}
        self.values: dict[str, dict[str, Any]] = {}
        self.book = LimitBook(known=())
        self.loaded: dict[str, Loaded] = {}
        self.memories: dict[str, Any] = {}
        self.watching: list[tuple[Watcher, frozenset[str]]] = []
        # (place in the order of locks, statements, what takes their rows)
        self._parts: list[tuple[int, Sequence[Statement], Taker | None]] = []
        holders = {plan.member_id for plan in plans if plan.holder_id != WALK_IN}
        self._members = sorted([each for each in holders if each is not None])
        self._decks = {id(each.deck): each.deck for each in programs.values()}
        for plan in plans:
            if not plan.follows_sale and plan.holder_id not in (None, WALK_IN):
                self.cards[plan.id] = card_of(plan, programs[plan.occurred_at].deck)
        self._facts_wanted()
        self._counters_wanted(plans, short)
        self._actions_wanted()
        self._watchers_wanted(plans)
        self._parts.sort(key=lambda part: part[0])

    def statements(self) -> list[Statement]:
        """What joins the loading flight behind the ledger's own: locks first."""
        return [statement for _, each, _ in self._parts for statement in each]

    def taken(self, rows: Sequence[Rows]) -> None:
        """Takes the rows of `statements`, in their order."""
        place = 0
        for _, statements, take in self._parts:
            end = place + len(statements)
            if take is not None:
                take(rows[place:end])
            place = end
        # They know this batch and it them: all of it would wait for the garbage collector.
        self._parts.clear()

    def facts_of(self, holder_id: str) -> dict[str, Any]:
        """The member's facts as the batch knows them by now."""
        return self.values.setdefault(holder_id, {})

    def _facts_wanted(self) -> None:
        names = frozenset().union(*[deck.facts_needed for deck in self._decks.values()])
        if not names or not self._members:
            return
        loads = facts_load(names, self._members, self.now)

        def take(rows: Sequence[Rows]) -> None:
            self.values = facts_loaded(loads, rows, names, self._members)

        statements = [statement for load in loads for statement in load.statements]
        self._parts.append((UNLOCKED, statements, take))

    def _counters_wanted(self, plans: Sequence[Plan], short: Collection[str]) -> None:
        uses: list[tuple[Sequence[Limit], str, Any]] = []
        limited = [deck for deck in self._decks.values() if deck.is_limited]
        raised = [(deck, limits) for deck in limited if (limits := _raised_limits(deck))]
        for plan in plans if limited else ():
            card = self.cards.get(plan.id)
            holder_id = plan.member_id or WALK_IN
            deck = self.programs[plan.occurred_at].deck
            listening = deck.by_kind.get(plan.kind)
            if card is not None and listening is not None and listening.is_limited:
                uses.append((card.seats.limits, holder_id, plan.business_date))
            for of_deck, limits in raised:
                if of_deck is deck and holder_id != WALK_IN:
                    uses.append((limits, holder_id, plan.business_date))
        sales = [
            plan.sale
            for plan in plans
            if plan.follows_sale and plan.sale is not None and plan.holder_id != WALK_IN
        ]
        wanted = counters_wanted(uses, sales, short) if uses or sales else None
        if wanted is None:
            return

        def take(rows: Sequence[Rows]) -> None:
            self.book = counters_loaded(wanted, rows)

        self._parts.append((COUNTERS, counters_statements(wanted), take))

    def _actions_wanted(self) -> None:
        if not any(deck.uses_do for deck in self._decks.values()):
            return
        lineups = {id(card.seats): card.seats for card in self.cards.values()}
        seats = [seat for lineup in lineups.values() for seat in lineup]
        for deck in self._decks.values():
            seats += [seat for lineup in _raised(deck) for seat in lineup]
        effects: dict[str, dict[str, Any]] = {}
        for seat in seats:
            doing = seat.rule.effect
            if isinstance(doing, Doing):
                effects.setdefault(doing.action, {})[seat.rule.label] = doing.effect
        for name, wanted in effects.items():
            needs = action_get(name).needs(list(wanted.values()), self._members)
            self.loaded[name] = Loaded(memory={})

            def take(rows: Sequence[Rows], name: str = name) -> None:
                self.loaded[name] = Loaded(rows=tuple(rows), memory={})

            self._needed(needs, take)

    def _watchers_wanted(self, plans: Sequence[Plan]) -> None:
        raised = followup_kinds().keys()
        for name, watcher in watchers_known().items():
            kinds = watcher.kinds
            everybody = not kinds or not kinds.isdisjoint(raised)
            members = {
                plan.member_id or ""
                for plan in plans
                if plan.holder_id != WALK_IN and (everybody or plan.kind in kinds)
            }
            watched = frozenset([each for each in members if each])
            needs = watcher.needs(sorted(watched), self.now) if watched else None
            if needs is None:
                continue
            self.watching.append((watcher, watched))

            def take(rows: Sequence[Rows], name: str = name, watcher: Watcher = watcher) -> None:
                self.memories[name] = watcher.begin(rows, self.now)

            self._needed(needs, take)

    def _needed(self, needs: RoomNeeds, take: Taker) -> None:
        for table, lock in needs.locks:
            self._parts.append((LOCK_ORDER.index(table), [lock], None))
        self._parts.append((UNLOCKED, needs.loads, take))


def _raised(deck: Deck) -> list[Lineup]:
    """The rules that listen to follow-ups; what their events will be, nobody knows yet."""
    return [deck.by_kind[kind].seats for kind in followup_kinds() if kind in deck.by_kind]


def _raised_limits(deck: Deck) -> list[Limit]:
    return [limit for lineup in _raised(deck) for limit in lineup.limits]
