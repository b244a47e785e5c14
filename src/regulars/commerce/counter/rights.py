"""Who may do what at the counter, and what needs a second person there."""

from regulars.commerce.counter.errors import ApprovalNeeded
from regulars.foundation.actors import Actor
from regulars.foundation.database.session import Unit
from regulars.organization.overrides.selectors import overriders
from regulars.organization.overrides.services import override_take
from regulars.organization.staff.selectors import rights_of

SELL = "counter.sell"
DISCOUNT = "counter.discount"
REFUND = "counter.refund"
REFUND_ELSEWHERE = "counter.refund_elsewhere"
APPROVE = "counter.approve"
MANAGE = "counter.manage"


def required(actor: Actor, right: str, store: str) -> None:
    """Refuses with `right_missing` who may not do that at this store."""
    rights = rights_of(actor)
    if rights is not None:
        rights.required(right, store)


def approver_needed(actor: Actor, override: str, store: str, *, by_another: bool = False) -> bool:
    """Whether a manager's exception has to be used: the actor may not do it alone.

    `by_another`: nor may a manager, unless nobody else could allow it, as in a shop of one.
    Errors: approval_needed, when none is at hand.
    """
    rights = rights_of(actor)
    if rights is None:
        return False
    if rights.may(APPROVE, store) and not (by_another and _others(actor, store)):
        return False
    if not override:
        raise ApprovalNeeded
    return True


def _others(actor: Actor, store: str) -> bool:
    return any(each.id != actor.id for each in overriders(APPROVE, store))


def override_used(unit: Unit, actor: Actor, override: str, store: str, number: str) -> str:
    """Uses a manager's exception for one receipt; answers who allowed it. In its transaction.

    Errors: override_refused.
    """
    manager = override_take(
        unit.fetch, override=override, right=APPROVE, store=store, subject=number, asked_by=actor
    )
    return manager.id


def above(amount_minor: int, limit_minor: int | None) -> bool:
    """Whether an amount is more than what needs nobody."""
    return limit_minor is not None and amount_minor > limit_minor
