"""Presets for a whole trade: one step, and the shop can open."""

from datetime import date

import pytest

from regulars.entitlements.tiers.selectors import member_levels
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.tags.selectors import tags_of
from regulars.organization.stores.services import stores_forgotten
from regulars.presets.installer.services import preset_install
from regulars.rules.segments.services import segments_refresh
from tests.shop import shop_opened

SATURDAY, WEDNESDAY = date(2025, 3, 1), date(2025, 3, 5)


@pytest.fixture
def opened(clean_database):
    """Opens a shop on 1 March 2025 with a preset and Mei: `opened("tea-shop")`."""
    stores_forgotten()
    shop = shop_opened(SATURDAY)

    def opening(preset):
        with shop.time():
            preset_install(actor=SYSTEM, code=preset)
        shop.member("mei")
        return shop

    yield opening
    shop.close()
    stores_forgotten()


def level(shop):
    with shop.time(), unit_of_work() as unit:
        return member_levels(unit, shop.members["mei"], shop.now)[0]


def test_a_tea_shop(opened):
    shop = opened("tea-shop")
    lines = [("1", "tea", 5_200), ("2", "gift", 16_800)]
    shop.one(shop.sale("mei", 22_000, "R-1", lines=lines, store="main"))
    # 52 for the tea, 336 for the gift, 50 because the order reached 200.00.
    assert shop.of("mei", "leaves").balance == 52 + 336 + 50
    assert (level(shop).level.code, level(shop).figure) == ("v1", 220)
    redeemed = shop.one(shop.redemption("mei", 300, "R-2", store="main"))
    assert redeemed["redemption"]["value_minor"] == 300
    shop.one(shop.sale("mei", 28_000, "R-3"))
    assert level(shop).level.code == "v2"


def test_a_tea_shop_finds_its_loyal_members(opened):
    shop = opened("tea-shop")
    for day in (1, 4, 7, 10):
        shop.on(date(2025, 3, day))
        shop.one(shop.sale("mei", 2_000))
    with shop.time():
        segments_refresh()
        assert [tag.code for tag in tags_of(shop.members["mei"])] == ["loyal"]
    shop.on(date(2025, 3, 20))
    with shop.time():
        segments_refresh()
        assert [tag.code for tag in tags_of(shop.members["mei"])] == ["at_risk"]


def test_a_salon(opened):
    shop = opened("salon")
    shop.one(shop.sale("mei", 100_000, "R-1", store="main"))
    assert (level(shop).level.code, shop.of("mei", "year-points").balance) == ("gold", 1_000)
    shop.one(shop.sale("mei", 20_000, "R-2"))
    assert shop.of("mei", "year-points").balance == 1_300


def test_a_supermarket(opened):
    shop = opened("supermarket")
    shop.one(shop.sale("mei", 12_300, "R-1", store="main"))
    assert shop.of("mei").balance == 123
    shop.on(WEDNESDAY)
    shop.one(shop.sale("mei", 12_300, "R-2"))
    assert shop.of("mei").balance == 3 * 123
    # At most 500 more on one member day.
    shop.one(shop.sale("mei", 100_000, "R-3"))
    assert shop.of("mei").balance == 3 * 123 + 1_000 + (500 - 123)
    # What comes back takes both along.
    shop.one(shop.refund("R-2", 12_300))
    assert shop.of("mei").balance == 123 + 1_000 + (500 - 123)
