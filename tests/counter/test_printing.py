"""A receipt goes to the till's own printer on the shop's network, or the cashier reads why not."""

import pytest

from regulars.faces.pos.doors import DEVICE_COOKIE
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.printers import PrinterAddressWrong, printer_address
from regulars.foundation.rights import RightMissing
from regulars.organization.devices.errors import PaperUnknown, UnknownDevice
from regulars.organization.devices.selectors import devices_list
from regulars.organization.devices.services import device_printer_set, device_register
from tests.counter.printers import place_of_ones_own, printer
from tests.counter.test_face import Page, sale

CHINESE_ON = b"\x1c\x26"
CUT = b"\x1dV"


@pytest.fixture
def till(counter):
    """Ann's open till, where one sale was made."""
    counter.shift = counter.open()
    till = Page(counter)
    till.number = till.ask("sale", {"sale": sale(counter, 12_850)})["ticket"]["number"]
    return till


def placed(till, address, paper_mm=80):
    with till.counter.shop.time():
        return device_printer_set(
            actor=till.counter.li,
            device=till.counter.device.device,
            printer=address,
            paper_mm=paper_mm,
        )


def test_the_receipt_and_the_sheet_of_a_shift_are_printed_where_the_till_says(till):
    assert till.ask("start")["printer"] == ""
    with printer() as (address, papers):
        placed(till, address)
        assert till.ask("start")["printer"] == f"{address}:9100"
        answer = till.ask("print", {"receipt": till.number})
        assert answer == {"printer": f"{address}:9100"}
        till.ask("print", {"shift": till.counter.shift.id})
    receipt, sheet = papers
    assert receipt.startswith(b"\x1b@" + CHINESE_ON)
    assert "¥128.50".encode("gb18030") in receipt
    assert f"{{B{till.number}".encode() in receipt
    assert b"Shift sheet" in sheet
    assert b"{B" not in sheet
    assert [CUT in each for each in papers] == [True, True]


def test_narrow_paper_has_32_places(till):
    with printer() as (address, papers):
        placed(till, address, 58)
        till.ask("print", {"receipt": till.number})
    assert b"-" * 32 + b"\n" in papers[0]
    assert b"-" * 33 not in papers[0]


def test_a_printer_that_is_off_is_named_and_nothing_else_happens(till):
    refused = till.ask("print", {"receipt": till.number}, status=409)
    assert refused["code"] == "printer_missing"
    placed(till, place_of_ones_own())
    refused = till.ask("print", {"receipt": till.number}, status=409)
    assert refused["code"] == "printer_silent"
    assert f"{place_of_ones_own()}:9100 does not answer" in refused["detail"]
    assert till.ask("print", {"receipt": "9-000009"}, status=404)["code"] == "unknown_ticket"
    assert till.ask("print", {"shift": "x"}, status=404)["code"] == "unknown_shift"
    assert till.get(f"receipts/{till.number}/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 192.168.1.50 ", "192.168.1.50:9100"),
        ("10.0.0.7:9101", "10.0.0.7:9101"),
        ("fd00::7", None),
        ("[fd00::7]", "[fd00::7]:9100"),
        ("printer.local", None),
        ("8.8.8.8", None),
        ("169.254.169.254", None),
        ("192.168.1.50:80", None),
        ("192.168.1.50:0", None),
        ("192.168.1.50:9100/x", None),
        ("u@192.168.1.50", None),
        ("0.0.0.0", None),  # noqa: S104 - refused
        ("::ffff:8.8.8.8", None),
        ("[::ffff:169.254.169.254]", None),
        ("", None),
    ],
)
def test_a_printer_lies_in_the_shops_network_and_is_named_by_its_number(typed, kept):
    if kept is None:
        with pytest.raises(PrinterAddressWrong):
            printer_address(typed)
    else:
        assert printer_address(typed) == kept


def test_who_manages_devices_says_which_printer_and_the_log_keeps_it(till):
    counter = till.counter
    code = counter.device.device
    assert placed(till, "192.168.1.50", 58).paper_mm == 58
    kept = AuditRecord.objects.filter(action="device.printer_set").latest("id")
    assert kept.details == {"printer": "192.168.1.50:9100", "paper_mm": 58}
    with counter.shop.time():
        for actor, device, paper, error in (
            (counter.ann, code, 80, RightMissing),
            (counter.li, "dev-none", 80, UnknownDevice),
            (counter.li, code, 76, PaperUnknown),
        ):
            with pytest.raises(error):
                device_printer_set(actor=actor, device=device, printer="", paper_mm=paper)
    assert [each.printer for each in devices_list()] == ["192.168.1.50:9100"]
    assert placed(till, "").printer == ""


def test_the_console_asks_for_it(till):
    counter = till.counter
    li = Page(counter, "li")
    with counter.shop.time():
        _, other = device_register(actor=SYSTEM, name="Phone", kind="phone", store="s1")
        del li.client.cookies[DEVICE_COOKIE]
        form = {"do": "printer", "device": counter.device.device, "paper": "58"}
        answer = li.client.post("/console/devices/", {**form, "printer": "shop.example"})
        assert answer.status_code == 422
        answer = li.client.post("/console/devices/", {**form, "printer": "10.0.0.9"}, follow=True)
    page = answer.content.decode()
    assert "10.0.0.9:9100" in page
    # Only tills print: a phone is offered where devices are revoked, and not here.
    assert page.count(other.partition(".")[0]) < page.count(counter.device.device)
