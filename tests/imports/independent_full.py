"""What the full program must come to, computed a second time from the raw files.

Nothing of Regulars is imported here. For a sale, one after the other:

- days, the first that gives: 1 for 50 cents in the member's month of birth, three times a month;
  1 for 100 cents, rounded up, on Wednesdays; 4 from 6 to 10 in the morning;
- base: 1 for 100 cents, twice for PRODUCE, times 1 / 1.2 / 1.5 / 2 by level, rounded down, at most
  60 a day; what was paid beyond that earns 1 for 200 cents;
- growth: 1 for 100 cents, never spent. From 200, 500 and 800 of it the member stands on the
  second, third and fourth level, from the next event on, and falls when a refund takes it back;
- goods: 1 for 200 cents, three times for MEAT, nothing for FUEL and for goods nobody knows,
  rounded to the nearest, halves up;
- baskets, the better of two: 20 for 4,000 cents; 1 for 80 cents of GROCERY, at most 90 a month;
- insiders, every third household: 1 for 250 cents, halves up, at most 12 a month;
- gold: 3 for three lines from the third level on, once a day;
- weekend: 2 on Saturdays and Sundays from 8 to 20 in some stores;
- harvest: 1 for 100 cents from 20 to 26 November, which live 30 days and not six months;
- pot: 1 for 300 cents from 2,000 cents on, out of a budget that all members share each month;
- night: 1 from 22 to 2.

Nobody gets more than 400 a month of all this together. Who reaches the second level for the first
time is given 30, the third 80, which no refund takes back. Where a limit is reached, the sale's
lines are taken in their order, as far as it leaves room, to the cent. Refunds give back to limits
what the sale used of them × refunded ÷ paid, rounded down, in the period of the sale.

The order between members counts for the budget alone. It is the order of batches: of every so many
things sales and payments come first, refunds then, and what a household does after a refund of
its own waits for the next batch.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor

from tests.imports.independent import (
    Earning,
    Extra,
    Household,
    Sale,
    Undoing,
    half_a_year_after,
    happened,
    in_order,
    reversed_of,
    shared_out,
)

THRESHOLDS = (200, 500, 800)
BY_LEVEL = (Fraction(1), Fraction(12, 10), Fraction(15, 10), Fraction(2))
GIFTS = {1: 30, 2: 80}
# A limit: the key of its counter, how much it allows, and whether it counts times.
Cap = tuple[tuple, int, bool]


@dataclass
class Offer:
    """What a promise would give: points, their lines, and the exact points of each line."""

    points: int
    by_line: dict[str, int]
    exact: dict[str, Fraction] | None = None


def birth_month(household: int) -> int:
    return household % 12 + 1


def is_insider(household: int) -> bool:
    return household % 3 == 0


def halves_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


class Rules:
    """What the whole shop shares: the stores of the weekend, the budget and what is used of it."""

    def __init__(self, stores: set[int], budget: int) -> None:
        self.stores = stores
        self.budget = budget
        self.used: dict[tuple, int] = defaultdict(int)


class FullHousehold(Household):
    """A household's year under the full program."""

    def __init__(self, number: int, rules: Rules) -> None:
        super().__init__()
        self.number = number
        self.rules = rules
        self.used: dict[tuple, int] = defaultdict(int)
        self.level = 0
        self.growth = 0
        self.grown: dict[str, Earning] = {}
        self.shrunk: dict[str, int] = defaultdict(int)
        self.taken: dict[tuple, int] = {}
        self.uses: dict[str, list[list]] = {}
        self.met: set[str] = set()

    # What a sale earns

    def judged(self, sale: Sale) -> list[Earning]:
        self.taken = defaultdict(int)
        found = [
            *self._days(sale),
            *self._base(sale),
            *self._goods(sale),
            *self._baskets(sale),
            *self._people(sale),
            *self._calendar(sale),
        ]
        growth = _rated(sale, 100, _once)
        if growth.points:
            self.growth += growth.points
            self.totals["grown"] += growth.points
            self.grown[sale.document] = Earning(growth.points, growth.by_line, sale.day)
        self.uses[sale.document] = [[key, used, 0] for key, used in self.taken.items()]
        return found

    def _days(self, sale: Sale) -> list[Earning]:
        if sale.day.month == birth_month(self.number):
            caps = [self._per_month("birthday", sale.day, 3, times=True)]
            given = self._given("birthday", sale, _rated(sale, 50, _once), caps)
            if given:
                return given
        if sale.day.isoweekday() == 3:
            given = self._given("midweek", sale, _rated(sale, 100, _once, rounding=ceil), [])
            if given:
                return given
        if 6 <= sale.local.hour < 10:
            return self._given("early", sale, _flat(sale, 4), [])
        return []

    def _base(self, sale: Sale) -> list[Earning]:
        offer = _rated(
            sale, 100, lambda goods: 2 if goods == "PRODUCE" else 1, times=BY_LEVEL[self.level]
        )
        cap = (("base", sale.day, self.number), 60, False)
        return self._given("base", sale, offer, [cap], after=200)

    def _goods(self, sale: Sale) -> list[Earning]:
        factors = {"MEAT": 3, "FUEL": 0, "": 0}
        offer = _rated(sale, 200, lambda goods: factors.get(goods, 1), rounding=halves_up)
        return self._given("goods", sale, offer, [])

    def _baskets(self, sale: Sale) -> list[Earning]:
        large = _flat(sale, 20) if sale.net >= 4000 else Offer(0, {})
        pantry = _rated(sale, 80, lambda goods: int(goods == "GROCERY"))
        caps = [self._per_month("pantry", sale.day, 90)]
        one = self._within(sale, large, [self._of_all(sale)], None)
        other = self._within(sale, pantry, [*caps, self._of_all(sale)], None)
        if other[0] > one[0]:
            self.met.add("pantry beats large" if one[0] else "pantry alone")
            return self._given("pantry", sale, pantry, caps)
        return self._given("large", sale, large, [])

    def _people(self, sale: Sale) -> list[Earning]:
        found = []
        if is_insider(self.number):
            offer = _rated(sale, 250, _once, rounding=halves_up)
            caps = [self._per_month("insiders", sale.day, 12)]
            found += self._given("insiders", sale, offer, caps)
        if self.level >= 2 and len(sale.cents) >= 3:
            cap = (("gold", sale.day, self.number), 1, True)
            found += self._given("gold", sale, _flat(sale, 3), [cap])
        return found

    def _calendar(self, sale: Sale) -> list[Earning]:
        found = []
        at, day = sale.local, sale.day
        if day.isoweekday() >= 6 and 8 <= at.hour < 20 and sale.store in self.rules.stores:
            found += self._given("weekend", sale, _flat(sale, 2), [])
        if date(2017, 11, 20) <= day <= date(2017, 11, 26):
            offer = _rated(sale, 100, _once)
            found += self._given("harvest", sale, offer, [], last_day=day + timedelta(days=30))
        if sale.net >= 2000:
            cap = (("pot", f"{day:%Y-%m}", None), self.rules.budget, False)
            found += self._given("pot", sale, _rated(sale, 300, _once), [cap])
        if at.hour >= 22 or at.hour < 2:
            found += self._given("night", sale, _flat(sale, 1), [])
        return found

    # What limits leave

    def _per_month(self, name: str, day: date, most: int, *, times: bool = False) -> Cap:
        return (name, f"{day:%Y-%m}", self.number), most, times

    def _of_all(self, sale: Sale) -> Cap:
        return self._per_month("", sale.day, 400)

    def _counter(self, key: tuple) -> dict[tuple, int]:
        return self.rules.used if key[2] is None else self.used

    def _given(
        self,
        name: str,
        sale: Sale,
        offer: Offer,
        caps: list[Cap],
        *,
        after: int | None = None,
        last_day: date | None = None,
    ) -> list[Earning]:
        caps = [*caps, self._of_all(sale)]
        points, by_line, counted = self._within(sale, offer, caps, after)
        if points < offer.points:
            self.met.add(f"{name} cut" if points else f"{name} refused")
        if not points:
            return []
        self.met.add(name)
        for key, _, is_times in caps:
            more = 1 if is_times else counted
            self._counter(key)[key] += more
            if more:
                self.taken[key] += more
        return [Earning(points, by_line, last_day or half_a_year_after(sale.day))]

    def _within(
        self, sale: Sale, offer: Offer, caps: list[Cap], after: int | None
    ) -> tuple[int, dict[str, int], int]:
        """What is given, its lines, and what of it counts."""
        room = offer.points
        for key, most, is_times in caps:
            left = max(most - self._counter(key)[key], 0)
            room = min(room, (offer.points if left else 0) if is_times else left)
        if room == offer.points:
            return offer.points, offer.by_line, offer.points
        if offer.exact is None:
            return 0, {}, 0
        left_over = Fraction(room)
        weights, rests = {}, {}
        for line, exact in offer.exact.items():
            cents = sale.cents[line]
            weights[line] = min(exact, left_over)
            inside = cents if exact <= left_over else ceil(left_over * cents / exact)
            rests[line] = cents - inside if exact else 0
            left_over -= weights[line]
        beyond = sum(rests.values()) // after if after else 0
        by_line = dict.fromkeys(sale.cents, 0)
        for total, shares in ((room, weights), (beyond, rests)):
            if total:
                parts = shared_out(total, list(shares.values()))
                for line, part in zip(shares, parts, strict=True):
                    by_line[line] += part
        return room + beyond, by_line, room

    # What follows, and what refunds undo

    def sold(self, sale: Sale) -> None:
        super().sold(sale)
        reached = sum(self.growth >= each for each in THRESHOLDS)
        if reached > self.level:
            self.level = reached
            self.totals["raised"] += 1
            key, gift = ("hello", reached, self.number), GIFTS.get(reached, 0)
            caps = [(key, 1, True), self._of_all(sale)]
            left = 400 - self.used[caps[1][0]]
            if gift and not self.used[key] and gift <= left:
                self.met.add("gift")
                self.used[key] = 1
                self.used[caps[1][0]] += gift
                self._earned(sale, Earning(gift, {}, half_a_year_after(sale.day)))

    def _undone(self, undoing: Undoing, extra: Extra, at: datetime) -> None:
        super()._undone(undoing, extra, at)
        document = undoing.sale.document
        for use in self.uses[document]:
            key, used, before = use
            use[2] = used if undoing.whole else used * undoing.refunded // undoing.sale.net
            self._counter(key)[key] -= use[2] - before
        grown = self.grown.get(document)
        if grown is not None:
            back = reversed_of(undoing, grown)
            amount, self.shrunk[document] = back - self.shrunk[document], back
            self.growth -= amount
            self.totals["shrunk"] += amount
        reached = sum(self.growth >= each for each in THRESHOLDS)
        self.totals["lowered"] += reached < self.level
        self.level = min(self.level, reached)


