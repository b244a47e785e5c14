"""What the floors above hang up: actions of rules, watchers of events, follow-up events.

An **action** is what a rule's `do` asks for (a coupon, a lottery ticket). A **watcher** looks at
every event after its effects are decided, whatever the rules said (levels do). Both may raise
**follow-ups**, which the rules judge at once, on the same receipt. All of them load in the batch's
own flights, decide in memory without reading, clock or chance, and store set-based.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from regulars.foundation.database.session import Rows, Statement, Unit
from regulars.rules.expressions.types import ValueType

Texts = Mapping[str, str]  # by language: zh-Hans, en
Value = int | str | bool | tuple[str, ...]


class Needs(msgspec.Struct, frozen=True):
    """What an action or a watcher wants of the batch's locking and loading flight.

    The batch's members are locked before and their accounts are loaded anyway. `locks` go first,
    by table in the order of `foundation.locks`; `loads` read what deciding looks at. `asset_ids`
    are accounts that the ledger loads. Nothing is sent by the one who needs.
    """

    asset_ids: frozenset[int] = frozenset()
    locks: tuple[tuple[str, Statement], ...] = ()
    loads: tuple[Statement, ...] = ()


class Loaded(msgspec.Struct, frozen=True):
    """The rows of a batch's `loads`, in their order.

    `memory` is this action's own for the batch: what one event changed, the next one must see.
    """

    rows: tuple[Rows, ...] = ()
    memory: dict[str, Any] = {}


NOTHING_LOADED = Loaded()


class Followup(msgspec.Struct, frozen=True):
    """An event raised by an event, of a kind made known by `followup_kind_register`.

    `subject` tells apart what one cause raises of one kind (a level's code). With the cause it is
    the key of what the rules then give, so that it is given once. `data` holds the kind's
    variables by their whole names.
    """

    kind: str
    subject: str
    data: Mapping[str, Value] = {}


class Decided(msgspec.Struct, frozen=True, gc=False):
    """What an action decided for one event: something to store or nothing, and why.

    `code` is the code of a note (`note_register`), `params` fill its sentence.
    """

    decision: Any
    fired: bool
    code: str
    params: dict[str, Any]
    followups: tuple[Followup, ...] = ()


class NeedsPart(Protocol):
    """Says what to lock and load for these members, known from the published program."""

    def __call__(self, effects: Sequence[Any], member_ids: Sequence[str]) -> Needs: ...


class DecidePart(Protocol):
    """Pure: no reading, writing, clock or chance. A refusal is a `Decided` without a decision.

    `rule` is the rule's label, `effect` what `check` made of its content, `occasion` the event as
    rules see it (`rules.programs.types.Occasion`).
    """

    def __call__(self, rule: str, effect: Any, occasion: Any, loaded: Loaded) -> Decided: ...


class StorePart(Protocol):
    """Set-based statements for the batch's storing flight, for decisions of applied events."""

    def __call__(self, decisions: Sequence[Any]) -> Sequence[Statement]: ...


def as_it_is(params: Any, where: str) -> Any:
    """A `check` for actions whose parameters need none."""
    return params


def by_name(effect: Any, language: str) -> str:
    """Words for an action that has none: nothing."""
    return ""


class Action(msgspec.Struct, frozen=True):
    """One kind of effect; a rule asks for it by `"do": {"<name>": parameters}`.

    `check` makes an effect of the parameters when a draft is saved and again when it is compiled;
    it refuses wrong ones with a RegularsError that names `where`. `words` tells the effect as the
    object of a sentence in `language`: “a coupon of ¥5”.
    """

    name: str
    needs: NeedsPart
    decide: DecidePart
    store: StorePart
    check: Callable[[Any, str], Any] = as_it_is
    words: Callable[[Any, str], str] = by_name


class Happening(msgspec.Struct, frozen=True):
    """An event whose effects are decided, as a watcher sees it.

    `net_minor` is what was paid (a sale) or given back (a refund; for a cancellation what was
    left); `sale_id` the sale's event and `sale_date` its business date. `moved` lists (asset id,
    amount), negative for what was taken back; `balances` holds the member's balance of each asset
    that moved. `facts` are what rules read of the member, by name. `depth` is 0 for what came
    through a door, 1 to 3 for a follow-up; `data` holds a follow-up's variables.
    """

    event_id: str
    kind: str
    holder_id: str
    occurred_at: datetime
    business_date: date
    net_minor: int
    sale_id: str | None
    moved: tuple[tuple[int, int], ...]
    balances: Mapping[int, int]
    facts: Mapping[str, Any]
    depth: int = 0
    data: Mapping[str, Value] = {}
    sale_date: date | None = None


class Reaction(msgspec.Struct, frozen=True):
    """What a watcher says to an event.

    `facts` are the member's facts as the event changed them: follow-ups and the member's later
    events of the batch are judged by them. `notes` (code, params) go on the receipt.
    """

    followups: tuple[Followup, ...] = ()
    facts: Mapping[str, Value] = {}
    notes: tuple[tuple[str, dict[str, Any]], ...] = ()


class Watcher(msgspec.Struct, frozen=True, kw_only=True):
    """A room that looks at events after their effects are decided.

    `kinds` are the kinds it looks at (`order.paid`, `order.refunded`, `redemption`, a follow-up's,
    …); empty means all. `needs(member_ids, now)` says what to lock and load for a batch, or None
    when there is nothing to watch now: then it costs nothing. `begin(rows, now)` makes the batch's
    memory of the rows of `loads`. `react(memory, happening)` is pure and called once for each
    event, in order; what it changes it keeps in the memory. `store(memory)` gives the statements
    for the storing flight; when nothing changed, none. A RegularsError raised by `react` refuses
    the event whole, and that event alone. `label` is what people call the room beside its notes.
    """

    name: str
    label: Texts = {}
    kinds: frozenset[str] = frozenset()
    needs: Callable[[Sequence[str], datetime], Needs | None]
    begin: Callable[[Sequence[Rows], datetime], Any]
    react: Callable[[Any, Happening], Reaction | None]
    store: Callable[[Any], Sequence[Statement]]


class PastFollowup(msgspec.Struct, frozen=True):
    """A follow-up that really was raised, whether any rule listened then or not.

    `cause` is the event that raised it, or the follow-up by its key; None where a job did, under
    `id`, which grows with time as ids of events do.
    """

    id: str
    cause: str | None
    holder_id: str
    raised_at: datetime
    followup: Followup


class FollowupPast(msgspec.Struct, frozen=True):
    """Where a kind's follow-ups are kept, so that a simulation can judge them again.

    `of_members(unit, member_ids)` reads those of some members that events raised; `of_jobs(unit,
    since, until)` those that jobs raised from one instant to before another, by their ids.
    """

    of_members: Callable[[Unit, Sequence[str]], Sequence[PastFollowup]]
    of_jobs: Callable[[Unit, datetime, datetime], Sequence[PastFollowup]]


class FollowupKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of event that comes from inside; rules may listen to it.

    `label` begins a rule in words (“For reaching a level”, “升级”). `variables` are what conditions
    may read of it: name → (type, label). `past` reads those that were raised; without it a
    simulation leaves out the rules that listen.
    """

    kind: str
    label: Texts
    variables: Mapping[str, tuple[ValueType, Texts]] = {}
    past: FollowupPast | None = None
