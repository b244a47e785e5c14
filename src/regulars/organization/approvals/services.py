"""The doors for asking for a second person's approval, and for giving or refusing it.

Nobody decides her own request, and each request is decided once. docs/approvals.md says how a room
uses it.
"""

from datetime import timedelta
from uuid import UUID

import msgspec
from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.audit.services import record
from regulars.foundation.errors import KeyReused
from regulars.foundation.idempotency.services import orm_fetch
from regulars.foundation.personal import blind_index
from regulars.foundation.rights import RightMissing, Rights
from regulars.foundation.settings import settings_load
from regulars.foundation.texts import text_checked
from regulars.organization.approvals.contents import content_described, publishing_limit
from regulars.organization.approvals.deciding import (
    approved,
    carried_out,
    done_in_orm,
    done_in_unit,
    taken,
)
from regulars.organization.approvals.errors import (
    ApprovalNotYours,
    ApprovalOwn,
    NobodyToApprove,
)
from regulars.organization.approvals.models import Approval
from regulars.organization.approvals.registry import approval_kind, approval_kind_register
from regulars.organization.approvals.selectors import (
    DECIDE,
    approval_row,
    can_ask,
    may_decide,
    request_key,
    view_of,
)
from regulars.organization.approvals.types import (
    ApprovalState,
    ApprovalView,
    Payload,
)
from regulars.organization.staff.selectors import rights_of
from regulars.organization.stores.selectors import store_get

REASON_MAX = 500
FINISHED_AT_ONCE = 20


@transaction.atomic
def approval_request(
    *,
    actor: Actor,
    kind: str,
    payload: Payload,
    amount: int,
    subject: str,
    reason: str,
    key: str,
    store: str | None = None,
) -> ApprovalView:
    """Lays a deed before a second person; joins the caller's transaction of Django's.

    `payload` is all the executor needs: ids and figures, never personal data. `amount` is what the
    limit is about (points, minor units, members), `subject` the public id it concerns. The same
    key with the same content answers the request that was made; other content is `key_reused`.
    Errors: approval_kind_unknown, nobody_to_approve, unknown_store, text_missing, key_reused.
    """
    known = approval_kind(kind)
    place = store_get(store).code if store else ""
    why = text_checked(reason, "reason", maximum=REASON_MAX, required=True)
    if not can_ask(known, actor, place or None):
        raise NobodyToApprove
    now = clock.now()
    content = msgspec.json.encode((kind, payload, amount, place, subject), order="deterministic")
    digest = UUID(blind_index("approval", content.decode()))
    row, is_new = Approval.objects.get_or_create(
        key=request_key(actor, key),
        defaults={
            "digest": digest,
            "kind": kind,
            "payload": payload,
            "amount": amount,
            "store": place,
            "subject": subject,
            "reason": why,
            "requested_by": str(actor),
            "requested_at": now,
            "expires_at": now + timedelta(days=settings_load().approval_days),
        },
    )
    if row.digest != digest:
        raise KeyReused
    view = view_of(row)
    if is_new:
        record(
            actor=actor,
            action="approval.requested",
            subject=view.public_id,
            reason=why,
            details={"kind": kind, "amount": amount, "for": subject},
        )
    return view


def approval_decide(
    *, actor: Actor, approval: str, approve: bool, reason: str = ""
) -> ApprovalView:
    """Approves a request and does the deed, or declines it: once, and never one's own.

    Deed and decision are one transaction: when the deed is refused, the request waits on. (A deed
    that commits by itself comes right after the decision, and the request is `failed` when it is
    refused.) The same decision of the same person again answers what came of it.
    Errors: unknown_approval, approval_own, right_missing, approval_decided, approval_expired, and
    the refusals of the deed.
    """
    row = approval_row(approval)
    why = text_checked(reason, "reason", maximum=REASON_MAX)
    _may_decide(actor, row)
    if _is_repeated(row, actor, approve=approve):
        return view_of(row)
    kind = approval_kind(row.kind)
    if not approve:
        with transaction.atomic():
            taken(orm_fetch, row, actor, ApprovalState.DECLINED, why)
    elif kind.in_unit is not None:
        done_in_unit(row, actor, why, kind)
    else:
        done_in_orm(row, actor, why, kind)
        if kind.afterwards is not None:
            carried_out(kind, approved(row, actor))
    return view_of(approval_row(approval))


def approval_withdraw(*, actor: Actor, approval: str, reason: str = "") -> ApprovalView:
    """Who asked takes the request back while it waits.

    Errors: unknown_approval, approval_not_yours, approval_decided, approval_expired.
    """
    row = approval_row(approval)
    why = text_checked(reason, "reason", maximum=REASON_MAX)
    if row.requested_by != str(actor):
        raise ApprovalNotYours
    if row.state != ApprovalState.WITHDRAWN:
        with transaction.atomic():
            taken(orm_fetch, row, actor, ApprovalState.WITHDRAWN, why)
    return view_of(approval_row(approval))


def approvals_finish(limit: int = FINISHED_AT_ONCE) -> int:
    """Carries out what was approved and then cut short; answers how many were looked at."""
    rows = Approval.objects.filter(state=ApprovalState.APPROVED).order_by("decided_at", "id")
    found = list(rows[:limit])
    for row in found:
        kind, _, actor_id = row.decided_by.partition(":")
        carried_out(approval_kind(row.kind), approved(row, Actor(ActorKind(kind), actor_id)))
    return len(found)


def _may_decide(actor: Actor, row: Approval) -> None:
    if row.requested_by == str(actor):
        raise ApprovalOwn
    rights = rights_of(actor) or Rights.NOBODYS
    if not may_decide(rights, row.kind, row.store):
        kind = approval_kind(row.kind)
        missing = DECIDE if not rights.may(DECIDE, row.store or None) else kind.right
        raise RightMissing(right=missing)


def _is_repeated(row: Approval, actor: Actor, *, approve: bool) -> bool:
    was_declined = row.state == ApprovalState.DECLINED
    return bool(row.decided_at) and row.decided_by == str(actor) and approve is not was_declined


__all__ = [
    "approval_decide",
    "approval_kind_register",
    "approval_request",
    "approval_withdraw",
    "approvals_finish",
    "content_described",
    "publishing_limit",
]
