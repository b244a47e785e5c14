"""The doors for reading what events were answered."""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Unit
from regulars.rules.intake.types import ReceiptBody

RECEIPTS: LiteralString = "SELECT id, receipt FROM rules_event WHERE id = ANY(%s::uuid[])"

_DECODER = msgspec.json.Decoder(ReceiptBody)


def receipts_of(unit: Unit, event_ids: Sequence[str]) -> dict[str, ReceiptBody]:
    """The receipts of events by their ids inside the house (`StatementLine.event_id`)."""
    rows = unit.fetch(RECEIPTS, id_array(event_ids))
    return {event_id: _DECODER.decode(receipt) for event_id, receipt in rows if receipt}


__all__ = ["receipts_of"]
