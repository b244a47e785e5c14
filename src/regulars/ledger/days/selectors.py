"""Reading what all members together gained, lost and own: sums, and the few entries after them."""

from datetime import date, datetime, timedelta
from typing import LiteralString

import msgspec

from regulars.foundation.database.session import Unit

EXPIRING_DAYS = 30
# The instants of a business day begin at most fifteen hours before it is that day in UTC.
DAY_AHEAD = timedelta(hours=15)
# What is recorded later than this after its day counts as the whole day's, whatever its hour.
RECORDED_WITHIN = timedelta(days=2)

# Sums and what came after them in one statement, which sees one moment: a stretch that is being
# summed is in one of the two. The range index on `seq` finds the last minutes' entries.
GAINED: LiteralString = """
    WITH summed AS MATERIALIZED (SELECT coalesce(max(seq), 0) AS seq FROM ledger_summed)
    SELECT business_date, asset_id, counter, program, gained FROM ledger_day_total
    WHERE business_date BETWEEN %(since)s AND %(until)s
    UNION ALL
    SELECT e.business_date, p.asset_id, p.counter, coalesce(substring(p.rule FROM '^(.+)@'), ''),
           sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END)::bigint
    FROM ledger_entry e
    JOIN ledger_posting p ON p.holder_id = e.holder_id AND p.entry_id = e.id
    WHERE e.seq > (SELECT seq FROM summed) AND e.business_date BETWEEN %(since)s AND %(until)s
    GROUP BY 1, 2, 3, 4
"""
OWED: LiteralString = """
    WITH summed AS MATERIALIZED (SELECT coalesce(max(seq), 0) AS seq FROM ledger_summed)
    SELECT asset_id, sum(gained)::bigint FROM (
        SELECT asset_id, sum(gained) AS gained FROM ledger_day_total GROUP BY 1
        UNION ALL
        SELECT p.asset_id, sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END)
        FROM ledger_entry e
        JOIN ledger_posting p ON p.holder_id = e.holder_id AND p.entry_id = e.id
        WHERE e.seq > (SELECT seq FROM summed)
        GROUP BY 1
    ) AS gained GROUP BY 1
"""
# One day's entries: those of its first hours by the clock, and all that was recorded in time.
EARLY: LiteralString = """
    SELECT p.asset_id, p.counter,
           coalesce(sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END)
               FILTER (WHERE e.occurred_at <= %(by)s), 0)::bigint,
           sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END)::bigint
    FROM ledger_entry e
    JOIN ledger_posting p ON p.holder_id = e.holder_id AND p.entry_id = e.id
    WHERE e.business_date = %(day)s
      AND e.recorded_at >= %(first)s AND e.recorded_at < %(last)s
    GROUP BY 1, 2
"""
EXPIRING: LiteralString = "SELECT asset_id, amount, measured_at FROM ledger_expiring"


class Gained(msgspec.Struct, frozen=True):
    """What holders gained on one business day of one asset, against a counter, by a program."""

    business_date: date
    asset_id: int
    counter: str
    program: str
    amount: int


class ExpiringView(msgspec.Struct, frozen=True):
    """What of an asset expires within 30 days unless it is used, as of an instant."""

    asset_id: int
    amount: int
    measured_at: datetime


def days_gained(unit: Unit, since: date, until: date) -> list[Gained]:
    """What was gained and lost on the business days of a range, both ends included.

    Negative is what holders lost. A reversal counts on the day of the reversal.
    """
    rows = unit.fetch_named(GAINED, {"since": since, "until": until})
    return [Gained(*row) for row in rows]


def day_gained_by(unit: Unit, day: date, by: datetime) -> dict[tuple[int, str], int]:
    """What was gained on one day up to an instant, by asset and counter.

    What was recorded more than two days after the day began has no hour here: it counts whole.
    """
    first = datetime(day.year, day.month, day.day, tzinfo=by.tzinfo) - DAY_AHEAD
    params = {"day": day, "by": by, "first": first, "last": first + RECORDED_WITHIN + DAY_AHEAD}
    found: dict[tuple[int, str], int] = {}
    for each in days_gained(unit, day, day):
        key = (each.asset_id, each.counter)
        found[key] = found.get(key, 0) + each.amount
    for asset_id, counter, early, all_day in unit.fetch_named(EARLY, params):
        key = (asset_id, counter)
        found[key] = found.get(key, 0) - all_day + early
    return found


def owed(unit: Unit) -> dict[int, int]:
    """What all holders together own of each asset at this moment, debts deducted."""
    return {row[0]: row[1] for row in unit.fetch(OWED)}


def expiring(unit: Unit) -> dict[int, ExpiringView]:
    """What of each asset expires within 30 days, as it was last measured."""
    return {row[0]: ExpiringView(*row) for row in unit.fetch(EXPIRING)}
