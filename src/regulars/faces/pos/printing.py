"""The till's own receipt printer: the server sends it the same lines that stand on the page."""

from typing import Any

import msgspec

from regulars.commerce.counter.errors import UnknownShift
from regulars.commerce.counter.selectors import receipt_bytes, shift_get, shift_sheet, ticket_at
from regulars.commerce.counter.types import PrintLine
from regulars.faces.pos.doors import VIEW, Desk, deed
from regulars.faces.pos.paper import receipt_lines, sheet_lines
from regulars.faces.pos.showing import ticket_shown
from regulars.foundation.errors import RegularsError
from regulars.foundation.printers import printer_sent
from regulars.organization.stores.selectors import store_get


class PrinterMissing(RegularsError):
    code = "printer_missing"
    status = 409
    text = {
        "en": "This till has no receipt printer of its own. Open the receipt as a page and print "
        "it there, or name the printer in the console under “Devices”.",
        "zh-Hans": "本收银机未设置小票打印机。请打开小票页面打印，或在工作台“设备”中设置打印机。",
    }


class Printed(msgspec.Struct, forbid_unknown_fields=True):
    """What is printed: a receipt by its number, or the sheet of a shift."""

    receipt: str = ""
    shift: str = ""


@deed("POST")
def print_out(desk: Desk) -> dict[str, Any]:
    """Sends it to the till's printer; answers where it was sent to.

    Errors: printer_missing, printer_silent, and those of looking at it.
    """
    asked = desk.body(Printed)
    lines = _sheet(desk, asked.shift) if asked.shift else _receipt(desk, asked.receipt)
    device = desk.device
    if not device.printer:
        raise PrinterMissing
    printer_sent(
        device.printer, receipt_bytes(lines, width_mm=device.paper_mm, number=asked.receipt)
    )
    return {"printer": device.printer}


def _receipt(desk: Desk, number: str) -> list[PrintLine]:
    found = ticket_at(actor=desk.actor, store=store_get(desk.device.store), number=number)
    return receipt_lines(ticket_shown(found), found.store)


def _sheet(desk: Desk, shift: str) -> list[PrintLine]:
    found = shift_get(shift)
    is_theirs = found.store == desk.device.store
    if not is_theirs or (found.is_open and found.is_blind and not desk.may(VIEW)):
        raise UnknownShift
    return sheet_lines(found, shift_sheet(found.id))
