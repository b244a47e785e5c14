"""Another cashier at an open till by her PIN, and a shift that is handed over with its cash."""

import pytest

from regulars.commerce.counter.errors import ShiftClosed
from regulars.commerce.counter.models import CounterShift
from regulars.commerce.counter.selectors import shift_get, shift_open_at, shift_sheet, ticket_get
from regulars.commerce.counter.services import shift_close, shift_hand_over
from regulars.commerce.counter.types import Counted
from regulars.faces.pos.doors import DEVICE_COOKIE
from regulars.foundation.actors import SYSTEM
from regulars.foundation.rights import RightMissing
from regulars.organization.devices.services import device_register
from regulars.organization.overrides.services import pin_set
from tests.counter.conftest import PIN
from tests.counter.test_face import Page, sale

BEAS_PIN = "582913"


@pytest.fixture
def till(counter):
    """Ann's open till; Bea has a PIN, and so has Li."""
    with counter.shop.time():
        pin_set(actor=counter.person("bea"), pin=BEAS_PIN)
    counter.shift = counter.open()
    return Page(counter)


def takes_over(till, username, pin, status=200):
    who = till.counter.person(username).id
    return till.ask("cashier", {"staff": who, "pin": pin}, status=status)


def sold_by(till, *amounts):
    return till.ask("sale", {"sale": sale(till.counter, *amounts)})["ticket"]["cashier"]


def test_each_receipt_names_who_stood_at_the_till(till):
    assert [each["name"] for each in till.ask("start")["cashiers"]] == ["Bea", "李经理"]
    assert sold_by(till, 1_000) == "Ann"
    takes_over(till, "bea", BEAS_PIN)
    assert till.ask("start")["staff"]["name"] == "Bea"
    assert sold_by(till, 2_000) == "Bea"
    takes_over(till, "li", PIN)
    assert sold_by(till, 3_000) == "李经理"
    assert shift_sheet(till.counter.shift.id).sales_minor == 6_000


def test_a_pin_opens_the_till_and_nothing_else(till):
    assert till.client.get("/console/").status_code == 200
    takes_over(till, "li", PIN)
    for address in ("/console/", "/console/members/", "/console/security/", "/console/password/"):
        assert till.client.get(address).url.startswith("/console/sign-in/")
    assert till.client.get("/console/sign-in/").status_code == 200
    assert till.get("").status_code == 200
    with till.counter.shop.time():
        _, other = device_register(actor=SYSTEM, name="Till 2", kind="till", store="s1")
    till.client.cookies[DEVICE_COOKIE] = other
    assert till.ask("start", status=401)["code"] == "sign_in_needed"


def test_papers_are_shown_to_a_pin_at_its_own_till_only(till):
    counter = till.counter
    sold_by(till, 1_000)
    papers = (
        f"receipts/{counter.till.terminal}-000001/",
        f"receipts/{counter.till.terminal}-000001/printer/",
        f"shifts/{counter.shift.id}/",
        "days/s1/2025-03-08/",
        "device/",
    )
    takes_over(till, "li", PIN)
    assert [till.get(each).status_code for each in papers] == [200] * 5
    with counter.shop.time():
        _, other = device_register(actor=SYSTEM, name="Till 2", kind="till", store="s1")
    for cookie in (other, ""):
        till.client.cookies[DEVICE_COOKIE] = cookie
        for each in papers:
            assert till.get(each).url.startswith("/console/sign-in/"), each


def test_guesses_are_counted_and_the_right_pin_comes_too_late(till):
    for _ in range(5):
        assert takes_over(till, "bea", "111222", status=403)["code"] == "pin_refused"
    assert takes_over(till, "bea", BEAS_PIN, status=429)["code"] == "pin_locked"
    assert till.ask("start")["staff"]["name"] == "Ann"
    takes_over(till, "li", PIN)
    assert sold_by(till, 1_000) == "李经理"


def test_who_may_not_sell_takes_no_till(till):
    with till.counter.shop.time():
        pin_set(actor=till.counter.person("oz"), pin="904417")
    assert takes_over(till, "oz", "904417", status=403)["code"] == "pin_refused"
    assert till.ask("cashier", {"staff": "x", "pin": PIN}, status=403)["code"] == "pin_refused"
    assert till.ask("start")["staff"]["name"] == "Ann"


def test_where_second_factors_are_required_till_and_pin_are_two(till, settings):
    settings.SECOND_FACTOR = "required"
    assert till.ask("start", status=403)["code"] == "first_step_missing"
    settings.SECOND_FACTOR = "offered"
    takes_over(till, "bea", BEAS_PIN)
    settings.SECOND_FACTOR = "required"
    assert sold_by(till, 1_000) == "Bea"


def test_a_sale_that_is_sent_again_is_still_hers_who_made_it(till):
    made = sale(till.counter, 1_000, sold_by=till.counter.ann.id)
    takes_over(till, "bea", BEAS_PIN)
    assert till.ask("sale", {"sale": made})["ticket"]["cashier"] == "Ann"


