"""What holds of every limit, against a second computation with fractions."""

from datetime import date
from fractions import Fraction
from math import ceil, floor

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as some

from regulars.rules.limits.types import Allowance, LimitBook
from regulars.rules.programs.services import judge
from tests.rules.promises import ASSETS, basket, earn, multiplier, program, rule

MEI = "01900000-0000-7000-8000-00000000000a"
FIRST = date(2025, 3, 1)
FACTORS = {"tea": 2000, "books": 500, "tobacco": 0}
TIMES = [multiplier(f'line.category == "{name}"', each) for name, each in FACTORS.items()]

lines = some.tuples(some.integers(0, 30_000), some.sampled_from(["", "tea", "books", "tobacco"]))
days = some.integers(0, 2)
sales = some.lists(some.tuples(days, some.lists(lines, min_size=1, max_size=4)), max_size=8)


def expected(rows, room, rate, ordinary):
    """(what is given, what of it counts): the lines in order up to the limit, then the rest."""
    exact = [rate * net * Fraction(FACTORS.get(name, 1000), 1000) for net, name in rows]
    whole = floor(sum(exact))
    if whole <= room:
        return whole, whole
    left, rest = Fraction(room), 0
    for (net, _), worth in zip(rows, exact, strict=True):
        if worth <= left:
            left -= worth
        elif worth:
            rest += net - ceil(left * net / worth)
            left = Fraction(0)
    return room + (floor(ordinary * rest) if ordinary else 0), room


@given(
    sales,
    some.integers(1, 400),
    some.tuples(some.integers(1, 9), some.sampled_from([7, 100, 333])),
    some.one_of(some.none(), some.tuples(some.integers(1, 3), some.sampled_from([1, 2, 500]))),
)
@settings(max_examples=80, deadline=None)
def test_a_daily_limit_is_reached_to_the_unit_and_never_passed(events, maximum, rate, ordinary):
    parts = {}
    if ordinary:
        parts["after_limit"] = dict(zip(("amount", "per_minor"), ordinary, strict=True))
    limit = {"per": "member", "window": "day", "amount": maximum}
    earning = earn(*rate, TIMES, **parts)
    promise = program(rule(earn=earning, limits=[limit]))
    book, used = LimitBook(), {}
    for number, rows in events:
        day = date.fromordinal(FIRST.toordinal() + number)
        occasion = msgspec.structs.replace(basket(*rows), business_date=day)
        verdict = judge(promise, occasion, ASSETS, Allowance(book, MEI, day))
        given_now = sum(each.amount for each in verdict.proposals)
        room = maximum - used.get(day, 0)
        wanted, counted = expected(
            rows, room, Fraction(*rate), Fraction(*ordinary) if ordinary else None
        )
        assert given_now == wanted
        used[day] = used.get(day, 0) + counted
        for proposal in verdict.proposals:
            assert sum(amount for _, amount in proposal.lines) == proposal.amount
            assert all(amount >= 0 for _, amount in proposal.lines)
    counted = [each for row in book.own.values() for each in row.used.values() if each]
    assert sorted(counted) == sorted(each for each in used.values() if each)


@given(
    some.lists(some.integers(1, 200).map(lambda each: each * 100), min_size=1, max_size=8),
    some.integers(1, 3),
    some.booleans(),
)
@example(nets=[10_000, 10_000, 10_000], times=1, is_grouped=False)
@settings(max_examples=60, deadline=None)
def test_what_is_given_beyond_a_limit_of_times_is_no_time(nets, times, is_grouped):
    """Alone and as the better of two: the firings within the limit count, the others give more."""
    limit = {"per": "member", "window": "day", "times": times}
    earning = earn(1, 100, after_limit={"amount": 1, "per_minor": 1_000})
    promise = program(rule(earn=earning, limits=[limit]))
    if is_grouped:
        lesser = rule("lesser", earn=earn(1, 100_000), group="best")
        best = {"code": "best", "kind": "best_of"}
        promise = program(rule(earn=earning, limits=[limit], group="best"), lesser, groups=[best])
    book = LimitBook()
    for number, net in enumerate(nets):
        verdict = judge(promise, basket(net), ASSETS, Allowance(book, MEI, FIRST))
        given_now = sum(each.amount for each in verdict.proposals)
        assert given_now == net // (100 if number < times else 1_000)
    counted = [each for row in book.own.values() for each in row.used.values()]
    assert counted == [min(times, len(nets))]
