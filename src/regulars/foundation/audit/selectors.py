"""Reading the audit trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q

from regulars.foundation.audit.models import AuditRecord


class Asked(msgspec.Struct, frozen=True):
    """Which acts are asked for: by whom (or by which kind of actor), of which kinds, about what,
    and when. What is empty is not asked about."""

    actor: str = ""
    actor_kind: str = ""
    actions: tuple[str, ...] = ()
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def last_recorded(action: str) -> datetime | None:
    """When an action was last recorded; None when it never was."""
    acts = AuditRecord.objects.filter(action=action).order_by("-recorded_at", "-id")
    return acts.values_list("recorded_at", flat=True).first()


def last_recorded_details(action: str) -> dict[str, Any]:
    """What was noted when an action was last recorded; empty when it never was."""
    acts = AuditRecord.objects.filter(action=action).order_by("-recorded_at", "-id")
    return acts.values_list("details", flat=True).first() or {}


def records_of(subject: str, limit: int) -> list[AuditRecord]:
    """What was done to a subject, newest first."""
    return list(AuditRecord.objects.filter(subject=subject).order_by("-recorded_at", "-id")[:limit])


def records_found(asked: Asked, *, before: str, limit: int) -> list[AuditRecord]:
    """The acts asked for, newest first, those older than the act `before` (its id) if given.

    Ids are in the order of time, so that a page is found by the last one's id.
    """
    rows = AuditRecord.objects.order_by("-id")
    if asked.actor:
        rows = rows.filter(actor=asked.actor)
    if asked.actor_kind:
        rows = rows.filter(actor__startswith=f"{asked.actor_kind}:")
    if asked.actions:
        rows = rows.filter(action__in=asked.actions)
    if asked.subject:
        rows = rows.filter(Q(subject=asked.subject) | Q(reason__icontains=asked.subject))
    if asked.since is not None:
        rows = rows.filter(recorded_at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(recorded_at__lt=asked.until)
    try:
        older_than = UUID(before) if before else None
    except ValueError:
        older_than = None
    if older_than is not None:
        rows = rows.filter(id__lt=older_than)
    return list(rows[:limit])