def test_the_next_shift_begins_with_the_cash_that_was_counted(till):
    counter, bea = till.counter, till.counter.person("bea")
    sold_by(till, 12_850)
    answer = till.ask(
        "shift/hand-over",
        {
            "shift": counter.shift.id,
            "counted": [{"kind": "cash", "amount_minor": 32_800}],
            "next": {"staff": bea.id, "pin": BEAS_PIN},
        },
    )
    assert next(each["difference_minor"] for each in answer["tenders"]) == -50
    before, after = shift_get(counter.shift.id), shift_open_at(counter.till.terminal)
    assert (before.closed_by, before.opened_by) == (counter.ann.id, counter.ann.id)
    assert (after.number, after.opened_by, after.float_minor) == (2, bea.id, 32_800)
    assert sold_by(till, 1_000) == "Bea"
    assert ticket_get(f"{counter.till.terminal}-000002").shift == after.id


def test_without_the_right_or_after_the_end_nothing_is_handed_over(till):
    counter = till.counter
    refused = {"staff": counter.person("bea").id, "pin": PIN}
    body = {"shift": counter.shift.id, "counted": [], "next": refused}
    assert till.ask("shift/hand-over", body, status=403)["code"] == "pin_refused"
    with counter.shop.time(), pytest.raises(RightMissing):
        shift_hand_over(
            actor=counter.ann,
            till=counter.till,
            shift=counter.shift.id,
            counted=[Counted("cash", 1)],
            to=counter.person("oz"),
        )
    assert shift_open_at(counter.till.terminal).id == counter.shift.id


def test_a_shift_that_is_handed_over_twice_was_handed_over_once(till):
    """The answer was lost, or the button pressed twice; another count is another matter."""
    counter, bea = till.counter, till.counter.person("bea")
    given = {
        "actor": counter.ann,
        "till": counter.till,
        "shift": counter.shift.id,
        "counted": [Counted("cash", 20_000)],
        "to": bea,
    }
    with counter.shop.time():
        first = shift_hand_over(**given)
        assert shift_hand_over(**given) == first
        for other in ({"counted": ()}, {"to": counter.ann}, {"note": "short"}, {"actor": bea}):
            with pytest.raises(ShiftClosed):
                shift_hand_over(**given | other)
    assert (first[0].id, first[1].number, first[1].float_minor) == (counter.shift.id, 2, 20_000)
    assert CounterShift.objects.count() == 2


def test_whoever_was_handed_the_shift_hears_so_though_the_session_ended_with_it(till):
    """The answer is lost, and with it the new session: the key, the till and her PIN tell it."""
    counter, bea = till.counter, till.counter.person("bea")
    ended = till.client.cookies["sessionid"].value
    body = {
        "shift": counter.shift.id,
        "counted": [{"kind": "cash", "amount_minor": 19_950}],
        "next": {"staff": bea.id, "pin": BEAS_PIN},
        "key": "0f6fe0c2-2a8b-4b8e-9e0c-000000000001",
    }
    first = till.ask("shift/hand-over", body)
    for _ in range(2):
        till.client.cookies["sessionid"] = ended
        assert till.ask("start", status=401)["code"] == "sign_in_needed"
        assert till.ask("shift/hand-over", body) == first
        assert till.ask("start")["staff"]["name"] == "Bea"
    # Nor does it close anything twice when her session is there and only the answer was lost.
    assert till.ask("shift/hand-over", body) == first
    assert CounterShift.objects.count() == 2
    assert sold_by(till, 1_000) == "Bea"


def test_an_ended_session_learns_nothing_else_and_tries_no_pins(till):
    counter, bea, li = till.counter, till.counter.person("bea"), till.counter.li
    body = {
        "shift": counter.shift.id,
        "counted": [],
        "next": {"staff": bea.id, "pin": BEAS_PIN},
        "key": "0f6fe0c2-2a8b-4b8e-9e0c-000000000001",
    }
    till.client.logout()
    till.client.cookies[DEVICE_COOKIE] = counter.secret
    assert till.ask("shift/hand-over", body, status=401)["code"] == "sign_in_needed"
    with counter.shop.time():
        closed, opened = shift_hand_over(
            actor=counter.ann,
            till=counter.till,
            shift=counter.shift.id,
            counted=(),
            to=bea,
            key=body["key"],
        )
    for other in (
        {"key": "0f6fe0c2-2a8b-4b8e-9e0c-000000000002"},
        {"key": ""},
        {"shift": opened.id},
        {"next": {"staff": li.id, "pin": PIN}},
        {"counted": [{"kind": "cash", "amount_minor": 1}]},
        {"counted": "nothing"},
    ):
        assert till.ask("shift/hand-over", body | other, status=401)["code"] == "sign_in_needed"
    wrong = body | {"next": {"staff": bea.id, "pin": "111222"}}
    assert till.ask("shift/hand-over", wrong, status=403)["code"] == "pin_refused"
    with counter.shop.time():
        _, far = device_register(actor=SYSTEM, name="Till 2", kind="till", store="s1")
    till.client.cookies[DEVICE_COOKIE] = far
    assert till.ask("shift/hand-over", body, status=401)["code"] == "sign_in_needed"
    till.client.cookies[DEVICE_COOKIE] = counter.secret
    # Once her shift is over, so is this way in.
    with counter.shop.time():
        shift_close(actor=bea, till=counter.till, shift=opened.id, counted=())
    assert till.ask("shift/hand-over", body, status=401)["code"] == "sign_in_needed"
    assert (closed.number, opened.number) == (1, 2)
