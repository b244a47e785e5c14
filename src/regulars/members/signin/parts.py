"""What becomes of sessions when members are merged, erased or exported."""

from datetime import datetime
from typing import LiteralString

from regulars.foundation.database.session import Statement, Unit
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts
from regulars.members.signin.selectors import sessions_exported

MOVE: LiteralString = "UPDATE members_signin_session SET member_id = %s WHERE member_id = %s"
DROP: LiteralString = "DELETE FROM members_signin_session WHERE member_id = %s"


def sessions_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """Her phone stays signed in, and shows what she has now."""
    return [Statement(MOVE, (facts.into_id, facts.from_id))]


def sessions_erased(member_id: str, _now: datetime) -> list[Statement]:
    """She is signed in nowhere any more."""
    return [Statement(DROP, (member_id,))]


part_register(
    MemberPart(
        name="sessions",
        merged=sessions_merged,
        erased=sessions_erased,
        exported=sessions_exported,
    )
)
