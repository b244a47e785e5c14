"""Limits at the till: exact at the edge, within a batch and between processes."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.rules.intake import services as intake
from regulars.rules.limits import services as limits
from tests.meeting import meeting

DAY = date(2025, 3, 1)


def card(**parts):
    """N03: 0.5 % in beans up to 50,000 in the card's term, then 0.05 %."""
    return {
        "code": "card",
        "name": {"zh-Hans": "年卡十倍豆", "en": "Annual card"},
        "on": "order.paid",
        "earn": {
            "asset": "beans",
            "rate": {"amount": 1, "per_minor": 200},
            "after_limit": {"amount": 1, "per_minor": 2000},
        },
        "limits": [{"per": "member", "window": "term", "amount": 50_000}],
    } | parts


def plain(*limits, **parts):
    return {
        "code": "base",
        "name": {"zh-Hans": "购物返豆", "en": "Beans"},
        "on": "order.paid",
        "earn": {"asset": "beans", "rate": {"amount": 1, "per_minor": 100}},
        "limits": list(limits),
    } | parts


def budget(amount, window="total"):
    return {"per": "all", "window": window, "amount": amount}


def used():
    """What each member's counters say, the smallest first."""
    with unit_of_work() as unit:
        rows = unit.fetch("SELECT used FROM rules_member_count")
    return sorted(used for row in rows for used in json.loads(row[0]).values())


def shared():
    """What each counter says that all share."""
    with unit_of_work() as unit:
        rows = unit.fetch("SELECT sum(used)::bigint FROM rules_shared_count GROUP BY id")
    return sorted(row[0] for row in rows)


def test_case_545(shop):
    shop.publish(rules=[card()], valid_from="2025-01-01", valid_until="2025-12-31")
    shop.one(shop.sale("mei", 9_990_000))
    assert shop.of("mei").balance == 49_950
    receipt = shop.one(shop.sale("mei", 1_000_000, "R-2"))
    assert receipt["entries"][0]["movements"][0]["amount"] == 545
    assert shop.of("mei").balance == 49_950 + 545
    assert used() == [50_000]
    # A new version of the same term goes on where the last one stood.
    shop.publish(
        rules=[card(name={"en": "New"})], valid_from="2025-01-01", valid_until="2025-12-31"
    )
    shop.one(shop.sale("mei", 200_000))
    assert shop.of("mei").balance == 49_950 + 545 + 100


def test_two_sales_of_one_member_in_one_batch_share_the_day(shop):
    shop.publish(rules=[plain({"per": "member", "window": "day", "amount": 30})])
    shop.send(*[shop.sale("mei", 2500, f"R-{n}") for n in range(3)], shop.sale("bo", 2500))
    assert (shop.of("mei").balance, shop.of("bo").balance) == (30, 25)
    assert used() == [25, 30]
    shop.on(date(2025, 3, 2))
    shop.one(shop.sale("mei", 2500))
    assert shop.of("mei").balance == 55


def test_a_budget_ends_to_the_point_in_the_middle_of_a_batch(shop):
    shop.publish(rules=[plain(budget(60))])
    answers = shop.send(*[shop.sale(name, 2500) for name in ("mei", "bo", "oz")])
    assert all(not isinstance(answer, RegularsError) for answer in answers)
    assert [shop.of(name).balance for name in ("mei", "bo", "oz")] == [25, 25, 10]
    assert shared() == [60]
    receipt = shop.one(shop.sale("oz", 2500))
    assert [note["code"] for note in receipt["explanation"]] == ["limit_reached"]


def test_a_refund_gives_back_what_its_sale_used(shop):
    shop.publish(rules=[plain({"per": "member", "window": "day", "amount": 30}, budget(100))])
    shop.one(shop.sale("mei", 2500, "R-1"))
    shop.one(shop.sale("mei", 2500, "R-2"))
    assert shop.of("mei").balance == 30
    # A third of R-1 comes back: floor(25 × 1/3) = 8 of the limit and of the budget.
    shop.one(shop.refund("R-1", 834))
    assert (used(), shared()) == ([22], [22])
    shop.one(shop.refund("R-1", 1666, "2"))
    assert (used(), shared()) == ([5], [5])
    shop.one(shop.sale("mei", 9900, "R-3"))
    assert shop.of("mei").balance == 5 + 25
    shop.one(shop.cancel("R-2"))
    shop.one(shop.cancel("R-3"))
    assert (shop.of("mei").balance, used(), shared()) == (0, [0], [0])


def test_a_refund_before_its_sale_gives_back_at_once(shop):
    shop.publish(rules=[plain({"per": "member", "window": "day", "amount": 30})])
    shop.one(shop.refund("R-1", 2500))
    shop.one(shop.sale("mei", 2500, "R-1"))
    assert (shop.of("mei").balance, used()) == (0, [0])


def test_a_visit_counts_once_a_day(shop):
    shop.publish(
        rules=[
            plain(
                {"per": "member", "window": "day", "times": 1},
                on="visit.checked_in",
                earn=None,
                earn_flat={"asset": "beans", "amount": 5},
            )
        ]
    )
    visits = [shop.visit("mei") for _ in range(3)]
    shop.send(*visits)
    assert shop.of("mei").balance == 5
    assert shop.send(visits[0])[0].replayed


def together(shop, sales):
    """Every sale from a till of its own, all at the same moment."""
    with ThreadPoolExecutor(8) as tills:
        answers = list(tills.map(lambda sale: shop.send(sale)[0], sales))
    assert not [answer for answer in answers if isinstance(answer, RegularsError)]


def test_tills_that_sell_at_once_never_pass_a_budget(shop):
    shop.publish(rules=[plain(budget(100))])
    names = [f"guest-{n}" for n in range(8)]
    for name in names:
        shop.member(name)
    together(shop, [shop.sale(name, 1300) for name in names for _ in range(3)])
    assert sum(shop.of(name).balance for name in names) == 100
    assert shared() == [100]


def both_take_what_is_left(shop):
    """Of 100 beans 8 are gone, and Mei and Bo buy at once what is worth all the others."""
    shop.publish(rules=[plain(budget(100))])
    # More than any of the sixteen slots has: from now on every till holds the whole budget.
    shop.one(shop.sale("oz", 800))
    together(shop, [shop.sale(name, 9200) for name in ("mei", "bo")])
    return [shop.of("oz").balance, *sorted(shop.of(name).balance for name in ("mei", "bo"))]


def test_the_last_of_a_budget_goes_to_one_of_two_tills(shop):
    assert both_take_what_is_left(shop) == [8, 0, 92]
    assert shared() == [100]


def test_without_its_lock_the_last_of_a_budget_goes_to_both(shop, monkeypatch):
    """The negative control: neither till writes before both have looked."""
    monkeypatch.setattr(limits, "LOCK_SHARED", limits.LOCK_SHARED.replace("FOR NO KEY UPDATE", ""))
    monkeypatch.setattr(intake, "state_loaded", meeting(intake.state_loaded, 2))
    assert both_take_what_is_left(shop) == [8, 92, 92]


@pytest.mark.parametrize("count", [12])
def test_tills_that_sell_to_one_member_at_once_never_pass_her_limit(shop, count):
    shop.publish(rules=[plain({"per": "member", "window": "month", "amount": 50})])
    together(shop, [shop.sale("mei", 1300, f"R-{n}") for n in range(count)])
    assert (shop.of("mei").balance, used()) == (50, [50])
