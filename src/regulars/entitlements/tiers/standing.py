"""Where a member stands: pure functions of a ladder, its windows and the member's figures.

The intake and the settlement decide by these same functions, so that they never disagree.
"""

from bisect import bisect_right
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter

import msgspec

from regulars.entitlements.tiers.types import (
    NO_END,
    CalendarSpend,
    EndOfNextYear,
    ForMonths,
    LadderView,
    Qualifier,
    RollingSpend,
    Standing,
    Validity,
)
from regulars.foundation import clock
from regulars.ledger.book.services import lot_last_day
from regulars.ledger.book.types import AfterMonths

EVENT, REFUND, SETTLEMENT = "event", "refund", "settlement"
# What is counted now, and what was counted in the year before.
Figures = tuple[int, int]


class Windows(msgspec.Struct, frozen=True):
    """The days whose spend counts now and counted before (both ends included), and until when a
    level that is earned by either of them holds."""

    since: date
    until: date
    since_before: date
    until_before: date
    ends: datetime | None
    ends_before: datetime | None

    def place(self, day: date) -> int | None:
        """Into which figure a purchase of this day goes."""
        if self.since <= day <= self.until:
            return 0
        if self.since_before <= day <= self.until_before:
            return 1
        return None


def windows_at(ladder: LadderView, now: datetime) -> Windows:
    """The ladder's windows at an instant."""
    day = clock.business_date(now, ladder.time_zone)
    return _windows(ladder.qualifier, ladder.validity, ladder.time_zone, day)


@lru_cache(maxsize=64)
def _windows(qualifier: Qualifier, validity: Validity, zone: str, day: date) -> Windows:
    if isinstance(qualifier, CalendarSpend):
        year = day.year
        return Windows(
            date(year, 1, 1),
            date(year, 12, 31),
            date(year - 1, 1, 1),
            date(year - 1, 12, 31),
            clock.midnight_after(date(year + 1, 12, 31), zone),
            clock.midnight_after(date(year, 12, 31), zone),
        )
    since = date.min
    if isinstance(qualifier, RollingSpend):
        since = day - timedelta(days=qualifier.days - 1)
    ends = None
    if isinstance(validity, ForMonths):
        last_day = lot_last_day(AfterMonths(validity.months), day)
        ends = clock.midnight_after(last_day, zone) if last_day else None
    return Windows(since, date.max, date.max, date.min, ends, None)


def rank_of(ladder: LadderView, figure: int) -> int:
    """The highest rank whose threshold a figure reaches; the lowest for everybody else."""
    # By their own thresholds: a list of them made for each question would cost as much again.
    return max(bisect_right(ladder.levels, figure, key=_threshold) - 1, 0)


_threshold = attrgetter("threshold")


def thresholds(ladder: LadderView) -> list[int]:
    """The thresholds by rank."""
    return [level.threshold for level in ladder.levels]


def earned(ladder: LadderView, windows: Windows, figures: Figures) -> Standing:
    """The standing that the figures alone give; the lowest level holds without an end."""
    rank, before = rank_of(ladder, figures[0]), rank_of(ladder, figures[1])
    if not rank and not before:
        return Standing(0)
    if rank >= before:
        return Standing(rank, windows.ends)
    return Standing(before, windows.ends_before)


def stays(ladder: LadderView, stood: Standing, figures: Figures) -> bool:
    """Whether an event surely changes nothing: most events do not reach another level.

    Figures that earn the level one stands on only matter where earning it again prolongs it.
    """
    if isinstance(ladder.validity, EndOfNextYear):
        return False
    rank = rank_of(ladder, figures[0])
    if figures[1]:
        rank = max(rank, rank_of(ladder, figures[1]))
    return rank == stood.rank


def decided(
    ladder: LadderView,
    windows: Windows,
    stood: Standing,
    figures: Figures,
    *,
    occasion: str,
    now: datetime,
    was: Figures | None = None,
) -> Standing | None:
    """The new standing, or None when nothing changes.

    Up at once, whatever happened. Down by a refund if the ladder says so and what `was` counted
    before it reached the level: one that was brought along from another system is not the
    figures' to take. Else at a settlement, once the level's time is over.
    """
    due = earned(ladder, windows, figures)
    if due.rank > stood.rank:
        return due
    is_over = stood.valid_until is None or stood.valid_until <= now
    if due.rank == stood.rank:
        return due if _is_renewed(ladder, stood, due, occasion, is_over=is_over) else None
    if ladder.downgrade == "none" or stood.valid_until == NO_END:
        return None
    if occasion == REFUND:
        is_earned = was is None or earned(ladder, windows, was).rank >= stood.rank
        return due if is_earned and ladder.on_refund == "fall_back" and _tells(ladder) else None
    if occasion != SETTLEMENT or not is_over:
        return None
    if ladder.downgrade == "one_step" and due.rank < stood.rank - 1:
        return Standing(stood.rank - 1, windows.ends_before or windows.ends)
    return due


def _is_renewed(
    ladder: LadderView, stood: Standing, due: Standing, occasion: str, *, is_over: bool
) -> bool:
    if due.rank == 0 or stood.valid_until in (None, NO_END):
        return False
    if due.valid_until is None:
        # It had an end that was brought along; now it is earned, and holds as long as it is.
        return occasion == SETTLEMENT
    if isinstance(ladder.validity, EndOfNextYear):
        return due.valid_until > stood.valid_until
    return occasion == SETTLEMENT and is_over


def _tells(ladder: LadderView) -> bool:
    """Whether the present figure tells what earned the level: a window that moves on does not."""
    return not isinstance(ladder.qualifier, RollingSpend)
