"""Cash that waits in a till arrives, or a person settles it: none is forgotten."""

import pytest
from playwright.sync_api import expect

from regulars.commerce.counter.errors import CashMoveDismissed, CashMoveKnown, ReasonMissing
from regulars.commerce.counter.models import CashMove
from regulars.commerce.counter.selectors import shift_open_at, shift_sheet
from regulars.commerce.counter.services import cash_move, cash_move_dismiss, shift_close
from regulars.commerce.counter.types import Counted, Till
from regulars.foundation import ids
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.rights import RightMissing
from tests.counter.hands import answers_get_lost


def moved(counter, key, amount_minor=-5_000):
    with counter.shop.time():
        return cash_move(
            actor=counter.ann,
            till=counter.till,
            key=key,
            amount_minor=amount_minor,
            reason="to the safe",
        )


def dismissed(counter, key, why="typed twice", actor=None):
    with counter.shop.time():
        cash_move_dismiss(
            actor=actor or counter.ann,
            till=counter.till,
            key=key,
            amount_minor=-50_000,
            reason="to the safe",
            why=why,
        )


def told():
    rows = AuditRecord.objects.filter(action="drawer.cash_dismissed")
    return [(each.subject, each.reason, each.details) for each in rows]


def test_who_dismissed_it_and_why_is_noted_once_and_it_never_moves(counter):
    counter.shift = counter.open()
    key = ids.new_id()
    for _ in range(2):
        dismissed(counter, key)
    assert told() == [
        (key, "typed twice", {"amount_minor": -50_000, "reason": "to the safe"}),
    ]
    with pytest.raises(CashMoveDismissed):
        moved(counter, key)
    assert shift_sheet(counter.shift.id).cash_out_minor == 0


def test_without_a_reason_or_the_right_or_once_it_moved_nothing_is_dismissed(counter):
    counter.open()
    key = ids.new_id()
    moved(counter, key)
    for refusal, which, why, actor in (
        (CashMoveKnown, key, "typed twice", None),
        (ReasonMissing, ids.new_id(), " ", None),
        (RightMissing, ids.new_id(), "typed twice", counter.person("oz")),
    ):
        with pytest.raises(refusal):
            dismissed(counter, which, why, actor)
    assert told() == []


def shift_begun(till, float_minor="300"):
    expect(till.page.locator("#shift-open")).to_be_visible()
    till.type(float_minor)
    till.sees("#shift-state", "Shift")
    return shift_open_at(till.counter.till.terminal + 1)


def cash_taken_without_server(till, amount):
    """What Ann takes out of the drawer while nobody answers."""
    till.page.click("#shift-button")
    till.page.click("#cash-button")
    till.page.fill("#cash-amount", amount)
    till.page.fill("#cash-reason", "to the safe")
    till.context.route("**/pos/do/**", lambda route: route.abort())
    till.page.keyboard.press("Enter")
    till.sees("#note", f"nobody knows yet whether ¥{amount}.00 was written down")
    till.sees("#queue-button", "1 waiting to be sent")


@pytest.mark.browser
@pytest.mark.usefixtures("playwrights_loop")
def test_cash_that_finds_no_open_shift_waits_for_the_next_one(till):
    counter = till.counter
    first = shift_begun(till)
    cash_taken_without_server(till, "50")
    till.page.close()
    with counter.shop.time():
        here = Till(first.terminal, counter.till.device, "Till 1", counter.till.store)
        counted = [Counted("cash", 25_000)]
        shift_close(actor=counter.li, till=here, shift=first.id, counted=counted)
    till.context.unroute("**/pos/do/**")
    till.begin()
    till.sees("#shift-state", "No shift")
    till.sees("#queue-button", "1 waiting to be sent")
    till.page.keyboard.press("Escape")
    till.page.click("#queue-button")
    till.sees("#queue-list", "Taken out of the drawer: ¥50.00")
    till.sees("#queue-list", "waiting: No shift is open at this till.")
    till.is_accessible()
    till.page.keyboard.press("Escape")
    assert CashMove.objects.count() == 0

    till.page.click("#shift-button")
    second = shift_begun(till, "250")
    till.sees("#note", "Taken out of the drawer: ¥50.00")
    expect(till.page.locator("#queue-button")).to_be_hidden()
    assert [str(each.shift_id) for each in CashMove.objects.all()] == [second.id]
    assert shift_sheet(second.id).cash_out_minor == 5_000
    assert till.complaints == []


@pytest.mark.browser
@pytest.mark.usefixtures("playwrights_loop")
def test_refused_cash_stays_until_somebody_says_what_became_of_it(till):
    shift = shift_begun(till)
    cash_taken_without_server(till, "500")
    till.context.unroute("**/pos/do/**")
    expect(till.page.locator("#queue-button")).to_have_text("1 to settle", timeout=10_000)
    till.sees("#note", "¥500.00 of cash was not written down: The drawer should hold ¥300.00")
    till.page.close()
    till.begin()
    page = till.page
    page.click("#shift-button")
    till.sees("#close-facts", "Cash in or out was refused here")
    page.click("#cash-button")
    till.sees("#cash-list", "to settle")
    page.keyboard.press("Escape")
    page.click("#queue-button")
    till.sees("#queue-list", "to the safe · refused: The drawer should hold ¥300.00")
    page.get_by_role("button", name="Send again").click()
    till.sees("#queue [data-problem]", "The drawer should hold ¥300.00")
    page.get_by_role("button", name="Dismiss…").click()
    page.fill("#dismiss-reason", "typed a nought too many")
    till.is_accessible()
    answers_get_lost(till, "cash/dismiss")
    page.keyboard.press("Enter")
    till.sees("#dismiss [data-problem]", "does not answer")
    till.context.unroute("**/pos/do/cash/dismiss/")
    page.keyboard.press("Enter")
    till.sees("#queue-list", "Everything has been sent")
    expect(page.locator("#queue-button")).to_be_hidden()
    assert [(why, what["amount_minor"]) for _, why, what in told()] == [
        ("typed a nought too many", -50_000)
    ]
    assert (CashMove.objects.count(), shift_sheet(shift.id).cash_out_minor) == (0, 0)
    assert till.complaints == []
