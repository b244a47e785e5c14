"""Ann's hands at the till: only keys, what is missing asked for, and answers that get lost."""

import pytest
from playwright.sync_api import expect

from regulars.commerce.counter.models import CashMove, ParkedSale, Ticket
from regulars.commerce.counter.selectors import shift_open_at, shift_sheet
from regulars.commerce.counter.services import counter_rules_set
from regulars.commerce.counter.types import CounterRules
from regulars.faces.pos.doors import DEVICE_COOKIE
from regulars.foundation.actors import SYSTEM
from regulars.organization.devices.services import (
    device_printer_set,
    device_register,
    device_revoke,
)
from tests.counter.conftest import PIN
from tests.counter.hands import answers_get_lost
from tests.counter.printers import place_of_ones_own, printer

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]


def tenders_of_newest():
    newest = Ticket.objects.order_by("-sequence").first()
    return sorted(newest.tenders.values_list("kind", "amount_minor"))


def test_keys_alone_sell_from_the_float_to_the_receipt(till):
    page = till.page
    expect(page.locator("#shift-open")).to_be_visible()
    till.type("abc")
    till.sees("#shift-open [data-problem]", "“abc” is no amount. Type digits")
    page.fill("#open-float", "100")
    page.keyboard.press("Enter")
    till.sees("#shift-state", "Shift 1")
    till.type("80")
    page.keyboard.press("F3")
    till.type("nobody")
    till.sees("#find [data-problem]", "Nobody is known by “nobody”")
    expect(page.locator("#find-enrol")).to_have_text("Enrol")
    till.is_accessible()
    till.type("13800138000")
    till.sees("#member-name", "梅小雨")
    page.keyboard.press("F8")
    till.type("10%")
    till.sees("#payable", "¥72.00")
    page.keyboard.press("F9")
    till.sees("#pay-earns", "+72 beans")
    page.keyboard.press("Shift+Tab")
    while page.evaluate("document.activeElement.dataset.tender") != "wechat":
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#pay-confirm")).to_be_focused()
    page.keyboard.press("Enter")
    till.sees("#done-moved", "+72")
    till.is_accessible()
    page.keyboard.press("Enter")
    expect(page.locator("#scan")).to_be_focused()
    assert tenders_of_newest() == [("wechat", 7_200)]
    # The next one pays as the last one did: two keys.
    till.type("5")
    page.keyboard.press("F9")
    page.keyboard.press("Enter")
    till.sees("#done-amount", "¥5.00")
    assert tenders_of_newest() == [("wechat", 500)]
    assert till.complaints == []


def test_what_a_payment_lacks_is_asked_for_and_it_goes_on(till):
    counter, page = till.counter, till.page
    expect(page.locator("#shift-open")).to_be_visible()
    page.keyboard.press("Escape")
    till.type("20")
    page.keyboard.press("F9")
    page.keyboard.press("Enter")
    till.sees("#shift-open [data-problem]", "No shift is open at this till")
    till.type("100")
    expect(page.locator("#pay")).to_be_visible()
    page.keyboard.press("Enter")
    till.sees("#done-amount", "¥20.00")
    page.keyboard.press("Enter")

    counter_rules_set(actor=counter.li, store="s1", rules=CounterRules(discount_limit_minor=100))
    till.type("40")
    page.keyboard.press("F8")
    till.type("15")
    page.keyboard.press("F9")
    page.keyboard.press("Enter")
    expect(page.locator("#approve")).to_be_visible()
    till.type("111333")
    till.sees("#approve [data-problem]", "Person and PIN don't match")
    expect(page.locator("#approve-pin")).to_be_focused()
    till.type(PIN)
    till.sees("#done-amount", "¥25.00")
    assert [str(each.approved_by) for each in Ticket.objects.filter(net_minor=2_500)] == [
        counter.li.id
    ]
    assert till.complaints == []


