"""Which days and which store a page is about: said in its address, so that it can be sent on."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from regulars.foundation import clock
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.pages import rights_of
from regulars.foundation.webkit.screens import Text
from regulars.organization.stores.types import StoreView

WEEK = timedelta(days=7)
DAY = timedelta(days=1)

PERIODS: dict[str, Text] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7d": _("7 days"),
    "30d": _("30 days"),
    "month": _("This month"),
}


class Period(msgspec.Struct, frozen=True):
    """Days from `since` to `until`, and those they are compared with, all included.

    `by` is set while the last day goes on: then the last day before counts up to that instant.
    """

    name: str
    since: date
    until: date
    since_before: date
    until_before: date
    by: datetime | None = None

    @property
    def is_day(self) -> bool:
        """Whether it is a single day."""
        return self.since == self.until

    def holds(self, day: date) -> bool:
        """Whether a day is one of its own."""
        return self.since <= day <= self.until


def period_asked(request: HttpRequest, now: datetime) -> Period:
    """The period that the address names, else today."""
    asked = request.GET.get("period", "")
    return period_of(asked if asked in PERIODS else "today", now)


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


def stores_open_to(
    request: HttpRequest, stores: Sequence[StoreView]
) -> tuple[list[StoreView], bool]:
    """The stores whose figures this person may see, and whether those of all together."""
    rights = rights_of(request)
    if rights.may("shop.view"):
        return list(stores), True
    return [store for store in stores if rights.may("shop.view", store.code)], False


def store_asked(
    request: HttpRequest, stores: Sequence[StoreView], *, may_all: bool
) -> StoreView | None:
    """The store that the address names; without one all, or the first that is open to her."""
    asked = request.GET.get("store", "")
    found = next((store for store in stores if store.code == asked), None)
    if found is None and not may_all:
        return next(iter(stores), None)
    return found
