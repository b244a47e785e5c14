"""Sessions of members: begun by a right code, ended by her, by staff, or by the number's change."""

from datetime import datetime, timedelta
from typing import LiteralString

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.audit.services import record, record_statement
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.ids import internal_id, new_id, new_secret, public_id
from regulars.foundation.personal import blind_index
from regulars.members.profiles.types import PUBLIC_PREFIX
from regulars.members.signin.errors import UnknownSession
from regulars.members.signin.models import SignInSession
from regulars.members.signin.types import SESSION_PREFIX

DEVICE_MAX = 80
TOKEN_MAX = 64
# Silent for so long, or this old whatever happened: she signs in again.
IDLE = timedelta(days=90)
AGE = timedelta(days=365)
SEEN_AGAIN = timedelta(minutes=10)

BEGIN: LiteralString = """
    INSERT INTO members_signin_session (digest, id, member_id, number_digest, device, created_at,
        seen_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def token_digest(token: str) -> str:
    """The digest under which a session is kept."""
    return blind_index("member-session", token[:TOKEN_MAX])


def session_begin(*, member_id: str, number_digest: str, device: str) -> str:
    """Signs a member in on a device; answers the session's secret. In the caller's transaction."""
    token, now = new_secret(), clock.now()
    session_id = new_id()
    SignInSession.objects.create(
        digest=token_digest(token),
        id=session_id,
        member_id=member_id,
        number_digest=number_digest,
        device=device[:DEVICE_MAX],
        created_at=now,
        seen_at=now,
    )
    record(
        actor=Actor(ActorKind.MEMBER, member_id),
        action="member.signed_in",
        subject=public_id(PUBLIC_PREFIX, member_id),
        details={"session": public_id(SESSION_PREFIX, session_id)},
    )
    return token


def session_begin_in_unit(*, unit: Unit, member_id: str, number_digest: str, device: str) -> str:
    """`session_begin` in the caller's unit of work, for who becomes a member in it."""
    token, now = new_secret(), clock.now()
    session_id = new_id()
    row = (token_digest(token), session_id, member_id, number_digest, device[:DEVICE_MAX], now, now)
    act = record_statement(
        actor=Actor(ActorKind.MEMBER, member_id),
        action="member.signed_in",
        subject=public_id(PUBLIC_PREFIX, member_id),
        details={"session": public_id(SESSION_PREFIX, session_id)},
    )
    unit.flight([Statement(BEGIN, row), act])
    return token


@transaction.atomic
def session_end(*, actor: Actor, member_id: str, session: str) -> None:
    """Signs a member out on one device, `ses_…`, from her next tap on.

    Errors: unknown_session, malformed_id.
    """
    session_id = internal_id(SESSION_PREFIX, session)
    gone, _ = SignInSession.objects.filter(id=session_id, member_id=member_id).delete()
    if not gone:
        raise UnknownSession
    _noted(actor, member_id, {"session": session})


@transaction.atomic
def sessions_end(*, actor: Actor, member_id: str, but: str = "") -> int:
    """Signs a member out everywhere, but on one device if that is named; answers on how many."""
    sessions = SignInSession.objects.filter(member_id=member_id)
    if but:
        sessions = sessions.exclude(id=internal_id(SESSION_PREFIX, but))
    gone, _ = sessions.delete()
    if gone:
        _noted(actor, member_id, {"sessions": gone})
    return gone


def session_seen(digest: str, seen_at: datetime) -> None:
    """Notes that a session is in use, at most every ten minutes."""
    now = clock.now()
    if now - seen_at >= SEEN_AGAIN:
        SignInSession.objects.filter(digest=digest).update(seen_at=now)


def sessions_forget(now: datetime) -> int:
    """Removes sessions that are over by their time; answers how many."""
    idle, _ = SignInSession.objects.filter(seen_at__lt=now - IDLE).delete()
    old, _ = SignInSession.objects.filter(created_at__lt=now - AGE).delete()
    return idle + old


def _noted(actor: Actor, member_id: str, details: dict[str, object]) -> None:
    subject = public_id(PUBLIC_PREFIX, member_id)
    record(actor=actor, action="member.signed_out", subject=subject, details=details)
