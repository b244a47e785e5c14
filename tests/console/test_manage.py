"""What Li does with a member: short forms, and figures before anything that can't be undone."""

import json
import re
from datetime import date

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import public_id
from regulars.members.cards.selectors import card_id, cards_of
from regulars.members.cards.services import cards_make
from regulars.members.profiles.selectors import identifier_digest, member_get, member_numbers
from regulars.members.signin.selectors import sessions_of
from regulars.members.signin.sessions import session_begin
from regulars.members.tags.selectors import tags_of
from regulars.members.tags.services import tag_create
from regulars.rules.programs.services import starter_content
from regulars.rules.segments.services import segment_refresh, segment_save
from tests.console.test_portrait import text_of

C1, C2 = "888000015", "888000023"
MASKED = "88****0015"
PHONE = "13800138000"


@pytest.fixture
def page(li, shop):
    """The path of Mei's page; three free cards lie in the drawer, and she has 50 beans."""
    with unit_of_work() as unit:
        cards_make(unit=unit, actor=SYSTEM, name="First", prefix="888", first=1, count=3, digits=5)
    shop.one(shop.sale("mei", 5_000))
    return f"members/{public_id('mem', shop.members['mei'])}/"


def do(li, page, deed, **fields):
    """What stands on the page after a deed."""
    answer = li.post(f"{page}manage/", {"do": deed, "reason": "as asked", "key": deed, **fields})
    assert answer.status_code == 302, text_of(answer.content.decode())
    return text_of(li.text(f"{page}?{answer['Location'].partition('?')[2]}"))


def refused(li, page, deed, **fields):
    """The page that says why not."""
    answer = li.post(f"{page}manage/", {"do": deed, "reason": "as asked", "key": deed, **fields})
    assert answer.status_code in (200, 422), answer
    return text_of(answer.content.decode())


def test_points_are_given_and_taken_with_a_reason(li, shop, page):
    given = {"asset": "beans", "way": "give", "points": "500"}
    text = do(li, page, "points", **given)
    assert "beans afterwards: 550" in text
    assert "Adjusted +500 beans" in text and "as asked" in text
    do(li, page, "points", **given)
    assert shop.of("mei").balance == 550, "the same form sent twice gives once"
    taken = given | {"way": "take", "points": "60", "key": "k2"}
    assert "beans afterwards: 490" in do(li, page, "points", **taken)
    assert "Points given or taken by hand" in text_of(li.text(f"{page}?tab=log"))


def test_too_much_is_refused_in_words_and_nothing_moves(li, shop, page):
    given = {"asset": "beans", "way": "take", "points": "51"}
    assert "beans" in refused(li, page, "points", **given)
    assert "Type a whole number" in refused(li, page, "points", **given | {"points": "1.5"})
    assert "Fill this in" in refused(li, page, "points", **given | {"reason": " "})
    assert shop.of("mei").balance == 50
    # Above the limit somebody else is asked; here is nobody else who could be.
    given = {"asset": "beans", "way": "give", "points": "5001"}
    assert "Nobody" in refused(li, page, "points", **given) or shop.of("mei").balance == 50
    assert shop.of("mei").balance == 50


def test_a_card_is_given_lost_and_replaced(li, shop, page):
    assert MASKED in do(li, page, "card-bind", number=C1)
    (card,) = [card_id(each) for each in cards_of(shop.members["mei"])]
    cards = li.text(f"{page}?tab=cards")
    assert f"card={card}" in cards and C1 not in cards
    asked = li.text(f"{page}manage/?do=card-lost&card={card}")
    assert C1 not in asked
    assert "beans that stay with the member 50" in text_of(asked) and MASKED in text_of(asked)
    assert "reported lost" in do(li, page, "card-lost", card=card, confirmed="yes")
    text = do(li, page, "card-replace", card=card, new_number=C2, confirmed="yes")
    assert "88****0023" in text and C2 not in text
    states = {card.number: card.state.value for card in cards_of(shop.members["mei"])}
    assert states == {C1: "replaced", C2: "bound"}
    assert "Card replaced" in text_of(li.text(f"{page}?tab=log"))


def test_a_card_of_somebody_else_is_not_touched(li, shop, page):
    do(li, page, "card-bind", number=C1)
    (card,) = [card_id(each) for each in cards_of(shop.members["mei"])]
    bo = page.replace(member_get(shop.members["mei"]).public_id, _public(shop, "bo"))
    assert "There is no such card" in refused(li, bo, "card-lost", card=card, confirmed="yes")
    assert [each.state for each in cards_of(shop.members["mei"])] == ["bound"]


