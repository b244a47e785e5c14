"""A limit as rules carry it, and what a batch knows of what was used under limits.

What a member used stands in one row for each month (days and months) and one for all time (terms
and totals), under names that tell program, rule, window and period. So a new version of a program
goes on counting where the last one stood, and nobody has to make a counter before it is used.
What all members share is found by a key derived from the same parts, and cut into slots.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache

import msgspec

from regulars.foundation.ids import key_id
from regulars.rules.purchases.types import LimitUse, SaleRow

EVERYBODY = "00000000-0000-0000-0000-000000000000"  # the holder of counters that all share
# Into how many rows a counter that all share is cut, so that as many batches work side by side.
SLOTS = 16


class Scope(StrEnum):
    MEMBER = "member"
    ALL = "all"


class Window(StrEnum):
    """The period a limit counts in. `term` is the program's declared validity."""

    DAY = "day"
    MONTH = "month"
    TERM = "term"
    TOTAL = "total"


class Counts(StrEnum):
    AMOUNT = "amount"
    TIMES = "times"


# Asked for so often that looking them up shows.
ALL, TIMES = Scope.ALL, Counts.TIMES


class Limit(msgspec.Struct, frozen=True, cache_hash=True):
    """At most `maximum` per `scope` and `window`: units of the rule's asset, or times.

    `subject` is what is counted (program code and rule code, or program and asset); `term` names
    the program's validity, and is part of the key where the window is the term. `money_minor` is
    what a budget in money was written as.
    """

    subject: str
    scope: Scope
    window: Window
    counts: Counts
    maximum: int
    term: str = ""
    money_minor: int = 0

    def period(self, day: date) -> str:
        """The name of the period that a business day lies in."""
        if self.window is Window.DAY:
            return day.isoformat()
        if self.window is Window.MONTH:
            return month_of(day)
        return self.term if self.window is Window.TERM else ""

    @property
    def is_monthly(self) -> bool:
        """Whether it counts within a month, so that its counter stands in the month's row."""
        return self.window is Window.DAY or self.window is Window.MONTH


def month_of(day: date) -> str:
    """The name of a month."""
    return f"{day.year:04}-{day.month:02}"


@lru_cache(maxsize=4096)
def place_of(limit: Limit, day: date) -> tuple[str, str]:
    """Where a limit counts on this day: the month of a member's row ("": all time), and its name.

    For what all share: "" and the counter's id.
    """
    period = limit.period(day)
    parts = (limit.subject, limit.scope, limit.window, limit.counts, period)
    if limit.scope is Scope.ALL:
        return "", key_id("limit", *parts, EVERYBODY)
    return month_of(day) if limit.is_monthly else "", own_name(
        limit.subject, limit.window, limit.counts, period
    )


def own_name(subject: str, window: str, counts: str, period: str) -> str:
    """The name of a member's counter in its row."""
    return f"{subject} {window} {counts} {period}".rstrip()


class OwnRow:
    """What a member used in one month, or for all time, by the names of counters."""

    __slots__ = ("changed", "holder_id", "month", "used")

    def __init__(self, holder_id: str, month: str, used: dict[str, int] | None = None) -> None:
        self.holder_id = holder_id
        self.month = month
        self.used: dict[str, int] = used if used is not None else {}
        self.changed = False


