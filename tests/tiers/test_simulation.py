"""A draft that rewards reaching a level, over a month in which members did: to the point."""

from datetime import date

import msgspec
import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.rules.programs.services import program_draft_save, starter_content
from regulars.rules.simulate import following
from regulars.rules.simulate.services import simulation_run
from tests.tiers.conftest import level, names, saved
from tests.tiers.test_settlement import settled, years

MARCH = {"code": "beans", "since": date(2025, 3, 1), "until": date(2025, 3, 31)}
EARNED = """
    SELECT coalesce(sum(CASE WHEN credit THEN amount ELSE -amount END), 0)::int
    FROM ledger_posting WHERE holder_id = ANY(%s::uuid[])
"""


def rule(code, on, **parts):
    return {"code": code, "name": names(code, code), "on": on} | parts


def gift(code, amount, when, **parts):
    return rule(
        code, "tier.entered", when=when, earn_flat={"asset": "beans", "amount": amount}, **parts
    )


BASE = rule(
    "base",
    "order.paid",
    earn={"asset": "beans", "rate": {"amount": 1, "per_minor": 100}},
    limits=[{"per": "member", "window": "month", "amount": 1_500}],
)
DRAFT = [
    BASE,
    gift(
        "vib", 50, 'tier.code == "vib"', limits=[{"per": "member", "window": "month", "times": 2}]
    ),
    gift("rouge", 200, "tier.rank == 2", limits=[{"per": "all", "window": "month", "times": 1}]),
    gift("faithful", 7, 'member.orders_365d >= 1 && tier.ladder == "insider"'),
]


def month_lived(shop, first, second, third, when):
    """Three members' month; `first` reaches the first level three times."""
    day, sale = iter(range(1, 28)), {}

    def sold(who, net_minor):
        shop.on(when.replace(day=next(day)))
        document = f"{who}-{len(sale)}"
        sale[document] = shop.sale(who, net_minor, document)
        shop.one(sale[document])
        return document

    bought = sold(first, 40_000)
    shop.on(when.replace(day=next(day)))
    shop.one(shop.refund(bought, 10_000))
    sold(first, 20_000)
    shop.on(when.replace(day=next(day)))
    shop.one(shop.cancel(bought))
    shop.on(when.replace(day=next(day)))
    again = {"part": "2", "event_id": f"{bought}-again", "occurred_at": shop.now}
    shop.one(msgspec.structs.replace(sale[bought], **again))
    sold(second, 120_000)
    sold(second, 60_000)
    sold(third, 110_000)
    shop.one(shop.visit(third))


def earned(shop, *who):
    with unit_of_work() as unit:
        return unit.fetch(EARNED, [shop.members[name] for name in who])[0][0]


def drafted(shop, rules, assets=None):
    with shop.time():
        content = starter_content("beans") | {"rules": rules}
        if assets is not None:
            content["assets"] = assets
        program_draft_save(actor=SYSTEM, code="beans", content=content)


@pytest.fixture
def march(shop):
    """Mei, Bo and Oz lived through March while nobody rewarded levels."""
    saved(shop)
    shop.member("oz")
    shop.on(date(2025, 2, 28))
    shop.publish(rules=[BASE])
    month_lived(shop, "mei", "bo", "oz", date(2025, 3, 1))
    return shop


def test_a_month_tried_is_what_the_same_month_really_gives(march):
    assert earned(march, "mei", "bo", "oz") == 500 + 1_500 + 1_100
    drafted(march, DRAFT)
    found = simulation_run(**MARCH)
    (beans,) = found.assets
    told = {each.rule: (each.events, each.amount) for each in found.rules}
    # Mei reached it three times, by buying twice and by paying again; the gift was for two.
    assert told["vib"] == (2, 100) and told["rouge"] == (1, 200)
    assert told["faithful"] == (2, 14)
    assert (beans.amount, beans.really) == (3_100 + 314, 3_100)
    assert found.not_replayed == () and found.winners == 2
    march.on(date(2025, 3, 31))
    march.publish(rules=DRAFT)
    for name in ("ann", "li", "pia"):
        march.member(name)
    month_lived(march, "ann", "li", "pia", date(2025, 4, 1))
    assert earned(march, "ann", "li", "pia") == beans.amount
    april = {"code": "beans", "since": date(2025, 4, 1), "until": date(2025, 4, 30)}
    again = simulation_run(**april, version=3)
    assert [(each.amount, each.really) for each in again.assets] == [(beans.amount, beans.amount)]
    assert (again.winners, again.losers, again.events) == (0, 0, 6)


