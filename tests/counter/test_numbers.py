"""A till takes its number along, with what still waits under it: nothing is closed in for ever."""

from datetime import timedelta

import pytest

from regulars.commerce.counter.selectors import shift_sheet, ticket_get
from regulars.commerce.counter.services import shift_close, terminal_open
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


def taken_along(page, number, status=200, **more):
    page.headers.pop("x-terminal", None)
    answer = page.ask("terminal", {"former": number, **more}, status=status)
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
    # Tills come back in any order: a number below the last one is as free.
    assert taken_along(anew, number - 1)["terminal"] == number - 1
    for wrong in (number + 5_000, -1):
        never = taken_along(anew, wrong, status=409)
        assert never["code"] == "terminal_never_given"
        assert "send it under a new number" in never["detail"]


def test_a_number_that_another_till_got_after_a_set_back_stays_with_that_till(counter, anew):
    """What Till 7 sold before is older than the number's row: nobody is told to revoke Till 1."""
    number, opened = counter.till.terminal, counter.shop.now
    for revoking in (False, True):
        if revoking:
            revoked(counter)
        again = taken_along(
            anew, number, status=409, made_at=(opened - timedelta(hours=3)).isoformat()
        )
        assert again["code"] == "terminal_given_again"
        assert "Leave “Till 1” as it is, and send this under a new number" in again["detail"]
    made_at = (opened - timedelta(minutes=4)).isoformat()
    assert taken_along(anew, number, made_at=made_at)["terminal"] == number


def test_no_number_goes_to_another_store_and_the_sentence_names_it(counter, anew):
    revoked(counter)
    counter.shop.store("s2")
    with counter.shop.time():
        far, _ = device_register(actor=SYSTEM, name="Far", kind="till", store="s2")
        elsewhere = terminal_open(actor=SYSTEM, device=far).terminal
        device_revoke(actor=SYSTEM, device=far.device)
    told = taken_along(anew, elsewhere, status=409)
    assert told["code"] == "terminal_elsewhere"
    assert "was made at the store “s2” and counts there" in told["detail"]


def test_what_waited_under_two_numbers_counts_in_the_shift_of_now(counter, anew):
    """The old number's shift was closed; its sale and its cash arrive in the open one."""
    old = counter.till.terminal
    with counter.shop.time():
        shift_close(actor=counter.ann, till=counter.till, shift=counter.shift.id, counted=())
    revoked(counter)
    anew.headers.pop("x-terminal")
    now = anew.ask("terminal", {})["terminal"]
    anew.headers["x-terminal"] = str(now)
    shift = anew.ask("shift/open", {"float_minor": 10_000})["shift"]["id"]
    waiting = sale(counter, 12_850, is_offline=True)
    cash = {"key": "0f6fe0c2-2a8b-4b8e-9e0c-000000000001", "amount_minor": -5_000, "reason": "safe"}
    assert taken_along(anew, old)["shift"] is None
    # Another browser's number is no drawer of this one.
    assert anew.ask("sale", {"sale": waiting}, status=409)["code"] == "no_shift_open"
    anew.headers["x-terminal-now"] = str(now + 7)
    assert anew.ask("sale", {"sale": waiting}, status=409)["code"] == "unknown_terminal"
    anew.headers["x-terminal-now"] = str(now)
    assert anew.ask("sale", {"sale": waiting})["ticket"]["number"] == f"{old}-000001"
    anew.ask("cash", cash)
    assert ticket_get(f"{old}-000001").shift == shift
    assert (shift_sheet(shift).sales_minor, shift_sheet(shift).cash_out_minor) == (12_850, 5_000)
