"""What becomes of sales that are put aside when members are merged or erased."""

from datetime import datetime
from typing import LiteralString

from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.ids import public_id
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts
from regulars.members.profiles.types import PUBLIC_PREFIX

MOVE: LiteralString = """
    UPDATE commerce_parked_sale SET content = replace(content, %s, %s)
    WHERE position(%s in content) > 0
"""
DROP: LiteralString = "DELETE FROM commerce_parked_sale WHERE position(%s in content) > 0"


def parked_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """What waits for her waits for the one who stays."""
    old = public_id(PUBLIC_PREFIX, facts.from_id)
    return [Statement(MOVE, (old, public_id(PUBLIC_PREFIX, facts.into_id), old))]


def parked_erased(member_id: str, _now: datetime) -> list[Statement]:
    """Nothing waits for her any more."""
    return [Statement(DROP, (public_id(PUBLIC_PREFIX, member_id),))]


part_register(MemberPart(name="parked", merged=parked_merged, erased=parked_erased))
