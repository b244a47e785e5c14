"""What a file import is made of, and what it reports. Amounts are whole minor units or points."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.errors import RegularsError
from regulars.members.profiles.types import NewMember

MEMBERS, SALES = "members", "sales"
KINDS = (MEMBERS, SALES)
LANGUAGES = ("zh-Hans", "en")
Texts = dict[str, str]


class Choice(msgspec.Struct, frozen=True):
    """Something that a value of the file may become here, such as a level or a store."""

    code: str
    label: Texts


class FieldView(msgspec.Struct, frozen=True):
    """Something that a column may mean; `guesses` are headings that mean it, without spaces.

    With `choices` its values become one of them.
    """

    name: str
    label: Texts
    guesses: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


class ValueView(msgspec.Struct, frozen=True):
    """A value of the file with the number of its rows, and what it becomes.

    `becomes` is a code, `@none`, `@reject`, or None where nobody has said it: such rows are
    rejected.
    """

    written: str
    rows: int
    becomes: str | None


class ColumnValues(msgspec.Struct, frozen=True):
    """A column whose values become something here; the most frequent values first.

    `values` is None where the column has more than two hundred of them: those are known by their
    names alone.
    """

    field: str
    heading: str
    choices: tuple[Choice, ...]
    values: tuple[ValueView, ...] | None


class PlacedLine(msgspec.Struct, frozen=True):
    """How many rows with one choice of a field are (or would be) taken, and how many are not.

    `becomes` is empty for values that nobody knows here and those whose rows are to be rejected.
    """

    field: str
    becomes: str
    taken: int
    rejected: int


class ReadRow(msgspec.Struct, frozen=True, gc=False):
    """A row of the file as it is kept. `row` counts from 1, the headings included.

    With `problem` (the code of a refusal) it could not be read.
    """

    row: int
    cells: tuple[str, ...]
    problem: str = ""


class OpeningCredit(msgspec.Struct, frozen=True, gc=False):
    """Value that a member brings along. Without `by_policy` it ends at `expires_at` (or never)."""

    asset_id: int
    amount: int
    by_policy: bool
    expires_at: datetime | None


class MemberRow(msgspec.Struct, frozen=True):
    """A row that was understood: a member with what she brings along."""

    row: int
    member: NewMember
    numbers: tuple[tuple[str, str], ...]
    credits: tuple[OpeningCredit, ...]
    earned_at: datetime
    more: dict[str, Any]


class SaleRow(msgspec.Struct, frozen=True):
    """A row that was understood: a past sale, or with `part` a refund of one."""

    row: int
    kind: str
    value: str
    document: str
    part: str
    store: str | None
    at: datetime
    net_minor: int


class Rejected(msgspec.Struct, frozen=True):
    """A row that is not taken: why, and what to do."""

    row: int
    code: str
    text: Texts
    cells: tuple[str, ...] = ()


class ChunkReport(msgspec.Struct, frozen=True):
    """What a chunk brought: counts by name, and `taken:<asset>`, `rejected:<asset>` amounts."""

    number: int
    counts: dict[str, int]


class TotalLine(msgspec.Struct, frozen=True):
    """One figure against the old system's.

    `difference` is what is missing here (minus: too much) against the old system, of which
    `rejected` stands in rejected rows; None while the old figure is not known.
    """

    name: str
    file: int
    taken: int
    rejected: int
    expected: int | None
    difference: int | None


class FileImportView(msgspec.Struct, frozen=True):
    """An import as it stands."""

    id: str
    file_name: str
    kind: str
    state: str
    columns: dict[str, str]
    values: dict[str, dict[str, str]]
    headings: tuple[str, ...]
    row_count: int
    rows_done: int
    as_of: date
    expected: dict[str, int]
    checked: dict[str, Any]
    counts: dict[str, int]
    totals: tuple[TotalLine, ...]
    placed: tuple[PlacedLine, ...]
    rejected: int
    created_at: datetime
    finished_at: datetime | None

    @property
    def left_out(self) -> tuple[str, ...]:
        """The file's columns that mean nothing here: what they hold is not taken over."""
        meant = set(self.columns.values())
        return tuple([each for each in self.headings if each and each not in meant])


class MappingView(msgspec.Struct, frozen=True):
    """A mapping of columns and their values by name; `is_example` where it comes with Regulars."""

    name: str
    kind: str
    columns: dict[str, str]
    values: dict[str, dict[str, str]] = {}
    is_example: bool = False


class OpenSection(msgspec.Struct, frozen=True):
    """A section at work: its columns, how it reads them and how it stores what it read.

    `drafted` gets the row's texts by field and answers what to store, or None; it raises the
    refusal of a row. `stored` gets what was drafted by holder, `undone` the holders that stay
    members after an undoing.
    """

    fields: tuple[FieldView, ...]
    drafted: Callable[[Mapping[str, str], date], Any]
    stored: Callable[[Unit, str, Mapping[str, Any]], list[Statement]]
    undone: Callable[[Unit, str, Sequence[str]], list[Statement]]


class Section(msgspec.Struct, frozen=True):
    """What a room above adds to the import of members, such as levels."""

    name: str
    opened: Callable[[Unit], OpenSection]


def rejected(row: int, refusal: RegularsError, cells: tuple[str, ...] = ()) -> Rejected:
    """A refusal as the rejected row that tells of it."""
    text = {language: refusal.sentence(language) for language in LANGUAGES}
    return Rejected(row, refusal.code, text, cells)
