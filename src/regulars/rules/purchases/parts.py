"""What becomes of purchases when members are merged: they count for whoever she is now."""

from typing import LiteralString

from regulars.foundation.database.session import Statement, Unit
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts

# Receipts and the ledger's entries stay with whose they were; refunds find them by the event's key.
MOVE: LiteralString = "UPDATE rules_purchase SET holder_id = %s WHERE holder_id = %s"


def purchases_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """Gives all of the one's sales to the other, also those of who was merged into her before."""
    return [Statement(MOVE, (facts.into_id, facts.from_id))]


part_register(MemberPart(name="purchases", merged=purchases_merged))
