"""Another cashier at an open till, by her PIN: from then on the session is hers, and only there."""

from typing import Any

import msgspec
from django.contrib.auth import login
from django.http import HttpRequest

from regulars.commerce.counter.services import shift_hand_over, shift_handed_over
from regulars.commerce.counter.types import Counted, ShiftView
from regulars.faces.pos.doors import SELL, Desk, SignInNeeded, deed, desk_left
from regulars.faces.pos.shifting import sums_shown
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.errors import RegularsError
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
    """The count of a shift, and who goes on with the cash in the drawer; `key` is the till's own
    for this hand-over."""

    shift: str
    counted: list[Counted]
    next: Relief
    note: str = ""
    key: str = ""


@deed("POST")
def cashier(desk: Desk) -> dict[str, Any]:
    """Changes the cashier; whoever stood there before needs her PIN to come back."""
    who = _shown(desk, desk.body(Relief))
    _took_over(desk, who, before=desk.actor.id)
    return {"staff": who}


def _handed_over(request: HttpRequest) -> dict[str, Any]:
    """The same answer once more, for a till that didn't hear it: the session that handed over
    ended with it. Who asks knows the key of that hand-over, at its device, and stands there with
    the PIN of whom it was handed to; all she gets is what she was given then.

    Errors: sign_in_needed for whatever else is asked, pin_refused, pin_locked.
    """
    try:
        desk = desk_left(request)
        asked = desk.body(HandingOver)
        done = _known(desk, asked)
    except RegularsError:
        raise SignInNeeded from None
    if done is None:
        # Asked before the PIN is: nobody tries PINs at a till where nobody is signed in.
        raise SignInNeeded
    return _taken_over(desk, _shown(desk, asked.next), *done)


@deed("POST", left=_handed_over)
def hand_over(desk: Desk) -> dict[str, Any]:
    """Closes the shift, opens the next one with the counted cash, and changes the cashier."""
    asked = desk.body(HandingOver)
    who = _shown(desk, asked.next)
    done = _known(desk, asked) or shift_hand_over(
        actor=desk.actor,
        till=desk.till,
        shift=asked.shift,
        counted=asked.counted,
        to=Actor.staff(who),
        note=asked.note,
        key=asked.key,
    )
    return _taken_over(desk, who, *done)


def _known(desk: Desk, asked: HandingOver) -> tuple[ShiftView, ShiftView] | None:
    """What this hand-over did when it came before, whoever is signed in since."""
    done = shift_handed_over(
        till=desk.till, key=asked.key, shift=asked.shift, counted=asked.counted, note=asked.note
    )
    return done if done and done[1].opened_by == asked.next.staff else None


def _taken_over(desk: Desk, who: str, closed: ShiftView, opened: ShiftView) -> dict[str, Any]:
    _took_over(desk, who, before=closed.closed_by or "")
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


def _took_over(desk: Desk, staff_id: str, *, before: str) -> None:
    """From now on the session at this till is hers; `before` is the id of who stood there."""
    request: HttpRequest = desk.request
    session_ended(request.session.session_key or "")
    # A session under a new id, with nothing of the last person's in it.
    request.session.flush()
    login(request, staff_row(staff_id))
    request.session[TILL_ONLY] = desk.device.device
    session_begun(
        staff_id=staff_id,
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""),
    )
    details = {"device": desk.device.device, "from": before}
    record(
        actor=Actor.staff(staff_id),
        action="till.taken_over",
        subject=desk.device.device,
        details=details,
    )
