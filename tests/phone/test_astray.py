"""A member who comes to where nothing is reads it in her language, and finds back to her card."""

from datetime import timedelta

import pytest

from regulars.faces.h5 import cards
from regulars.foundation.database.session import DatabaseLost
from tests.phone.handset import Handset, words
from tests.phone.phones import PHONE

STAFFS = ("Console", "工作台", "Back to today", "返回今日")


@pytest.fixture
def mei(open_shop):
    """Mei's phone, signed in."""
    open_shop.pause = timedelta(minutes=1)
    phone = Handset(open_shop)
    assert phone.sign_in(PHONE)["Location"] == "/m/"
    return phone


def told(phone, answer, status, sentence):
    """The page says it in the phone's frame; nothing of the staff's doors stands on it."""
    assert (answer.status_code, sentence in words(answer)) == (status, True), words(answer)
    text = answer.content.decode()
    assert 'href="/m/"' in text
    assert "h5/phone.css" in text
    assert not [each for each in STAFFS if each in text]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Your card is where it always is."), ("zh-hans", "您的会员卡仍在原处。")],
)
def test_an_address_that_does_not_exist(open_shop, language, sentence):
    phone = Handset(open_shop, language=language)
    told(phone, phone.get("nothing/"), 404, sentence)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Nothing was done. Open the page again"), ("zh-hans", "刚才的操作未执行")],
)
def test_a_form_that_lay_open_for_too_long(open_shop, language, sentence):
    phone = Handset(open_shop, language=language, strict=True)
    told(phone, phone.post("sign-in/", phone=PHONE), 403, sentence)
    assert open_shop.carrier.sent == []


@pytest.mark.parametrize(("path", "leads"), [("sign-in/", True), ("language/", False)])
def test_an_old_form_leads_back_only_to_what_is_a_page(open_shop, path, leads):
    phone = Handset(open_shop, language="en", strict=True)
    answer = phone.post(path, language="en")
    assert answer.status_code == 403
    assert (f'href="/m/{path}"' in answer.content.decode()) is leads


@pytest.mark.parametrize(
    ("trouble", "status", "sentence"),
    [
        (RuntimeError("thirteen"), 500, "The mistake is ours. Try again in a moment"),
        (DatabaseLost(), 503, "What is yours is safe. Try again in a moment"),
    ],
)
def test_a_failure_and_a_database_that_is_away(mei, monkeypatch, trouble, status, sentence):
    def failing(*_):
        raise trouble

    monkeypatch.setattr(cards, "stands", failing)
    mei.client.raise_request_exception = False
    answer = mei.get()
    told(mei, answer, status, sentence)
    assert answer.headers.get("Retry-After") == ("2" if status == 503 else None)


def test_a_refusal_says_nothing_of_what_went_well_before(mei):
    assert mei.post("me/privacy/", ask="export")["Location"].endswith("said=asked")
    answer = mei.post("me/privacy/?said=asked", ask="erase")
    assert answer.status_code == 422
    assert "Tick the box first" in words(answer)
    assert "Your request is with the shop" not in words(answer)


def test_the_till_leads_back_to_the_till(open_shop):
    phone = Handset(open_shop)
    with open_shop.time():
        answer = phone.client.get("/pos/nothing/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert 'href="/pos/"' in answer.content.decode()
