"""When value expires. Policies are data; the arithmetic is pure.

The last valid day is inclusive: a policy answers the instant of the following midnight in the
asset's time zone. Months are added from the anchor day with month-end clamp (31 January plus one
month is 28 or 29 February). A lot's effective expiry is the earlier of its own and the account's
inactivity expiry.
"""

import calendar
from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec

from regulars.foundation import clock
from regulars.foundation.errors import InvalidInput, Told
from regulars.foundation.shapes import shape_refused
from regulars.ledger.book.types import (
    AfterDays,
    AfterMonths,
    EndOfYear,
    ExpiryPolicy,
    FixedDate,
    Inactivity,
    LotPolicy,
    Period,
    PeriodEnd,
)

FAR_DAY = date(2900, 1, 1)


def policy_checked(policy: ExpiryPolicy, time_zone: str) -> ExpiryPolicy:
    """The policy when it can be kept and read again; else `invalid_input`."""
    try:
        policy = msgspec.convert(msgspec.to_builtins(policy), ExpiryPolicy)
        lot_expires_at(policy.lot, FAR_DAY, time_zone)
    except msgspec.ValidationError as problem:
        raise shape_refused(problem, "expiry") from None
    except OverflowError:
        told = Told("reaches beyond the last day there is; choose less", "超出日历范围；请缩短")
        raise InvalidInput(field="expiry", problem=told) from None
    return policy


def month_added(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def period_end(day: date, period: Period) -> date:
    """The last day of the period that contains `day`; weeks end on Sunday."""
    if period == "day":
        return day
    if period == "week":
        return day + timedelta(days=6 - day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    last_month = (day.month - 1) // months * months + months
    return date(day.year, last_month, calendar.monthrange(day.year, last_month)[1])


@lru_cache(maxsize=65536)
def lot_last_day(policy: LotPolicy, earned: date) -> date | None:
    """The last day on which a lot earned on `earned` may be used; None is for ever."""
    if isinstance(policy, AfterDays):
        return earned + timedelta(days=policy.days)
    if isinstance(policy, AfterMonths):
        return month_added(earned, policy.months)
    if isinstance(policy, EndOfYear):
        return date(earned.year + policy.years_ahead, 12, 31)
    if isinstance(policy, FixedDate):
        return policy.date
    if isinstance(policy, PeriodEnd):
        return period_end(earned, policy.period)
    return None


def lot_expires_at(policy: LotPolicy, earned: date, time_zone: str) -> datetime | None:
    """The instant at which a lot earned on `earned` is dead; None is never."""
    last_day = lot_last_day(policy, earned)
    return None if last_day is None else clock.midnight_after(last_day, time_zone)


def inactive_at(rule: Inactivity, moved: date, time_zone: str) -> datetime:
    """The instant at which an account that moved on `moved` and then rested is cleared."""
    last_day = month_added(moved, rule.months) + timedelta(days=rule.days)
    return clock.midnight_after(last_day, time_zone)
