"""Which days and which store a page is about: said in its address, so that it can be sent on."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from regulars.foundation.webkit.pages import rights_of
from regulars.foundation.webkit.screens import Text
from regulars.insights.trading.selectors import period_of
from regulars.insights.trading.types import Period
from regulars.organization.stores.types import StoreView

PERIODS: dict[str, Text] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7d": _("7 days"),
    "30d": _("30 days"),
    "month": _("This month"),
}


def period_asked(request: HttpRequest, now: datetime) -> Period:
    """The period that the address names, else today."""
    asked = request.GET.get("period", "")
    return period_of(asked if asked in PERIODS else "today", now)


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
