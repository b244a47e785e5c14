"""A day at the till in a real browser: keyboard, scanner, and a server that goes away."""

import re

import pytest
from playwright.sync_api import expect

from regulars.commerce.counter.models import Ticket
from regulars.commerce.counter.selectors import shift_sheet
from regulars.commerce.counter.services import counter_rules_set
from regulars.commerce.counter.types import CounterRules
from regulars.faces.pos import selling
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.cards.services import cards_make
from tests.counter.conftest import PIN

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]


def card_lost_and_replaced(till):
    page = till.page
    page.keyboard.press("F3")
    till.type("7000")
    till.sees("#member-name", "Kim")
    for card in ("CC000001", "CC000002"):
        page.click("#member-cards")
        if card == "CC000002":
            page.get_by_role("button", name="Report lost").click()
            page.click("#confirm-yes")
            # The button says “lost” too; the badge stands when the server has answered.
            expect(page.locator("#card-list .badge.bad")).to_be_visible()
        page.fill("#card-new", card)
        page.keyboard.press("Enter")
        expect(page.locator("#cards")).to_be_hidden()
    till.scan("CC000001")
    till.sees("#note", "replaced by another")


def test_a_new_member_a_return_a_lost_card_and_the_end_of_the_shift(till):
    counter, page = till.counter, till.page
    with unit_of_work() as unit:
        cards_make(unit=unit, actor=SYSTEM, name="first", prefix="CC", first=1, count=2, digits=6)
    expect(page.locator("#shift-open")).to_be_visible()
    till.type("200")
    till.sees("#shift-state", "Shift 1")
    till.type("128,50")
    till.sees("#payable", "¥128.50")
    page.keyboard.press("F3")
    till.type("13700137000")
    expect(page.locator("#find-enrol")).to_be_focused()
    page.keyboard.press("Enter")
    till.sees("#enrol-brings", "+128 beans")
    page.keyboard.type("Kim")
    till.sees("#enrol-consents", "Membership and your data")
    page.check("#enrol-consents input[required]")
    page.keyboard.press("Enter")
    till.sees("#member-name", "Kim")
    till.is_accessible()
    page.keyboard.press("F9")
    till.sees("#pay-earns", "+128 beans")
    till.is_accessible()
    till.type("150")
    till.sees("#done-money", "¥21.50")
    till.sees("#done-moved", "+128")
    page.keyboard.press("Enter")
    expect(page.locator("#scan")).to_be_focused()

    number = Ticket.objects.get().number
    till.scan(number)
    till.sees("#receipt-detail", "¥128.50 can still be given back")
    till.is_accessible()
    page.click("#refund-open")
    page.fill("#refund-amount", "30")
    till.sees("#refund-plan", "−29")
    page.click("#refund-confirm")
    till.sees("#done-title", "Given back")
    till.sees("#done-moved", "99")
    page.keyboard.press("Enter")

    card_lost_and_replaced(till)

    page.click("#shift-button")
    till.sees("#close-tenders", "Expected ¥298.50")
    page.fill("#count-cash", "298.00")
    page.click("#close-confirm")
    till.sees("#closed-rows", "−¥0.50")
    assert shift_sheet(str(Ticket.objects.first().shift_id)).returns_minor == 3_000
    assert till.complaints == []
    assert counter.shop.rows("commerce_ticket") == 2


def allowed_by_li(till):
    """The limit was lowered meanwhile: what was sold waits for her, and then arrives."""
    page = till.page
    expect(page.locator("#queue-button")).to_have_text("1 to settle", timeout=10_000)
    page.click("#queue-button")
    page.get_by_role("button", name="Send again").click()
    page.fill("#approve-pin", PIN)
    page.keyboard.press("Enter")
    till.sees("#queue-list", "Everything has been sent")
    page.keyboard.press("Escape")


def sold(till, amount):
    till.type(amount)
    till.page.keyboard.press("F9")
    till.page.keyboard.press("Enter")
    expect(till.page.locator("#done")).to_be_visible()
    till.page.keyboard.press("Enter")
    expect(till.page.locator("#scan")).to_be_focused()


def failing_sale_passed_by(till, monkeypatch):
    """The server fails over a sale of ¥13.00: after three times the next one goes on."""
    page, real = till.page, selling.sale_take

    def failing(*, sale, **more):
        if sale.lines[0].amount_minor == 1_300:
            raise RuntimeError("thirteen")
        return real(sale=sale, **more)

    monkeypatch.setattr(selling, "sale_take", failing)
    sold(till, "13")
    sold(till, "14")
    for _ in range(3):
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_timeout(300)
    expect(page.locator("#queue-button")).to_have_text("1 to settle", timeout=15_000)
    assert not Ticket.objects.filter(net_minor=1_300).exists()
    assert Ticket.objects.filter(net_minor=1_400).exists()
    monkeypatch.undo()
    page.click("#queue-button")
    till.sees("#queue-list", "the server fails over this sale")
    page.get_by_role("button", name="Send again").click()
    till.sees("#queue-list", "Everything has been sent")
    assert sorted(each.net_minor for each in Ticket.objects.all()) == [1_300, 1_400, 4_600]


def test_the_server_goes_away_in_the_middle_of_a_sale_and_it_arrives_once(till, monkeypatch):
    counter, page = till.counter, till.page
    expect(page.locator("#shift-open")).to_be_visible()
    till.type("0")
    till.sees("#shift-state", "Shift 1")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    till.type("66")
    till.context.set_offline(True)
    till.sees("#connection", "No server")
    page.keyboard.press("F3")
    till.type("13800138000")
    till.sees("#member-named", "13800138000")
    page.keyboard.press("F8")
    till.type("25")
    till.sees("#discount [data-problem]", "at most ¥20.00")
    page.fill("#discount-amount", "20")
    page.keyboard.press("Enter")
    till.sees("#payable", "¥46.00")
    page.keyboard.press("F9")
    expect(page.locator("#pay-points-part")).to_be_hidden()
    page.keyboard.press("Enter")
    till.sees("#done-title", "kept to be sent")
    page.keyboard.press("Enter")
    till.sees("#queue-button", "1 waiting to be sent")
    page.click("#receipts-button")
    till.sees("#receipt-list", "need the server")
    assert counter.shop.rows("commerce_ticket") == 0

    page.close()
    till.begin()
    till.sees("#store-name", "s1")
    till.sees("#queue-button", "1 waiting to be sent")
    counter_rules_set(actor=counter.li, store="s1", rules=CounterRules(discount_limit_minor=1_000))
    till.context.set_offline(False)
    allowed_by_li(till)
    expect(till.page.locator("#queue-button")).to_be_hidden(timeout=10_000)
    till.sees("#connection", re.compile("Connected"))
    ticket = Ticket.objects.get()
    assert str(ticket.approved_by) == counter.li.id
    assert (ticket.number, ticket.is_offline) == (f"{counter.till.terminal + 1}-000001", True)
    assert counter.shop.of("mei").balance == 46
    till.page.reload()
    expect(till.page.locator("html")).to_have_attribute("data-ready", "yes")
    assert counter.shop.rows("commerce_ticket") == 1
    failing_sale_passed_by(till, monkeypatch)
    assert till.complaints == []
