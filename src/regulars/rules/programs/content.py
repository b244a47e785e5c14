"""The content of a program version as a merchant writes it (JSON), typed.

Unknown fields are refused, so that a misspelt one never silently means nothing. What can't be
said by types is checked in `checking`.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from regulars.foundation.amounts import AMOUNT_MAX, Rounding
from regulars.ledger.book.types import AssetKind, ExpiryPolicy, LotPolicy, Shortfall, SpendOrder
from regulars.rules.limits.types import Scope, Window

RULES_MAX = 200
MULTIPLIERS_MAX = 8
LIMITS_MAX = 8
GROUPS_MAX = 50
PRIORITY_MAX = 1000
THOUSANDTHS_MAX = 1_000_000

CODE_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,39}$"
LANGUAGE_PATTERN = r"^(zh-Hans|en)$"
CURRENCY_PATTERN = r"^([A-Z]{3})?$"
CLOCK_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

Code = Annotated[str, Meta(pattern=CODE_PATTERN)]
Name = dict[Annotated[str, Meta(pattern=LANGUAGE_PATTERN)], Annotated[str, Meta(max_length=120)]]
Positive = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
Count = Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
Expression = Annotated[str, Meta(min_length=1)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuses fields it doesn't know."""


class AssetDeclaration(Strict, frozen=True):
    """An asset that publishing creates if the ledger has none of this code."""

    code: Code
    name: Name
    kind: AssetKind = AssetKind.POINTS
    expiry: ExpiryPolicy = ExpiryPolicy()
    spend_order: SpendOrder = SpendOrder.EARLIEST_EXPIRY
    shortfall: Shortfall = Shortfall.DEBT
    transferable: bool = False
    currency: Annotated[str, Meta(pattern=CURRENCY_PATTERN)] = ""
    scale: Annotated[int, Meta(ge=0, le=8)] = 0


class Rate(Strict, frozen=True):
    """So many points for every so many minor units paid."""

    amount: Positive
    per_minor: Positive


class MultiplierContent(Strict, frozen=True):
    """1000 is once, 2000 twice, 0 excludes. `when` may look at `line.…`.

    With `by` in place of `thousandths` a fact about the member says the thousandths, such as
    `member.level_multiplier`; it multiplies whole orders.
    """

    when: Expression = "true"
    thousandths: Annotated[int, Meta(ge=0, le=THOUSANDTHS_MAX)] | None = None
    by: Annotated[str, Meta(max_length=81)] | None = None


class Earn(Strict, frozen=True):
    """Points in proportion to what was paid.

    What a limit leaves of the base earns nothing, or at the rate `after_limit`, without the
    multipliers and without counting; what a multiplier excludes stays excluded.
    """

    asset: Code
    rate: Rate
    multipliers: Annotated[tuple[MultiplierContent, ...], Meta(max_length=MULTIPLIERS_MAX)] = ()
    rounding: Rounding = Rounding.FLOOR
    expiry: LotPolicy | None = None
    available_after_days: Annotated[int, Meta(ge=0, le=3660)] = 0
    after_limit: Rate | None = None


class EarnFlat(Strict, frozen=True):
    """A fixed number of points for the event."""

    asset: Code
    amount: Positive
    expiry: LotPolicy | None = None
    available_after_days: Annotated[int, Meta(ge=0, le=3660)] = 0


class LimitContent(Strict, frozen=True):
    """At most so much, for each member or for all together, in each window.

    Exactly one of `amount` (units of the asset), `times`, and `value_minor` (the money that the
    points are worth by the program's redemption). `asset` is said where the limit is the
    program's; a rule's limit is about its own asset. Days and months are business dates; `term`
    is the program's declared validity.
    """

    per: Scope
    window: Window
    amount: Positive | None = None
    times: Positive | None = None
    value_minor: Positive | None = None
    asset: Code | None = None


class GroupKind(StrEnum):
    """How the rules of a group get on: all, the first that gives, or the one that gives most."""

    STACK = "stack"
    EXCLUSIVE = "exclusive"
    BEST_OF = "best_of"


class GroupContent(Strict, frozen=True):
    """Rules that know of each other; a rule joins by naming the group's code."""

    code: Code
    kind: GroupKind
    name: Name = {}


class HoursContent(Strict, frozen=True):
    """From the first minute up to, but not including, the last; over midnight if it is earlier."""

    since: Annotated[str, Meta(pattern=CLOCK_PATTERN)]
    until: Annotated[str, Meta(pattern=CLOCK_PATTERN)]


class DatesContent(Strict, frozen=True):
    """Days, both included."""

    since: date
    until: date


class ScheduleContent(Strict, frozen=True):
    """When a rule holds, by the program's clock; each part that is there must hold.

    Weekdays are 1 (Monday) to 7.
    """

    weekdays: Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(max_length=7)] = ()
    hours: Annotated[tuple[HoursContent, ...], Meta(max_length=8)] = ()
    dates: Annotated[tuple[DatesContent, ...], Meta(max_length=50)] = ()


class RuleContent(Strict, frozen=True):
    """When something happens (`on`) and a condition holds (`when`), give something.

    `audience` is a condition over the member's facts alone: whom the rule is for. Rules are taken
    by `priority`, the highest first, then as they are written. `do` asks an action of another
    room, with its parameters: `{"coupon": {…}}`.
    """

    code: Code
    name: Name
    on: Annotated[str, Meta(max_length=64)]
    when: Expression = "true"
    earn: Earn | None = None
    earn_flat: EarnFlat | None = None
    do: Annotated[dict[str, Any], Meta(max_length=1)] | None = None
    audience: Expression = "true"
    schedule: ScheduleContent | None = None
    priority: Annotated[int, Meta(ge=-PRIORITY_MAX, le=PRIORITY_MAX)] = 0
    group: Code | None = None
    limits: Annotated[tuple[LimitContent, ...], Meta(max_length=LIMITS_MAX)] = ()

    @property
    def effect(self) -> Earn | EarnFlat | None:
        """What the rule gives; None where an action does."""
        return self.earn or self.earn_flat


class RedemptionContent(Strict, frozen=True):
    """Paying with points: `points` are worth `value_minor`; at least `minimum_balance`."""

    asset: Code
    points: Positive
    value_minor: Positive
    minimum_balance: Count = 0
    step: Positive = 1


class Content(Strict, frozen=True):
    """A whole version. Dates are local to `time_zone`; a bare `valid_until` is the last day.

    `valid_from` and `valid_until` are `2025-03-01` or `2025-03-01T10:00`; without `valid_from`
    the version holds from the moment it is published.
    """

    name: Name
    time_zone: Annotated[str, Meta(max_length=64)]
    rules: Annotated[tuple[RuleContent, ...], Meta(max_length=RULES_MAX)]
    assets: Annotated[tuple[AssetDeclaration, ...], Meta(max_length=50)] = ()
    redemption: RedemptionContent | None = None
    groups: Annotated[tuple[GroupContent, ...], Meta(max_length=GROUPS_MAX)] = ()
    limits: Annotated[tuple[LimitContent, ...], Meta(max_length=LIMITS_MAX)] = ()
    valid_from: str | None = None
    valid_until: str | None = None


def content_to_json(content: Content) -> dict[str, Any]:
    """The content as plain values, every default written out."""
    plain: dict[str, Any] = msgspec.to_builtins(content)
    return plain
