"""What the engine is asked and what it answers.

Money is in minor units of the deployment's currency, points in units of their asset; all are
integers. A compiled program is immutable and may be shared by threads.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from regulars.foundation.errors import DEFAULT_LANGUAGE
from regulars.ledger.book.types import AssetView
from regulars.rules.actions import Followup
from regulars.rules.programs.rules import CompiledRule
from regulars.rules.programs.texts import note_text


class Line(Protocol):
    """One line of an order, by these names; any class that has them will do."""

    @property
    def line(self) -> str: ...
    @property
    def sku(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def net_minor(self) -> int: ...


class LineFact(msgspec.Struct, frozen=True, gc=False):
    """One line of an order; `net_minor` is what was paid for it after every discount."""

    line: str
    sku: str
    category: str
    quantity: int
    net_minor: int


class Occasion(msgspec.Struct, frozen=True, gc=False):
    """An event as rules see it.

    `facts` holds `order.store` (the store's code) and the member facts that the program in
    force needs (`CompiledProgram.facts_needed`), by name; the rest is derived. `base_minor` is
    what was paid, without freight; lines, if there are any, add up to it.
    """

    kind: str
    facts: Mapping[str, Any]
    base_minor: int
    lines: Sequence[Line]
    occurred_at: datetime
    business_date: date


class Proposal(msgspec.Struct, frozen=True, gc=False):
    """What a rule wants the ledger to credit.

    `rule` is program, version and rule: `beans@3/base`. `expires_at` is already decided by the
    rule's policy or else the asset's (None: never), `available_at` None means at once. `lines`
    attributes the whole amount to the occasion's lines, all of them, in their order.
    """

    rule: str
    asset_id: int
    amount: int
    expires_at: datetime | None
    available_at: datetime | None
    lines: tuple[tuple[str, int], ...]


class Recalled(msgspec.Struct, frozen=True, gc=False):
    """What a rule did in truth with an event that is judged again: whether it fired, what it gave.

    `counted` is what of the amount its limits counted, without what was given beyond them.
    """

    fired: bool = False
    amount: int = 0
    counted: int = 0


class Note(msgspec.Struct, frozen=True, gc=False):
    """Why a rule fired or did not, and how much more is needed."""

    rule: str
    fired: bool
    code: str
    params: dict[str, Any]

    def text(
        self,
        language: str = DEFAULT_LANGUAGE,
        assets: Mapping[int, AssetView] | None = None,
        currency: str | None = None,
        names: Mapping[str, Mapping[str, str]] | None = None,
    ) -> str:
        """The note as a sentence for a person; assets and rules have their proper `names`."""
        return note_text(self.code, self.params, language, assets, currency, names)


class Deed(msgspec.Struct, frozen=True, gc=False):
    """What an action decided to do; its own `store` understands the decision."""

    action: str
    decision: Any


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What the rules say to one event: what they give and do, and a note for each asked."""

    proposals: tuple[Proposal, ...]
    notes: tuple[Note, ...]
    deeds: tuple[Deed, ...] = ()
    followups: tuple[Followup, ...] = ()


class Redemption(msgspec.Struct, frozen=True):
    """Paying with points: `points` are worth `value_minor`.

    Needs a spendable balance of `minimum_balance`, and comes in multiples of `step`, each of
    which is worth whole minor units.
    """

    asset_id: int
    points: int
    value_minor: int
    minimum_balance: int
    step: int

    def value_of(self, points: int) -> int:
        """What so many points pay, in minor units; exact for every multiple of `step`."""
        return points * self.value_minor // self.points


class CompiledProgram(msgspec.Struct, frozen=True):
    """A published version, ready to judge. `label` is what receipts name: `beans@3`.

    Valid from `valid_from` up to, but not including, `valid_until`. `facts_needed` names the
    member facts that its conditions read, all kinds of events together.
    """

    version_id: str
    code: str
    version: int
    label: str
    name: dict[str, str]
    time_zone: str
    valid_from: datetime
    valid_until: datetime | None
    rules_by_kind: dict[str, tuple[CompiledRule, ...]]
    facts_needed: frozenset[str]
    asset_ids: frozenset[int]
    redemption: Redemption | None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of events that some rule listens to."""
        return frozenset(self.rules_by_kind)


class DraftView(msgspec.Struct, frozen=True):
    """What the next version shall say; `revision` counts its savings."""

    program: str
    revision: int
    content: dict[str, Any]
    saved_at: datetime
    saved_by: str


class VersionState(StrEnum):
    """Where a published version stands at a moment."""

    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    ENDED = "ended"


class VersionView(msgspec.Struct, frozen=True):
    """A published version as people read it; `valid_until` regards an early end."""

    program: str
    version: int
    state: VersionState
    valid_from: datetime
    valid_until: datetime | None
    published_at: datetime
    published_by: str
    digest: str
    content: dict[str, Any]


class ProgramView(msgspec.Struct, frozen=True):
    """A program with its draft and its versions, newest first."""

    code: str
    name: dict[str, str]
    draft: DraftView | None
    versions: tuple[VersionView, ...]