class SharedRow:
    """A counter that all share, as a batch holds it: one slot of it, or (slot None) the whole.

    A slot may use up what it was `granted`. `kept` is what is left where nothing is granted any
    more, because it is too little for who asked when the whole was last held; else None. `refused`
    is the least that somebody asked for in vain who takes all of it or nothing.
    """

    __slots__ = (
        "before",
        "changed",
        "granted",
        "id",
        "kept",
        "maximum",
        "refused",
        "slot",
        "used",
    )

    def __init__(
        self,
        id: str,  # noqa: A002
        slot: int | None,
        used: int,
        granted: int,
        maximum: int,
        kept: int | None = None,
    ) -> None:
        self.id = id
        self.slot = slot
        self.used = self.before = used
        self.granted = granted
        self.maximum = maximum
        self.kept = kept
        self.refused: int | None = None
        self.changed = False

    def room(self, maximum: int, wanted: int, *, is_whole: bool = False) -> int:
        """What is left of `maximum`: exact where the whole is held, or where it is enough.

        `is_whole`: what is wanted is taken whole or not at all. Else `SlotTooSmall`: what is left
        can only be told by whoever holds all slots.
        """
        if self.slot is None:
            if self.maximum != maximum:
                self.maximum, self.changed = maximum, True
            left = max(maximum - self.used, 0)
            if is_whole and left < wanted:
                self.refused = min(wanted, self.refused or wanted)
                self.changed = True
            return left
        if self.maximum == maximum:
            left = self.granted - self.used
            if left >= wanted > 0:
                return left
            if left <= 0 and (self.kept == 0 or (is_whole and self.kept and self.kept < wanted)):
                return self.kept or 0
        raise SlotTooSmall(self.id)


class SlotTooSmall(Exception):
    """A batch needs more of a shared counter than its slot has: it must hold the whole.

    Never leaves the intake, which does the batch again.
    """

    def __init__(self, counter_id: str) -> None:
        self.counter_id = counter_id
        super().__init__(counter_id)


class LimitBook:
    """The counters of one batch: what was loaded, threaded from event to event.

    `known` are the members' rows that were looked for: what is not among them must not be counted
    from zero. None: nothing is stored, everything counts from zero. `others` are what was used by
    events that are no sales: (id, member, event, uses).
    """

    __slots__ = ("known", "others", "own", "shared")

    def __init__(self, known: Collection[tuple[str, str]] | None = None) -> None:
        self.known = known
        self.own: dict[tuple[str, str], OwnRow] = {}
        self.shared: dict[str, SharedRow] = {}
        self.others: list[tuple[str, str, str, list[LimitUse]]] = []

    def own_row(self, holder_id: str, month: str) -> OwnRow:
        """A member's row, made empty when she used nothing before."""
        key = (holder_id, month)
        row = self.own.get(key)
        if row is None:
            if self.known is not None and key not in self.known:
                raise LookupError("what the member used was not loaded")
            row = self.own[key] = OwnRow(holder_id, month)
        return row

    def shared_row(self, counter_id: str, maximum: int) -> SharedRow:
        """What all used, of which this batch holds a slot or the whole."""
        row = self.shared.get(counter_id)
        if row is None:
            if self.known is not None:
                raise LookupError("what all members used was not loaded")
            row = SharedRow(counter_id, None, 0, 0, maximum)
            self.shared[counter_id] = row
        return row

    def given_back(self, sale: SaleRow) -> None:
        """Returns what a sale used, in proportion to what was refunded so far, rounded down.

        A cancelled sale that is paid again takes again what it used, also where others have used
        the limit up since: they were not refused because of it.
        """
        for use in sale.uses:
            returned = use.used * sale.refunded_minor // max(sale.net_minor, 1)
            if sale.is_whole:
                returned = use.used
            if returned == use.returned:
                continue
            more = returned - use.returned
            if use.month is None:
                shared = self.shared[use.counter]
                shared.used -= more
                shared.changed = True
            else:
                own = self.own_row(sale.holder_id, use.month)
                own.used[use.counter] = own.used.get(use.counter, 0) - more
                own.changed = True
            use.returned = returned


# A member's row, what she used by name, and the limit's name with the row's month.
_Place = tuple[OwnRow, dict[str, int], tuple[str, str]]


