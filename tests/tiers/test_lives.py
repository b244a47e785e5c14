"""Levels, tags and segments of members who are merged, exported or erased."""

from datetime import date

import msgspec
import pytest

from regulars.entitlements.tiers.models import LevelChange, MemberLevel
from regulars.entitlements.tiers.selectors import member_levels
from regulars.foundation.database.session import unit_of_work
from regulars.members.lifecycle.erased_file import erased_file
from regulars.members.lifecycle.services import member_erase, member_export, member_merge
from regulars.members.tags.models import TagOnMember
from regulars.members.tags.selectors import tags_of
from regulars.members.tags.services import tag_create, tag_set
from regulars.rules.segments.services import segment_refresh, segment_save
from tests.tiers.conftest import LI, names, saved


@pytest.fixture
def mei(shop):
    """Mei: VIB by ¥500, a friend of the house, among the buyers. Bo: nothing of it."""
    saved(shop)
    shop.on(date(2025, 3, 2))
    shop.one(shop.sale("mei", 50_000))
    with shop.time():
        tag_create(actor=LI, code="vip", name=names("贵宾", "VIP"))
        tag_set(actor=LI, member_id=shop.members["mei"], code="vip", reason="knows the baker")
        segment_save(
            actor=LI,
            code="buyers",
            name=names("买家", "Buyers"),
            condition="member.orders_total > 0",
        )
        segment_refresh(code="buyers")
    yield shop.members["mei"]
    erased_file().unlink(missing_ok=True)


def test_the_better_level_and_all_tags_go_over(shop, mei):
    bo = shop.members["bo"]
    with shop.time():
        member_merge(
            from_id=mei, into_id=bo, reason="one person", key="m1", source="console", actor=LI
        )
        with unit_of_work() as unit:
            (level,) = member_levels(unit, bo, shop.now)
        assert level.level.code == "vib"
        assert [tag.code for tag in tags_of(bo)] == ["vip"]
    assert [str(row.holder_id) for row in MemberLevel.objects.all()] == [bo]
    assert LevelChange.objects.get(holder_id=bo).cause == "member.merged"
    assert shop.rows("rules_segment_member") == 0


def test_what_is_kept_is_exported_and_then_goes(shop, mei):
    with shop.time():
        parts = member_export(member_id=mei, actor=LI)
        assert "knows the baker" in str(parts)
        assert "'after': 'vib'" in str(parts)
        member_erase(member_id=mei, reason="asked for it", key="e1", source="console", actor=LI)
    assert not TagOnMember.objects.exists() and not MemberLevel.objects.exists()
    assert shop.rows("rules_segment_member") == 0


def test_both_together_may_reach_more_and_a_refund_takes_it_from_the_one_who_stays(shop, mei):
    bo = shop.members["bo"]
    shop.one(shop.sale("mei", 30_000, "R-2"))
    shop.one(shop.sale("bo", 30_000, "R-3"))
    with shop.time():
        member_merge(
            from_id=mei, into_id=bo, reason="one person", key="m1", source="console", actor=LI
        )
    assert level_of(shop, bo) == ("rouge", 110_000)
    shop.one(shop.refund("R-2", 5_000))
    assert level_of(shop, bo) == ("rouge", 105_000)
    shop.one(shop.refund("R-2", 6_000, "2"))
    assert level_of(shop, bo) == ("vib", 99_000)
    assert not MemberLevel.objects.filter(holder_id=mei).exists()


def test_a_sale_that_is_paid_again_counts_again(shop):
    saved(shop)
    sale = shop.sale("mei", 40_000, "R-1")
    shop.one(sale)
    shop.one(shop.cancel("R-1"))
    assert level_of(shop, shop.members["mei"]) == ("insider", 0)
    shop.on(date(2025, 3, 2))
    again = msgspec.structs.replace(
        sale, event_id="again", part="2", member=None, occurred_at=shop.now
    )
    shop.one(again)
    assert level_of(shop, shop.members["mei"]) == ("vib", 40_000)


def level_of(shop, member_id):
    with unit_of_work() as unit:
        (found,) = member_levels(unit, member_id, shop.now)
    return found.level.code, found.figure
