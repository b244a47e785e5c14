"""The figures of a period, gathered from the rooms that know them and set side by side."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from regulars.foundation.database.session import Unit
from regulars.insights.trading.selectors import (
    DAY,
    joined_of_beginning,
    joined_of_days,
    sales_of_beginning,
    sales_of_days,
)
from regulars.insights.trading.types import OpenDays, Period
from regulars.organization.stores.types import StoreView
from regulars.rules.purchases.types import SalesDay

CHART_DAYS = 30


class Sold(msgspec.Struct, frozen=True):
    """Sales after refunds. Amounts in minor units; `business_date` is set for a single day."""

    net_minor: int = 0
    member_minor: int = 0
    tickets: int = 0
    member_tickets: int = 0
    business_date: date | None = None


class StoreSold(msgspec.Struct, frozen=True):
    """The sales of one store (None: of no store), now and in the period before."""

    store: StoreView | None
    now: Sold
    before: Sold


class SalesFigures(msgspec.Struct, frozen=True):
    """The sales of a period and of the one before; `days` are those of the chart, oldest first."""

    now: Sold
    before: Sold
    joined: tuple[int, int]
    days: tuple[Sold, ...]
    stores: tuple[StoreSold, ...]


def sales_figures(
    unit: Unit,
    period: Period,
    store: StoreView | None,
    stores: Sequence[StoreView],
    measured: OpenDays | None,
) -> SalesFigures:
    """The figures of a period at one store, or at all: then `stores` tells of each of them."""
    store_id = store.id if store else None
    first = min(period.since, period.until - timedelta(days=CHART_DAYS - 1))
    each = sales_of_days(unit, measured, first, period.until, store_id)
    before = _before(unit, period, store_id, measured)
    now = [day for day in each if day.business_date >= period.since]
    shown = first if period.is_day else period.since
    return SalesFigures(
        now=sold(now),
        before=sold(before),
        joined=_joined(unit, period, store, measured),
        days=_days(each, shown, period.until),
        stores=_stores(now, before, stores) if store is None else (),
    )


def sold(days: Iterable[SalesDay], day: date | None = None) -> Sold:
    """The sales of some days and stores together."""
    found = list(days)
    return Sold(
        net_minor=sum([each.net_minor - each.refunded_minor for each in found]),
        member_minor=sum([each.member_net_minor for each in found]),
        tickets=sum([each.tickets for each in found]),
        member_tickets=sum([each.member_tickets for each in found]),
        business_date=day,
    )


def _days(each: Sequence[SalesDay], since: date, until: date) -> tuple[Sold, ...]:
    found: dict[date, list[SalesDay]] = {}
    for day in each:
        found.setdefault(day.business_date, []).append(day)
    days = [since + timedelta(days=place) for place in range((until - since).days + 1)]
    return tuple([sold(found.get(day, ()), day) for day in days])


def _before(
    unit: Unit, period: Period, store: int | None, measured: OpenDays | None
) -> list[SalesDay]:
    """The period before by store; its last day up to the same time where today goes on."""
    last, by = period.until_before, period.by
    if by is None:
        return sales_of_days(unit, measured, period.since_before, last, store)
    found = sales_of_beginning(unit, measured, last, by, period.shift_days, store)
    if period.since_before < last:
        found += sales_of_days(unit, measured, period.since_before, last - DAY, store)
    return found


def _stores(
    now: Sequence[SalesDay], before: Sequence[SalesDay], stores: Sequence[StoreView]
) -> tuple[StoreSold, ...]:
    """Each store, the one that sold most first; sales that named no store come last."""
    known: list[tuple[int, StoreView | None]] = [(store.id, store) for store in stores]
    sold_now, sold_before = _by_store(now), _by_store(before)
    found = [
        StoreSold(store, sold(sold_now.get(store_id, ())), sold(sold_before.get(store_id, ())))
        for store_id, store in [*known, (0, None)]
    ]
    shown = [each for each in found if each.store or each.now.tickets or each.before.tickets]
    return tuple(sorted(shown, key=lambda each: (each.store is None, -each.now.net_minor)))


def _by_store(days: Sequence[SalesDay]) -> dict[int, list[SalesDay]]:
    found: dict[int, list[SalesDay]] = {}
    for day in days:
        found.setdefault(day.store_id, []).append(day)
    return found


def together(parts: Iterable[Sold]) -> Sold:
    """Several figures as one."""
    each = list(parts)
    return Sold(
        net_minor=sum([one.net_minor for one in each]),
        member_minor=sum([one.member_minor for one in each]),
        tickets=sum([one.tickets for one in each]),
        member_tickets=sum([one.member_tickets for one in each]),
    )


def _joined(
    unit: Unit, period: Period, store: StoreView | None, measured: OpenDays | None
) -> tuple[int, int]:
    code, last, by = store.code if store else None, period.until_before, period.by
    now = joined_of_days(unit, measured, period.since, period.until, code)
    if by is None:
        before = joined_of_days(unit, measured, period.since_before, last, code)
        return now, before
    before = joined_of_beginning(unit, measured, last, by, period.shift_days, code)
    if period.since_before < last:
        before += joined_of_days(unit, measured, period.since_before, last - DAY, code)
    return now, before
