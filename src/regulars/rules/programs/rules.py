"""A rule in the form in which it is judged: everything that can be decided early is decided.

Amounts stay exact: a line's weight is its net × the product of its multipliers in thousandths,
and the one quotient of a rule is rounded once (see `judging`).
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from regulars.foundation import clock
from regulars.foundation.amounts import Rounding
from regulars.foundation.errors import Told
from regulars.ledger.book.services import lot_last_day
from regulars.ledger.book.types import LotPolicy
from regulars.rules.expressions.errors import EvaluationFailed
from regulars.rules.expressions.services import Condition
from regulars.rules.expressions.types import Threshold
from regulars.rules.limits.types import Limit

THOUSAND = 1000
FACTORS_KEPT = 4096
FACTOR_MAX = 1_000_000

# A reader fetches one variable's value from an occasion and, where there is one, a line of it.
Reader = Callable[[Any, Any], Any]


class Question(msgspec.Struct, frozen=True):
    """A condition with what fetches its values, and what it demands at least of them."""

    condition: Condition
    readers: tuple[Reader, ...]
    demands: tuple[tuple[Threshold, Reader], ...]

    def holds(self, occasion: Any, line: Any = None) -> bool:
        """The answer; `evaluation_failed` or `fact_missing` when there is none."""
        readers = self.readers
        if len(readers) == 1:
            return self.condition.holds((readers[0](occasion, line),))
        return self.condition.holds(tuple([read(occasion, line) for read in readers]))


class Multiplier(msgspec.Struct, frozen=True):
    """A factor in thousandths, for the lines (or whole orders) of which its question holds.

    With `by` a fact says the factor: its name, and what reads it.
    """

    thousandths: int
    when: Question
    by: tuple[str, Reader] | None = None

    def of_order(self, occasion: Any) -> int:
        """The factor for a whole order; 1000 where the question doesn't hold."""
        if not self.when.holds(occasion):
            return THOUSAND
        if self.by is None:
            return self.thousandths
        name, read = self.by
        factor: int = read(occasion, None)
        if not 0 <= factor <= FACTOR_MAX:
            raise EvaluationFailed(
                expression=name, problem=Told(f"{factor} thousandths", f"倍数为千分之 {factor}")
            )
        return factor


class LineFactors:
    """The product of a rule's line multipliers for one line, each 1000 where it doesn't hold.

    When the questions read nothing but a few texts of the line (`fields`: category, sku), the
    product is remembered by them, so that a line costs a look-up and no evaluation.
    """

    __slots__ = ("_key", "_known", "multipliers")

    def __init__(self, multipliers: Sequence[Multiplier], fields: tuple[str, ...] | None) -> None:
        self.multipliers = tuple(multipliers)
        self._key = attrgetter(*fields) if fields else None
        self._known: dict[Any, int] = {}

    def of(self, occasion: Any) -> list[int]:
        """One factor for each line of the occasion."""
        key, known = self._key, self._known
        if key is None:
            return [self._product(occasion, line) for line in occasion.lines]
        factors = []
        for line in occasion.lines:
            texts = key(line)
            factor = known.get(texts)
            if factor is None:
                factor = self._product(occasion, line)
                if len(known) >= FACTORS_KEPT:
                    known.clear()
                known[texts] = factor
            factors.append(factor)
        return factors

    def _product(self, occasion: Any, line: Any) -> int:
        factor = 1
        for multiplier in self.multipliers:
            holds = multiplier.when.holds(occasion, line)
            factor *= multiplier.thousandths if holds else THOUSAND
        return factor


class Dating(msgspec.Struct, frozen=True, cache_hash=True):
    """When a rule's value becomes usable and when it dies, from the business date alone."""

    policy: LotPolicy
    expiry_zone: str
    available_after_days: int
    program_zone: str

    def dates(self, day: date) -> tuple[datetime | None, datetime | None]:
        """(expires_at, available_at) of value earned on `day`; None: never, at once."""
        return _dates(self, day)


