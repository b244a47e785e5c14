"""Sales and new members by day, as they are in a small shop, as measured in a large one."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.shop.selectors import shop_known
from regulars.insights.trading.types import OpenDays, Period, Shift
from regulars.members.profiles.selectors import members_joined, shop_is_small
from regulars.rules.purchases.selectors import sales_by_store
from regulars.rules.purchases.types import SalesDay

# What is older was not measured any more: then it is better to wait for the page than to be wrong.
STALE = timedelta(minutes=10)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)

PERIODS = ("today", "yesterday", "7d", "30d", "month")

MEASURED: LiteralString = "SELECT at, since FROM insights_measured WHERE id = 1"
SALES: LiteralString = """
    SELECT shift_days, business_date, store_id, tickets, net_minor, refunded_minor,
           member_tickets, member_net_minor
    FROM insights_open_sales ORDER BY business_date, store_id
"""
JOINED: LiteralString = "SELECT shift_days, day, store, joined FROM insights_joined"


def period_of(name: str, now: datetime) -> Period:
    """A period as of an instant: a day beside its weekday a week before, others beside as many."""
    today = clock.business_date(now, shop_known().time_zone)
    if name == "today":
        return Period(name, today, today, today - WEEK, today - WEEK, now - WEEK)
    if name == "yesterday":
        day = today - DAY
        return Period(name, day, day, day - WEEK, day - WEEK)
    if name == "month":
        return _month(name, today, now)
    length = timedelta(days=30 if name == "30d" else 7)
    since = today - length + DAY
    return Period(name, since, today, since - length, today - length, now - length)


def _month(name: str, today: date, now: datetime) -> Period:
    """This month so far beside as many days of the one before, or all of it where it is shorter."""
    since = today.replace(day=1)
    last = since - DAY
    until_before = last.replace(day=min(today.day, last.day))
    is_whole = today.day > last.day
    by = None if is_whole else now - (today - until_before)
    return Period(name, since, today, last.replace(day=1), until_before, by)


def open_days(unit: Unit, now: datetime) -> OpenDays | None:
    """What was measured in the last minutes; None where everything is counted at once."""
    if shop_is_small(unit):
        return None
    marks, sales, joined = unit.flight([Statement(MEASURED), Statement(SALES), Statement(JOINED)])
    if not marks or not now - STALE < marks[0][0] <= now:
        return None
    at, since = marks[0]
    sold: dict[Shift, list[SalesDay]] = {}
    for shift, *figures in sales:
        sold.setdefault(shift, []).append(SalesDay(*figures))
    came: dict[Shift, list[tuple[date, str, int]]] = {}
    for shift, day, store, count in joined:
        came.setdefault(shift, []).append((day, store, count))
    return OpenDays(at, since, sold, came)


def sales_of_days(
    unit: Unit, measured: OpenDays | None, since: date, until: date, store: int | None = None
) -> list[SalesDay]:
    """Sales of each business day and store in a range, as `purchases.sales_by_store` has them."""
    if measured is None or until < measured.since:
        return sales_by_store(unit, since, until, store=store)
    found = []
    if since < measured.since:
        found = sales_by_store(unit, since, measured.since - DAY, store=store)
    going_on = _of_store(measured.sales.get(None, ()), store)
    return found + [each for each in going_on if since <= each.business_date <= until]


def sales_of_beginning(
    unit: Unit, measured: OpenDays | None, day: date, by: datetime, shift: int, store: int | None
) -> list[SalesDay]:
    """A day's sales up to an instant, which is `shift` days ago; in a large shop as measured."""
    if measured is None:
        return sales_by_store(unit, day, day, by, store)
    found = _of_store(measured.sales.get(shift, ()), store)
    return [each for each in found if each.business_date == day]


def joined_of_days(
    unit: Unit, measured: OpenDays | None, since: date, until: date, store: str | None
) -> int:
    """How many joined on the days of a range, at one store or at all."""
    if measured is None:
        zone = shop_known().time_zone
        return sum(members_joined(unit, since, until, zone, store=store).values())
    return _counted(measured, None, since, until, store)


def joined_of_beginning(
    unit: Unit, measured: OpenDays | None, day: date, by: datetime, shift: int, store: str | None
) -> int:
    """How many joined on a day up to an instant, which is `shift` days ago."""
    if measured is None:
        zone = shop_known().time_zone
        return sum(members_joined(unit, day, day, zone, by, store).values())
    return _counted(measured, shift, day, day, store)


def _of_store(sales: Iterable[SalesDay], store: int | None) -> list[SalesDay]:
    return [each for each in sales if store is None or each.store_id == store]


def _counted(measured: OpenDays, shift: Shift, since: date, until: date, store: str | None) -> int:
    return sum(
        [
            count
            for day, at, count in measured.joined.get(shift, ())
            if since <= day <= until and store in (None, at)
        ]
    )
