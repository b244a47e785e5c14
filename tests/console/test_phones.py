"""Li shows members the way to their phones, writes what they read there, answers what they ask."""

from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.members.consents.selectors import consent_texts
from regulars.members.requests.selectors import requests_open
from regulars.members.requests.services import request_make
from regulars.members.requests.types import RequestKind
from regulars.members.signin.selectors import phone_words
from tests.console.conftest import Desk

WORDS = {
    "do": "words", "may_join": "on", "store": "s1", "contact": "0571 8888 8888",
    "help_zh": "每天 9 点开门", "help_en": "Open from nine",
}  # fmt: skip


def test_the_way_to_the_phone_stands_there_as_a_picture_and_as_a_poster(li):
    page = li.text("phone/")
    assert "http://testserver/m/" in page
    assert "can&#x27;t be installed" in page
    poster = li.text("phone/poster/")
    assert "扫码成为会员" in poster
    assert "http://testserver/m/" in poster


def test_li_says_what_members_read_and_whether_they_may_join(li):
    assert li.post("phone/", WORDS).status_code == 302
    words = phone_words()
    assert (words.home_store, words.contact_phone) == ("s1", "0571 8888 8888")
    assert words.help_text == {"zh-Hans": "每天 9 点开门", "en": "Open from nine"}
    assert words.may_join
    assert li.post("phone/", {**WORDS, "help_en": "x" * 601}).status_code == 422
    assert li.post("phone/", {**WORDS, "store": "s9"}).status_code == 422
    assert phone_words() == words
    closed = {key: value for key, value in WORDS.items() if key != "may_join"}
    assert li.post("phone/", closed).status_code == 302
    assert not phone_words().may_join


def test_li_writes_her_own_text_and_asks_about_something_new(li):
    text = {
        "title_en": "Offers", "title_zh": "优惠", "is_offered": "on",
        "body_en": "One a month.", "body_zh": "每月一条。",
    }  # fmt: skip
    assert li.post("phone/", {"do": "text-marketing.sms", **text}).status_code == 302
    assert li.post("phone/", {"do": "text-new", "purpose": "Mail!", **text}).status_code == 422
    assert li.post("phone/", {"do": "text-new", "purpose": "mail", **text}).status_code == 302
    asked = {each.purpose: (each.version, each.body["en"]) for each in consent_texts()}
    assert asked["marketing.sms"] == asked["mail"] == ("v1", "One a month.")
    assert asked["membership"][0] == "house-1"


def test_ann_sees_the_way_and_changes_nothing(shop, li):
    desk = Desk(shop, Client())
    desk.sign_in("ann")
    assert "http://testserver/m/" in desk.text("phone/")
    assert 'name="contact"' not in desk.text("phone/")
    assert desk.post("phone/", WORDS).status_code == 403
    assert phone_words().contact_phone == ""
    assert desk.get("requests/").status_code == 403


def test_what_mei_asks_waits_until_li_has_done_it(shop, li):
    assert "Nobody is waiting" in li.text("requests/")
    with shop.time(), unit_of_work() as unit:
        request_make(unit=unit, actor=SYSTEM, member_id=shop.members["mei"], kind=RequestKind.ERASE)
    page = li.text("requests/")
    assert "梅小雨" in page
    assert "Erase the data" in page
    request = requests_open()[0].public_id
    for reason in ("", "  "):
        li.post("requests/", {"do": "close", "request": request, "reason": reason})
        assert "Say why she is not erased" in li.text("requests/")
        assert len(requests_open()) == 1
    asked = {"do": "close", "request": request, "reason": "she changed her mind"}
    assert li.post("requests/", asked).status_code == 302
    assert requests_open() == []
    noted = AuditRecord.objects.get(action="request.closed")
    assert (noted.reason, noted.details) == ("she changed her mind", {"kind": "erase"})
    li.post("requests/", asked)
    assert "There is no such request" in li.text("requests/")
