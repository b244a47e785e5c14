"""Trying a code, and joining with a number that a code has proved.

A wrong try must stay counted, so it is an answer here and no error: an error would take back what
was written.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.personal import decrypt
from regulars.foundation.texts import code_typed
from regulars.members.profiles.errors import IdentifierTaken
from regulars.members.profiles.selectors import member_by_digest
from regulars.members.signin.asking import code_digest
from regulars.members.signin.errors import JoiningClosed, NotProved
from regulars.members.signin.models import SignInCode
from regulars.members.signin.selectors import phone_words
from regulars.members.signin.sessions import session_begin, session_begin_in_unit
from regulars.members.signin.types import CodeTried, Outcome

TRIES_MAX = 5
PROOF_LIFE = timedelta(minutes=15)
EMPTIED: dict[str, Any] = {"phone_encrypted": "", "code_encrypted": ""}
# Makes a member of a phone and a home store in the unit of work; answers her id (UUID text).
Enroller = Callable[[Unit, str, str | None], str]

LOCK: LiteralString = """
    SELECT id, phone_digest, phone_encrypted, proved_at FROM members_signin_code WHERE id = %s
    FOR NO KEY UPDATE
"""
SERVED: LiteralString = """
    UPDATE members_signin_code SET phone_encrypted = '', code_encrypted = '' WHERE id = %s
"""


@transaction.atomic
def sign_in_code_try(*, challenge: str, code: str, device: str) -> CodeTried:
    """Tries a code that was typed, with the challenge that the same browser was given.

    A code is good once and for five minutes; the fifth wrong try ends it. Who waits here for
    another try of the same code finds it used.
    """
    row = _locked(challenge)
    now = clock.now()
    if row is None or row.ended_at or row.expires_at <= now or row.tries >= TRIES_MAX:
        return CodeTried(Outcome.OVER)
    row.tries += 1
    is_right = hmac.compare_digest(code_digest(str(row.id), code_typed(code)), str(row.code_digest))
    if not is_right:
        left = TRIES_MAX - row.tries
        changes: dict[str, Any] = {"tries": row.tries}
        if not left:
            changes |= {"ended_at": now, **EMPTIED}
        _changed(row, changes)
        return CodeTried(Outcome.WRONG if left else Outcome.OVER, tries_left=left)
    member_id = member_by_digest(str(row.phone_digest))
    if member_id is None:
        used = {"tries": row.tries, "ended_at": now, "proved_at": now, "code_encrypted": ""}
        _changed(row, used)
        return CodeTried(Outcome.STRANGER)
    _changed(row, {"tries": row.tries, "ended_at": now, **EMPTIED})
    token = session_begin(member_id=member_id, number_digest=str(row.phone_digest), device=device)
    return CodeTried(Outcome.IN, member_id, token)


def proof_is_good(challenge: str) -> bool:
    """Whether this browser has just proved a number that no member has."""
    row = SignInCode.objects.filter(id=challenge).first() if _is_uuid(challenge) else None
    return row is not None and _proved(row.phone_encrypted, row.proved_at, clock.now())


def member_join(*, unit: Unit, challenge: str, device: str, enrol: Enroller) -> CodeTried:
    """Makes the owner of a proved number a member by `enrol`, and signs her in; all or nothing.

    In the caller's unit of work. Errors: joining_closed, number_not_proved, and those of `enrol`.
    """
    words = phone_words()
    if not words.may_join:
        raise JoiningClosed
    rows = unit.fetch(LOCK, challenge) if _is_uuid(challenge) else []
    if not rows:
        raise NotProved
    code_id, phone_digest, sealed, proved_at = rows[0]
    if not _proved(sealed, proved_at, clock.now()):
        raise NotProved
    phone = decrypt(sealed, f"{code_id}/phone")
    try:
        member_id = enrol(unit, phone, words.home_store)
    except IdentifierTaken:
        # The counter enrolled her meanwhile: the same number, so the same person.
        raise NotProved from None
    unit.flight([Statement(SERVED, (code_id,))])
    token = session_begin_in_unit(
        unit=unit, member_id=member_id, number_digest=phone_digest, device=device
    )
    return CodeTried(Outcome.IN, member_id, token)


def _locked(challenge: str) -> SignInCode | None:
    if not _is_uuid(challenge):
        return None
    return SignInCode.objects.select_for_update().filter(id=challenge).first()


def _proved(sealed: str, proved_at: datetime | None, now: datetime) -> bool:
    return bool(sealed) and proved_at is not None and proved_at + PROOF_LIFE > now


def _changed(row: SignInCode, changes: dict[str, Any]) -> None:
    SignInCode.objects.filter(id=row.id).update(**changes)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
