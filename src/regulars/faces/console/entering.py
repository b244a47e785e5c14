"""The moment at which a person of the staff is in: her session begins and is listed as hers."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse

from regulars.foundation import clock
from regulars.organization.sessions.services import session_begun
from regulars.organization.signins.services import device_remember
from regulars.organization.signins.types import FACTOR_AT, PROVEN_AT

DEVICE_COOKIE = "regulars_device"
YEAR_SECONDS = 365 * 86_400


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


def browser_remembered(request: HttpRequest, answer: HttpResponse, staff: Any) -> HttpResponse:
    """Lets this browser be known as one of hers, which no stranger's guesses lock out."""
    known = (request.COOKIES.get(DEVICE_COOKIE) or "")[:80] or None
    cookie_kept(answer, DEVICE_COOKIE, device_remember(staff_id=str(staff.pk), token=known))
    return answer


def cookie_kept(answer: HttpResponse, name: str, value: str) -> None:
    """A cookie that no script reads, for a year."""
    answer.set_cookie(
        name,
        value,
        max_age=YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
