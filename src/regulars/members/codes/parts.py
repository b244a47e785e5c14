"""What becomes of codes when members are merged or erased."""

from datetime import datetime
from typing import LiteralString

from regulars.foundation.database.session import Statement, Unit
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts

MOVE: LiteralString = "UPDATE members_code SET member_id = %s WHERE member_id = %s"
DROP: LiteralString = "DELETE FROM members_code WHERE member_id = %s"


def codes_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """A code that is on the phone just now leads to the one who stays."""
    return [Statement(MOVE, (facts.into_id, facts.from_id))]


def codes_erased(member_id: str, _now: datetime) -> list[Statement]:
    """No code leads to her any more."""
    return [Statement(DROP, (member_id,))]


part_register(MemberPart(name="codes", merged=codes_merged, erased=codes_erased))
