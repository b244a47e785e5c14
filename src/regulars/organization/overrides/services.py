"""The doors for a manager's PIN and for the exceptions she allows with it at the counter.

override = override_allow(manager=…, pin=…, right="counter.void", store="s1",
                          subject="R-1041", device=…, asked_by=cashier)
…
with unit_of_work() as unit:                      # or transaction.atomic() and orm_fetch
    manager = override_take(unit.fetch, override=override.public_id, right="counter.void",
                            store="s1", subject="R-1041", asked_by=cashier)
    the deed itself
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.services import record, record_statement
from regulars.foundation.database.session import Rows
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import internal_id, public_id
from regulars.foundation.personal import blind_index
from regulars.foundation.tries.services import try_counted
from regulars.organization.overrides.errors import (
    OverrideOwn,
    OverrideRefused,
    PinLocked,
    PinMalformed,
    PinRefused,
    PinTooSimple,
)
from regulars.organization.overrides.models import Override, StaffPin
from regulars.organization.overrides.tries import pin_places, pin_tries_forgotten
from regulars.organization.overrides.types import OVERRIDE_PREFIX, OverrideView
from regulars.organization.staff.selectors import staff_get, staff_who_may
from regulars.organization.staff.types import StaffView
from regulars.organization.stores.selectors import store_get

GIVE = "overrides.give"
GOOD_FOR = timedelta(minutes=5)
_PIN = re.compile(r"[0-9]{6,8}")
_ROWS = ("01234567890", "09876543210")

# Who comes second waits for the first one's row, then finds it used.
TAKE: LiteralString = """
    UPDATE organization_override SET used_at = %s
    WHERE id = %s::uuid AND used_at IS NULL AND expires_at > %s
        AND "right" = %s AND store = %s AND subject = %s AND asked_by = %s
    RETURNING manager
