"""Presets of one model each: installed in an empty shop, they keep what they promise."""

from datetime import UTC, date, datetime

import pytest

from regulars.entitlements.tiers.selectors import member_levels
from regulars.entitlements.tiers.services import settlement_run
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.organization.stores.services import stores_forgotten
from regulars.presets.installer.services import preset_install
from regulars.rules.intake.errors import BelowMinimum
from regulars.rules.intake.types import EventDocument, MemberRef
from tests.shop import shop_opened


@pytest.fixture
def opened(clean_database):
    """Opens a shop on a day, with one preset and Mei: `opened(date, "beans")`."""
    shops = []
    stores_forgotten()

    def opening(day, preset):
        shop = shop_opened(day)
        shops.append(shop)
        with shop.time():
            preset_install(actor=SYSTEM, code=preset)
        shop.member("mei")
        return shop

    yield opening
    for shop in shops:
        shop.close()
    stores_forgotten()


def level(shop):
    with shop.time(), unit_of_work() as unit:
        return member_levels(unit, shop.members["mei"], shop.now)[0]


def joined(shop):
    return EventDocument(
        event_id="join-mei",
        kind="member.enrolled",
        occurred_at=shop.now,
        member=MemberRef(external_id="mei"),
    )


def movements(receipt):
    return [
        (move["direction"], move["amount"], move["counter"])
        for entry in receipt["entries"]
        for move in entry["movements"]
    ]


def test_beans(opened):
    """500 of January and 700 of December 2014; 1,000 redeemed; the rest ends with 2015."""
    shop = opened(date(2014, 1, 5), "beans")
    shop.one(shop.sale("mei", 50_000, "R-1"))
    shop.on(date(2014, 12, 30))
    shop.one(shop.sale("mei", 70_000, "R-2"))
    assert shop.of("mei").spendable == 1_200
    shop.on(date(2015, 3, 1))
    redeemed = shop.one(shop.redemption("mei", 1_000, "R-3"))
    assert redeemed["redemption"]["value_minor"] == 1_000
    assert shop.of("mei").spendable == 200
    shop.one(shop.sale("mei", 29_000, "R-3"))
    shop.on(date(2015, 12, 31), hour=23, minute=59)
    assert shop.of("mei").spendable == 200 + 290
    shop.on(date(2016, 1, 1), hour=0)
    shop.expire()
    assert shop.of("mei").balance == 290
    shop.on(date(2016, 1, 10))
    receipt = shop.one(shop.refund("R-3", 29_000), imported=True)
    assert movements(receipt) == [
        ("out", 290, "issued"),
        ("in", 1_000, "redeemed"),
        ("out", 1_000, "expired"),
    ]
    assert shop.of("mei").balance == 0


def test_beans_below_a_thousand_buy_nothing(opened):
    shop = opened(date(2025, 3, 1), "beans")
    shop.one(shop.sale("mei", 99_900))
    with pytest.raises(BelowMinimum):
        shop.one(shop.redemption("mei", 100))
    assert shop.of("mei").balance == 999


def test_levels_by_the_year_cross_and_return(opened):
    """360 on 1 March earns 360 and reaches the second level; 100 a month later earns 125."""
    shop = opened(date(2025, 3, 1), "calendar-tiers")
    shop.one(shop.sale("mei", 36_000, "R-1"))
    assert shop.of("mei", "year-points").balance == 360
    # To the end of 2026, by the clock of Shanghai.
    end_of_2026 = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert (level(shop).level.code, level(shop).valid_until) == ("silver", end_of_2026)
    shop.on(date(2025, 4, 1))
    shop.one(shop.sale("mei", 10_000, "R-2"))
    assert shop.of("mei", "year-points").balance == 360 + 125
    shop.on(date(2025, 4, 15))
    shop.one(shop.refund("R-1", 10_000, "1"), imported=True)
    assert (level(shop).figure, level(shop).level.code) == (36_000, "silver")
    assert shop.of("mei", "year-points").balance == 385
    receipt = shop.one(shop.refund("R-1", 5_000, "2"), imported=True)
    assert (level(shop).figure, level(shop).level.code) == (31_000, "member")
    assert receipt["explanation"][-1]["code"] == "tier_lowered"


