"""The dry run: every row is read and checked as in earnest, and nothing is written of it."""

from collections.abc import Iterator, Sequence

from regulars.foundation.database.session import Unit
from regulars.foundation.errors import RegularsError
from regulars.members.profiles.errors import IdentifierTaken
from regulars.members.profiles.selectors import identifier_digest, resolve_statement
from regulars.rules.fileimports.drafting import (
    Setting,
    amounts_of,
    member_drafted,
    placed_counted,
    sale_drafted,
)
from regulars.rules.fileimports.errors import MemberTwice, RowUnknownMember
from regulars.rules.fileimports.sales import owners_found
from regulars.rules.fileimports.types import (
    MEMBERS,
    MemberRow,
    ReadRow,
    Rejected,
    SaleRow,
    rejected,
)

REJECTED_KEPT = 1000


class Check:
    """Counts over all chunks; the first rejected rows, and the rows that name somebody again."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._seen: set[tuple[str, str]] = set()
        self.counts: dict[str, int] = {}
        self.rejected: list[Rejected] = []
        self.twice: list[int] = []

    def chunk_checked(self, unit: Unit, rows: Sequence[ReadRow]) -> None:
        """Checks one chunk; only reads."""
        self._add("rows", len(rows))
        by_row = {row.row: row for row in rows}
        refusals = dict(self._members(unit, rows))
        if self._setting.kind != MEMBERS:
            refusals = dict(self._sales(unit, rows))
        for number, refusal in sorted(refusals.items()):
            self._add("rejected", 1)
            if len(self.rejected) < REJECTED_KEPT:
                self.rejected.append(rejected(number, refusal, by_row[number].cells))
        for row in rows:
            kind = "rejected" if row.row in refusals else "taken"
            self._add("taken", int(kind == "taken"))
            for code, amount in amounts_of(self._setting, row).items():
                self._add(f"{kind}:{code}", amount)
            placed_counted(self.counts, self._setting, row, is_taken=kind == "taken")

    def _add(self, name: str, amount: int) -> None:
        if amount:
            self.counts[name] = self.counts.get(name, 0) + amount

    def _members(self, unit: Unit, rows: Sequence[ReadRow]) -> Iterator[tuple[int, RegularsError]]:
        if self._setting.kind != MEMBERS:
            return
        drafts: list[MemberRow] = []
        for row in rows:
            try:
                draft = member_drafted(self._setting, row)
            except RegularsError as refusal:
                yield row.row, refusal
                continue
            if self._seen.intersection(draft.numbers):
                self.twice.append(row.row)
                yield row.row, MemberTwice()
                continue
            self._seen.update(draft.numbers)
            drafts.append(draft)
        digests = {
            draft.row: [identifier_digest(kind, value) for kind, value in draft.numbers]
            for draft in drafts
        }
        flat = [digest for found in digests.values() for digest in found]
        owners = {row[0]: row[1] for row in unit.flight([resolve_statement(flat)])[0]}
        for draft in drafts:
            known = [owners.get(digest) for digest in digests[draft.row]]
            if any(known) and len(set(known)) > 1:
                place = next(place for place, owner in enumerate(known) if owner)
                yield draft.row, IdentifierTaken(kind=draft.numbers[place][0])
            else:
                self._add("there" if known[0] else "new", 1)

    def _sales(self, unit: Unit, rows: Sequence[ReadRow]) -> Iterator[tuple[int, RegularsError]]:
        drafts: list[SaleRow] = []
        for row in rows:
            try:
                drafts.append(sale_drafted(self._setting, row))
            except RegularsError as refusal:
                yield row.row, refusal
        owners = owners_found(unit, drafts)
        for draft in drafts:
            if draft.row not in owners:
                yield draft.row, RowUnknownMember()
                continue
            name = "refunds" if draft.part else "sales"
            self._add(name, 1)
