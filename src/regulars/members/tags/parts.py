"""What becomes of tags when members are merged, erased or exported."""

from datetime import datetime
from typing import Any, LiteralString

import msgspec

from regulars.foundation.database.session import Statement, Unit
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts
from regulars.members.tags.selectors import tags_of

JOIN: LiteralString = """
    INSERT INTO members_member_tag (holder_id, tag_id, source, reason, actor, set_at, expires_at)
    SELECT %s, tag_id, source, reason, actor, set_at, expires_at
    FROM members_member_tag WHERE holder_id = %s
    ON CONFLICT (holder_id, tag_id, source) DO NOTHING
"""
EMPTY: LiteralString = "DELETE FROM members_member_tag WHERE holder_id = %s"


def tags_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """All tags go over; where both carry one, the other's stays as it is."""
    return [Statement(JOIN, (facts.into_id, facts.from_id)), Statement(EMPTY, (facts.from_id,))]


def tags_erased(member_id: str, _now: datetime) -> list[Statement]:
    """The tags go, with the reasons that were given for them."""
    return [Statement(EMPTY, (member_id,))]


def tags_exported(member_id: str) -> Any:
    """What the member carries now, with reasons and dates."""
    return msgspec.to_builtins(tags_of(member_id))


part_register(
    MemberPart(name="tags", merged=tags_merged, erased=tags_erased, exported=tags_exported)
)
