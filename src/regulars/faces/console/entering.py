"""The moment at which a person of the staff is in: her session begins and is listed as hers."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest

from regulars.foundation import clock
from regulars.organization.sessions.services import session_begun
from regulars.organization.signins.types import FACTOR_AT, PROVEN_AT


def session_entered(request: HttpRequest, staff: Any, *, with_factor: bool) -> None:
    """Begins a session under a new id; notes what was shown for it, and in which browser."""
    login(request, staff)
    now = clock.now().isoformat()
    request.session[PROVEN_AT] = now
    if with_factor:
        request.session[FACTOR_AT] = now
    session_begun(
        staff_id=str(staff.pk),
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""),
    )
