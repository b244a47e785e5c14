"""The door for a member's word on a purpose, and for the texts she is shown."""

from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.ids import new_id, public_id
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.foundation.texts import text_checked
from regulars.members.consents.errors import PurposeMalformed
from regulars.members.consents.purposes import is_purpose
from regulars.members.consents.texts import consent_text_save
from regulars.members.profiles.services import member_locked
from regulars.members.profiles.types import PUBLIC_PREFIX

VERSION_MAX = 40

NEWEST: LiteralString = """
    SELECT granted, version FROM members_consent WHERE member_id = %s AND purpose = %s
    ORDER BY decided_at DESC, id DESC LIMIT 1
"""
ADD: LiteralString = """
    INSERT INTO members_consent (id, member_id, purpose, granted, version, actor, decided_at,
        recorded_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def consent_record(
    *, unit: Unit, actor: Actor, member_id: str, purpose: str, granted: bool, version: str
) -> bool:
    """Notes that a member agreed to a purpose, or agrees no more; False when it stood so already.

    `version` names the text she was shown. Errors: purpose_malformed, text_missing,
    text_too_long, unknown_member, member_merged, member_erased.
    """
    if not is_purpose(purpose):
        raise PurposeMalformed
    shown = text_checked(version, "version", maximum=VERSION_MAX, required=True)
    member_locked(unit, member_id)
    if unit.fetch(NEWEST, member_id, purpose) == [(granted, shown)]:
        return False
    now = clock.now()
    kind = "consent.granted" if granted else "consent.withdrawn"
    row = (new_id(), member_id, purpose, granted, shown, str(actor), now, now)
    subject = public_id(PUBLIC_PREFIX, member_id)
    details = {"purpose": purpose, "version": shown}
    payload = f'{{"purpose":"{purpose}"}}'
    unit.flight(
        [
            Statement(ADD, row),
            record_statement(actor=actor, action=kind, subject=subject, details=details),
            notices_statement([NoticeView(new_id(), kind, member_id, payload, now)]),
        ]
    )
    return True


__all__ = ["consent_record", "consent_text_save"]
