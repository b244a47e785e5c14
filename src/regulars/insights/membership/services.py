"""Counting the members of a large shop."""

from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.session import Statement, Unit, unit_retried
from regulars.insights.membership.selectors import COUNTS, counts_parameters

FORGET: LiteralString = "DELETE FROM insights_member_count"
KEEP: LiteralString = """
    INSERT INTO insights_member_count (store_id, members, active, dormant, churned, measured_at)
    VALUES (%s, %s, %s, %s, %s, %s)
"""


def members_measure() -> None:
    """Counts all members by their stores, and how active they are."""
    unit_retried(_measured)


def _measured(unit: Unit) -> None:
    now = clock.now()
    unit.fetch("SET LOCAL max_parallel_workers_per_gather = 2")
    rows = unit.fetch_named(COUNTS, counts_parameters(now))
    unit.flight([Statement(FORGET), *[Statement(KEEP, (*row, now)) for row in rows]])
