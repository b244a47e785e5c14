"""What callers hand to the ledger and what they get back.

Ids are UUIDs in canonical text, amounts are positive integers of the asset's scale, instants are
aware UTC. A key is the caller's and unique for its holder: the same key with the same content
gets the first answer again.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from regulars.foundation.actors import Actor

Days = Annotated[int, msgspec.Meta(ge=0, le=36_525)]
Months = Annotated[int, msgspec.Meta(ge=0, le=1_200)]
Years = Annotated[int, msgspec.Meta(ge=0, le=100)]
Period = Literal["day", "week", "month", "quarter", "year"]


class Never(msgspec.Struct, frozen=True, tag="none", tag_field="kind"):
    """The value never expires by its date."""


class AfterDays(msgspec.Struct, frozen=True, tag="after_days", tag_field="kind"):
    """Valid through the day that is `days` after the earning day."""

    days: Days


class AfterMonths(msgspec.Struct, frozen=True, tag="after_months", tag_field="kind"):
    """Valid through the same day `months` later, clamped to the month's end."""

    months: Months


class EndOfYear(msgspec.Struct, frozen=True, tag="end_of_year", tag_field="kind"):
    """Valid through 31 December of the earning year plus `years_ahead`."""

    years_ahead: Years = 1


class FixedDate(msgspec.Struct, frozen=True, tag="fixed_date", tag_field="kind"):
    """Valid through one date for everybody."""

    date: date


class PeriodEnd(msgspec.Struct, frozen=True, tag="period_end", tag_field="kind"):
    """All that was earned in a period is cleared at that period's end."""

    period: Period


LotPolicy = Never | AfterDays | AfterMonths | EndOfYear | FixedDate | PeriodEnd


class Inactivity(msgspec.Struct, frozen=True):
    """Everything expires when the account has not moved for so long.

    `movements` names the kinds of entries that count as movement.
    """

    months: Months = 0
    days: Days = 0
    movements: tuple[str, ...] = ("earn", "redeem")


class ExpiryPolicy(msgspec.Struct, frozen=True):
    """An asset's whole policy: by lot, by inactivity, or both."""

    lot: LotPolicy = Never()
    inactivity: Inactivity | None = None


class AssetKind(StrEnum):
    POINTS = "points"
    GROWTH = "growth"
    PRINCIPAL = "principal"
    BONUS = "bonus"
    TOKEN = "token"  # noqa: S105 - a kind of value, no secret
    COUNT = "count"


class SpendOrder(StrEnum):
    """Which lots go first. Ties: earliest earned, then lowest id; never-expiring last."""

    EARLIEST_EXPIRY = "earliest_expiry"
    EARNED_FIRST = "earned_first"
    EARNED_LAST = "earned_last"


class Shortfall(StrEnum):
    """What happens to the part of a refund that the member no longer has."""

    DEBT = "debt"
    WRITE_OFF = "write_off"


class AssetView(msgspec.Struct, frozen=True):
    """An asset as the ledger decides with it."""

    id: int
    code: str
    name: dict[str, str]
    kind: AssetKind
    currency: str
    scale: int
    spend_order: SpendOrder
    expiry: ExpiryPolicy
    shortfall: Shortfall
    transferable: bool
    time_zone: str


class Credit(msgspec.Struct, frozen=True, tag="credit", gc=False):
    """The holder gains. With `by_policy` the asset's policy dates the lot, else `expires_at`."""

    asset_id: int
    amount: int
    counter: str = "issued"
    rule: str = ""
    available_at: datetime | None = None
    by_policy: bool = True
    expires_at: datetime | None = None


class Debit(msgspec.Struct, frozen=True, tag="debit", gc=False):
    """The holder spends what is spendable now."""

    asset_id: int
    amount: int
    counter: str = "redeemed"
    rule: str = ""


class Transfer(msgspec.Struct, frozen=True, tag="transfer", gc=False):
    """The holder gives to another holder; each lot keeps its dates."""

    asset_id: int
    amount: int
    to_holder_id: str
    rule: str = ""


