"""A shift is handed over and nobody hears so: the till learns what became of it, and says it."""

import pytest
from playwright.sync_api import expect

from regulars.commerce.counter.models import CounterShift
from regulars.commerce.counter.selectors import shift_open_at
from regulars.organization.overrides.services import pin_set
from tests.counter.hands import answers_get_lost

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]

BEAS_PIN = "582913"


@pytest.fixture
def busy(counter, till):
    """Ann's shift with a float of ¥200.00, and Bea who has a PIN."""
    with counter.shop.time():
        pin_set(actor=counter.person("bea"), pin=BEAS_PIN)
    till.page.reload()
    expect(till.page.locator("#shift-open")).to_be_visible()
    till.type("200")
    till.sees("#shift-state", "Shift 1")
    return till


def handed_over_unheard(till, pin=BEAS_PIN):
    """Neither the answer arrives nor the cookie of Bea's session that came with it."""
    page, before = till.page, till.context.cookies()
    page.click("#shift-button")
    page.fill("#count-cash", "199")
    page.select_option("#close-next", label="Bea")
    page.fill("#close-pin", pin)
    answers_get_lost(till, "shift/hand-over")
    page.click("#close-confirm")
    till.sees("#shift-close [data-problem]", "nobody knows yet whether the shift was handed over")
    till.context.unroute("**/pos/do/shift/hand-over/")
    till.context.clear_cookies()
    till.context.add_cookies(before)


def handed_to_bea(till):
    page = till.page
    expect(page.locator("#shift-closed")).to_be_visible()
    till.sees("#closed-rows", "−¥1.00")
    till.sees("#cashier-name", "Bea")
    till.sees("#shift-state", "Shift 2")
    after = shift_open_at(till.counter.till.terminal + 1)
    assert (after.number, after.opened_by, after.float_minor) == (
        2,
        till.counter.person("bea").id,
        19_900,
    )
    assert CounterShift.objects.count() == 2
    assert till.complaints == []


def test_pressed_again_it_was_handed_over_once_and_bea_goes_on(busy):
    handed_over_unheard(busy)
    busy.page.click("#close-confirm")
    handed_to_bea(busy)


@pytest.mark.parametrize("is_back_first", [True, False])
def test_who_looks_away_is_told_and_bea_shows_her_pin(busy, is_back_first):
    """At the next deed, or by itself when somebody answers again."""
    page = busy.page
    if not is_back_first:
        busy.context.route("**/pos/do/start/", lambda route: route.abort())
    handed_over_unheard(busy)
    if is_back_first:
        busy.sees("#connection", "Connected")
        page.keyboard.press("Escape")
        page.click("#shift-button")
    else:
        page.keyboard.press("Escape")
        busy.context.unroute("**/pos/do/start/")
    busy.sees("#handed-what", "Shift 1 was being handed over to Bea when the answer got lost")
    busy.is_accessible()
    busy.type("111222")
    busy.sees("#handed [data-problem]", "Person and PIN don't match")
    busy.type(BEAS_PIN)
    handed_to_bea(busy)


def test_after_signing_in_again_the_till_says_that_it_was_handed_over(busy):
    handed_over_unheard(busy)
    busy.page.close()
    busy.page = busy.context.new_page()
    busy.page.goto("/pos/")
    busy.page.fill("[name=username]", "li")
    busy.page.fill("[name=password]", "plain-Tea-7781")
    busy.page.keyboard.press("Enter")
    expect(busy.page.locator("html")).to_have_attribute("data-ready", "yes")
    busy.sees("#note", "Shift 1 was handed over to Bea; shift 2 is open.")
    assert CounterShift.objects.count() == 2


def test_a_hand_over_that_never_arrived_is_told_too(busy):
    page = busy.page
    page.click("#shift-button")
    page.fill("#count-cash", "199")
    page.select_option("#close-next", label="Bea")
    page.fill("#close-pin", BEAS_PIN)
    busy.context.route("**/pos/do/shift/hand-over/", lambda route: route.abort())
    page.click("#close-confirm")
    busy.sees("#shift-close [data-problem]", "nobody knows yet")
    page.close()
    busy.context.unroute("**/pos/do/shift/hand-over/")
    busy.begin()
    busy.sees("#note", "Shift 1 was not handed over to Bea: it is still open.")
    assert CounterShift.objects.count() == 1