"""

Fetch = Callable[..., Rows]


@transaction.atomic
def pin_set(*, actor: Actor, pin: str) -> None:
    """Gives oneself a PIN of 6 to 8 digits. Errors: pin_malformed, pin_too_simple."""
    staff = staff_get(actor.id)
    if not _PIN.fullmatch(pin):
        raise PinMalformed
    if len(set(pin)) < 3 or any(pin in row for row in _ROWS):
        raise PinTooSimple
    StaffPin.objects.update_or_create(
        staff_id=UUID(staff.id),
        defaults={"pin": make_password(_mixed(staff.id, pin)), "set_at": clock.now()},
    )
    record(actor=actor, action="staff.pin_set", subject=staff.id)


@transaction.atomic
def pin_remove(*, actor: Actor, staff_id: str) -> None:
    """Takes a PIN away; without one no exception can be allowed. Twice changes nothing."""
    gone, _ = StaffPin.objects.filter(staff_id=UUID(staff_get(staff_id).id)).delete()
    if gone:
        record(actor=actor, action="staff.pin_removed", subject=staff_id)


def override_allow(
    *,
    manager: str,
    pin: str,
    right: str,
    store: str,
    subject: str,
    device: str,
    asked_by: Actor,
) -> OverrideView:
    """A manager allows one exception: that `asked_by` does once, for this subject at this store,
    what needs `right`. Good for five minutes; take it with `override_take` in the deed's own
    transaction.

    `manager` is a staff id, `device` whatever names the till (its id). Never call it inside a
    transaction: a wrong try must stay counted.
    Errors: override_own, pin_refused, pin_locked, unknown_store.
    """
    place = store_get(store).code
    if str(asked_by) == f"{ActorKind.STAFF.value}:{manager}":
        raise OverrideOwn
    who = _known_id(manager)
    tried = try_counted(pin_places(who, device[:80]))
    if tried.locked_until is not None:
        raise PinLocked(minutes=tried.minutes)
    is_right = _pin_right(who, pin)
    with transaction.atomic(durable=True):
        if not is_right or who not in staff_who_may((GIVE, right), store=place):
            _refused(asked_by, who, right, place, subject)
            view = None
        else:
            pin_tries_forgotten(who, device[:80])
            view = _allowed(who, right, place, subject[:120], device[:80], asked_by)
    if view is None:
        raise PinRefused(left=tried.left)
    return view


def pin_present(*, staff_id: str, pin: str, right: str, store: str, device: str) -> StaffView:
    """Who stands at a till, by her PIN; she may do there what needs `right`.

    A PIN is good at a registered device only, and each try counts at both. Never call it inside a
    transaction: a wrong try must stay counted. Errors: pin_refused, pin_locked, unknown_store.
    """
    place = store_get(store).code
    who = _known_id(staff_id)
    tried = try_counted(pin_places(who, device[:80]))
    if tried.locked_until is not None:
        raise PinLocked(minutes=tried.minutes)
    if not _pin_right(who, pin) or who not in staff_who_may((right,), store=place):
        record(
            actor=SYSTEM,
            action="pin.refused",
            subject=who,
            details={"store": place, "device": device[:80]},
        )
        raise PinRefused(left=tried.left)
    pin_tries_forgotten(who, device[:80])
    return staff_get(who)


def override_take(
    fetch: Fetch, *, override: str, right: str, store: str, subject: str, asked_by: Actor
) -> Actor:
    """Uses an exception, once, in the caller's transaction; answers the manager who allowed it.

    `fetch` runs a statement there: `Unit.fetch`, or `orm_fetch` inside `transaction.atomic()`.
    Errors: override_refused.
    """
    now = clock.now()
    try:
        row_id = internal_id(OVERRIDE_PREFIX, override)
    except RegularsError:
        raise OverrideRefused from None
    rows = fetch(TAKE, now, row_id, now, right, store, subject[:120], str(asked_by))
    if not rows:
        raise OverrideRefused
    manager = str(rows[0][0])
    statement = record_statement(
        actor=asked_by,
        action="override.used",
        subject=override,
        details={"right": right, "store": store, "for": subject[:120], "manager": manager},
    )
    fetch(statement.sql, *statement.params)
    return Actor(ActorKind.STAFF, manager.partition(":")[2])


def _known_id(manager: str) -> str:
    """The id as it is counted under; a stranger's text counts in one place for all of them."""
    try:
        return str(UUID(manager))
    except ValueError:
        return "nobody"


def _pin_right(staff_id: str, pin: str) -> bool:
    """Whether it is the person's PIN; takes as long when there is no such person, or no PIN."""
    row = None
    if staff_id != "nobody":
        row = StaffPin.objects.filter(staff_id=UUID(staff_id)).first()
    mixed = _mixed(staff_id, pin[:16])
    if row is None:
        make_password(mixed)
        return False
    return check_password(mixed, row.pin)


def _mixed(staff_id: str, pin: str) -> str:
    return blind_index("staff_pin", f"{staff_id}:{pin}")


def _refused(asked_by: Actor, who: str, right: str, store: str, subject: str) -> None:
    record(
        actor=asked_by,
        action="override.refused",
        subject=who,
        details={"right": right, "store": store, "for": subject[:120]},
    )


def _allowed(
    who: str, right: str, store: str, subject: str, device: str, asked_by: Actor
) -> OverrideView:
    now: datetime = clock.now()
    manager = Actor(ActorKind.STAFF, who)
    row = Override.objects.create(
        manager=str(manager),
        right=right,
        store=store,
        subject=subject,
        asked_by=str(asked_by),
        device=device,
        granted_at=now,
        expires_at=now + GOOD_FOR,
    )
    view = OverrideView(
        public_id=public_id(OVERRIDE_PREFIX, row.id),
        manager=row.manager,
        right=right,
        store=store,
        subject=subject,
        asked_by=row.asked_by,
        granted_at=now,
        expires_at=row.expires_at,
    )
    record(
        actor=manager,
        action="override.allowed",
        subject=view.public_id,
        details={"right": right, "store": store, "for": subject, "asked_by": str(asked_by)},
    )
    return view


__all__ = ["override_allow", "override_take", "pin_present", "pin_remove", "pin_set"]
