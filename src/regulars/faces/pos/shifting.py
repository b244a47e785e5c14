"""What the till's page asks for around its drawer: the shift, its count, cash in and out."""

from typing import Any

import msgspec
from django.utils.timezone import localtime

from regulars.commerce.counter.selectors import (
    parked_list,
    shift_get,
    shift_open_at,
    shift_sheet,
)
from regulars.commerce.counter.services import cash_move, cash_move_dismiss, shift_close, shift_open
from regulars.commerce.counter.types import COUNTED, CashMoveView, Counted, Sheet, ShiftView
from regulars.faces.pos.doors import Desk, deed
from regulars.faces.pos.showing import TENDERS
from regulars.foundation import clock
from regulars.organization.stores.selectors import store_get


class Opening(msgspec.Struct, forbid_unknown_fields=True):
    float_minor: int


class Closing(msgspec.Struct, forbid_unknown_fields=True):
    shift: str
    counted: list[Counted]
    note: str = ""


class CashMoved(msgspec.Struct, forbid_unknown_fields=True):
    """Cash put into the drawer, or taken out (negative), under the till's own key."""

    key: str
    amount_minor: int
    reason: str


class CashDismissed(CashMoved, forbid_unknown_fields=True):
    """Cash that was refused and shall not be written down, and why not."""

    why: str


@deed("GET")
def shift(desk: Desk) -> dict[str, Any]:
    """The open shift with what its drawer should hold; a blind count is not told."""
    found = shift_open_at(desk.till.terminal)
    if found is None:
        return {"shift": None}
    return {"shift": found, "parked": len(parked_list(desk.device.store)), **sums_shown(found)}


@deed("POST")
def open_shift(desk: Desk) -> dict[str, Any]:
    """Opens a shift with the cash in the drawer."""
    asked = desk.body(Opening)
    found = shift_open(actor=desk.actor, till=desk.till, float_minor=asked.float_minor)
    return {"shift": found}


@deed("POST")
def close_shift(desk: Desk) -> dict[str, Any]:
    """Closes the shift with the count; answers expected, counted and difference."""
    asked = desk.body(Closing)
    closed = shift_close(
        actor=desk.actor,
        till=desk.till,
        shift=asked.shift,
        counted=asked.counted,
        note=asked.note,
    )
    return {"shift": closed, **sums_shown(shift_get(closed.id))}


def sums_shown(found: ShiftView) -> dict[str, Any]:
    """What of a shift the till shows: its tenders, sales, cash in and out."""
    sheet = shift_sheet(found.id)
    is_told = not (found.is_blind and found.is_open)
    by_kind = {each.kind: each for each in sheet.tenders}
    rows = []
    for kind in COUNTED:
        sums = by_kind.get(kind.value)
        rows.append(
            {
                "kind": kind.value,
                "name": str(TENDERS[kind.value]),
                "expected_minor": (sums.expected_minor if sums else 0) if is_told else None,
                "counted_minor": sums.counted_minor if sums else None,
                "difference_minor": sums.difference_minor if sums else None,
            }
        )
    return {
        "tenders": rows,
        "sales": sheet.sales,
        "sales_minor": sheet.sales_minor if is_told else None,
        "returns": sheet.returns + sheet.voids,
        "troubles": sheet.troubles,
        "cash_in_minor": sheet.cash_in_minor,
        "cash_out_minor": sheet.cash_out_minor,
        "moves": _moves(found, sheet),
    }


@deed("POST")
def cash(desk: Desk) -> dict[str, Any]:
    """Puts cash into the drawer, or takes it out; the same key again moves it once."""
    asked = desk.body(CashMoved)
    till = desk.till
    cash_move(
        actor=desk.actor,
        till=till,
        key=asked.key,
        amount_minor=asked.amount_minor,
        reason=asked.reason,
    )
    found = shift_open_at(till.terminal)
    return {"moves": _moves(found, shift_sheet(found.id)) if found else []}


@deed("POST")
def dismiss_cash(desk: Desk) -> dict[str, Any]:
    """Notes why refused cash is not written down; the same once more changes nothing."""
    asked = desk.body(CashDismissed)
    cash_move_dismiss(
        actor=desk.actor,
        till=desk.till,
        key=asked.key,
        amount_minor=asked.amount_minor,
        reason=asked.reason,
        why=asked.why,
    )
    return {}


def _moves(found: ShiftView, sheet: Sheet) -> list[dict[str, Any]]:
    zone = clock.zone(store_get(found.store).time_zone)

    def line(each: CashMoveView) -> dict[str, Any]:
        when = f"{localtime(each.moved_at, zone):%H:%M}"
        return {"amount_minor": each.amount_minor, "reason": each.reason, "when": when}

    return [line(each) for each in sheet.moves]
