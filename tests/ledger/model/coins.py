"""What the second ledger is made of: kinds of value, coins, slips, promises."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FAR = datetime.max.replace(tzinfo=UTC)
MOST = 10**15

Place = tuple[str, str]  # who, asset
Line = tuple[str, bool, int, str, int]  # asset, gained, amount, counter account, balance after


class Refused(Exception):
    """What must be refused, by its code, with the figure a refusal for want of points names."""

    def __init__(self, code: str, spendable: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.spendable = spendable


@dataclass(frozen=True)
class Kind:
    """A kind of value as the shopkeeper describes it."""

    name: str
    last_day: Callable[[date], date | None]
    zone: str = "UTC"
    order: str = "soonest to die"  # or "oldest", "newest"
    owes: bool = True
    may_be_given: bool = True
    rest_days: int | None = None  # dies after so many days without a movement
    movements: tuple[str, ...] = ()


@dataclass(eq=False)
class Coin:
    """One point. Coins of one batch are alike; batches are numbered as they come in."""

    batch: int
    earned_at: datetime
    usable_at: datetime
    dies_at: datetime
    origin: str
    hold: str | None = None


@dataclass
class Slip:
    """What is remembered of an entry, for a refund later."""

    entry: str
    who: str
    kind: str
    at: datetime
    may_be_reversed: bool = True
    lines: list[Line] = field(default_factory=list)
    spent: dict[str, list[Coin]] = field(default_factory=lambda: defaultdict(list))
    returned: dict[tuple[str, bool, str], int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class Promise:
    """A hold: the coins set aside, in the order in which they would be spent."""

    who: str
    asset: str
    coins: list[Coin]
    until: datetime
    state: str = "open"


def midnight_after(day: date, zone: str) -> datetime:
    """The instant at which a day is over."""
    local = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return local.astimezone(UTC)
