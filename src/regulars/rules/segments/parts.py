"""What becomes of segments when members are merged or erased: the next refreshing finds anew."""

from datetime import datetime
from typing import LiteralString

from regulars.foundation.database.session import Statement, Unit
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts

EMPTY: LiteralString = "DELETE FROM rules_segment_member WHERE holder_id = %s"


def segments_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """Who became another member is in no segment any more."""
    return [Statement(EMPTY, (facts.from_id,))]


def segments_erased(member_id: str, _now: datetime) -> list[Statement]:
    """Nobody can be found by what they bought once they are erased."""
    return [Statement(EMPTY, (member_id,))]


part_register(MemberPart(name="segments", merged=segments_merged, erased=segments_erased))
