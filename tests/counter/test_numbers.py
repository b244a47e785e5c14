"""A till takes its number along, with what still waits under it: nothing is closed in for ever."""

import pytest

from regulars.commerce.counter.selectors import shift_sheet, ticket_get
from regulars.commerce.counter.services import terminal_open
from regulars.faces.pos.doors import DEVICE_COOKIE
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.organization.devices.services import device_register, device_revoke
from tests.counter.test_face import Page, sale


@pytest.fixture
def anew(counter):
    """Ann's browser, registered as Till 7 after the secret of Till 1 got lost."""
    counter.shift = counter.open()
    with counter.shop.time():
        _, secret = device_register(actor=SYSTEM, name="Till 7", kind="till", store="s1")
    page = Page(counter)
    page.client.cookies[DEVICE_COOKIE] = secret
    return page


def taken_along(page, number, status=200):
    page.headers.pop("x-terminal", None)
    answer = page.ask("terminal", {"former": number}, status=status)
    page.headers["x-terminal"] = str(number)
    return answer


def revoked(counter):
    with counter.shop.time():
        device_revoke(actor=SYSTEM, device=counter.till.device)


def test_a_till_registered_anew_goes_on_under_its_number(counter, anew):
    number = counter.till.terminal
    waiting = sale(counter, 12_850, is_offline=True)
    cash = {"key": "0f6fe0c2-2a8b-4b8e-9e0c-000000000001", "amount_minor": -5_000, "reason": "safe"}
    assert anew.ask("start", status=409)["code"] == "unknown_terminal"
    assert anew.ask("sale", {"sale": waiting}, status=409)["code"] == "unknown_terminal"
    held = taken_along(anew, number, status=409)
    assert held["code"] == "terminal_held"
    assert "“Till 1”" in held["detail"]
    revoked(counter)
    assert [taken_along(anew, number)["terminal"] for _ in range(2)] == [number, number]
    start = anew.ask("start")
    assert (start["device"], start["terminal"], start["shift"]["id"]) == (
        "Till 7",
        number,
        counter.shift.id,
    )
    assert anew.ask("sale", {"sale": waiting})["ticket"]["number"] == f"{number}-000001"
    anew.ask("cash", cash)
    assert ticket_get(f"{number}-000001").shift == counter.shift.id
    assert shift_sheet(counter.shift.id).cash_out_minor == 5_000
    told = AuditRecord.objects.filter(action="terminal.taken_along")
    assert [(each.subject, each.details["from"]) for each in told] == [
        (str(number), counter.till.device)
    ]


def test_a_number_given_after_the_day_the_data_was_set_back_to_is_given_again(counter, anew):
    number = counter.till.terminal + 3
    assert taken_along(anew, number)["terminal"] == number
    anew.headers.pop("x-terminal")
    assert anew.ask("terminal", {})["terminal"] == number + 1
    for wrong in (number - 1, number + 5_000, -1):
        assert taken_along(anew, wrong, status=409)["code"] == "unknown_terminal"


def test_no_number_goes_to_another_store(counter, anew):
    revoked(counter)
    counter.shop.store("s2")
    with counter.shop.time():
        far, _ = device_register(actor=SYSTEM, name="Far", kind="till", store="s2")
        elsewhere = terminal_open(actor=SYSTEM, device=far).terminal
        device_revoke(actor=SYSTEM, device=far.device)
    assert taken_along(anew, elsewhere, status=409)["code"] == "unknown_terminal"
