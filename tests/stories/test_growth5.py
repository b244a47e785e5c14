"""growth-5: five levels by growth value; ¥1 gives 1, joining gives 100; up and down at once."""

from datetime import date

import pytest

from regulars.entitlements.tiers.models import LevelChange
from regulars.entitlements.tiers.selectors import levels_tallied, member_levels
from regulars.entitlements.tiers.services import (
    ladder_save,
    ladder_starter,
    ladders_forgotten,
    settlement_run,
)
from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.rules.intake.types import EventDocument, MemberRef
from tests.shop import shop_opened
from tests.tiers.conftest import names

GROWTH = {
    "code": "growth",
    "name": names("成长值", "growth value"),
    "kind": "growth",
    "expiry": {"lot": {"kind": "none"}},
}
RULES = [
    {
        "code": "joining",
        "name": names("入会", "Joining"),
        "on": "member.enrolled",
        "earn_flat": {"asset": "growth", "amount": 100},
    },
    {
        "code": "base",
        "name": names("消费", "Purchases"),
        "on": "order.paid",
        "earn": {"asset": "growth", "rate": {"amount": 1, "per_minor": 100}},
    },
]
FIVE = ladder_starter("growth-5")


@pytest.fixture
def shop(clean_database):
    """Mei and Bo, before they are told of; the ladder of five levels."""
    ladders_forgotten()
    shop = shop_opened(date(2025, 1, 1))
    shop.store()
    shop.publish("growth", assets=[GROWTH], rules=RULES, redemption=None)
    shop.member("mei")
    shop.member("bo")
    with shop.time():
        ladder_save(actor=SYSTEM, content=FIVE)
    yield shop
    shop.close()
    ladders_forgotten()


def joined(shop, name):
    return EventDocument(
        event_id=f"join-{name}",
        kind="member.enrolled",
        occurred_at=shop.now,
        member=MemberRef(external_id=name),
    )


def standing(shop, name="mei"):
    with shop.time(), unit_of_work() as unit:
        (view,) = member_levels(unit, shop.members[name], shop.now)
    return view.level.code, view.figure


def test_five_levels(shop):
    shop.one(joined(shop, "mei"))
    assert standing(shop) == ("v1", 100)
    for net_minor, expected in (
        (39_900, ("v1", 499)),
        (100, ("v2", 500)),
        (149_900, ("v2", 1_999)),
        (100, ("v3", 2_000)),
        (300_000, ("v4", 5_000)),
        (499_999, ("v4", 9_999)),
        (100, ("v5", 10_000)),
    ):
        shop.one(shop.sale("mei", net_minor))
        assert standing(shop) == expected
    with unit_of_work() as unit:
        tally = levels_tallied(unit, clock.now())
    assert tally and sorted(tally.counts.values()) == [1, 1]


def test_a_refund_lowers_at_once(shop):
    shop.one(joined(shop, "mei"))
    shop.one(shop.sale("mei", 250_000, "R-1"))
    assert standing(shop) == ("v3", 2_600)
    shop.one(shop.refund("R-1", 60_000, "1"))
    assert standing(shop) == ("v3", 2_000)
    receipt = shop.one(shop.refund("R-1", 100, "2"))
    assert standing(shop) == ("v2", 1_999)
    assert receipt["explanation"][-1]["code"] == "tier_lowered"
    shop.one(shop.cancel("R-1"))
    assert standing(shop) == ("v1", 100)
    assert [row.cause for row in LevelChange.objects.order_by("recorded_at", "id")] == [
        "order.paid",
        "order.refunded",
        "order.cancelled",
    ]


def test_one_purchase_may_pass_several_levels(shop):
    receipt = shop.one(shop.sale("bo", 1_000_000))
    assert standing(shop, "bo") == ("v5", 10_000)
    (change,) = LevelChange.objects.all()
    assert (change.from_level_id, change.to_level_id) != (None, None)
    assert [note["code"] for note in receipt["explanation"] if note["rule"] == "tiers"] == [
        "tier_raised"
    ]


def test_growth_from_before_the_ladder_is_found_by_the_settlement(shop):
    with shop.time():
        ladder_save(actor=SYSTEM, content=FIVE | {"is_active": False})
    shop.one(shop.sale("mei", 60_000))
    assert not LevelChange.objects.exists()
    with shop.time():
        ladder_save(actor=SYSTEM, content=FIVE)
        done = settlement_run(actor=SYSTEM, code="growth-5")
    assert (done.raised, standing(shop)) == (1, ("v2", 600))
