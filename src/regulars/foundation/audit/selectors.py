"""Reading the audit trail."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count

from regulars.foundation.audit.models import AuditRecord


def last_recorded(action: str) -> datetime | None:
    """When an action was last recorded; None when it never was."""
    acts = AuditRecord.objects.filter(action=action).order_by("-recorded_at", "-id")
    return acts.values_list("recorded_at", flat=True).first()


def last_recorded_details(action: str) -> dict[str, Any]:
    """What was noted when an action was last recorded; empty when it never was."""
    acts = AuditRecord.objects.filter(action=action).order_by("-recorded_at", "-id")
    return acts.values_list("details", flat=True).first() or {}


def act_newest(*actions: str) -> AuditRecord | None:
    """Which of several actions was recorded last; None when none ever was."""
    acts = AuditRecord.objects.filter(action__in=actions)
    return acts.order_by("-recorded_at", "-id").first()


def acts_counted(action: str, since: datetime, until: datetime) -> dict[str, int]:
    """How often each actor did something, from an instant until before another."""
    acts = AuditRecord.objects.filter(action=action, recorded_at__gte=since, recorded_at__lt=until)
    return dict(acts.values_list("actor").annotate(times=Count("id")))


def records_of(
    subject: str,
    limit: int,
    actions: Iterable[str] | None = None,
    *,
    beside: Sequence[str] = (),
) -> list[AuditRecord]:
    """What was done to a subject, newest first; of some actions only, where a code names it.

    Things of several kinds may have the same code. `beside` are further subjects whose acts belong
    to this one's.
    """
    acts = AuditRecord.objects.filter(subject__in=[subject, *beside])
    if actions is not None:
        acts = acts.filter(action__in=list(actions))
    return list(acts.order_by("-recorded_at", "-id")[:limit])
