"""The figures of a period, gathered from the rooms that know them and set side by side."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from regulars.faces.console.periods import Period
from regulars.foundation.database.session import Unit
from regulars.foundation.shop.selectors import shop_known
from regulars.members.profiles.selectors import members_joined
from regulars.organization.stores.types import StoreView
from regulars.rules.purchases.selectors import sales_by_day, sales_by_store
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
    unit: Unit, period: Period, store: StoreView | None, stores: Sequence[StoreView]
) -> SalesFigures:
    """The figures of a period at one store, or at all: then `stores` tells of each of them."""
    store_id = store.id if store else None
    first = min(period.since, period.until - timedelta(days=CHART_DAYS - 1))
    if store is None:
        each = sales_by_store(unit, first, period.until)
        before = _before_by_store(unit, period)
    else:
        each = sales_by_day(unit, first, period.until, store=store_id)
        before = _before(unit, period, store_id)
    now = [day for day in each if day.business_date >= period.since]
    shown = first if period.is_day else period.since
    return SalesFigures(
        now=sold(now),
        before=sold(before),
        joined=_joined(unit, period, store),
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


def _before_by_store(unit: Unit, period: Period) -> list[SalesDay]:
    """The period before by store; its last day up to the same time where today goes on."""
    last = period.until_before
    if period.by is None:
        return sales_by_store(unit, period.since_before, last)
    found = sales_by_store(unit, last, last, period.by)
    if period.since_before < last:
        found += sales_by_store(unit, period.since_before, last - timedelta(days=1))
    return found


def _before(unit: Unit, period: Period, store_id: int | None) -> list[SalesDay]:
    last = period.until_before
    if period.by is None:
        return sales_by_day(unit, period.since_before, last, store=store_id)
    found = sales_by_day(unit, last, last, period.by, store_id)
    if period.since_before < last:
        found += sales_by_day(unit, period.since_before, last - timedelta(days=1), store=store_id)
    return found


def _stores(
    now: Sequence[SalesDay], before: Sequence[SalesDay], stores: Sequence[StoreView]
) -> tuple[StoreSold, ...]:
    """Each store that sold something in either period; sales that named no store come last."""
    known: list[tuple[int, StoreView | None]] = [(store.id, store) for store in stores]
    found = [
        StoreSold(
            store,
            sold(each for each in now if each.store_id == store_id),
            sold(each for each in before if each.store_id == store_id),
        )
        for store_id, store in [*known, (0, None)]
    ]
    shown = [each for each in found if each.store or each.now.tickets or each.before.tickets]
    return tuple(sorted(shown, key=lambda each: (each.store is None, -each.now.net_minor)))


def _joined(unit: Unit, period: Period, store: StoreView | None) -> tuple[int, int]:
    zone, code = shop_known().time_zone, store.code if store else None
    now = members_joined(unit, period.since, period.until, zone, store=code)
    before = members_joined(unit, period.since_before, period.until_before, zone, period.by, code)
    return sum(now.values()), sum(before.values())
