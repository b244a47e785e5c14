"""Tallies as other rooms see them."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from regulars.foundation.database.session import Unit

# Counts members by something, as of an instant: how many there are by code.
Counting = Callable[[Unit, datetime], Mapping[str, int]]


class Tally(msgspec.Struct, frozen=True):
    """How many members there are of each kind, as of `counted_at`; a kind without any is absent."""

    counts: Mapping[str, int]
    counted_at: datetime

    def of(self, code: str) -> int:
        """How many there are of a kind."""
        return self.counts.get(code, 0)
