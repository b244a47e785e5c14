"""Another cashier at an open till, by her PIN: from then on the session is hers, and only there."""

from typing import Any

import msgspec
from django.contrib.auth import login
from django.http import HttpRequest

from regulars.commerce.counter.services import shift_hand_over
from regulars.commerce.counter.types import Counted
from regulars.faces.pos.doors import SELL, Desk, deed
from regulars.faces.pos.shifting import sums_shown
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.webkit.pages import TILL_ONLY
from regulars.organization.overrides.selectors import pin_holders
from regulars.organization.overrides.services import pin_present
from regulars.organization.sessions.services import session_begun, session_ended
from regulars.organization.staff.selectors import staff_row


class Relief(msgspec.Struct, forbid_unknown_fields=True):
    """Who takes over the till, and her PIN."""

    staff: str
    pin: str


class HandingOver(msgspec.Struct, forbid_unknown_fields=True):
    """The count of a shift, and who goes on with the cash in the drawer."""

    shift: str
    counted: list[Counted]
    next: Relief
    note: str = ""


@deed("POST")
def cashier(desk: Desk) -> dict[str, Any]:
    """Changes the cashier; whoever stood there before needs her PIN to come back."""
    who = _shown(desk, desk.body(Relief))
    _took_over(desk, who)
    return {"staff": who}


@deed("POST")
def hand_over(desk: Desk) -> dict[str, Any]:
    """Closes the shift, opens the next one with the counted cash, and changes the cashier."""
    asked = desk.body(HandingOver)
    who = _shown(desk, asked.next)
    closed, opened = shift_hand_over(
        actor=desk.actor,
        till=desk.till,
        shift=asked.shift,
        counted=asked.counted,
        to=Actor.staff(who),
        note=asked.note,
    )
    _took_over(desk, who)
    return {"shift": closed, "next": opened, **sums_shown(closed)}


def cashiers(store: str) -> list[dict[str, Any]]:
    """Who can take over a till of this store."""
    return [{"id": each.id, "name": each.display_name} for each in pin_holders((SELL,), store)]


def _shown(desk: Desk, asked: Relief) -> str:
    """The person whose PIN it is. Errors: pin_refused, pin_locked."""
    device = desk.device
    return pin_present(
        staff_id=asked.staff, pin=asked.pin, right=SELL, store=device.store, device=device.device
    ).id


def _took_over(desk: Desk, staff_id: str) -> None:
    request: HttpRequest = desk.request
    before = request.session.session_key or ""
    session_ended(before)
    # A session under a new id, with nothing of the last person's in it.
    request.session.flush()
    login(request, staff_row(staff_id))
    request.session[TILL_ONLY] = desk.device.device
    session_begun(
        staff_id=staff_id,
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""),
    )
    details = {"device": desk.device.device, "from": desk.actor.id}
    record(
        actor=Actor.staff(staff_id),
        action="till.taken_over",
        subject=desk.device.device,
        details=details,
    )
