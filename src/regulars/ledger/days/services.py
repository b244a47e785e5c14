"""Keeping the sums up: what is sealed is added once, and what expires soon is measured anew."""

from datetime import timedelta
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.session import Statement, Unit, unit_retried
from regulars.ledger.days.selectors import EXPIRING_DAYS
from regulars.ledger.proofs.selectors import sealed_upto

STRETCH = 200_000

# The row of the mark is locked, so that two who sum at once never add the same stretch.
MARK: LiteralString = """
    INSERT INTO ledger_summed (id, seq) VALUES (1, 0) ON CONFLICT (id) DO NOTHING
"""
MARKED: LiteralString = "SELECT seq FROM ledger_summed WHERE id = 1 FOR UPDATE"
ADD: LiteralString = """
    INSERT INTO ledger_day_total AS t (business_date, asset_id, counter, program, gained)
    SELECT e.business_date, p.asset_id, p.counter, coalesce(substring(p.rule FROM '^(.+)@'), ''),
           sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END)
    FROM ledger_entry e
    JOIN ledger_posting p ON p.holder_id = e.holder_id AND p.entry_id = e.id
    WHERE e.seq > %s AND e.seq <= %s
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (business_date, asset_id, counter, program)
    DO UPDATE SET gained = t.gained + excluded.gained
"""
MOVE: LiteralString = "UPDATE ledger_summed SET seq = %s WHERE id = 1"
FORGET: LiteralString = "DELETE FROM ledger_expiring"
# Inactivity takes all of an account at once, whatever its lots say.
MEASURE: LiteralString = """
    INSERT INTO ledger_expiring (asset_id, amount, measured_at)
    SELECT s.id, coalesce(dying.amount, 0), %s
    FROM ledger_asset s
    LEFT JOIN (
        SELECT l.asset_id, sum(l.remaining) AS amount
        FROM ledger_lot l JOIN ledger_account a USING (holder_id, asset_id)
        WHERE l.is_open AND least(l.expires_at, a.inactive_at) <= %s
          AND least(l.expires_at, a.inactive_at) > %s
        GROUP BY 1
    ) AS dying ON dying.asset_id = s.id
"""


def days_sum() -> int:
    """Adds what was sealed since the last time to the sums of its days; answers up to where.

    A stretch at a time, each once: after a broken run the next one goes on.
    """
    reached = -1
    while True:
        before, reached = reached, unit_retried(_summed)
        if reached == before:
            return reached


def expiring_measure() -> None:
    """Measures what of each asset expires within 30 days unless it is used."""
    unit_retried(_measured)


def _summed(unit: Unit) -> int:
    unit.flight([Statement(MARK)])
    after = int(unit.fetch(MARKED)[0][0])
    upto = min(sealed_upto(unit), after + STRETCH)
    if upto <= after:
        return after
    unit.flight([Statement(ADD, (after, upto)), Statement(MOVE, (upto,))])
    return upto


def _measured(unit: Unit) -> None:
    now = clock.now()
    soon = now + timedelta(days=EXPIRING_DAYS)
    unit.flight([Statement(FORGET), Statement(MEASURE, (now, soon, now))])


__all__ = ["days_sum", "expiring_measure"]
