"""Five kinds of value with all that policies can say, once for the ledger, once in plain words.

The plain words count days one by one; they know nothing of the ledger's calendar arithmetic.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from regulars.ledger.book.types import (
    AfterDays,
    AfterMonths,
    AssetKind,
    AssetView,
    ExpiryPolicy,
    Inactivity,
    Never,
    PeriodEnd,
    Shortfall,
    SpendOrder,
)
from tests.ledger.model.coins import Kind

START = datetime(2025, 1, 29, 12, tzinfo=UTC)


def days_later(days: int):
    return lambda earned: earned + timedelta(days=days)


def a_month_later(earned: date) -> date:
    """The same day of the next month; walks back from there while that day doesn't exist."""
    year, month = (earned.year + 1, 1) if earned.month == 12 else (earned.year, earned.month + 1)
    for day in range(earned.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def next_sunday(earned: date) -> date:
    """The day itself when it is a Sunday."""
    while earned.isoweekday() != 7:
        earned += timedelta(days=1)
    return earned


KINDS: dict[str, tuple[Kind, dict[str, Any]]] = {
    "points": (
        Kind("points", days_later(3)),
        {"expiry": ExpiryPolicy(AfterDays(3))},
    ),
    "beans": (
        Kind("beans", a_month_later, zone="Asia/Shanghai", owes=False),
        {
            "expiry": ExpiryPolicy(AfterMonths(1)),
            "time_zone": "Asia/Shanghai",
            "shortfall": Shortfall.WRITE_OFF,
        },
    ),
    "miles": (
        Kind("miles", lambda _: None, order="oldest", rest_days=4, movements=("earn", "redeem")),
        {
            "expiry": ExpiryPolicy(Never(), Inactivity(days=4, movements=("earn", "redeem"))),
            "spend_order": SpendOrder.EARNED_FIRST,
        },
    ),
    "stamps": (
        Kind(
            "stamps",
            next_sunday,
            zone="America/New_York",
            order="newest",
            owes=False,
            may_be_given=False,
        ),
        {
            "expiry": ExpiryPolicy(PeriodEnd("week")),
            "time_zone": "America/New_York",
            "spend_order": SpendOrder.EARNED_LAST,
            "shortfall": Shortfall.WRITE_OFF,
            "transferable": False,
        },
    ),
    "coins": (
        Kind("coins", days_later(6), rest_days=2, movements=("redeem", "refund", "gift")),
        {
            "expiry": ExpiryPolicy(
                AfterDays(6), Inactivity(days=2, movements=("redeem", "refund", "gift"))
            ),
        },
    ),
}


def asset_terms(name: str) -> dict[str, Any]:
    """The ledger's terms of a kind, as `asset_create` takes them."""
    terms = {"time_zone": "UTC", "transferable": True, **KINDS[name][1]}
    return {
        "code": name,
        "name": {"en": name, "zh-Hans": name},
        "kind": AssetKind.POINTS,
        "spend_order": SpendOrder.EARLIEST_EXPIRY,
        "shortfall": Shortfall.DEBT,
        **terms,
    }


def asset_views() -> dict[int, AssetView]:
    """The same kinds as the decisions see them, without a database."""
    return {
        number: AssetView(id=number, currency="", scale=0, **asset_terms(name))
        for number, name in enumerate(KINDS, start=1)
    }
