"""Sums of the sales of days that are over, so that a page over a year reads a few hundred rows.

A sale or a refund that comes late marks its day, in its own transaction; a marked day is counted
from its sales until the job has summed it anew. So the figures are never behind, and never more
than a few days of sales are read.
"""

from datetime import date, datetime, timedelta
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.arrays import date_array
from regulars.foundation.database.session import Statement, Unit, unit_retried

# A day is over two days after it began in UTC: in every zone, and for every transaction that was
# at work. Until the day after it isn't summed, so whoever still wrote unmarked has ended.
OVER = timedelta(days=1)
CLOSED = timedelta(days=2)
BEFORE_ALL = date(1, 1, 1)

MARK: LiteralString = """
    INSERT INTO rules_sales_closed (id, until) VALUES (1, %s) ON CONFLICT (id) DO NOTHING
"""
CLOSED_UNTIL: LiteralString = "SELECT until FROM rules_sales_closed WHERE id = 1 FOR UPDATE"
TAKE: LiteralString = "DELETE FROM rules_sales_touched RETURNING business_date"
FORGET: LiteralString = "DELETE FROM rules_sales_day WHERE business_date = ANY(%s::date[])"
SUM_SOME: LiteralString = """
    INSERT INTO rules_sales_day (business_date, store_id, tickets, net_minor, refunded_minor,
        member_tickets, member_net_minor)
    SELECT business_date, coalesce(store_id, 0), count(*), sum(net_minor), sum(refunded_minor),
        count(*) FILTER (WHERE holder_id <> '00000000-0000-0000-0000-000000000000'),
        coalesce(sum(net_minor - refunded_minor)
            FILTER (WHERE holder_id <> '00000000-0000-0000-0000-000000000000'), 0)
    FROM rules_purchase
    WHERE (business_date = ANY(%s::date[]) OR business_date BETWEEN %s AND %s)
      AND NOT cancelled
    GROUP BY 1, 2
"""
MOVE: LiteralString = "UPDATE rules_sales_closed SET until = %s WHERE id = 1"


def days_over(now: datetime) -> date:
    """The first day that is not over for sure, wherever a store may be."""
    return now.date() - OVER


def days_close() -> date:
    """Sums the days that are over now and those that were changed; answers up to which day."""
    return unit_retried(_closed)


def _closed(unit: Unit) -> date:
    unit.flight([Statement(MARK, (BEFORE_ALL,))])
    before = unit.fetch(CLOSED_UNTIL)[0][0]
    until = max(before, clock.now().date() - CLOSED)
    touched = sorted({row[0] for row in unit.fetch(TAKE) if row[0] < before})
    unit.flight(
        [
            Statement(FORGET, (date_array(touched),)),
            Statement(SUM_SOME, (date_array(touched), before, until - timedelta(days=1))),
            Statement(MOVE, (until,)),
        ]
    )
    return until
