"""The moment of a decision: taken once, carried out, written into the audit trail.

The statements run on whatever connection the deed itself uses, so that decision and deed are one
transaction.
"""

from collections.abc import Callable
from typing import Any, LiteralString

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.session import Rows, Unit, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.idempotency.services import orm_fetch
from regulars.foundation.ids import public_id
from regulars.foundation.texts import LANGUAGES
from regulars.organization.approvals.errors import ApprovalDecided, ApprovalExpired
from regulars.organization.approvals.models import Approval
from regulars.organization.approvals.types import (
    APPROVAL_PREFIX,
    ApprovalKind,
    ApprovalState,
    Approved,
)

# Who comes second waits for the first one's row, then finds that it no longer waits.
TAKE: LiteralString = """
    UPDATE organization_approval
    SET state = %s, decided_by = %s, decided_at = %s, decided_reason = %s
    WHERE id = %s::uuid AND state = 'waiting' AND expires_at > %s
    RETURNING id
"""
CLOSE: LiteralString = """
    UPDATE organization_approval SET state = %s, outcome = %s
    WHERE id = %s::uuid AND state = 'approved'
    RETURNING id
"""
# A server that is busy or a database that is away says nothing about the deed.
PASSING_STATUS = 503

Fetch = Callable[..., Rows]


def taken(fetch: Fetch, row: Approval, actor: Actor, state: ApprovalState, reason: str) -> None:
    """Ends the waiting of a request. Errors: approval_decided, approval_expired."""
    now = clock.now()
    if not fetch(TAKE, state.value, str(actor), now, reason, str(row.id), now):
        raise ApprovalExpired if row.expires_at <= now else ApprovalDecided
    _noted(fetch, actor, state, str(row.id), row.kind, row.amount, reason)


def done_in_unit(row: Approval, actor: Actor, reason: str, kind: ApprovalKind) -> None:
    """Approves and does the deed in one unit of work."""
    work, deed = kind.in_unit, approved(row, actor)
    if work is None:
        raise TypeError(f"{kind.code} has no executor in a unit of work")

    def attempted(unit: Unit) -> None:
        taken(unit.fetch, row, actor, ApprovalState.APPROVED, reason)
        unit.fetch(CLOSE, ApprovalState.DONE.value, work(unit, deed), deed.id)

    unit_retried(attempted)


def done_in_orm(row: Approval, actor: Actor, reason: str, kind: ApprovalKind) -> None:
    """Approves and does the deed in one transaction of Django's, or only approves."""
    deed = approved(row, actor)
    with transaction.atomic():
        taken(orm_fetch, row, actor, ApprovalState.APPROVED, reason)
        if kind.in_orm is not None:
            orm_fetch(CLOSE, ApprovalState.DONE.value, kind.in_orm(deed), deed.id)


def carried_out(kind: ApprovalKind, deed: Approved) -> None:
    """Does a deed that commits by itself, and notes what came of it."""
    if kind.afterwards is None:
        raise TypeError(f"{kind.code} has no executor of its own")
    try:
        outcome = kind.afterwards(deed)
    except RegularsError as refusal:
        if refusal.status == PASSING_STATUS:
            return
        _failed(deed, refusal)
    else:
        orm_fetch(CLOSE, ApprovalState.DONE.value, outcome, deed.id)


def approved(row: Approval, actor: Actor) -> Approved:
    """The deed as its executor gets it."""
    return Approved(
        id=str(row.id),
        kind=row.kind,
        key=f"approval:{row.id}",
        payload=row.payload,
        amount=row.amount,
        store=row.store or None,
        subject=row.subject,
        reason=row.reason,
        requested_by=row.requested_by,
        approver=actor,
    )


def _failed(deed: Approved, refusal: RegularsError) -> None:
    with transaction.atomic():
        if orm_fetch(CLOSE, ApprovalState.FAILED.value, refusal.code, deed.id):
            texts = {language: refusal.sentence(language) for language in LANGUAGES}
            Approval.objects.filter(id=deed.id).update(problem=texts)
            state = ApprovalState.FAILED
            _noted(orm_fetch, deed.approver, state, deed.id, deed.kind, deed.amount, refusal.code)


def _noted(fetch: Fetch, actor: Actor, state: ApprovalState, row_id: str, *about: Any) -> None:
    kind, amount, reason = about
    statement = record_statement(
        actor=actor,
        action=f"approval.{state.value}",
        subject=public_id(APPROVAL_PREFIX, row_id),
        reason=reason,
        details={"kind": kind, "amount": amount},
    )
    fetch(statement.sql, *statement.params)