def test_what_was_given_for_a_level_counts_also_where_the_draft_gives_nothing(march):
    march.publish(rules=DRAFT)
    for name in ("ann", "li", "pia"):
        march.member(name)
    month_lived(march, "ann", "li", "pia", date(2025, 4, 1))
    drafted(march, [BASE])
    april = {"code": "beans", "since": date(2025, 4, 1), "until": date(2025, 4, 30)}
    found = simulation_run(**april)
    assert [(each.amount, each.really) for each in found.assets] == [(3_100, 3_414)]


def test_who_rose_by_a_settlement_gets_in_the_trial_what_he_gets_in_truth(shop):
    years(shop, "mei", (2024, 120_000))
    years(shop, "bo", (2024, 40_000))
    saved(shop)
    assert settled(shop).raised == 2
    drafted(shop, [BASE, gift("rouge", 88, "tier.rank == 2")])
    found = simulation_run(**MARCH)
    assert [(each.rule, each.events, each.amount) for each in found.rules] == [("rouge", 1, 88)]
    assert simulation_run(**MARCH | {"since": date(2025, 3, 2)}).rules == ()
    before = earned(shop, "mei", "bo")
    shop.publish(rules=[BASE, gift("rouge", 88, "tier.rank == 2")])
    settled(shop)
    assert earned(shop, "mei", "bo") - before == 88
    assert [(each.amount, each.really) for each in simulation_run(**MARCH).assets] == [(88, 88)]


def test_what_follows_from_what_followed_is_tried_too(shop):
    """A level gives growth value, and so much of it is a level of another ladder."""
    growth = {"code": "growth", "name": names("成长值", "growth"), "kind": "growth"}
    beans = starter_content("beans")["assets"]
    reached = gift("vib", 0, 'tier.code == "vib"')
    first = [BASE, reached | {"earn_flat": {"asset": "growth", "amount": 5_000}}]
    draft = [*first, gift("full", 9, 'tier.code == "full"')]
    shop.publish(rules=first, assets=[*beans, growth])
    saved(shop)
    saved(
        shop,
        code="hoard",
        qualifier={"by": "gain", "asset": "growth"},
        validity={"type": "unlimited"},
        levels=[level("empty", 0), level("full", 5_000)],
    )
    shop.one(shop.sale("mei", 40_000))
    drafted(shop, draft, [*beans, growth])
    found = simulation_run(**MARCH)
    assert [(each.amount, each.really) for each in found.assets] == [(409, 400), (5_000, 5_000)]
    shop.publish(rules=draft, assets=[*beans, growth])
    shop.one(shop.sale("bo", 40_000))
    assert earned(shop, "bo") == 5_409


def test_without_events_that_give_nothing_themselves_a_level_is_missed(march, monkeypatch):
    """The negative control: what followed from paying again isn't looked for."""
    monkeypatch.setattr(following, "CAUSES", ())
    monkeypatch.setattr("regulars.rules.simulate.services.causes_of", lambda _: ())
    drafted(march, DRAFT[:2])
    told = {each.rule: each.events for each in simulation_run(**MARCH).rules}
    assert told["vib"] == 2
    drafted(march, [BASE, gift("vib", 50, 'tier.code == "vib"')])
    assert {each.rule: each.events for each in simulation_run(**MARCH).rules}["vib"] == 2
