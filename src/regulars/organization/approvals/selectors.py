"""The doors for reading what waits for a second person."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from regulars.foundation import clock
from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import internal_id, key_id, public_id
from regulars.foundation.rights import Rights
from regulars.foundation.settings import settings_load
from regulars.organization.approvals.errors import (
    ApprovalNeeded,
    ApprovalNeedsPeople,
    UnknownApproval,
)
from regulars.organization.approvals.models import Approval
from regulars.organization.approvals.registry import approval_kind, approval_kinds
from regulars.organization.approvals.types import (
    APPROVAL_PREFIX,
    ApprovalKind,
    ApprovalState,
    ApprovalView,
    Texts,
)
from regulars.organization.staff.selectors import staff_who_may

SHOWN_MAX = 100
DECIDE = "approvals.decide"


def approval_titles() -> dict[str, Texts]:
    """What every kind of deed that may need a second person is called, by its code."""
    return {code: each.title for code, each in approval_kinds().items()}


def approval_needed(kind: str, amount: int) -> bool:
    """Whether a deed of that amount needs a second person, by the deployment's limit."""
    limit = approval_kind(kind).limit(settings_load())
    return limit is not None and amount > limit


def approval_gate(kind: str, amount: int, actor: Actor) -> None:
    """Lets pass what this actor may do alone; asked by the service that does the deed.

    The house itself passes: its jobs, and whoever sits at the server. Errors: approval_needed,
    approval_needs_people (an API key).
    """
    if approval_waits(kind, amount, actor):
        raise ApprovalNeedsPeople if actor.kind is ActorKind.API_KEY else ApprovalNeeded


def approval_waits(kind: str, amount: int, actor: Actor) -> bool:
    """Whether this actor's deed has to wait for a second person."""
    if actor.kind in (ActorKind.JOB, ActorKind.SYSTEM) or not approval_needed(kind, amount):
        return False
    known = approval_kind(kind)
    return not known.alone_is_free or actor.kind is ActorKind.API_KEY or can_ask(known, actor)


def can_ask(kind: ApprovalKind, actor: Actor, store: str | None = None) -> bool:
    """Whether somebody else could approve such a deed there."""
    others = staff_who_may((DECIDE, kind.right), store=store)
    return any(each != actor.id for each in others)


def approval_get(approval: str) -> ApprovalView:
    """One request by its public id. Errors: unknown_approval."""
    return view_of(approval_row(approval))


def approval_is_asked(actor: Actor, key: str) -> bool:
    """Whether this actor asked for something under this key, whatever came of it."""
    return Approval.objects.filter(key=request_key(actor, key)).exists()


def request_key(actor: Actor, key: str) -> UUID:
    """Under which a request is kept, so that a retry asks once."""
    return UUID(key_id(str(actor), "approval", key))


def approvals_waiting(rights: Rights, actor: Actor) -> list[ApprovalView]:
    """What this person may decide now, the oldest first: never her own requests."""
    return [
        view_of(row)
        for row in _waiting().exclude(requested_by=str(actor)).order_by("requested_at", "id")
        if may_decide(rights, row.kind, row.store)
    ][:SHOWN_MAX]


def approvals_waiting_count(rights: Rights, actor: Actor) -> int:
    """How many requests wait for this person."""
    if not rights.may_somewhere(DECIDE):
        return 0
    rows = _waiting().exclude(requested_by=str(actor)).values_list("kind", "store")
    return sum(may_decide(rights, kind, store) for kind, store in rows)


def approvals_asked(actor: Actor) -> list[ApprovalView]:
    """What this person asked for, the newest first."""
    rows = Approval.objects.filter(requested_by=str(actor)).order_by("-requested_at", "-id")
    return [view_of(row) for row in rows[:SHOWN_MAX]]


def may_decide(rights: Rights, kind: str, store: str) -> bool:
    """Whether these rights suffice for a kind of deed at a store."""
    known = approval_kinds().get(kind)
    needed: Iterable[str] = (DECIDE, known.right) if known else ()
    return known is not None and all(rights.may(each, store or None) for each in needed)


def approval_row(approval: str) -> Approval:
    """The row behind a public id, for this room. Errors: unknown_approval."""
    try:
        found = Approval.objects.filter(id=internal_id(APPROVAL_PREFIX, approval)).first()
    except RegularsError:
        raise UnknownApproval from None
    if found is None:
        raise UnknownApproval
    return found


def view_of(row: Approval) -> ApprovalView:
    """What other rooms may know of a request."""
    state = ApprovalState(row.state)
    if state is ApprovalState.WAITING and row.expires_at <= clock.now():
        state = ApprovalState.EXPIRED
    return ApprovalView(
        id=str(row.id),
        public_id=public_id(APPROVAL_PREFIX, row.id),
        kind=row.kind,
        payload=row.payload,
        amount=row.amount,
        store=row.store or None,
        subject=row.subject,
        reason=row.reason,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        state=state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decided_reason=row.decided_reason,
        outcome=row.outcome,
        problem=row.problem,
    )


def _waiting() -> QuerySet[Approval]:
    return Approval.objects.filter(state="waiting", expires_at__gt=clock.now())
