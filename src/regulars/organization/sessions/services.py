"""The doors for beginning and ending sessions. An ended one is gone on the server at once."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from regulars.foundation import clock
from regulars.organization.sessions.models import StaffSession

SEEN_EVERY = timedelta(minutes=5)
DEVICE_MAX = 80

# What a browser says of itself is long and half untrue; two words of it help to know it again.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("Firefox", "Firefox"),
)
_ENGINES = (("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_named(user_agent: str) -> str:
    """A browser's name for people: “Chrome, Windows”."""
    found = [
        next((name for mark, name in marks if mark in user_agent), "")
        for marks in (_BROWSERS + _ENGINES, _SYSTEMS)
    ]
    return ", ".join([each for each in found if each])[:DEVICE_MAX] or "?"


def session_begun(*, staff_id: str, session_key: str, user_agent: str) -> None:
    """Notes a session that has just been begun."""
    now = clock.now()
    StaffSession.objects.update_or_create(
        session_key=session_key,
        defaults={
            "staff_id": staff_id,
            "device": device_named(user_agent),
            "created_at": now,
            "seen_at": now,
        },
    )


def session_seen(*, session_key: str, last: datetime | None) -> datetime | None:
    """Notes that a session is used, every five minutes; answers the new moment, if it did."""
    now = clock.now()
    if last is not None and now - last < SEEN_EVERY:
        return None
    StaffSession.objects.filter(session_key=session_key).update(seen_at=now)
    return now


@transaction.atomic
def sessions_end(*, staff_id: str, session: str | None = None, but_key: str | None = None) -> int:
    """Ends one session of a person by its id, or all of them, perhaps but one; answers how many."""
    rows = StaffSession.objects.filter(staff_id=staff_id)
    if session is not None:
        rows = rows.filter(id=session)
    if but_key is not None:
        rows = rows.exclude(session_key=but_key)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return StaffSession.objects.filter(session_key__in=keys).delete()[0]


def session_ended(session_key: str) -> None:
    """Forgets a session that its owner has just ended herself."""
    StaffSession.objects.filter(session_key=session_key).delete()


def old_sessions_forget(before: datetime) -> int:
    """Removes sessions begun before an instant, Django's own rows with them."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    return StaffSession.objects.filter(created_at__lt=before).delete()[0]


__all__ = [
    "device_named",
    "old_sessions_forget",
    "session_begun",
    "session_ended",
    "session_seen",
    "sessions_end",
]
