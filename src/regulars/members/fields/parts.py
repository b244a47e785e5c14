"""What becomes of fields and birthdays when members are merged, erased or exported."""

from datetime import datetime
from typing import Any, LiteralString

import msgspec

from regulars.foundation.database.session import Statement, Unit
from regulars.members.fields.selectors import birthday_of, member_fields
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts

# What the one who stays has said herself holds; the other's words fill the gaps.
JOIN: LiteralString = """
    UPDATE members_field_value AS v SET member_id = %s WHERE member_id = %s AND NOT EXISTS (
        SELECT 1 FROM members_field_value AS hers
        WHERE hers.member_id = %s AND hers.field_id = v.field_id)
"""
JOIN_BIRTHDAY: LiteralString = """
    UPDATE members_birthday SET member_id = %s WHERE member_id = %s AND NOT EXISTS (
        SELECT 1 FROM members_birthday WHERE member_id = %s)
"""
EMPTY: LiteralString = "DELETE FROM members_field_value WHERE member_id = %s"
NO_BIRTHDAY: LiteralString = "DELETE FROM members_birthday WHERE member_id = %s"


def fields_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """The gaps of the one who stays are filled."""
    both = (facts.into_id, facts.from_id, facts.into_id)
    return [
        Statement(JOIN, both),
        Statement(JOIN_BIRTHDAY, both),
        *fields_erased(facts.from_id, facts.now),
    ]


def fields_erased(member_id: str, _now: datetime) -> list[Statement]:
    """All values go, the personal ones and the others."""
    return [Statement(EMPTY, (member_id,)), Statement(NO_BIRTHDAY, (member_id,))]


def fields_exported(member_id: str) -> Any:
    """Everything in the clear: it is for herself."""
    return {
        "fields": member_fields(member_id),
        "birthday": msgspec.to_builtins(birthday_of(member_id)),
    }


part_register(
    MemberPart(name="profile", merged=fields_merged, erased=fields_erased, exported=fields_exported)
)