def test_li_signs_mei_out_on_a_phone_that_was_stolen(li, shop, page):
    mei = shop.members["mei"]
    digest = identifier_digest("phone", PHONE)
    with shop.time():
        for device in ("Huawei", "iPhone"):
            session_begin(member_id=mei, number_digest=digest, device=device)
    listed = {each.device: each.public_id for each in sessions_of(mei)}
    assert f"session={listed['Huawei']}" in li.text(f"{page}?tab=cards")
    asked = text_of(li.text(f"{page}manage/?do=session-end&session={listed['Huawei']}"))
    assert "Huawei" in asked and "with a new code" in asked
    refused(li, page, "session-end", session=listed["Huawei"])
    assert len(sessions_of(mei)) == 2, "it is asked first"
    bo = page.replace(member_get(mei).public_id, _public(shop, "bo"))
    fields = {"session": listed["Huawei"], "confirmed": "yes"}
    assert "not signed in there any more" in refused(li, bo, "session-end", **fields)
    assert "Huawei" not in do(li, page, "session-end", **fields)
    assert [each.device for each in sessions_of(mei)] == ["iPhone"]
    noted = AuditRecord.objects.filter(action="member.signed_out").get()
    assert (noted.subject, noted.details) == (
        member_get(mei).public_id,
        {"session": listed["Huawei"]},
    )
    assert noted.actor.startswith("staff:")


def _public(shop, name):
    return member_get(shop.members[name]).public_id


def test_a_refusal_is_told_in_words_and_nothing_changes(li, shop, page):
    assert "There is no such card" in refused(li, page, "card-bind", number="888000049")
    li.read_in("zh-hans")
    assert "没有该会员卡" in refused(li, page, "card-bind", number="888000049")
    assert cards_of(shop.members["mei"]) == []


def test_mei_is_frozen_and_released(li, shop, page):
    asked = text_of(li.text(f"{page}manage/?do=freeze"))
    assert "beans that can't be spent 50" in asked.replace("&#x27;", "'")
    assert "Frozen" in do(li, page, "freeze", confirmed="yes")
    assert "Frozen" not in do(li, page, "release").split("Overview")[0]


def test_details_and_numbers_are_changed(li, shop, page):
    do(li, page, "number-add", kind="email", value="mei@example.com")
    do(li, page, "details", display_name="梅大雨", birth_month="3", birth_day="9")
    mei = member_get(shop.members["mei"])
    assert (mei.display_name, mei.email_masked) == ("梅大雨", "m***@example.com")
    text = refused(li, page, "details", display_name="梅", birth_month="2", birth_day="30")
    assert "2" in text and member_get(mei.id).display_name == "梅大雨", "all of it or nothing"


def test_the_phone_is_changed_in_one_step(li, shop, page):
    do(li, page, "phone", value="139 0000 1111")
    numbers = dict(member_numbers(shop.members["mei"]))
    assert numbers["phone"] == "+8613900001111"
    assert refused(li, page, "phone", value="13912345678"), "that is Bo's"
    assert dict(member_numbers(shop.members["mei"]))["phone"] == "+8613900001111"


def test_numbers_in_the_clear_are_shown_once_and_the_look_is_noted(li, shop, page):
    assert "13800138000" not in li.text(f"{page}manage/?do=reveal")
    assert AuditRecord.objects.filter(action="member.numbers_shown").count() == 0
    answer = li.post(f"{page}manage/", {"do": "reveal"})
    assert "13800138000" in answer.content.decode()
    assert AuditRecord.objects.filter(action="member.numbers_shown").count() == 1


def test_a_tag_is_set_with_a_reason_and_taken_off(li, shop, page):
    tag_create(actor=SYSTEM, code="vip", name={"en": "Important", "zh-Hans": "重要"})
    assert "Important as asked" in do(li, page, "tag", tag="vip")
    assert "Important" in text_of(li.text(page)).split("Overview")[0]
    do(li, page, "untag", tag="vip")
    assert tags_of(shop.members["mei"]) == []


def acts_on_mei(shop, action):
    subject = _public(shop, "mei")
    return AuditRecord.objects.filter(action=action, subject=subject).count()


@pytest.fixture
def tagged(li, shop, page):
    """Mei carries “Important” by hand."""
    tag_create(actor=SYSTEM, code="vip", name={"en": "Important", "zh-Hans": "重要"})
    do(li, page, "tag", tag="vip")
    return page


