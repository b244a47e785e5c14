"""The settlement: who falls when a level's time is over, in one query and a few chunks."""

from datetime import UTC, date, datetime
from random import Random

import pytest

from regulars.entitlements.tiers import loading, settling
from regulars.entitlements.tiers.errors import SettlementTooLarge
from regulars.entitlements.tiers.models import LevelChange, MemberLevel
from regulars.entitlements.tiers.selectors import ladder_get, member_levels
from regulars.entitlements.tiers.services import (
    settlement_preview,
    settlement_run,
    settlements_due,
)
from regulars.entitlements.tiers.standing import SETTLEMENT, decided, windows_at
from regulars.entitlements.tiers.types import SettlementView, Standing
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from tests.tiers.conftest import LI, saved


def standing(shop, name):
    with shop.time(), unit_of_work() as unit:
        (view,) = member_levels(unit, shop.members[name], shop.now)
    return view


def settled(shop, **more):
    with shop.time():
        return settlement_run(actor=LI, code="insider", **more)


def seen(unit, ladder, member_id, now):
    """A member's standing and figures, read one by one."""
    windows = windows_at(ladder, now)
    stood, counted = unit.flight(
        [
            loading.standings_statement([member_id]),
            loading.figures_statement(ladder, windows, [member_id]),
        ]
    )
    standings = loading.standings_parsed(stood, [ladder])
    figures = loading.figures_parsed(counted)
    return standings.get((ladder.id, member_id), Standing(0)), figures.get(member_id, (0, 0))


def years(shop, name, *spends):
    """What a member spent in past years: (year, minor units) each, before there was a ladder."""
    today = shop.at
    for year, net_minor in spends:
        shop.on(date(year, 6, 1))
        shop.one(shop.sale(name, net_minor))
    shop.at = today


def test_a_new_ladder_finds_everybody_by_what_they_bought_before(shop):
    years(shop, "mei", (2024, 120_000))
    years(shop, "bo", (2023, 120_000), (2024, 34_999))
    saved(shop)
    with shop.time():
        preview = settlement_preview(code="insider")
    assert preview == SettlementView("insider", 0, raised=1, renewed=0, lowered=0)
    assert not MemberLevel.objects.exists()
    assert settled(shop) == preview
    mei, bo = standing(shop, "mei"), standing(shop, "bo")
    assert (mei.level.code, bo.level.code) == ("rouge", "insider")
    # 2024's spend holds through 2025; for 2026 she needs ¥1,000 this year.
    assert mei.valid_until == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert (mei.figure, mei.missing, mei.missing_to_keep) == (0, None, 100_000)
    assert (bo.figure, bo.next_level.code, bo.missing, bo.missing_to_keep) == (
        0,
        "vib",
        35_000,
        None,
    )
    change = LevelChange.objects.get()
    assert (change.change, change.cause, change.event_id) == ("raised", "settlement", None)
    assert shop.rows("outbox_notice WHERE kind = 'tier.entered'") == 1
    audit = AuditRecord.objects.get(action="ladder.settled")
    assert audit.details == {"raised": 1, "renewed": 0, "lowered": 0}


def test_nobody_falls_a_moment_early_and_each_falls_once(shop):
    years(shop, "mei", (2024, 120_000))
    years(shop, "bo", (2024, 120_000))
    saved(shop)
    settled(shop)
    years(shop, "bo", (2025, 40_000))
    shop.on(date(2025, 12, 31), hour=23, minute=59)
    assert settled(shop).lowered == 0
    shop.on(date(2026, 1, 1), hour=0)
    assert settled(shop) == SettlementView("insider", 2, raised=0, renewed=0, lowered=2)
    assert (standing(shop, "mei").level.code, standing(shop, "bo").level.code) == (
        "insider",
        "vib",
    )
    assert settled(shop) == SettlementView("insider", 1, raised=0, renewed=0, lowered=0)
    assert shop.rows("outbox_notice WHERE kind = 'tier.left'") == 2
    assert LevelChange.objects.filter(change="lowered").count() == 2


def test_a_ladder_is_settled_once_a_day_by_itself(shop):
    saved(shop)
    with shop.time():
        assert settlements_due() == ["insider"]
        settled(shop)
        assert settlements_due() == []
    shop.on(date(2025, 3, 2), hour=0)
    with shop.time():
        assert settlements_due() == ["insider"]


