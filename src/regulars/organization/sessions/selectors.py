"""Reading who is signed in where."""

from datetime import timedelta

from django.conf import settings

from regulars.foundation import clock
from regulars.organization.sessions.models import StaffSession
from regulars.organization.sessions.types import SessionView

SHOWN_MAX = 50


def sessions_of(staff_id: str, *, current_key: str) -> list[SessionView]:
    """A person's sessions that have not lapsed, the one used last first."""
    since = clock.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = StaffSession.objects.filter(staff_id=staff_id, created_at__gt=since)
    return [
        SessionView(
            id=str(row.id),
            device=row.device,
            created_at=row.created_at,
            seen_at=row.seen_at,
            is_current=row.session_key == current_key,
        )
        for row in rows.order_by("-seen_at", "-id")[:SHOWN_MAX]
    ]