def _once(_: str) -> int:
    return 1


def _rated(
    sale: Sale,
    per: int,
    factor: Callable[[str], int],
    *,
    times: Fraction = Fraction(1),
    rounding: Callable[[Fraction], int] = floor,
) -> Offer:
    exact = {
        line: Fraction(cents * factor(sale.departments[line]), per) * times
        for line, cents in sale.cents.items()
    }
    points = rounding(sum(exact.values(), Fraction(0)))
    parts = shared_out(points, list(exact.values())) if points else [0] * len(exact)
    return Offer(points, dict(zip(exact, parts, strict=True)), exact)


def _flat(sale: Sale, points: int) -> Offer:
    weights = list(sale.cents.values())
    parts = shared_out(points, weights) if sale.net else [points] + [0] * (len(weights) - 1)
    return Offer(points, dict(zip(sale.cents, parts, strict=True)))


def in_batches(
    things: list[tuple[int, Sale | Extra]], size: int
) -> Iterator[tuple[int, Sale | Extra]]:
    """The same things in the order in which batches of so many book them."""
    coming = things
    while coming:
        first, then, left, blocked = [], [], [], set()
        for place, (number, thing) in enumerate(coming):
            if len(first) + len(then) == size:
                left += coming[place:]
                break
            if number in blocked:
                left.append((number, thing))
            elif isinstance(thing, Extra) and thing.kind != "pay":
                blocked.add(number)
                then.append((number, thing))
            else:
                first.append((number, thing))
        yield from first
        yield from then
        coming = left


def full_year_played(
    sales: list[Sale],
    extras: list[Extra],
    arrivals: dict[str, datetime],
    *,
    rules: Rules,
    batch_size: int,
) -> dict[int, FullHousehold]:
    """Every household after its year under the full program."""
    households: dict[int, FullHousehold] = {}
    for number, thing in in_batches(in_order(sales, extras, arrivals), batch_size):
        if number not in households:
            households[number] = FullHousehold(number, rules)
        happened(households[number], thing)
    return households