Movement = Credit | Debit | Transfer


class Post(msgspec.Struct, frozen=True, tag="post"):
    """One entry of one or more movements, all or none of them.

    A caller whose own record is the fact (an event) may give the entry that record's id.
    """

    key: str
    holder_id: str
    kind: str
    movements: tuple[Movement, ...]
    occurred_at: datetime
    business_date: date
    actor: Actor
    event_id: str | None = None
    reason: str = ""
    digest: str = ""
    entry_id: str | None = None


class MakeHold(msgspec.Struct, frozen=True, tag="hold"):
    """Sets spendable value aside until `expires_at`."""

    key: str
    holder_id: str
    asset_id: int
    amount: int
    expires_at: datetime
    occurred_at: datetime
    actor: Actor


class Settle(msgspec.Struct, frozen=True, tag="settle"):
    """Spends a hold, in full or in part; the rest of it is free again. One entry."""

    key: str
    holder_id: str
    hold_id: str
    amount: int
    kind: str
    occurred_at: datetime
    business_date: date
    actor: Actor
    counter: str = "redeemed"
    rule: str = ""
    event_id: str | None = None
    reason: str = ""


class Release(msgspec.Struct, frozen=True, tag="release"):
    """Ends a hold unspent. What has expired meanwhile expires at once."""

    holder_id: str
    hold_id: str
    occurred_at: datetime
    actor: Actor


class Target(msgspec.Struct, frozen=True, gc=False):
    """How much of one original posting is to be reversed in total, earlier reversals included."""

    asset_id: int
    credit: bool
    amount: int


class Reverse(msgspec.Struct, frozen=True, tag="reverse"):
    """Takes back what an entry did, up to the targets; without targets all of it."""

    key: str
    holder_id: str
    entry_id: str
    kind: str
    occurred_at: datetime
    business_date: date
    actor: Actor
    targets: tuple[Target, ...] | None = None
    event_id: str | None = None
    rule: str = ""
    reason: str = ""
    digest: str = ""
    new_entry_id: str | None = None


Request = Post | MakeHold | Settle | Release | Reverse


class Merge(msgspec.Struct, frozen=True):
    """Everything of `from_id` becomes `into_id`'s; the one is a pointer to the other for ever."""

    key: str
    from_id: str
    into_id: str
    occurred_at: datetime
    business_date: date
    actor: Actor
    reason: str = ""


class MergeResult(msgspec.Struct, frozen=True):
    """What a merge moved: amounts by asset id, and each moved hold's new id by its old one."""

    entry_id: str | None
    moved: dict[int, int]
    holds: dict[str, str]


class Forfeit(msgspec.Struct, frozen=True):
    """Everything the holder has is given up, and the holder is closed for ever."""

    key: str
    holder_id: str
    occurred_at: datetime
    business_date: date
    actor: Actor
    reason: str = ""


class PostingView(msgspec.Struct, frozen=True, gc=False):
    """One movement of an entry as recorded. `balance_after` is of this holder's account."""

    asset_id: int
    credit: bool
    amount: int
    counter: str
    rule: str
    balance_after: int


class EntryResult(msgspec.Struct, frozen=True):
    """An entry as answered to the caller. `entry_id` is None when nothing had to move."""

    entry_id: str | None
    holder_id: str
    postings: tuple[PostingView, ...]
    replayed: bool = False


class HoldResult(msgspec.Struct, frozen=True):
    """A hold as answered to the caller."""

    hold_id: str
    holder_id: str
    asset_id: int
    amount: int
    state: str
    expires_at: datetime
    replayed: bool = False


class Balance(msgspec.Struct, frozen=True):
    """One holder's position in one asset at one instant.

    balance = held + spendable + not yet available + expired but not yet posted − debt, where
    nothing is spendable while there is a debt. `expiring` lists what dies when, soonest first.
    """

    asset_id: int
    asset: str
    balance: int
    spendable: int
    held: int
    debt: int
    pending: int
    expiring: tuple[tuple[datetime, int], ...] = ()
