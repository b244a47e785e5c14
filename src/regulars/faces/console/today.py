"""The first page: what an owner looks at every day, without a click."""

from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.commerce.counter.selectors import counters_exist
from regulars.faces.console.attention import approvals_waiting, waiting
from regulars.faces.console.beginning import steps_left
from regulars.faces.console.figures import sales_figures
from regulars.faces.console.health import health_signs
from regulars.faces.console.liabilities import asset_figures
from regulars.faces.console.periods import (
    PERIODS,
    period_asked,
    store_asked,
    stores_open_to,
)
from regulars.faces.console.shown import (
    asset_shown,
    chart_shown,
    days_shown,
    members_shown,
    sales_shown,
    stores_shown,
)
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.pages import may, merchant_text, page
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.templatetags.webkit import short_day
from regulars.insights.membership.selectors import membership
from regulars.insights.trading.selectors import open_days
from regulars.insights.trading.types import Period
from regulars.organization.stores.selectors import stores_known
from regulars.organization.stores.types import StoreView


class Choice(msgspec.Struct, frozen=True):
    """One period or store that can be looked at instead."""

    name: str
    title: Text
    href: str
    is_current: bool


def today_page(request: HttpRequest) -> HttpResponse:
    """The figures of a period and a store, what waits for somebody, and whether all is well."""
    now = clock.now()
    today = clock.business_date(now, shop_known().time_zone)
    period = period_asked(request, now)
    signs = health_signs() if may(request, "jobs.view") else []
    with unit_of_work() as unit:
        measured = open_days(unit, now)
        stores, may_all = stores_open_to(request, list(stores_known(unit).values()))
        store = store_asked(request, stores, may_all=may_all)
        figures = sales_figures(unit, period, store, stores, measured)
        counts = membership(unit, now, store.id if store else None)
        assets = asset_figures(unit, period, now, today) if may_all else []
        is_silent = not any(each.tickets for each in figures.days)
        has_members = bool(counts and counts.members)
        steps = (
            steps_left(request, unit, now, has_members=has_members) if is_silent and may_all else []
        )
        waits = waiting(request, unit, now, signs) if may_all else approvals_waiting(request)
    context = {
        "today": today,
        "as_of": measured.at if measured else now,
        "period": period,
        "against": _against(period),
        "periods": _periods(period, store),
        "stores": _stores(stores, store, period, may_all=may_all),
        "store": store,
        "store_name": merchant_text(store.name) if store else "",
        "waits": waits,
        "figures": sales_shown(figures, period),
        "members": members_shown(counts),
        "counted_at": counts.measured_at if counts else None,
        "assets": [asset_shown(each, figures.now.net_minor, period) for each in assets],
        "by_store": stores_shown(figures.stores, _href(period.name, "{store}")),
        "chart": chart_shown(figures.days),
        "days": days_shown(figures.days),
        "takings": _takings(request),
        "is_silent": is_silent,
        "steps": steps,
        "signs": signs,
    }
    return page(request, "console/today.html", context)


def _takings(request: HttpRequest) -> str:
    """Where the part about counters is asked for; nothing where there are none."""
    if not counters_exist():
        return ""
    return f"{reverse('console:today-takings')}?{request.GET.urlencode()}"


def _against(period: Period) -> str:
    """With what the figures are compared."""
    then = short_day(period.until_before)
    if period.is_day and period.by:
        return _("compared with %(then)s up to the same time") % {"then": then}
    if period.is_day:
        return _("compared with %(then)s") % {"then": then}
    words = {"since": short_day(period.since_before), "then": then}
    return _("compared with %(since)s – %(then)s") % words


def _periods(period: Period, store: StoreView | None) -> list[Choice]:
    code = store.code if store else ""
    return [
        Choice(name, title, _href(name, code), name == period.name)
        for name, title in PERIODS.items()
    ]


def _stores(
    stores: list[StoreView], store: StoreView | None, period: Period, *, may_all: bool
) -> list[Choice]:
    """The stores one may choose from; none where there is nothing to choose."""
    if len(stores) + may_all < 2 or (may_all and len(stores) < 2):
        return []
    all_stores = [Choice("", _("All stores"), _href(period.name), store is None)] if may_all else []
    return all_stores + [
        Choice(each.code, merchant_text(each.name), _href(period.name, each.code), each is store)
        for each in stores
    ]


def _href(period: str, store: str = "") -> str:
    asked = {name: value for name, value in (("period", period), ("store", store)) if value}
    return f"?{urlencode(asked, safe='{}')}"
