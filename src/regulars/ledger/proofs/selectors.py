"""Reading how far the log is sealed."""

from typing import LiteralString

from regulars.foundation.database.session import Unit

SEALED_UPTO: LiteralString = "SELECT coalesce(max(last_seq), 0) FROM ledger_segment"


def sealed_upto(unit: Unit) -> int:
    """The number of the last sealed entry: none up to it can still appear."""
    return int(unit.fetch(SEALED_UPTO)[0][0])
