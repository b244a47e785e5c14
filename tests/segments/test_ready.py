"""The ready segments: the four classes and the eight RFM groups, with their figures."""

from datetime import date

import pytest

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.members.tags.selectors import tags_of
from regulars.rules.segments.errors import UnknownYardstick, YardstickOutOfRange
from regulars.rules.segments.models import SegmentMember
from regulars.rules.segments.ready import segments_ready_add
from regulars.rules.segments.selectors import rfm_tallied, segments_listed, yardsticks_listed
from regulars.rules.segments.services import segments_refresh, yardstick_fix
from tests.segments.conftest import LI, bought


def members_of(shop, code):
    names = {member_id: name for name, member_id in shop.members.items()}
    with unit_of_work() as unit:
        segment = next(each for each in segments_listed(unit) if each.code == code)
    rows = SegmentMember.objects.filter(segment_id=segment.id)
    return {names[str(row.holder_id)] for row in rows}


def test_the_four_classes(shop):
    """Cycles of 30 days. Today is 1 July."""
    monthly = [date(2025, 1, 1), date(2025, 1, 31), date(2025, 3, 2), date(2025, 4, 1)]
    # Four in the year; the last 45 days ago (16 May + 46 = 1 July is one day too many).
    bought(shop, "mei", *[(day, 1_000) for day in (*monthly[1:], date(2025, 5, 17))])
    bought(shop, "bo", *[(day, 1_000) for day in (*monthly[1:], date(2025, 5, 1))])
    # Silent for 61 days, and for 60.
    bought(shop, "oz", *[(day, 1_000) for day in (*monthly[1:], date(2025, 5, 1))])
    bought(shop, "li", *[(day, 1_000) for day in (*monthly[1:], date(2025, 5, 2))])
    bought(shop, "ann", (date(2025, 6, 1), 500_000))
    shop.member("new")
    with shop.time():
        assert len(segments_ready_add(actor=LI)) == 12
        assert segments_ready_add(actor=LI) == []
        segments_refresh()
    assert members_of(shop, "loyal") == {"mei"}
    # The top fifth of five spends what the fourth in order spends: all four are as good.
    assert members_of(shop, "high_spend") == {"mei", "bo", "oz", "li", "ann"}
    assert members_of(shop, "returning") == {"mei", "bo", "oz", "li"}
    assert members_of(shop, "at_risk") == {"bo", "oz"}
    with shop.time():
        assert {tag.code for tag in tags_of(shop.members["bo"])} == {
            "at_risk",
            "high_spend",
            "returning",
        }


def test_the_top_fifth_of_ten(shop):
    for number in range(1, 11):
        bought(shop, f"m{number}", (date(2025, 6, 1), number * 1_000))
    with shop.time():
        segments_ready_add(actor=LI)
        segments_refresh()
    assert members_of(shop, "high_spend") == {"m8", "m9", "m10"}
    with shop.time():
        yardstick_fix(actor=LI, code="top_spend", value=9_500)
        segments_refresh()
    assert members_of(shop, "high_spend") == {"m10"}


def test_the_eight_groups_by_fixed_yardsticks(shop):
    """10 days, 3 purchases, ¥200: one member for each of the eight groups."""
    recent, long_ago = (
        [date(2025, 6, day) for day in (21, 22, 23)],
        [date(2025, 6, day) for day in (18, 19, 20)],
    )
    for name, days in (("near", recent), ("far", long_ago)):
        bought(shop, f"{name}-often-much", *[(day, 6_667) for day in days])
        bought(shop, f"{name}-often-little", *[(day, 6_666) for day in days])
        bought(shop, f"{name}-seldom-much", *[(day, 10_000) for day in days[1:]])
        bought(shop, f"{name}-seldom-little", *[(day, 9_999) for day in days[1:]])
    shop.member("nobody")
    with shop.time():
        for code, value in (("rfm_days", 10), ("rfm_orders", 3), ("rfm_spend", 20_000)):
            yardstick_fix(actor=LI, code=code, value=value)
        segments_ready_add(actor=LI)
        segments_refresh()
        with unit_of_work() as unit:
            counts = rfm_tallied(unit, clock.now()).counts
    found = {code: members_of(shop, f"rfm_{code}") for code in counts}
    assert found == {
        "champions": {"near-often-much"},
        "keep": {"far-often-much"},
        "develop": {"near-seldom-much"},
        "rescue": {"far-seldom-much"},
        "value": {"near-often-little"},
        "remind": {"far-often-little"},
        "nurture": {"near-seldom-little"},
        "quiet": {"far-seldom-little"},
    }
    assert set(counts.values()) == {1}


def test_the_groups_by_the_median(shop):
    """Days 1, 11, 21; purchases 1, 1, 3; spend 100, 200, 600: half is what is not above."""
    bought(shop, "mei", *[(date(2025, 6, day), 20_000) for day in (28, 29, 30)])
    bought(shop, "bo", (date(2025, 6, 20), 10_000))
    bought(shop, "oz", (date(2025, 6, 10), 20_000))
    with shop.time():
        segments_ready_add(actor=LI)
        segments_refresh()
        measured = {each.code: each.measured for each in yardsticks_listed()}
    assert measured == {
        "top_spend": 60_000,
        "rfm_days": 11,
        "rfm_orders": 2,
        "rfm_spend": 20_001,
    }
    assert members_of(shop, "rfm_champions") == {"mei"}
    assert members_of(shop, "rfm_nurture") == {"bo"}
    assert members_of(shop, "rfm_quiet") == {"oz"}


def test_a_yardstick_is_known_and_in_range(shop):
    with pytest.raises(UnknownYardstick):
        yardstick_fix(actor=LI, code="luck", value=1)
    with pytest.raises(YardstickOutOfRange):
        yardstick_fix(actor=LI, code="rfm_days", value=-1)
    assert [each.value for each in yardsticks_listed()] == [None] * 4