def test_cash_whose_answer_was_lost_is_written_down_once(till):
    counter, page = till.counter, till.page
    expect(page.locator("#shift-open")).to_be_visible()
    till.type("300")
    till.sees("#shift-state", "Shift 1")
    answers_get_lost(till, "cash")
    page.click("#shift-button")
    page.click("#cash-button")
    page.fill("#cash-amount", "50")
    page.fill("#cash-reason", "to the safe")
    page.keyboard.press("Enter")
    till.sees("#note", "nobody knows yet whether ¥50.00 was written down")
    assert CashMove.objects.count() == 1
    # The page is opened anew, and the server is heard again.
    page.close()
    till.context.unroute("**/pos/do/cash/")
    till.begin()
    till.sees("#note", "Taken out of the drawer: ¥50.00")
    page = till.page
    page.click("#shift-button")
    till.sees("#close-tenders", "Expected ¥250.00")
    shift = shift_open_at(counter.till.terminal + 1)
    assert (CashMove.objects.count(), shift_sheet(shift.id).cash_out_minor) == (1, 5_000)

    # A count that is sent twice closes the shift once and shows the same difference.
    answers_get_lost(till, "shift/close")
    page.fill("#count-cash", "249")
    page.click("#close-confirm")
    till.sees("#close-form [data-problem]", "does not answer")
    till.context.unroute("**/pos/do/shift/close/")
    page.click("#close-confirm")
    till.sees("#closed-rows", "−¥1.00")
    assert till.complaints == []


def test_a_till_registered_anew_sends_what_waited_under_its_number(till):
    counter, page = till.counter, till.page
    expect(page.locator("#shift-open")).to_be_visible()
    till.type("300")
    till.sees("#shift-state", "Shift 1")
    shift = shift_open_at(counter.till.terminal + 1)
    till.context.route("**/pos/do/**", lambda route: route.abort())
    till.type("20")
    page.keyboard.press("F9")
    page.keyboard.press("Enter")
    # Only then has the page heard that it went nowhere: closed sooner, it may still send it.
    expect(page.locator("#done-title")).to_be_visible()
    till.sees("#queue-button", "1")
    page.close()
    with counter.shop.time():
        _, secret = device_register(actor=SYSTEM, name="Till 7", kind="till", store="s1")
    cookie = {"name": DEVICE_COOKIE, "value": secret, "url": page.url.partition("/pos/")[0]}
    till.context.add_cookies([cookie])
    till.context.unroute("**/pos/do/**")
    till.begin()
    till.sees("#note", "that till is still registered as “Till 1”")
    assert Ticket.objects.count() == 0
    with counter.shop.time():
        device_revoke(actor=SYSTEM, device=counter.till.device)
    till.page.reload()
    till.sees("#till-name", f"Till 7 · {counter.till.terminal + 1}")
    expect(till.page.locator("html")).to_have_attribute("data-ready", "yes")
    expect(till.page.locator("#queue-button")).to_be_hidden()
    sold = Ticket.objects.get()
    assert (sold.terminal_id, sold.sequence, sold.net_minor, str(sold.shift_id)) == (
        counter.till.terminal + 1,
        1,
        2_000,
        shift.id,
    )
    assert till.complaints == []


def test_a_parked_sale_is_neither_doubled_nor_lost_with_an_answer(till):
    page = till.page
    expect(page.locator("#shift-open")).to_be_visible()
    till.type("0")
    till.sees("#shift-state", "Shift 1")
    till.type("45")
    answers_get_lost(till, "park")
    page.keyboard.press("F4")
    till.sees("#note", "Parked: ¥45.00")
    assert ParkedSale.objects.count() == 1
    till.context.unroute("**/pos/do/park/")
    page.keyboard.press("F5")
    expect(page.locator("#parked-list button")).to_have_count(1)
    answers_get_lost(till, "recall")
    page.keyboard.press("Enter")
    till.sees("#payable", "¥45.00")
    till.context.unroute("**/pos/do/recall/")
    page.keyboard.press("F5")
    till.sees("#parked-list", "No parked sales")
    assert ParkedSale.objects.count() == 0
    assert till.complaints == []


def test_the_receipt_is_printed_at_the_till_or_the_cashier_reads_what_to_do(till):
    counter, page = till.counter, till.page
    device_printer_set(
        actor=counter.li, device=counter.device.device, printer=place_of_ones_own(), paper_mm=58
    )
    page.reload()
    expect(page.locator("#shift-open")).to_be_visible()
    till.type("0")
    till.sees("#shift-state", "Shift 1")
    till.type("12")
    page.keyboard.press("F9")
    page.keyboard.press("Enter")
    till.sees("#done-amount", "¥12.00")
    page.click("#done-printer")
    till.sees("#done [data-problem]", f"The printer at {place_of_ones_own()}:9100 does not answer")
    with printer() as (address, papers):
        page.click("#done-printer")
        till.sees("#done [data-problem]", f"Sent to the printer {address}:9100.")
    number = Ticket.objects.get().number
    assert [f"{{B{number}".encode() in each for each in papers] == [True]
    assert till.complaints == []
