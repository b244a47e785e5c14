"""What members will see stands beside what Li types: card, joining and help, before it is kept."""

import re
from html import unescape

from regulars.members.consents.selectors import consent_texts
from regulars.members.signin.selectors import phone_words
from tests.console.test_phones import WORDS
from tests.console.test_portrait import text_of


def sample(page):
    """The three small phones as a person reads them."""
    return unescape(text_of(page.partition('id="phone-sample"')[2].partition("Open on a phone")[0]))


def looked(li, typed, **headers):
    with li.shop.time():
        return li.client.post("/console/phone/", typed | {"look": "yes"}, headers=headers)


def test_the_page_shows_the_phone_as_it_is_now(li):
    page = sample(li.text("phone/"))
    assert "beans 1,280" in page
    assert "Become a member" in page
    assert "Membership and your data necessary To run your membership" in page
    assert "Offers by text message as you like" in page


def test_what_is_typed_is_shown_and_not_kept(li):
    before = phone_words()
    typed = WORDS | {"help_en": "Open from <nine>", "contact": "0571 8888 8888"}
    answer = looked(li, typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Open from <nine> Call 0571 8888 8888" in sample(page)
    # It stands in the form, too, so that it can be kept.
    assert 'value="0571 8888 8888"' in page
    assert phone_words() == before
    closed = {key: value for key, value in typed.items() if key != "may_join"}
    page = sample(looked(li, closed).content.decode())
    assert "This shop takes new members at the counter." in page
    assert "Become a member" not in page
    assert phone_words() == before


def test_a_script_gets_the_phones_alone(li):
    answer = looked(li, WORDS, **{"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Open from nine" in sample(page)
    assert "<html" not in page and "<form" not in page
    assert phone_words().contact_phone == ""


def test_a_text_and_a_new_one_are_shown_in_their_places(li):
    text = {"title_en": "Offers", "body_en": "One a month.", "is_offered": "on"}
    page = sample(looked(li, text | {"do": "text-marketing.sms"}).content.decode())
    assert "Offers as you like One a month." in page
    assert "Offers by text message" not in page
    needed = text | {"do": "text-new", "purpose": "", "is_needed": "on", "title_en": "House rules"}
    page = sample(looked(li, needed).content.decode())
    assert re.search(r"Membership and your data necessary .* House rules necessary One a", page)
    assert page.index("House rules") < page.index("Offers by text message")
    gone = sample(looked(li, {"do": "text-marketing.sms", "title_en": "Offers"}).content.decode())
    assert "Offers" not in gone
    assert [each.purpose for each in consent_texts()] == ["membership", "marketing.sms"]


def test_what_was_refused_stands_in_the_phones_too(li):
    answer = li.post("phone/", {**WORDS, "store": "s9", "help_en": "Ring twice"})
    assert answer.status_code == 422
    assert "Ring twice" in sample(answer.content.decode())


def test_ann_has_nothing_to_look_at(desk):
    desk.sign_in("ann")
    assert 'id="phone-sample"' not in desk.text("phone/")
    assert looked(desk, WORDS).status_code == 403
