"""Levels of another system: a column for the ladder, held through their day, taken back with it."""

from datetime import date, timedelta

import pytest

from regulars.entitlements.tiers.selectors import member_levels
from regulars.entitlements.tiers.services import ladder_save, ladder_starter, settlement_run
from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.selectors import balances
from regulars.ledger.book.services import asset_create
from regulars.ledger.book.types import AssetKind
from regulars.members.profiles.selectors import member_find
from regulars.rules.fileimports import selectors, services
from tests.fileimports.conftest import LI, added, imported, owned, totals
from tests.tiers.conftest import INSIDER, level

LADDER = INSIDER | {"levels": [level("insider", 0), level("vib", 35_000), level("rouge", 100_000)]}
STOOD = """
    SELECT l.code, m.valid_until::date::text FROM entitlements_member_level m
    JOIN entitlements_level l ON l.id = m.level_id WHERE m.holder_id = %s
"""
TEXT = (
    "会员编号,会员等级,等级到期日,积分\n"
    "mei,rouge,2025-09-30,10\n"
    "bo,vib,,0\n"
    "ann,insider,,0\n"
    "oz,emperor,,5\n"
)


@pytest.fixture
def ladder(shop):
    with shop.time():
        ladder_save(actor=SYSTEM, content=LADDER)
    return shop


def stood(name, kind="external_id"):
    """The level's code and the (UTC) day on which it ends."""
    with unit_of_work() as unit:
        return unit.fetch(STOOD, member_find(kind, name).id)


COUNTER = """会员卡号,会员姓名,手机号码,会员等级,储值余额,赠送余额,可用积分,开卡日期,开卡门店
V0001,梅小雨,13800138000,vib,150.50,20.00,1200,2023-05-01,s1
"""
TILL = """会员编号,姓名,电话,会员级别,余额,积分,积分到期日,登记日期,所属门店
M-7,梅小雨,13800138000,vib,150.50,1200,2025-12-31,2023-05-01,s1
"""
FROM_COUNTER = {"principal": 15_050, "bonus": 2_000, "beans": 1_200}
FROM_TILL = {"principal": 15_050, "beans": 1_200}


@pytest.mark.parametrize(
    ("mapping", "text", "number", "has", "left"),
    [
        ("example-counter-card", COUNTER, ("card", "V0001"), FROM_COUNTER, 1_200),
        ("example-till-member", TILL, ("external_id", "M-7"), FROM_TILL, 0),
    ],
)
def test_each_ready_mapping_takes_its_system_over_whole(ladder, mapping, text, number, has, left):
    done = imported(ladder, text, mapping=mapping, expected={"members": 1, **has})
    differences = {name: line[-1] for name, line in totals(done).items()}
    assert differences == dict.fromkeys(("members", *has), 0)
    mei = member_find(*number)
    assert (mei.display_name, mei.home_store) == ("梅小雨", "s1")
    assert member_find("phone", "13800138000").id == mei.id
    assert owned(ladder, *number) == has
    assert [code for code, _ in stood(number[1], number[0])] == ["vib"]
    # What had a last day in the old system has it here.
    with unit_of_work() as unit:
        found = balances(unit, [mei.id], clock.midnight_after(date(2025, 12, 31), "Asia/Shanghai"))
    assert {each.asset: each.spendable for each in found[mei.id]}["beans"] == left


def test_a_level_without_a_term_holds_a_year_or_until_it_is_earned(shop):
    """V3 of an old system stands on no growth of here: neither a night nor a refund takes it."""
    with shop.time():
        asset_create(
            code="growth", name={"en": "growth"}, kind=AssetKind.GROWTH, time_zone="Asia/Shanghai"
        )
        ladder_save(actor=SYSTEM, content=ladder_starter("growth-5"))
        growth = {
            "code": "base",
            "name": {"en": "Growth"},
            "on": "order.paid",
            "earn": {"asset": "growth", "rate": {"amount": 1, "per_minor": 100}},
        }
    shop.publish("growth", rules=[growth], redemption=None)
    shop.member("li")
    done = imported(shop, "会员编号,等级\nmei,v3\nbo,v3\n")
    assert stood("mei") == [("v3", "2026-07-01")]
    shop.members |= {name: member_find("external_id", name).id for name in ("mei", "bo")}
    shop.on(date(2025, 7, 2))
    shop.one(shop.sale("mei", 60_000, "R-1"))
    shop.one(shop.refund("R-1", 60_000, "1"))
    shop.one(shop.sale("bo", 200_000, "R-2"))
    with shop.time():
        settlement_run(actor=SYSTEM, code="growth-5", confirmed=True)
    assert (stood("mei"), stood("bo")) == ([("v3", "2026-07-01")], [("v3", None)])
    shop.one(shop.refund("R-2", 100, "1"))
    assert [code for code, _ in stood("bo")] == ["v2"]
    shop.on(date(2026, 7, 2), hour=1)
    with shop.time():
        settlement_run(actor=SYSTEM, code="growth-5", confirmed=True)
    assert [code for code, _ in stood("mei")] == ["v1"]
    assert done.counts["with:level"] == 2


