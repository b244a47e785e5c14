"""N09: three levels by a calendar year's spend; a level holds through the end of the next year.

Amounts are the story's dollars as yuan: ¥350 and ¥1,000 a year; 1, 1.25 and 1.5 points for ¥1.
"""

from datetime import UTC, date, datetime

import pytest

from regulars.entitlements.tiers.models import LevelChange
from regulars.entitlements.tiers.selectors import level_changes, member_levels
from regulars.entitlements.tiers.services import (
    ladder_save,
    ladders_forgotten,
    settlement_run,
)
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from tests.shop import shop_opened
from tests.tiers.conftest import INSIDER

POINTS = {
    "code": "insider_points",
    "name": {"en": "points", "zh-Hans": "积分"},
    "kind": "points",
    "expiry": {"inactivity": {"months": 18, "movements": ["earn", "redeem", "refund"]}},
}
BASE = {
    "code": "base",
    "name": {"en": "Points for every purchase", "zh-Hans": "购物积分"},
    "on": "order.paid",
    "earn": {
        "asset": "insider_points",
        "rate": {"amount": 1, "per_minor": 100},
        "multipliers": [
            {"when": "member.level == 'vib'", "thousandths": 1250},
            {"when": "member.level == 'rouge'", "thousandths": 1500},
        ],
    },
}
WELCOME = {
    "code": "welcome",
    "name": {"en": "Welcome to the level", "zh-Hans": "升级礼"},
    "on": "tier.entered",
    "when": "tier.code == 'rouge'",
    "earn_flat": {"asset": "insider_points", "amount": 250},
}
REDEEM = {"asset": "insider_points", "points": 500, "value_minor": 1000}
END_OF_2026 = datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.fixture
def shop(clean_database):
    """Mei on 1 March 2025, on the lowest level with nothing spent this year."""
    ladders_forgotten()
    shop = shop_opened(date(2025, 1, 1))
    shop.store()
    shop.publish("insider", assets=[POINTS], rules=[BASE, WELCOME], redemption=REDEEM)
    shop.member("mei")
    with shop.time():
        ladder_save(actor=SYSTEM, content=INSIDER)
    shop.on(date(2025, 3, 1))
    yield shop
    shop.close()
    ladders_forgotten()


def points(shop):
    return shop.of("mei", "insider_points").balance


def level(shop):
    with shop.time(), unit_of_work() as unit:
        return member_levels(unit, shop.members["mei"], shop.now)[0]


def crossed(shop):
    shop.one(shop.sale("mei", 36_000, "R-1"))
    shop.on(date(2025, 4, 1))
    return shop.one(shop.sale("mei", 10_000, "R-2"))


def test_crossing(shop):
    receipt = shop.one(shop.sale("mei", 36_000, "R-1"))
    # The order earns at the level held before it.
    assert points(shop) == 360
    assert (level(shop).level.code, level(shop).valid_until) == ("vib", END_OF_2026)
    notes = [note for note in receipt["explanation"] if note["rule"] == "tiers"]
    assert [(note["code"], note["params"]["en"]) for note in notes] == [("tier_raised", "Vib")]
    shop.on(date(2025, 4, 1))
    shop.one(shop.sale("mei", 10_000, "R-2"))
    assert points(shop) == 360 + 125
    now = level(shop)
    assert (now.figure, now.next_level.code, now.missing) == (46_000, "rouge", 54_000)
    assert now.missing_to_keep == 0


def test_return(shop):
    crossed(shop)
    shop.on(date(2025, 4, 15))
    shop.one(shop.refund("R-1", 10_000, "1"), imported=True)
    assert points(shop) == 360 + 125 - 100
    assert (level(shop).figure, level(shop).level.code) == (36_000, "vib")
    receipt = shop.one(shop.refund("R-1", 5_000, "2"), imported=True)
    assert (level(shop).figure, level(shop).level.code) == (31_000, "insider")
    assert receipt["explanation"][-1]["code"] == "tier_lowered"
    with unit_of_work() as unit:
        newest = level_changes(unit, shop.members["mei"])[0]
    assert (newest.change, newest.cause, newest.before.code, newest.after.code, newest.figure) == (
        "lowered",
        "order.refunded",
        "vib",
        "insider",
        31_000,
    )


