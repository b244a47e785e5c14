"""What a room declares about a fact, and how its values are loaded."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import LiteralString, Protocol

import msgspec

from regulars.foundation.database.session import Rows, Statement
from regulars.rules.expressions.types import ValueType

FactValue = int | str | bool | tuple[str, ...]
# By member id, then by fact name.
FactValues = dict[str, dict[str, FactValue]]


class FactLoad(msgspec.Struct, frozen=True):
    """Statements for the caller's flight, and what makes values of their rows.

    `parse` gets one list of rows for each statement, in their order, and answers a value of
    every name asked for, for every member asked about.
    """

    statements: tuple[Statement, ...]
    parse: Callable[[Sequence[Rows]], FactValues]


class FactProvider(Protocol):
    """Prepares the loading of some of a room's facts for many members at once; sends nothing."""

    def __call__(
        self, names: Sequence[str], member_ids: Sequence[str], at: datetime
    ) -> FactLoad: ...


class FactTable(msgspec.Struct, frozen=True):
    """A query of facts about all members at once: a row by `member_id`, a column for each fact.

    It reads the named parameters `at` (the instant), `today` (that day where the merchant is) and
    `zone` (the time zone there).
    Where the mark `/* members */` stands, `AND holder_id = ANY(…)` is put in when only some are
    asked about. With `for_all` it gives one row, without a member, that is true of everybody.
    """

    name: str
    sql: LiteralString
    for_all: bool = False


class FactColumn(msgspec.Struct, frozen=True):
    """Where a fact stands in a table; `missing` is its value for members without a row."""

    table: FactTable
    column: str
    missing: FactValue


class FactDeclaration(msgspec.Struct, frozen=True, kw_only=True):
    """One fact. Facts of one provider are loaded together.

    `moving`: its value may change by an event of the same batch, so that a member's second such
    event waits for the next round. `can_look_back`: the provider honours `at` in the past, so
    that `simulate` can replay rules that read it; so does what stays as it is for good, such as
    the day of joining. `name` is what conditions say, `label` what a
    person reads ({zh-Hans, en}). With `column` the fact can be asked of all members in one query.
    """

    name: str
    type: ValueType
    moving: bool
    can_look_back: bool
    provider: FactProvider
    label: dict[str, str] = {}
    column: FactColumn | None = None