def test_a_return_counts_against_the_year_of_its_purchase(opened):
    shop = opened(date(2025, 12, 20), "calendar-tiers")
    shop.one(shop.sale("mei", 36_000, "R-1"))
    shop.on(date(2026, 1, 10))
    shop.one(shop.sale("mei", 20_000, "R-2"))
    assert level(shop).level.code == "silver"
    shop.one(shop.refund("R-1", 10_000, "1"), imported=True)
    # 260 of 2025 are no silver any more, and the 200 of 2026 are whole.
    assert (level(shop).level.code, level(shop).figure) == ("member", 20_000)


def test_levels_by_the_year_end_and_points_with_them(opened):
    shop = opened(date(2025, 3, 1), "calendar-tiers")
    shop.one(shop.sale("mei", 100_000, "R-1"))
    shop.on(date(2025, 4, 15))
    shop.one(shop.sale("mei", 10_000, "R-2"))
    assert (level(shop).level.code, shop.of("mei", "year-points").balance) == ("gold", 1_150)
    redeemed = shop.one(shop.redemption("mei", 500, "R-3"))
    assert redeemed["redemption"]["value_minor"] == 1_000
    assert (level(shop).level.code, level(shop).figure) == ("gold", 110_000)
    # 18 months without a movement, the last day included.
    shop.on(date(2026, 10, 15), hour=23, minute=59)
    assert shop.of("mei", "year-points").spendable == 650
    shop.on(date(2026, 10, 16), hour=0)
    assert shop.of("mei", "year-points").spendable == 0
    shop.on(date(2027, 1, 1), hour=0)
    with shop.time():
        assert settlement_run(actor=SYSTEM, code="calendar-tiers", confirmed=True).lowered == 1
    assert level(shop).level.code == "member"


def test_five_levels_by_growth(opened):
    """0 / 500 / 2,000 / 5,000 / 10,000; +100 for joining, +1 for 1.00; up and down at once."""
    shop = opened(date(2025, 3, 1), "growth-5")
    shop.one(joined(shop))
    for net_minor, expected in (
        (39_900, ("v1", 499)),
        (100, ("v2", 500)),
        (150_000, ("v3", 2_000)),
        (300_000, ("v4", 5_000)),
        (500_000, ("v5", 10_000)),
    ):
        shop.one(shop.sale("mei", net_minor, f"R-{net_minor}"))
        assert (level(shop).level.code, level(shop).figure) == expected
    shop.one(shop.refund("R-500000", 100, "1"))
    assert (level(shop).level.code, level(shop).figure) == ("v4", 9_999)


def test_joining_counts_once(opened):
    shop = opened(date(2025, 3, 1), "growth-5")
    shop.one(joined(shop))
    again = shop.visit("mei", kind="member.enrolled", event_id="join-again")
    shop.one(again)
    assert shop.of("mei", "growth").balance == 100


def test_stamps(opened):
    """One stamp per 10.00 after discount, by receipt; every 4 stamps give 5.00."""
    shop = opened(date(2025, 3, 1), "stamp-card")
    shop.one(shop.sale("mei", 3_999, "R-1"))
    assert shop.of("mei", "stamps").balance == 3
    with pytest.raises(BelowMinimum):
        shop.one(shop.redemption("mei", 4, "R-2"))
    shop.one(shop.sale("mei", 1_000, "R-2"))
    redeemed = shop.one(shop.redemption("mei", 4, "R-3"))
    assert redeemed["redemption"]["value_minor"] == 500
    shop.one(shop.sale("mei", 8_000, "R-4"))
    redeemed = shop.one(shop.redemption("mei", 8, "R-5"))
    assert redeemed["redemption"]["value_minor"] == 1_000
    assert shop.of("mei", "stamps").balance == 0
    shop.one(shop.sale("mei", 12_500, "R-6"))
    redeemed = shop.one(shop.redemption("mei", 12, "R-7"))
    assert redeemed["redemption"]["value_minor"] == 1_500
    # What a refund takes back is owed, and the next stamps pay it.
    shop.one(shop.refund("R-2", 1_000))
    assert shop.of("mei", "stamps").balance == -1