class Allowance:
    """What limits still leave one member on one day; what is taken is remembered at once."""

    __slots__ = ("_book", "_day", "_holder_id", "_places", "taken")

    def __init__(self, book: LimitBook, holder_id: str, day: date) -> None:
        self._book = book
        self._holder_id = holder_id
        self._day = day
        # What was asked about before: of a member's limit her row, what it says, and where.
        self._places: dict[Limit, _Place] = {}
        # By counter and month (None: all share it) what was taken.
        self.taken: dict[tuple[str, str | None], int] = {}

    def room(self, limit: Limit, wanted: int, *, is_whole: bool = False) -> int:
        """How much is left; never below zero. Exact, or at least `wanted`.

        `is_whole`: who wants it takes all of it or nothing.
        """
        if limit.scope is Scope.ALL:
            _, name = place_of(limit, self._day)
            shared = self._book.shared_row(name, limit.maximum)
            return shared.room(limit.maximum, wanted, is_whole=is_whole)
        _, used, key = self._places.get(limit) or self._own(limit)
        return max(0, limit.maximum - used.get(key[0], 0))

    def tightest(
        self, limits: Iterable[Limit], amount: int, *, is_whole: bool = False
    ) -> tuple[Limit | None, int]:
        """The limit that leaves least of an amount, and what it leaves; None: all of it is left.

        `is_whole`: the amount is given whole or not at all.
        """
        tightest, room = None, amount
        places = self._places
        for limit in limits:
            is_times = limit.counts is TIMES
            if limit.scope is ALL:
                left = self.room(limit, 1 if is_times else amount, is_whole=is_whole)
            else:
                _, used, key = places.get(limit) or self._own(limit)
                left = limit.maximum - used.get(key[0], 0)
            if left < 0:
                left = 0
            elif is_times and left:
                left = amount
            if left < room or (tightest is None and left < amount):
                tightest, room = limit, left
        return tightest, room

    def _own(self, limit: Limit) -> "_Place":
        month, name = place_of(limit, self._day)
        row = self._book.own_row(self._holder_id, month)
        place = self._places[limit] = (row, row.used, (name, month))
        return place

    def take(self, limits: Iterable[Limit], amount: int) -> None:
        """Counts one firing that gave `amount` under its limits."""
        taken, places = self.taken, self._places
        key: tuple[str, str | None]
        for limit in limits:
            counted = 1 if limit.counts is TIMES else amount
            if not counted:
                continue
            if limit.scope is ALL:
                _, name = place_of(limit, self._day)
                shared = self._book.shared_row(name, limit.maximum)
                shared.used += counted
                shared.changed = True
                key = (name, None)
            else:
                own, used, key = places.get(limit) or self._own(limit)
                name = key[0]
                used[name] = used.get(name, 0) + counted
                own.changed = True
            taken[key] = taken.get(key, 0) + counted

    def reduced(self, kept: Callable[[int], int], before: Callable[[int], int] = int) -> None:
        """Gives back of all that was taken what is not `kept` of it; `before` was so far."""
        for (name, month), used in self.taken.items():
            less = before(used) - kept(used)
            if month is None:
                self._book.shared[name].used -= less
            else:
                self._book.own_row(self._holder_id, month).used[name] -= less

    def noted(self, use_id: str, event_id: str) -> None:
        """Keeps what was taken, for an event that is no sale or for what follows from one."""
        if self.taken:
            self._book.others.append((use_id, self._holder_id, event_id, self.uses()))

    def uses(self) -> list[LimitUse]:
        """What was taken, as the sale will remember it."""
        return [LimitUse(name, month, used) for (name, month), used in self.taken.items()]


def unlimited_past() -> Allowance:
    """An allowance of somebody who never used anything: for judging without a database."""
    return Allowance(LimitBook(), EVERYBODY, date.min)


class Wanted(msgspec.Struct, frozen=True):
    """What a batch may use: members' rows, and what all share.

    `shared` holds (counter id, subject, period, maximum); of those in `whole`, and of what refunded
    sales used, all slots are held.
    """

    own: Collection[tuple[str, str]]
    shared: Sequence[tuple[str, str, str, int]]
    whole: Collection[str]