def test_a_tag_is_taken_off_in_its_row_at_once_and_pressed_twice_does_no_more(li, shop, tagged):
    row = li.text(f"{tagged}?tab=tags")
    assert 'name="tag" value="vip" aria-label="Take off: Important"' in row
    assert "Done." in do(li, tagged, "untag", tag="vip")
    assert tags_of(shop.members["mei"]) == []
    again = do(li, tagged, "untag", tag="vip")
    assert "does not carry this tag by hand any more; nothing was changed" in again
    assert acts_on_mei(shop, "tag.taken") == 1
    assert "Tag taken away" in text_of(li.text(f"{tagged}?tab=log"))
    assert "There is no tag “gold”" in refused(li, tagged, "untag", tag="gold")
    assert "No tag was set by hand" in refused(li, tagged, "untag")


def test_a_tags_last_day_is_told_as_it_was_typed(li, shop, tagged):
    row = do(li, tagged, "tag", tag="vip", last_day="2025-03-09").split("Important as asked")[1]
    assert "9 Mar 2025" in row and "10 Mar 2025" not in row
    shop.on(date(2025, 3, 10), hour=0)
    with shop.time():
        assert tags_of(shop.members["mei"]) == []


def test_who_asks_for_a_tag_is_named_before_it_is_taken_off(li, shop, tagged):
    rule = starter_content("beans")["rules"][0] | {"when": "'vip' in member.tags"}
    shop.publish(rules=[rule])
    with shop.time():
        segment_save(
            actor=SYSTEM,
            code="dear",
            name={"en": "Dear ones", "zh-Hans": "贵客"},
            condition='"vip" in member.tags',
        )
    shown = refused(li, tagged, "untag", tag="vip")
    assert "Take “Important” off?" in shown
    assert "Programs that ask for the tag Beans Segments that ask for the tag Dear ones" in shown
    assert [each.code for each in tags_of(shop.members["mei"])] == ["vip"], "it is asked first"
    do(li, tagged, "untag", tag="vip", confirmed="yes")
    assert tags_of(shop.members["mei"]) == []


def test_a_tag_that_a_segment_gives_too_stays_and_has_no_button(li, shop, tagged):
    with shop.time():
        segment_save(
            actor=SYSTEM,
            code="buyers",
            name={"en": "Buyers", "zh-Hans": "买过"},
            condition="member.orders_total > 0",
            tag="vip",
        )
        segment_refresh(code="buyers")
    shown = refused(li, tagged, "untag", tag="vip")
    assert "The member keeps the tag by its segment Buyers" in shown
    do(li, tagged, "untag", tag="vip", confirmed="yes")
    assert [each.source for each in tags_of(shop.members["mei"])] == ["segment:buyers"]
    assert "Take off" not in text_of(li.text(f"{tagged}?tab=tags")).split("Important by its")[1]


def test_a_merge_names_who_goes_and_what_moves_before_it_does(li, shop, page):
    into = public_id("mem", shop.members["bo"])
    shown = refused(li, page, "merge", into=into)
    assert "Goes 梅小雨" in shown and "Stays Bo Wang" in shown
    assert "beans that move 50" in shown and "Numbers that move 2" in shown
    assert member_get(shop.members["mei"]).is_active
    assert "Closed" in do(li, page, "merge", into=into, confirmed="yes")
    assert shop.of("bo").balance == 50


def test_erasing_needs_her_name_typed(li, shop, page):
    shown = text_of(li.text(f"{page}manage/?do=erase"))
    assert "beans given up 50" in shown and "Numbers emptied 2" in shown
    assert "Confirm that you know" in refused(li, page, "erase", confirmed="yes", typed="no")
    assert member_get(shop.members["mei"]).is_active
    assert "Closed" in do(li, page, "erase", confirmed="yes", typed="梅小雨")
    assert not member_get(shop.members["mei"]).is_active


def test_the_data_is_exported_as_a_file(li, shop, page):
    assert li.post(f"{page}manage/", {"do": "export"})["Content-Type"].startswith("text/html")
    answer = li.post(f"{page}manage/", {"do": "export", "confirmed": "yes"})
    assert answer["Content-Disposition"].startswith("attachment")
    assert json.loads(answer.content)["member"]["display_name"] == "梅小雨"


def test_a_deed_opens_over_the_page_too(li, shop, page):
    part = li.get(f"{page}manage/?do=tag", **{"HX-Request": "true"}).content.decode()
    assert "<html" not in part and re.search(r'action="/console/members/[^"]+do=tag"', part)
    assert li.get(f"{page}manage/?do=nonsense").status_code == 404


def test_a_cashier_does_none_of_this(desk, shop, page):
    desk.post("sign-out/")
    desk.sign_in("ann")
    desk.read_in("en")
    assert desk.get(f"{page}manage/").status_code == 403
    given = {"do": "erase", "confirmed": "yes", "typed": "梅小雨"}
    assert desk.post(f"{page}manage/", given).status_code == 403
    assert member_get(shop.members["mei"]).is_active
