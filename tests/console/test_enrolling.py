"""Li enrols somebody from the list of members, with what she read to her."""

from django.test import Client

from regulars.members.consents.selectors import consents_now
from regulars.members.profiles.selectors import member_find
from tests.console.conftest import Desk

PHONE = "13700137000"
KIM = {"do": "enrol", "phone": PHONE, "name": "Kim", "store": "s1"}
AGREED = ["membership@house-1", "marketing.sms@house-1"]


def test_li_enrols_kim_with_what_she_agreed_to(li, shop):
    assert "/console/members/new/" in li.text("members/")
    assert "the shop keeps your phone number" in li.text("members/new/")
    before = shop.rows("members_member")
    for refused in ({}, {"agreed": AGREED[1:]}, {"agreed": AGREED, "phone": "12"}):
        assert li.post("members/new/", KIM | refused).status_code == 422
    assert shop.rows("members_member") == before
    answer = li.post("members/new/", KIM | {"agreed": AGREED})
    kim = member_find("phone", PHONE)
    assert (answer.status_code, kim.public_id in answer["Location"]) == (302, True)
    assert (kim.display_name, kim.home_store) == ("Kim", "s1")
    assert [(each.purpose, each.granted, each.version) for each in consents_now(kim.id)] == [
        ("marketing.sms", True, "house-1"),
        ("membership", True, "house-1"),
    ]
    assert shop.rows("rules_event WHERE kind = 'member.enrolled'") == 1
    again = li.post("members/new/", KIM | {"agreed": AGREED})
    assert again.status_code == 422
    assert "already belongs to a member" in again.content.decode()
    assert shop.rows("members_member") == before + 1


def test_who_may_only_look_enrols_nobody_here(staff, shop):
    desk = Desk(shop, Client())
    desk.sign_in("ann")
    assert "/console/members/new/" not in desk.text("members/")
    assert desk.post("members/new/", KIM | {"agreed": AGREED}).status_code == 403
    assert shop.rows("members_member") == 2
