"""What a backup notes about the ledger."""

from typing import Any

import msgspec
import psycopg

from regulars.foundation.backup.registry import manifest_fact
from regulars.ledger.proofs.sealing import segment_last


@manifest_fact("last_root")
def last_root(connection: psycopg.Connection) -> Any:
    """The newest sealed segment in the copy, as it was published; None before the first."""
    segment = segment_last(connection)
    return None if segment is None else msgspec.to_builtins(segment)
