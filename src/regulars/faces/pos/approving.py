"""A manager beside the cashier who allows one deed, here and now, with her PIN."""

from typing import Any

import msgspec

from regulars.faces.pos.doors import Desk
from regulars.organization.overrides.selectors import overriders
from regulars.organization.overrides.services import override_allow

APPROVE = "counter.approve"


class Approval(msgspec.Struct, forbid_unknown_fields=True):
    """Who allows it, by her id, and the PIN that only she knows."""

    manager: str
    pin: str


def override_of(desk: Desk, approval: Approval | None, sequence: int) -> str:
    """The exception for one receipt; empty when nobody was asked.

    Errors: pin_refused, pin_locked, override_own.
    """
    if approval is None:
        return ""
    till = desk.till
    allowed = override_allow(
        manager=approval.manager,
        pin=approval.pin,
        right=APPROVE,
        store=till.store.code,
        subject=f"{till.terminal}-{sequence:06d}",
        device=till.device,
        asked_by=desk.actor,
    )
    return allowed.public_id


def managers(desk: Desk, store: str) -> list[dict[str, Any]]:
    """Who can allow it at this store to who stands here."""
    return [
        {"id": each.id, "name": each.display_name}
        for each in overriders(APPROVE, store)
        if each.id != desk.actor.id
    ]
