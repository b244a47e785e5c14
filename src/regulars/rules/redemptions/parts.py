"""What becomes of points that were set aside when members are merged: they stay set aside."""

from typing import LiteralString

from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts

MOVE_HELD: LiteralString = """
    UPDATE rules_redemption AS r SET holder_id = %s, hold_id = moved.new
    FROM unnest(%s::uuid[], %s::uuid[]) AS moved(old, new)
    WHERE r.hold_id = moved.old AND r.state = 'held'
"""


def redemptions_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """A held redemption follows its hold; the settled ones stay where their entries are."""
    if not facts.holds:
        return []
    old, new = list(facts.holds), list(facts.holds.values())
    return [Statement(MOVE_HELD, (facts.into_id, id_array(old), id_array(new)))]


part_register(MemberPart(name="redemptions", merged=redemptions_merged))
