"""Periods that are looked at, and what was measured of the days that go on."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from regulars.rules.purchases.types import SalesDay

Shift = int | None


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

    @property
    def shift_days(self) -> int:
        """By how many days the last day before precedes the last one."""
        return (self.until - self.until_before).days

    def holds(self, day: date) -> bool:
        """Whether a day is one of its own."""
        return self.since <= day <= self.until


class OpenDays(msgspec.Struct, frozen=True):
    """Sales of the days from `since` on, and who joined lately, as of `at`, each by its shift.

    `joined` holds (day, code of the store or nothing, how many).
    """

    at: datetime
    since: date
    sales: Mapping[Shift, Sequence[SalesDay]]
    joined: Mapping[Shift, Sequence[tuple[date, str, int]]]
