"""What becomes of cards when members are merged, erased or exported."""

from datetime import datetime
from typing import Any, LiteralString

import msgspec

from regulars.foundation.database.session import Statement, Unit
from regulars.members.cards.selectors import cards_of
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts

MOVE: LiteralString = "UPDATE members_card SET member_id = %s WHERE member_id = %s"
# The numbers stay used for ever: nobody shall be taken for somebody who had the card before.
END_ALL: LiteralString = """
    UPDATE members_card SET state = 'replaced', ended_at = coalesce(ended_at, %s)
    WHERE member_id = %s
"""


def cards_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """All cards go over, those in use and the lost ones."""
    return [Statement(MOVE, (facts.into_id, facts.from_id))]


def cards_erased(member_id: str, now: datetime) -> list[Statement]:
    """The cards are dead for ever; the numbers are the merchant's, not the member's."""
    return [Statement(END_ALL, (now, member_id))]


def cards_exported(member_id: str) -> Any:
    """All cards with their states."""
    return msgspec.to_builtins(cards_of(member_id))


part_register(
    MemberPart(name="cards", merged=cards_merged, erased=cards_erased, exported=cards_exported)
)
