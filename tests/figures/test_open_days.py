"""In a large shop the days that go on are as the job measured them, and told as of when."""

from datetime import date, timedelta

import pytest

from regulars.faces.console.figures import sales_figures
from regulars.foundation.database.session import unit_of_work
from regulars.insights.trading.selectors import PERIODS, STALE, open_days, period_of
from regulars.insights.trading.services import open_days_measure
from regulars.members.profiles import selectors as profiles
from regulars.organization.stores.selectors import stores_known
from regulars.rules.purchases.services import days_close

TODAY = date(2025, 3, 12)


@pytest.fixture
def large(shop, monkeypatch):
    """The shop at noon of 12 March, with sales on the days that its periods look at."""
    for number, day in enumerate((date(2025, 2, 12), date(2025, 3, 5), TODAY - timedelta(days=1))):
        for hour in (9, 11, 18):
            shop.on(day, hour)
            shop.one(shop.sale("mei", 1_000 * hour, f"R-{number}-{hour}", store="s1"))
        shop.one(shop.sale(None, 700, store="s2"))
    shop.one(shop.refund("R-1-11", 4_000, "1"))
    shop.on(TODAY, 10)
    shop.member("lin", store="s2")
    shop.one(shop.sale("lin", 5_000, "R-today", store="s2"))
    shop.on(TODAY)
    with shop.time():
        days_close()
    monkeypatch.setattr(profiles, "COUNTED_AT_ONCE_MAX", 2)
    return shop


def looked(shop, *, is_counted=False):
    """The figures of every period, of all stores and of each; and as of when (None: counted)."""
    with shop.time(), unit_of_work() as unit:
        measured = None if is_counted else open_days(unit, shop.now)
        stores = list(stores_known(unit).values())
        figures = {
            (name, store and store.code): sales_figures(
                unit, period_of(name, shop.now), store, stores, measured
            )
            for name in PERIODS
            for store in (None, *stores)
        }
    return figures, measured and measured.at


def measured(shop):
    with shop.time():
        open_days_measure()


def test_what_was_measured_is_what_there_was(large):
    measured(large)
    figures, at = looked(large)
    counted, nothing = looked(large, is_counted=True)
    assert (at, nothing) == (large.now, None)
    assert figures == counted
    today = figures["today", None]
    # On 5 March up to noon: 9.00 and 11.00 less 4.00 that came back.
    assert (today.now.net_minor, today.before.net_minor) == (5_000, 16_000)
    assert (today.joined, figures["month", "s2"].joined) == ((1, 0), (1, 1))


def test_what_came_later_shows_after_the_next_measuring(large):
    measured(large)
    before, at = looked(large)
    large.on(TODAY, 12, 1)
    large.one(large.sale("mei", 2_000, store="s1"))
    assert looked(large) == (before, at), "a page of a large shop adds nothing up"
    measured(large)
    figures, at = looked(large)
    assert (figures["today", None].now.net_minor, at) == (7_000, large.now)


def test_measures_that_nobody_renews_are_not_shown(large):
    measured(large)
    large.at += STALE
    figures, at = looked(large)
    assert (figures["today", "s2"].now.net_minor, at) == (5_000, None)


def test_a_day_that_is_over_is_read_from_its_sum_and_what_changed_in_it_at_once(large):
    measured(large)
    large.one(large.refund("R-0-9", 9_000, "1"))
    figures, at = looked(large)
    assert at
    # The whole period before is told but for its last day, which was measured.
    assert figures["30d", None].now == looked(large, is_counted=True)[0]["30d", None].now


def test_a_small_shop_keeps_nothing_and_sees_its_sale_at_once(shop):
    shop.on(TODAY)
    shop.one(shop.sale("mei", 2_000, store="s1"))
    measured(shop)
    figures, at = looked(shop)
    assert (figures["today", None].now.net_minor, at) == (2_000, None)
