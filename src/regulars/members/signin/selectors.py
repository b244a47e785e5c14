"""The doors for reading sessions, and what the shop says on phones."""

import msgspec

from regulars.foundation import clock
from regulars.members.profiles.selectors import member_by_digest, uuid_of
from regulars.members.signin.models import PhoneSetting, SignInSession
from regulars.members.signin.sessions import AGE, IDLE, session_seen, token_digest
from regulars.members.signin.types import PhoneWords, SessionView

ONLY_ROW = 1


def session_of(token: str) -> SessionView | None:
    """The session of a secret, None when it is over; notes that it is in use.

    It is over by its time, when it was ended, or when the number is not hers any more.
    """
    now = clock.now()
    row = SignInSession.objects.filter(
        digest=token_digest(token), seen_at__gt=now - IDLE, created_at__gt=now - AGE
    ).first()
    if row is None or member_by_digest(str(row.number_digest)) != str(row.member_id):
        return None
    session_seen(str(row.digest), row.seen_at)
    return _view(row)


def sessions_of(member_id: str) -> list[SessionView]:
    """Where a member is signed in, the place she used last first."""
    rows = SignInSession.objects.filter(member_id=uuid_of(member_id)).order_by("-seen_at", "id")
    return [_view(row) for row in rows]


def phone_words() -> PhoneWords:
    """What the shop says on its members' phones."""
    row = PhoneSetting.objects.filter(id=ONLY_ROW).first()
    if row is None:
        return PhoneWords()
    return PhoneWords(
        help_text=row.help_text,
        contact_phone=row.contact_phone,
        may_join=row.may_join,
        home_store=row.home_store,
    )


def sessions_exported(member_id: str) -> object:
    """A member's sessions, ready for JSON: for her own data's export."""
    return [
        {"session": each.public_id, **msgspec.to_builtins(each)} for each in sessions_of(member_id)
    ]


def _view(row: SignInSession) -> SessionView:
    return SessionView(
        id=str(row.id),
        member_id=str(row.member_id),
        device=row.device,
        created_at=row.created_at,
        seen_at=row.seen_at,
    )


__all__ = ["phone_words", "session_of", "sessions_exported", "sessions_of"]
