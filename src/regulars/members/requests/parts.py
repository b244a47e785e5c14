"""What becomes of requests when members are merged, erased or exported."""

from datetime import datetime
from typing import Any, LiteralString

import msgspec

from regulars.foundation.database.session import Statement, Unit
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts
from regulars.members.requests.selectors import requests_of

MOVE: LiteralString = "UPDATE members_request SET member_id = %s WHERE member_id = %s"
DONE: LiteralString = """
    UPDATE members_request SET closed_at = %s WHERE member_id = %s AND closed_at IS NULL
"""


def requests_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """What was asked for is asked for by the one who stays."""
    return [Statement(MOVE, (facts.into_id, facts.from_id))]


def requests_erased(member_id: str, now: datetime) -> list[Statement]:
    """Nothing is left to be done."""
    return [Statement(DONE, (now, member_id))]


def requests_exported(member_id: str) -> Any:
    """All she ever asked for."""
    return msgspec.to_builtins(requests_of(member_id))


part_register(
    MemberPart(
        name="requests",
        merged=requests_merged,
        erased=requests_erased,
        exported=requests_exported,
    )
)