def test_a_return_may_leave_the_level_until_the_settlement(shop):
    with shop.time():
        ladder_save(actor=SYSTEM, content=INSIDER | {"on_refund": "keep"})
    crossed(shop)
    shop.one(shop.refund("R-1", 36_000, "1"), imported=True)
    assert (level(shop).figure, level(shop).level.code) == (10_000, "vib")
    shop.on(date(2027, 1, 1), hour=0)
    with shop.time():
        settlement_run(actor=SYSTEM, code="insider")
    assert level(shop).level.code == "insider"


def test_redeeming_does_not_lower_the_year(shop):
    shop.one(shop.sale("mei", 60_000, "R-1"))
    shop.one(shop.redemption("mei", 500, "R-9"))
    assert (points(shop), level(shop).figure, level(shop).level.code) == (100, 60_000, "vib")


def test_inactivity(shop):
    crossed(shop)
    shop.on(date(2025, 4, 15))
    shop.one(shop.refund("R-1", 10_000, "1"), imported=True)
    shop.on(date(2026, 10, 15), hour=23, minute=59)
    assert shop.of("mei", "insider_points").spendable == 385
    shop.on(date(2026, 10, 16), hour=0)
    assert shop.of("mei", "insider_points").spendable == 0


def test_the_level_holds_to_the_end_of_the_next_year_and_falls_back(shop):
    crossed(shop)
    shop.on(date(2026, 12, 31), hour=23, minute=59)
    with shop.time():
        assert settlement_run(actor=SYSTEM, code="insider").lowered == 0
    assert level(shop).level.code == "vib"
    shop.on(date(2027, 1, 1), hour=0)
    with shop.time():
        assert settlement_run(actor=SYSTEM, code="insider").lowered == 1
    assert level(shop).level.code == "insider"


def test_requalifying_keeps_the_level_for_another_year(shop):
    crossed(shop)
    shop.on(date(2026, 5, 1))
    shop.one(shop.sale("mei", 34_999))
    assert level(shop).missing_to_keep == 1
    receipt = shop.one(shop.sale("mei", 1))
    assert receipt["explanation"][-1]["code"] == "tier_renewed"
    assert level(shop).valid_until == datetime(2027, 12, 31, 16, tzinfo=UTC)
    assert [row.change for row in LevelChange.objects.order_by("recorded_at", "id")] == [
        "raised",
        "renewed",
    ]


def test_reaching_a_level_is_an_event_on_the_same_receipt(shop):
    receipt = shop.one(shop.sale("mei", 100_000, "R-1"))
    assert points(shop) == 1_000 + 250
    assert [entry["movements"][0]["amount"] for entry in receipt["entries"]] == [1_000, 250]
    assert shop.rows("outbox_notice WHERE kind = 'tier.entered'") == 1
    # A retry gets the same receipt and nothing a second time.
    assert shop.one(shop.sale("mei", 100_000, "R-1", event_id=receipt["event_id"])) == receipt
    assert points(shop) == 1_250
    assert LevelChange.objects.count() == 1


def test_two_purchases_of_one_batch_count_one_after_the_other(shop):
    shop.send(
        shop.sale("mei", 20_000, "R-1"),
        shop.sale("mei", 16_000, "R-2"),
        shop.sale("mei", 10_000, "R-3"),
    )
    # The third is judged at the level that the second reached.
    assert points(shop) == 200 + 160 + 125
    assert (level(shop).figure, level(shop).level.code) == (46_000, "vib")
    assert LevelChange.objects.count() == 1


def test_last_years_late_receipt_counts_for_last_year(shop):
    shop.on(date(2025, 12, 31))
    late = shop.sale("mei", 36_000, "R-1")
    shop.on(date(2026, 1, 2))
    shop.one(late)
    assert (level(shop).level.code, level(shop).valid_until) == ("vib", END_OF_2026)
    assert level(shop).figure == 0
    # And its return takes it from there.
    shop.one(shop.refund("R-1", 2_000))
    assert level(shop).level.code == "insider"


def test_a_refund_that_came_before_its_sale_counts_with_it(shop):
    shop.one(shop.refund("R-1", 2_000))
    shop.one(shop.sale("mei", 36_000, "R-1"))
    assert (level(shop).figure, level(shop).level.code) == (34_000, "insider")