@lru_cache(maxsize=4096)
def _dates(dating: Dating, day: date) -> tuple[datetime | None, datetime | None]:
    last_day = lot_last_day(dating.policy, day)
    expires_at = None if last_day is None else clock.midnight_after(last_day, dating.expiry_zone)
    if dating.available_after_days == 0:
        return expires_at, None
    before = date.fromordinal(day.toordinal() + dating.available_after_days - 1)
    return expires_at, clock.midnight_after(before, dating.program_zone)


class RatedEarning(msgspec.Struct, frozen=True):
    """`amount` points for every `per_minor` of what was paid, times the multipliers.

    The exact amount is amount × Σ(net × factor) ÷ (per_minor × scale). A line's factor is the
    product of all multipliers in thousandths; `scale` is 1000 to their number, `line_scale` and
    `order_scale` to the number of those that look at lines and at the whole order.
    """

    asset_id: int
    asset: str
    amount: int
    per_minor: int
    line_factors: LineFactors | None
    line_scale: int
    order_multipliers: tuple[Multiplier, ...]
    order_scale: int
    rounding: Rounding
    dating: Dating
    after_limit: tuple[int, int] | None = None  # amount, per minor units
    denominator: int = 0  # per_minor × both scales

    def __post_init__(self) -> None:
        whole = self.per_minor * self.line_scale * self.order_scale
        msgspec.structs.force_setattr(self, "denominator", whole)


class FlatEarning(msgspec.Struct, frozen=True):
    """A fixed amount for the event itself."""

    asset_id: int
    asset: str
    amount: int
    dating: Dating


class Doing(msgspec.Struct, frozen=True):
    """What a rule asks an action for: its name, and the effect its `check` made."""

    action: str
    effect: Any


class Schedule(msgspec.Struct, frozen=True):
    """When a rule holds, by its program's clock. Hours are minutes of the day, the end excluded."""

    zone: ZoneInfo
    weekdays: frozenset[int]
    hours: tuple[tuple[int, int], ...]
    dates: tuple[tuple[date, date], ...]

    def holds_on(self, day: date) -> bool:
        """Whether any minute of this local day may do."""
        if self.weekdays and day.isoweekday() not in self.weekdays:
            return False
        return not self.dates or any(since <= day <= until for since, until in self.dates)

    def holds(self, day: date, minute: int) -> bool:
        """Whether it holds in this minute of a local day; see `local_moment`."""
        for since, until in self.hours:
            if since < until:
                if since <= minute < until:
                    break
            elif minute >= since or minute < until:
                break
        else:
            if self.hours:
                return False
        return self.holds_on(day)


def local_moment(at: datetime, zone: ZoneInfo) -> tuple[date, int]:
    """The local day of an instant, and the minute of that day."""
    local = at.astimezone(zone)
    return local.date(), local.hour * 60 + local.minute


class Anchor(msgspec.Struct, frozen=True):
    """One of these values must be what `variable` is (or holds) for the rule to apply at all."""

    variable: str
    values: tuple[Any, ...]


class CompiledGroup(msgspec.Struct, frozen=True):
    """A group whose rules compete. A stack is no group: its rules don't know of each other."""

    code: str
    best_of: bool


class CompiledRule(msgspec.Struct, frozen=True):
    """One rule of a version. `when` is None when nothing has to be asked.

    `place` orders the rules of a version: by group, priority, and as they are written. Most rules
    are plain: they credit an asset, and nothing but their condition restrains them.
    """

    label: str
    code: str
    switched_off: bool
    when: Question | None
    effect: RatedEarning | FlatEarning | Doing
    audience: Question | None = None
    schedule: Schedule | None = None
    group: CompiledGroup | None = None
    limits: tuple[Limit, ...] = ()
    anchor: Anchor | None = None
    place: int = 0
    is_plain: bool = False
    is_open: bool = False  # applies to everybody at any time, whatever was bought
