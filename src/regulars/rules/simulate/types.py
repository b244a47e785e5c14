"""What a simulation answers. Amounts are units of their asset, money is in minor units."""

from collections.abc import Callable
from datetime import date

import msgspec

# Told after every chunk: events so far.
Progress = Callable[[int], None]


class AssetOutcome(msgspec.Struct, frozen=True):
    """What would have been given of one asset, and what the program really gave.

    `value_minor` is what the simulated amount is worth by the program's redemption, if it has one.
    """

    asset: str
    amount: int
    really: int
    value_minor: int | None = None
    really_value_minor: int | None = None


class RuleOutcome(msgspec.Struct, frozen=True):
    """How often one rule would have given, and how much in all, before refunds."""

    rule: str
    events: int
    amount: int
    asset: str


class NotReplayed(msgspec.Struct, frozen=True):
    """A rule that was left out: it reads something whose past nobody knows.

    `reason` is `fact` (and `detail` the fact), `followup` (a kind whose past nobody keeps) or
    `action` (its name).
    """

    rule: str
    reason: str
    detail: str


class MemberOutcome(msgspec.Struct, frozen=True):
    """What one member would have got, and really got, all assets added up."""

    member: str
    amount: int
    really: int


class Simulation(msgspec.Struct, frozen=True):
    """A program's draft or version over the events of a range of business days.

    After refunds as they stand today. Winners would have got more than they really did, losers
    less. `seconds` is how long it took.
    """

    program: str
    version: int | None
    since: date
    until: date
    events: int
    members: int
    winners: int
    losers: int
    assets: tuple[AssetOutcome, ...]
    rules: tuple[RuleOutcome, ...]
    not_replayed: tuple[NotReplayed, ...]
    most_gained: tuple[MemberOutcome, ...]
    most_lost: tuple[MemberOutcome, ...]
    seconds: float

    @property
    def events_per_second(self) -> int:
        """How fast it was."""
        return int(self.events / self.seconds) if self.seconds else 0
