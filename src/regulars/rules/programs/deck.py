"""All rules in force at once, found by what an event is: only those that can apply are judged.

Rules are filed by the kind of event, by day (schedules) and by one constant part of their
condition (store, category, item, weekday, …). An event looks itself up; what it costs depends on
the rules that may apply, not on how many there are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Self
from zoneinfo import ZoneInfo

import msgspec

from regulars.foundation import clock
from regulars.rules.limits.types import Limit
from regulars.rules.programs.kinds import ANCHORS
from regulars.rules.programs.rules import CompiledGroup, CompiledRule, Doing, Schedule
from regulars.rules.programs.types import CompiledProgram, Occasion

# So few rules of a kind are all judged, so that a receipt explains each of them.
EXPLAINED_MAX = 12
DAYS_KEPT = 1024
LINEUPS_KEPT = 4096
LONG_AGO = datetime.min.replace(tzinfo=UTC)

_place = attrgetter("place")


class Seat(msgspec.Struct, frozen=True, gc=False):
    """A rule with its place in the order of all: programs by code, rules within."""

    place: int
    rule: CompiledRule
    program: CompiledProgram


class Lineup(tuple[Seat, ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """Rules that are judged together, in their order, with what can be told of them early.

    `rounds` are the rules of each group, and each rule without one alone; `limits` those under
    which they give. With `is_plain` each is restrained by its condition alone.
    """

    rounds: list[tuple[CompiledGroup | None, list[CompiledRule]]]
    limits: tuple[Limit, ...]
    is_plain: bool

    def __new__(cls, seats: Iterable[Seat] = ()) -> Self:
        made = super().__new__(cls, seats)
        made.rounds = []
        for (_, code), members in groupby(made, key=_group_of):
            rules = [seat.rule for seat in members]
            if code is None:
                made.rounds += [(None, [rule]) for rule in rules]
            else:
                made.rounds.append((rules[0].group, rules))
        made.limits = tuple(dict.fromkeys(limit for seat in made for limit in seat.rule.limits))
        made.is_plain = all(seat.rule.is_plain for seat in made)
        return made


def _group_of(seat: Seat) -> tuple[str, str | None]:
    return seat.program.code, seat.rule.group.code if seat.rule.group else None


class _Shelf:
    """Seats filed by their anchors: a look-up for each variable that some rule is anchored on."""

    __slots__ = ("_known", "always", "tables")

    def __init__(self, seats: Sequence[Seat]) -> None:
        self.always = Lineup([seat for seat in seats if seat.rule.anchor is None])
        self._known: dict[tuple[tuple[int, Any], ...], Lineup] = {(): self.always}
        filed: dict[str, dict[Any, list[Seat]]] = {}
        for seat in seats:
            anchor = seat.rule.anchor
            if anchor is not None:
                for value in anchor.values:
                    filed.setdefault(anchor.variable, {}).setdefault(value, []).append(seat)
        self.tables: list[tuple[Callable[[Any], Iterable[Any]], dict[Any, list[Seat]]]] = [
            (ANCHORS[name], table) for name, table in filed.items()
        ]

    def found(self, occasion: Occasion) -> Lineup:
        """The rules that may apply; what was found for the same values is remembered."""
        hits = tuple(
            [
                (place, value)
                for place, (read, table) in enumerate(self.tables)
                for value in read(occasion)
                if value in table
            ]
        )
        lineup = self._known.get(hits)
        if lineup is None:
            seats = list(self.always)
            for place, value in hits:
                seats += self.tables[place][1][value]
            seats.sort(key=_place)
            if len(self._known) >= LINEUPS_KEPT:
                self._known = {(): self.always}
            lineup = self._known[hits] = Lineup(seats)
        return lineup


NO_RULES = Lineup()


class KindDeck:
    """The rules that listen to one kind of event. `is_limited`: some of them have limits."""

    __slots__ = ("_days", "_shelf", "_today", "_zones", "is_limited", "is_small", "kind", "seats")

    def __init__(self, kind: str, seats: Sequence[Seat]) -> None:
        self.kind = kind
        self.seats = Lineup(seats)
        self.is_small = len(seats) <= EXPLAINED_MAX
        self.is_limited = any(seat.rule.limits for seat in seats)
        on = [seat for seat in seats if not seat.rule.switched_off]
        self._zones: list[ZoneInfo] = []
        for seat in on:
            schedule = seat.rule.schedule
            if schedule is not None and schedule.zone not in self._zones:
                self._zones.append(schedule.zone)
        self._shelf = None if self._zones else _Shelf(on)
        self._days: dict[tuple[date, ...], _Shelf] = {}
        # The day that was asked about last, as (since, until, its rules); the next is often in it.
        self._today = (LONG_AGO, LONG_AGO, _Shelf(()))

    def candidates(self, occasion: Occasion) -> Lineup:
        """The rules that may apply, in their order; of few rules all, so that each is explained."""
        if self.is_small:
            return self.seats
        shelf = self._shelf
        if shelf is None:
            since, until, shelf = self._today
            at = occasion.occurred_at
            if not since <= at < until:
                self._today = since, until, shelf = self._day_of(at)
        return shelf.found(occasion)

    def _day_of(self, at: datetime) -> tuple[datetime, datetime, _Shelf]:
        """The rules of the day around an instant, and from when until when they are those."""
        days = tuple([at.astimezone(zone).date() for zone in self._zones])
        shelf = self._days.get(days) or self._shelf_of(days)
        named = list(zip(self._zones, days, strict=True))
        began = [clock.midnight_before(day, zone.key) for zone, day in named]
        ended = [clock.midnight_after(day, zone.key) for zone, day in named]
        return max(began), min(ended), shelf

    def _shelf_of(self, days: tuple[date, ...]) -> _Shelf:
        """The rules whose schedules know this day; made once for each day."""
        day_in = dict(zip(self._zones, days, strict=True))
        may = [
            seat
            for seat in self.seats
            if not seat.rule.switched_off and _may(seat.rule.schedule, day_in)
        ]
        if len(self._days) >= DAYS_KEPT:
            self._days.clear()
        shelf = self._days[days] = _Shelf(may)
        return shelf


def _may(schedule: Schedule | None, day_in: dict[ZoneInfo, date]) -> bool:
    return schedule is None or schedule.holds_on(day_in[schedule.zone])


class Deck:
    """The rules of all programs in force at an instant, by the kind of event."""

    __slots__ = ("by_kind", "facts_needed", "is_limited", "labels", "programs", "uses_do")

    def __init__(self, programs: Sequence[CompiledProgram]) -> None:
        self.programs = tuple(programs)
        self.labels = tuple([program.label for program in programs])
        self.facts_needed = frozenset(name for program in programs for name in program.facts_needed)
        kinds: dict[str, list[Seat]] = {}
        count = 0
        for program in programs:
            for kind, rules in program.rules_by_kind.items():
                for rule in rules:
                    kinds.setdefault(kind, []).append(Seat(count + rule.place, rule, program))
            count += sum(map(len, program.rules_by_kind.values()))
        self.by_kind = {kind: KindDeck(kind, seats) for kind, seats in kinds.items()}
        self.is_limited = any(deck.is_limited for deck in self.by_kind.values())
        self.uses_do = any(
            isinstance(seat.rule.effect, Doing) for seats in kinds.values() for seat in seats
        )

    def candidates(self, occasion: Occasion) -> Lineup:
        """The rules that may apply to this event, in their order."""
        deck = self.by_kind.get(occasion.kind)
        return deck.candidates(occasion) if deck is not None else NO_RULES


class InForce:
    """The programs that hold at an instant, with their rules ready to be looked up."""

    __slots__ = ("deck", "programs")

    def __init__(self, programs: Sequence[CompiledProgram]) -> None:
        self.programs = tuple(programs)
        self.deck = Deck(self.programs)

    def __iter__(self) -> Iterator[CompiledProgram]:
        return iter(self.programs)

    def __len__(self) -> int:
        return len(self.programs)

    def __getitem__(self, place: int) -> CompiledProgram:
        return self.programs[place]
