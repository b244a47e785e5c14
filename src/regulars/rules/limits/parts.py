"""What becomes of used limits when members are merged: they are added, so nobody gains a turn."""

from typing import LiteralString

import msgspec

from regulars.foundation.database.arrays import text_array
from regulars.foundation.database.session import Statement, Unit
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts

OF_BOTH: LiteralString = """
    SELECT month, used FROM rules_member_count WHERE holder_id IN (%s, %s)
"""
# What is there already was added up with it: the other's holder is locked.
KEEP: LiteralString = """
    INSERT INTO rules_member_count (holder_id, month, used)
    SELECT %s, unnest(%s::text[]), unnest(%s::text[])
    ON CONFLICT (holder_id, month) DO UPDATE SET used = EXCLUDED.used
"""
# Later refunds give back to the other, who has the sales since.
GONE: LiteralString = "DELETE FROM rules_member_count WHERE holder_id = %s"
MOVE: LiteralString = "UPDATE rules_limit_use SET holder_id = %s WHERE holder_id = %s"


def limits_merged(unit: Unit, facts: MergeFacts) -> list[Statement]:
    """Adds what the one used of each limit to what the other used of it."""
    months: dict[str, dict[str, int]] = {}
    for month, text in unit.fetch(OF_BOTH, facts.from_id, facts.into_id):
        together = months.setdefault(month, {})
        for name, used in msgspec.json.decode(text, type=dict[str, int]).items():
            together[name] = together.get(name, 0) + used
    moved = Statement(MOVE, (facts.into_id, facts.from_id))
    if not months:
        return [moved]
    texts = [msgspec.json.encode(each).decode() for each in months.values()]
    columns = (text_array(list(months)), text_array(texts))
    return [
        Statement(KEEP, (facts.into_id, *columns)),
        Statement(GONE, (facts.from_id,)),
        moved,
    ]


part_register(MemberPart(name="limits", merged=limits_merged))
