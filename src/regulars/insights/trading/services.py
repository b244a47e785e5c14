"""Measuring the days that go on, in a shop too large to add them up at each look."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.arrays import (
    columns_as_arrays,
    date_array,
    int_array,
    plain_array,
    text_array,
)
from regulars.foundation.database.session import Statement, Unit, unit_retried
from regulars.foundation.shop.selectors import shop_known
from regulars.insights.trading.selectors import DAY, PERIODS, period_of
from regulars.insights.trading.types import Period, Shift
from regulars.members.profiles.selectors import joined_by_store, shop_is_small
from regulars.rules.purchases.selectors import sales_by_store, sales_open_since

# A period and the one that it is compared with are at most two months together.
LOOKED_BACK = timedelta(days=70)

# The one row comes first: two who measure at once do it one after the other.
MARK: LiteralString = """
    INSERT INTO insights_measured (id, at, since) VALUES (1, %s, %s)
    ON CONFLICT (id) DO UPDATE SET at = excluded.at, since = excluded.since
"""
FORGET: tuple[LiteralString, ...] = (
    "DELETE FROM insights_open_sales",
    "DELETE FROM insights_joined",
)
UNMARK: LiteralString = "DELETE FROM insights_measured"
KEEP_SALES: LiteralString = """
    INSERT INTO insights_open_sales (shift_days, business_date, store_id, tickets, net_minor,
        refunded_minor, member_tickets, member_net_minor)
    SELECT unnest(%s::smallint[]), unnest(%s::date[]), unnest(%s::smallint[]),
        unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]),
        unnest(%s::bigint[])
"""
SALES_ARRAYS = (plain_array, date_array, *(plain_array,) * 6)
KEEP_JOINED: LiteralString = """
    INSERT INTO insights_joined (shift_days, day, store, joined)
    SELECT unnest(%s::smallint[]), unnest(%s::date[]), unnest(%s::text[]), unnest(%s::bigint[])
"""
JOINED_ARRAYS = (plain_array, date_array, text_array, int_array)

SalesRow = tuple[Shift, date, int, int, int, int, int, int]
JoinedRow = tuple[Shift, date, str, int]


def open_days_measure() -> None:
    """Adds up the days that go on, and what they are compared with. A small shop needs none."""
    unit_retried(_measured)


def _measured(unit: Unit) -> None:
    now = clock.now()
    today = clock.business_date(now, shop_known().time_zone)
    since = max(sales_open_since(unit, today), today - LOOKED_BACK)
    unit.flight([Statement(MARK, (now, since)), *[Statement(each) for each in FORGET]])
    if shop_is_small(unit):
        unit.flight([Statement(UNMARK)])
        return
    # Tomorrow has begun in some zones.
    sales = _sales(unit, None, since, today + DAY)
    joined = _joined(unit, None, today - LOOKED_BACK, today + DAY)
    for period in _compared(now):
        last, shift = period.until_before, period.shift_days
        sales += _sales(unit, shift, last, last, period.by)
        joined += _joined(unit, shift, last, last, period.by)
    statements = []
    if sales:
        statements.append(Statement(KEEP_SALES, columns_as_arrays(SALES_ARRAYS, sales)))
    if joined:
        statements.append(Statement(KEEP_JOINED, columns_as_arrays(JOINED_ARRAYS, joined)))
    if statements:
        unit.flight(statements)


def _compared(now: datetime) -> Iterable[Period]:
    """The periods whose last day goes on, each shift once."""
    periods = [period_of(name, now) for name in PERIODS]
    return {each.shift_days: each for each in periods if each.by}.values()


def _sales(
    unit: Unit, shift: Shift, since: date, until: date, by: datetime | None = None
) -> list[SalesRow]:
    return [
        (
            shift,
            day.business_date,
            day.store_id,
            day.tickets,
            day.net_minor,
            day.refunded_minor,
            day.member_tickets,
            day.member_net_minor,
        )
        for day in sales_by_store(unit, since, until, by)
    ]


def _joined(
    unit: Unit, shift: Shift, since: date, until: date, by: datetime | None = None
) -> list[JoinedRow]:
    found = joined_by_store(unit, since, until, shop_known().time_zone, by)
    return [(shift, *each) for each in found]