def test_a_settlement_that_lowers_many_waits_for_a_person(shop, monkeypatch):
    monkeypatch.setattr(settling, "LOWERED_FREE", 0)
    years(shop, "mei", (2024, 120_000))
    saved(shop)
    settled(shop)
    shop.on(date(2026, 1, 1), hour=0)
    with pytest.raises(SettlementTooLarge) as refusal:
        settled(shop)
    assert refusal.value.context["lowered"] == 1
    assert standing(shop, "mei").level.code == "rouge"
    assert settled(shop, confirmed=True).lowered == 1
    assert standing(shop, "mei").level.code == "insider"


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"downgrade": "one_step"},
        {"downgrade": "none"},
        {
            "qualifier": {"by": "rolling_spend", "days": 300},
            "validity": {"type": "months", "months": 6},
        },
        {"qualifier": {"by": "lifetime_spend"}, "validity": {"type": "unlimited"}},
    ],
    ids=["calendar", "one step", "none", "rolling", "lifetime"],
)
def test_the_query_and_the_function_agree_about_everybody(shop, rules):
    """Random spends and standings: whom the query leaves out, the function leaves alone."""
    chance = Random(7)
    ladder = saved(shop, **rules)
    ids = list(shop.members.values())
    ids += [shop.member(f"m{number}") for number in range(28)]
    now = shop.now
    thresholds = (0, 34_999, 35_000, 99_999, 100_000)
    for name in shop.members:
        for year in (2023, 2024, 2025):
            spent = chance.choice(thresholds)
            if spent and chance.random() < 0.6:
                shop.on(date(year, chance.choice((1, 2)), 9))
                shop.one(shop.sale(name, spent), imported=True)
    shop.on(date(2025, 3, 1))
    MemberLevel.objects.all().delete()
    for member_id in ids:
        rank = chance.randrange(3)
        if chance.random() < 0.8:
            until = chance.choice((None, now, datetime(2025, 12, 31, 16, tzinfo=UTC)))
            MemberLevel.objects.create(
                holder_id=member_id,
                ladder_id=ladder.id,
                level_id=ladder.levels[rank].id,
                since=now,
                valid_until=until if rank else None,
            )
    with unit_of_work() as unit:
        ladder = ladder_get(unit, "insider")
        due = settling.ladder_due(unit, ladder, now)
        moving = {
            each
            for each in ids
            if decided(
                ladder,
                windows_at(ladder, now),
                *seen(unit, ladder, each, now),
                occasion=SETTLEMENT,
                now=now,
            )
        }
    assert set(due.holder_ids) == moving
    assert 5 < len(moving) < len(ids) or rules.get("downgrade") == "none"
    done = settled(shop, confirmed=True)
    assert (done.raised, done.renewed, done.lowered) == (due.raised, due.renewed, due.lowered)
    with shop.time():
        assert settlement_preview(code="insider").lowered == 0 or rules.get("downgrade")


def test_who_rises_by_a_settlement_gets_what_the_level_brings_once(shop):
    rule = {
        "code": "welcome",
        "name": {"en": "Welcome to the level", "zh-Hans": "升级礼"},
        "on": "tier.entered",
        "when": "tier.code == 'rouge'",
        "earn_flat": {"asset": "beans", "amount": 88},
    }
    years(shop, "mei", (2024, 120_000))
    years(shop, "bo", (2024, 40_000))
    shop.publish(rules=[rule])
    saved(shop)
    before = shop.of("mei").balance
    assert settled(shop).raised == 2
    assert shop.of("mei").balance - before == 88
    assert shop.rows("rules_event WHERE kind = 'tier.entered'") == 2
    settled(shop)
    shop.on(date(2025, 3, 2))
    settled(shop)
    assert shop.of("mei").balance - before == 88, "told again, given once"


def test_nobody_sends_such_an_event_from_outside(shop):
    visit = shop.visit("mei", kind="tier.entered")
    with shop.time(), pytest.raises(RegularsError) as refusal:
        shop.one(visit)
    assert refusal.value.code == "unknown_event_kind"
