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


def line(variable, operator, value, row=0):
    """A line of a condition as the browser sends it."""
    here = f"condition-{row}"
    return {
        f"{here}-kind": "line",
        f"{here}-variable": variable,
        f"{here}-operator": operator,
        f"{here}-values": value,
    }


BUYERS = {"name_en": "Buyers", "code": "buyers"} | line("member.orders_total", "at_least", "1")


def test_a_segment_is_made_of_lines_told_in_words_and_counted(li, shop, mei):
    told = li.post("segments/new/", BUYERS).text
    assert "Buyers" in told and "is at least 1" in told
    assert "segments/count/?condition=member.orders_total%20%3E%3D%201" in told
    assert "1 member<" in li.get("segments/count/?condition=member.orders_total%20%3E%3D%201").text
    assert "there is no" in li.get("segments/count/?condition=member.luck%20%3E%201").text
    assert not Segment.objects.exists(), "nothing is kept before it is saved"
    assert li.post("segments/new/", BUYERS | {"do": "save"}).status_code == 302
    listed = li.text("segments/")
    assert "Buyers" in listed and "is at least 1" in listed
    page = li.text("segments/buyers/")
    assert "member.orders_total &gt;= 1" in page and "No program asks for it" in page
    assert "?segment=buyers" in page


def test_a_segment_is_changed_and_a_change_meanwhile_is_not_lost(li, mei):
    li.post("segments/new/", BUYERS | {"do": "save"})
    form = li.text("segments/buyers/edit/")
    assert 'name="condition-0-values" value="1"' in form
    changed = BUYERS | line("member.orders_total", "at_least", "5") | {"revision": "1"}
    assert li.post("segments/buyers/edit/", changed | {"do": "save"}).status_code == 302
    assert Segment.objects.get().condition == "member.orders_total >= 5"
    again = li.post("segments/buyers/edit/", changed | {"do": "save"})
    assert again.status_code == 422 and "changed at the same time" in again.text


def test_lines_that_are_wrong_and_codes_that_are_taken_are_told_where_they_stand(li, mei):
    wrong = BUYERS | line("member.orders_total", "at_least", "many") | {"do": "save"}
    refused = li.post("segments/new/", wrong)
    assert refused.status_code == 422 and "Write a whole number." in refused.text
    assert 'value="many"' in refused.text
    li.post("segments/new/", BUYERS | {"do": "save"})
    taken = li.post("segments/new/", BUYERS | {"do": "save"})
    assert taken.status_code == 422 and "Choose another code" in taken.text
    assert li.post("segments/new/", BUYERS | {"code": "ready", "do": "save"}).status_code == 422


def test_an_expression_of_ones_own_stays_a_text(li, mei):
    own = {"condition-as_text": "1", "condition-text": "member.orders_total * 2 >= 3"}
    told = li.post("segments/new/", {"name_en": "Odd", "code": "odd"} | own).text
    assert "× 2 is at least 3" in told
    turned = li.post("segments/new/", own | {"do": "lines:condition"}).text
    assert "condition-text" in turned and "condition-0-kind" not in turned
    bad = {"name_en": "Odd", "code": "odd", "do": "save"} | own | {"condition-text": "1 +"}
    refused = li.post("segments/new/", bad)
    assert refused.status_code == 422
    assert "not complete" in refused.text


def test_a_segment_that_a_program_asks_for_stays(li, shop, mei):
    li.post("segments/new/", BUYERS | {"do": "save"})
    rules = [
        {
            "code": "for-buyers",
            "name": names("买家", "For buyers"),
            "on": "order.paid",
            "audience": '"buyers" in member.segments',
            "earn_flat": {"asset": "beans", "amount": 5},
        }
    ]
    shop.publish("club", rules=rules, assets=[])
    assert "club" in li.text("segments/buyers/")
    li.post("segments/buyers/remove/", {"confirmed": "yes"})
    assert "Programs ask for this segment: club" in li.text("segments/buyers/")
    li.post("segments/new/", BUYERS | {"code": "idle", "do": "save"})
    assert "Nobody loses points" in li.text("segments/idle/remove/")
    assert li.post("segments/idle/remove/", {"confirmed": "yes"}).status_code == 302
    assert [each.code for each in Segment.objects.all()] == ["buyers"]


def test_the_ready_segments_come_at_a_press(li, mei):
    assert "Add the ready segments" in li.text("segments/")
    assert li.post("segments/ready/").status_code == 302
    assert "Loyal" in li.text("segments/")
    assert "Champions" in li.text("segments/?tab=rfm")
    assert Segment.objects.count() == 12


def test_the_auditor_reads_and_changes_nothing(desk, mei):
    desk.sign_in("oz")
    desk.read_in("en")
    assert "New segment" not in desk.text("segments/")
    assert desk.get("segments/new/").status_code == 403
    assert desk.post("segments/new/", BUYERS | {"do": "save"}).status_code == 403
    assert desk.post("segments/ready/").status_code == 403
    assert not Segment.objects.exists()
    desk.post("sign-out/")
    desk.sign_in("ann")
    assert desk.get("segments/").status_code == 403
