"""The doors for declaring what is tallied, and for counting it."""

from datetime import datetime
from typing import LiteralString

import msgspec

from regulars.foundation import clock
from regulars.foundation.database.session import Unit, unit_retried
from regulars.members.tallies.registry import tallies_known, tally_register
from regulars.members.tallies.types import Counting

KEEP: LiteralString = """
    INSERT INTO members_tally (name, counts, counted_at) VALUES (%s, %s::jsonb, %s)
    ON CONFLICT (name) DO UPDATE SET counts = excluded.counts, counted_at = excluded.counted_at
    WHERE members_tally.counted_at <= excluded.counted_at
"""


def tallies_measure(at: datetime | None = None) -> None:
    """Counts everybody anew, each tally in a unit of work of its own."""
    now = at or clock.now()
    for name, counting in tallies_known().items():
        _measured(name, counting, now)


def tally_measure(name: str) -> None:
    """Counts everybody anew for one tally: after many members were changed at once."""
    _measured(name, tallies_known()[name], clock.now())


def _measured(name: str, counting: Counting, now: datetime) -> None:
    def kept(unit: Unit) -> None:
        counts = msgspec.json.encode(dict(counting(unit, now))).decode()
        unit.fetch(KEEP, name, counts, now)

    unit_retried(kept)


__all__ = ["tallies_measure", "tally_measure", "tally_register"]