def test_levels_come_along_quietly_and_go_with_an_undoing(ladder):
    shop = ladder
    shop.member("bo")
    view = added(shop, TEXT)
    assert [name for name in view.columns if name.startswith("level")] == [
        f"level:{LADDER['code']}",
        f"level_until:{LADDER['code']}",
    ]
    before = shop.rows("outbox_notice")
    done = imported(shop, TEXT)
    assert done.counts["with:level"] == 2
    assert [(each.row, each.code) for each in selectors.rejected_list(done.id)] == [
        (5, "import_level_unknown")
    ]
    assert stood("mei") == [("rouge", "2025-09-30")]
    assert stood("bo") == [("vib", "2026-12-31")]
    assert stood("ann") == []
    assert shop.rows("outbox_notice") == before
    with shop.time():
        services.import_undo(actor=LI, import_id=done.id)
    # Bo was here before and stands where he stood.
    assert [code for code, _ in stood("bo")] == ["insider"]
    assert shop.rows("entitlements_member_level") == 1


def standing_told(shop, name):
    """The level and its last day as people are shown them."""
    with unit_of_work() as unit:
        (view,) = member_levels(unit, member_find("external_id", name).id, shop.now)
    return view.level.code, view.valid_until, view.missing_to_keep


@pytest.mark.parametrize("word", ["永久", "长期有效", "forever"])
def test_a_level_for_ever_has_no_last_day_and_never_falls(shop, word):
    """Where levels have no term of their own it held for a year, and the phone said so."""
    with shop.time():
        asset_create(
            code="growth", name={"en": "growth"}, kind=AssetKind.GROWTH, time_zone="Asia/Shanghai"
        )
        ladder_save(actor=SYSTEM, content=ladder_starter("growth-5"))
    growth = {
        "code": "base",
        "name": {"en": "Growth"},
        "on": "order.paid",
        "earn": {"asset": "growth", "rate": {"amount": 1, "per_minor": 100}},
    }
    shop.publish("growth", rules=[growth], redemption=None)
    imported(shop, f"会员编号,等级,等级有效期\nmei,v3,{word}\n")
    assert standing_told(shop, "mei") == ("v3", None, None)
    shop.members["mei"] = member_find("external_id", "mei").id
    # Earned too, and given back again; then the nights of nine years.
    shop.one(shop.sale("mei", 200_000, "R-1"))
    shop.on(shop.now.date() + timedelta(days=1), hour=1)
    with shop.time():
        settlement_run(actor=SYSTEM, code="growth-5", confirmed=True)
    shop.one(shop.refund("R-1", 200_000, "1"))
    assert standing_told(shop, "mei") == ("v3", None, None)
    shop.on(date(2034, 7, 2), hour=1)
    with shop.time():
        settlement_run(actor=SYSTEM, code="growth-5", confirmed=True)
    assert standing_told(shop, "mei") == ("v3", None, None)


def test_a_level_for_ever_outlasts_a_ladder_of_years(ladder):
    shop = ladder
    imported(shop, "会员编号,会员等级,等级到期日\nmei,rouge,永久\nbo,rouge,\n")
    shop.on(date(2034, 1, 1), hour=1)
    with shop.time():
        settlement_run(actor=SYSTEM, code=LADDER["code"], confirmed=True)
    assert standing_told(shop, "mei") == ("rouge", None, None)
    assert standing_told(shop, "bo")[0] == "insider"
