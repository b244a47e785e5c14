"""The pages of levels, segments and tags, and what a member's page says of them."""

import pytest

from regulars.entitlements.tiers.services import ladder_save
from regulars.foundation.actors import SYSTEM
from regulars.members.tags.services import tag_create, tag_set
from regulars.rules.segments.models import Segment
from tests.tiers.conftest import INSIDER, level, names

LEVELS = {
    "levels": [
        level("insider", 0),
        level("vib", 35_000, multiplier_thousandths=1250),
        level("rouge", 100_000, multiplier_thousandths=1500),
    ]
}


@pytest.fixture
def mei(shop):
    """Mei, who bought for ¥460 on a ladder of three levels, and carries a tag."""
    with shop.time():
        ladder_save(actor=SYSTEM, content=INSIDER | LEVELS)
        tag_create(actor=SYSTEM, code="vip", name=names("贵宾", "Friend of the house"))
        tag_set(actor=SYSTEM, member_id=shop.members["mei"], code="vip", reason="knows the baker")
    shop.one(shop.sale("mei", 46_000))
    return shop.members["mei"]


def test_a_members_page_shows_level_progress_and_tags(li, mei):
    page = li.text(f"members/{mei}/")
    for words in ("Vib", "¥540.00 more for Rouge", "¥460.00", "through 31 Dec 2026"):
        assert words in page, words
    assert '<progress max="100000" value="46000"' in page
    assert "Friend of the house" in page
    page = li.text(f"members/{mei}/?tab=tags")
    assert "knows the baker" in page and "8 Mar 2025" in page
    chinese = li.read_in("zh-hans").text(f"members/{mei}/")
    assert "再 ¥540.00 升至rouge" in chinese
    assert "贵宾" in chinese


def test_the_page_of_levels_says_what_each_needs_and_who_stands_there(li, mei):
    page = li.text("levels/")
    for words in ("¥350.00", "¥1,000.00", "× 1.25", "× 1.5", "end of the next calendar year"):
        assert words in page, words
    assert li.text("tags/").count("Friend of the house") == 1


def test_a_condition_is_tried_and_saved(li, shop, mei):
    tried = {"condition": "member.orders_total >= 1"}
    assert "1 member<" in li.get("segments/count/?condition=member.orders_total%20%3E%3D%201").text
    assert "there is no" in li.get("segments/count/?condition=member.luck%20%3E%201").text
    answer = li.post("segments/", tried | {"code": "buyers", "name": "Buyers"})
    assert answer.status_code == 302
    page = li.text("segments/")
    assert "Buyers" in page
    assert "member.orders_total &gt;= 1" in page
    refused = li.post("segments/", {"condition": "1 +", "code": "x", "name": "X"})
    assert refused.status_code == 422
    assert "not complete" in refused.text


def test_the_ready_segments_come_at_a_press(li, mei):
    assert "Add the ready segments" in li.text("segments/")
    assert li.post("segments/ready/").status_code == 302
    page = li.text("segments/")
    assert "Loyal" in page
    assert "Champions" in page
    assert Segment.objects.count() == 12


def test_the_auditor_reads_and_changes_nothing(desk, mei):
    desk.sign_in("oz")
    desk.read_in("en")
    assert "Save the segment" not in desk.text("segments/")
    tried = {"condition": "true", "code": "all", "name": "All"}
    assert desk.post("segments/", tried).status_code == 403
    assert desk.post("segments/ready/").status_code == 403
    assert not Segment.objects.exists()
    desk.post("sign-out/")
    desk.sign_in("ann")
    assert desk.get("segments/").status_code == 403
