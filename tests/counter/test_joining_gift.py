"""What a programme gives for joining is told at the till as soon as somebody has joined."""

import pytest
from playwright.sync_api import expect

from regulars.rules.programs.services import starter_content
from tests.counter.test_face import Page

JOINING = {
    "code": "joining",
    "name": {"en": "Joining", "zh-Hans": "入会"},
    "on": "member.enrolled",
    "earn_flat": {"asset": "beans", "amount": 100},
}


@pytest.fixture
def giving(counter):
    """The beans' programme gives 100 for joining."""
    counter.shop.publish(rules=[*starter_content("beans")["rules"], JOINING])
    return counter


def enrolled(page, phone="13700137000"):
    agreed = {each["purpose"]: each["version"] for each in page.ask("consents")["texts"]}
    return page.ask("enrol", {"phone": phone, "name": "Kim", "agreed": agreed})


def test_the_gift_is_told_from_the_receipt_of_joining_in_both_languages(giving):
    page = Page(giving)
    kim = enrolled(page)
    assert [(each["amount"], each["asset"]) for each in kim["gifts"]] == [("+100", "beans")]
    assert [each["shown"] for each in kim["assets"]] == ["100"]
    assert "gifts" not in enrolled(page)
    page.headers["accept-language"] = "zh-Hans"
    page.client.cookies["regulars_language"] = "zh-hans"
    assert [each["amount"] for each in enrolled(page, "13700137001")["gifts"]] == ["+100"]


def test_where_nothing_is_promised_nothing_is_told(counter):
    assert enrolled(Page(counter))["gifts"] == []


@pytest.mark.browser
@pytest.mark.usefixtures("playwrights_loop")
def test_the_till_says_what_she_was_given(giving, till):
    expect(till.page.locator("#shift-open")).to_be_visible()
    till.page.keyboard.press("Escape")
    till.page.click("#member-enrol")
    till.page.fill("#enrol-phone", "13700137000")
    till.page.fill("#enrol-name", "Kim")
    till.page.check("#enrol-consents input[required]")
    till.page.keyboard.press("Enter")
    till.sees("#note", "Welcome, Kim. For joining: +100 beans")
    till.sees("#member-more", "For joining: +100 beans")
    assert till.complaints == []
