"""Of a hundred rules only those that can apply are judged, and nothing else changes."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as some

from regulars.faces.bench.many_rules import many_rules_measured
from regulars.rules.limits.types import unlimited_past
from regulars.rules.programs import deck as decks
from regulars.rules.programs.services import InForce, judged, unseen
from tests.rules.promises import ASSETS, basket, line, program, rule

SHOPS = ["s1", "s2", "s3", ""]
GOODS = ["tea", "books", "", "茶"]
FLAT = {"asset": "beans", "amount": 3}

WHENS = [
    *[f'order.store == "{shop}"' for shop in SHOPS],
    *[f'"{goods}" in order.categories' for goods in GOODS],
    '"sku-1" in order.skus && order.net_minor >= 500',
    '"s2" == order.store && business.weekday == 6',
    'order.store in ["s1", "s3"]',
    "business.weekday in [1, 2, 3]",
    "business.month == 3",
    'business.day == 1 || order.store == "s2"',
    'order.store != "s1"',
    "order.net_minor >= 700",
    "true",
    "false",
]
SCHEDULES = [
    None,
    {"weekdays": [6, 7]},
    {"hours": [{"since": "11:00", "until": "13:00"}]},
    {"dates": [{"since": "2025-03-01", "until": "2025-03-02"}]},
]


@cache
def many():
    """A rule for each condition and each schedule."""
    return program(
        *[
            rule(f"r{place}-{turn}", when=when, earn_flat=FLAT, schedule=schedule)
            for place, when in enumerate(WHENS)
            for turn, schedule in enumerate(SCHEDULES)
        ]
    )


events = some.builds(
    lambda shop, goods, skus, hours: msgspec.structs.replace(
        basket(*[500 for _ in goods], **{"order.store": shop}),
        lines=tuple(
            line(number, 500, name, sku=skus) for number, name in enumerate(goods, start=1)
        ),
        occurred_at=datetime(2025, 2, 27, 16, tzinfo=UTC) + timedelta(hours=hours),
        business_date=date(2025, 2, 28) + timedelta(days=hours // 24),
    ),
    some.sampled_from(SHOPS),
    some.lists(some.sampled_from(GOODS), min_size=1, max_size=3),
    some.sampled_from(["sku-1", "sku-2", ""]),
    some.integers(0, 100),
)


def proposed(seats, occasion):
    verdict = judged(seats, occasion, ASSETS, unlimited_past())
    return [(each.rule, each.amount) for each in verdict.proposals]


@given(events)
@settings(max_examples=150, deadline=None)
def test_looking_up_finds_what_asking_all_finds(occasion):
    deck = InForce((many(),)).deck
    candidates = deck.candidates(occasion)
    everyone = deck.by_kind[occasion.kind].seats
    assert len(everyone) == len(WHENS) * len(SCHEDULES)
    assert len(candidates) < len(everyone)
    assert proposed(candidates, occasion) == proposed(everyone, occasion)
    note = unseen(candidates, len(everyone))
    assert note.params == {"count": len(everyone) - len(candidates)}


def test_few_rules_are_all_explained():
    few = InForce((program(rule("a"), rule("b", when='order.store == "far"')),)).deck
    occasion = basket(1000)
    notes = judged(few.candidates(occasion), occasion, ASSETS, unlimited_past()).notes
    assert [note.code for note in notes] == ["earned", "condition_unmet"]
    assert unseen(few.candidates(occasion), 2) is None


def test_what_is_not_looked_up_is_told_in_one_note():
    rules = [rule(f"r{n}", when=f'order.store == "shop-{n}"') for n in range(40)]
    deck = InForce((program(rule("base"), *rules),)).deck
    occasion = basket(1000, **{"order.store": "shop-7"})
    seats = deck.candidates(occasion)
    assert [seat.rule.code for seat in seats] == ["base", "r7"]
    assert unseen(seats, 41).text("en") == "39 more rules are about other shops, goods or days."


def test_rules_of_many_programs_are_looked_up_together():
    each = [
        msgspec.structs.replace(
            program(rule("only", when=f'order.store == "shop-{n}"')), code=f"p{n}"
        )
        for n in range(decks.EXPLAINED_MAX + 1)
    ]
    seats = InForce(each).deck.candidates(basket(1000, **{"order.store": "shop-3"}))
    assert [seat.program.code for seat in seats] == ["p3"]


def test_the_measurement_measures_what_it_says():
    measured = many_rules_measured(events=20, rounds=1)
    assert measured.few_us > 0 and measured.ratio > 0
