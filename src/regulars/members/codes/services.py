"""Making a member code, and using it once.

A code is eighteen digits: two that say what it is and sixteen by chance. So few are good at any
moment that guessing one takes centuries at a till's pace; a photo of one is worth nothing a minute
later, and nothing at all once it was used.
"""

from datetime import datetime, timedelta
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.arrays import id_array, instant_array
from regulars.foundation.database.session import Unit
from regulars.foundation.ids import new_digits
from regulars.foundation.personal import blind_index
from regulars.members.codes.errors import MemberCodeInvalid, TooManyMemberCodes
from regulars.members.codes.types import CodeView
from regulars.members.profiles.services import member_locked

PREFIX = "28"
CHANCE_DIGITS = 16
LIFE = timedelta(seconds=60)

# What a phone may have fetched ahead, several times over: a page is opened again and again.
AHEAD_MAX = 12
OPEN_MAX = 120
# The next code begins a little before the one before it ends, so that there is always one.
STEP = timedelta(seconds=50)

OPEN: LiteralString = """
    SELECT count(*) FROM members_code WHERE member_id = %s AND expires_at > %s
"""
KEEP: LiteralString = """
    INSERT INTO members_code (digest, member_id, starts_at, expires_at)
    SELECT unnest(%s::uuid[]), %s, unnest(%s::timestamptz[]), unnest(%s::timestamptz[])
"""
# Who comes second waits for the first, and then finds nothing.
USE: LiteralString = """
    DELETE FROM members_code
    WHERE digest = %s AND expires_at > %s AND (starts_at IS NULL OR starts_at <= %s)
    RETURNING member_id
"""
FORGET: LiteralString = """
    WITH gone AS (DELETE FROM members_code WHERE expires_at <= %s RETURNING digest)
    SELECT count(*) FROM gone
"""


def member_code_make(*, unit: Unit, member_id: str) -> CodeView:
    """A new code for the member's phone to show, good for a minute and once.

    Errors: unknown_member, member_merged, member_erased, too_many_member_codes.
    """
    return member_codes_make(unit=unit, member_id=member_id, count=1)[0]


def member_codes_make(*, unit: Unit, member_id: str, count: int) -> list[CodeView]:
    """Codes for the next minutes, at most twelve: one for now, and each next one for after it.

    Each is good for a minute of its own and once. Errors: unknown_member, member_merged,
    member_erased, too_many_member_codes.
    """
    member_locked(unit, member_id)
    now = clock.now()
    count = max(1, min(count, AHEAD_MAX))
    if int(unit.fetch(OPEN, member_id, now)[0][0]) + count > OPEN_MAX:
        raise TooManyMemberCodes
    views = [
        CodeView(
            code=f"{PREFIX}{new_digits(CHANCE_DIGITS)}",
            expires_at=now + place * STEP + LIFE,
            starts_at=now + place * STEP,
        )
        for place in range(count)
    ]
    unit.fetch(
        KEEP,
        id_array([_digest(view.code) for view in views]),
        member_id,
        instant_array([now + place * STEP for place in range(count)]),
        instant_array([view.expires_at for view in views]),
    )
    return views


def member_code_use(*, unit: Unit, code: str) -> str:
    """Whose code it is (UUID text); from now on it is good for nothing.

    Errors: member_code_invalid.
    """
    digits = "".join(code.split())
    is_code = len(digits) == len(PREFIX) + CHANCE_DIGITS and digits.isascii() and digits.isdigit()
    now = clock.now()
    rows = unit.fetch(USE, _digest(digits), now, now) if is_code else []
    if not rows:
        raise MemberCodeInvalid
    return str(rows[0][0])


def member_codes_forget(*, unit: Unit, before: datetime) -> int:
    """Removes codes that ran out before an instant; answers how many."""
    return int(unit.fetch(FORGET, before)[0][0])


def _digest(code: str) -> str:
    return blind_index("member-code", code)


__all__ = [
    "member_code_make",
    "member_code_use",
    "member_codes_forget",
    "member_codes_make",
]
