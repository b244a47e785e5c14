"""The versions in force, compiled, as this process knows them: at most two seconds old.

Versions never change, so each is compiled once; only the list of them is read again.
"""

from bisect import bisect_right
from datetime import datetime
from typing import Any, LiteralString

import msgspec

from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Unit
from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.known import Known
from regulars.ledger.book.services import assets_forgotten, assets_known
from regulars.rules.eventkinds.selectors import kinds_forgotten
from regulars.rules.programs.compiling import program_compiled
from regulars.rules.programs.content import Content
from regulars.rules.programs.deck import InForce
from regulars.rules.programs.errors import ProgramUnreadable
from regulars.rules.programs.types import CompiledProgram

VERSIONS: LiteralString = """
    SELECT v.id, p.code, v.version, v.valid_from, least(v.valid_until, min(e.ended_at))
    FROM rules_program_version v
    JOIN rules_program p ON p.id = v.program_id
    LEFT JOIN rules_program_ending e ON e.version_id = v.id
    GROUP BY v.id, p.code
    ORDER BY p.code, v.version DESC
"""
CONTENTS: LiteralString = """
    SELECT id, content FROM rules_program_version WHERE id = ANY(%s::uuid[])
"""


class _Row(msgspec.Struct, frozen=True):
    """A published version as the cache lists it."""

    id: str
    code: str
    version: int
    valid_from: datetime
    valid_until: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


class _Calendar:
    """Which versions hold when: between two boundaries always the same ones."""

    def __init__(self, rows: list[_Row]) -> None:
        self.rows = rows
        instants = {row.valid_from for row in rows}
        instants |= {row.valid_until for row in rows if row.valid_until}
        self._boundaries = sorted(instants)
        self._found: dict[int, InForce] = {}

    def known(self, at: datetime) -> InForce | None:
        return self._found.get(bisect_right(self._boundaries, at))

    def found(self, at: datetime, programs: InForce) -> InForce:
        self._found[bisect_right(self._boundaries, at)] = programs
        return programs

    def holding(self, at: datetime) -> list[_Row]:
        """The highest version of each program that holds, in the order of codes."""
        highest: dict[str, _Row] = {}
        for row in self.rows:
            if row.holds(at):
                highest.setdefault(row.code, row)
        return list(highest.values())


def _read(unit: Unit) -> _Calendar:
    return _Calendar([_Row(*row) for row in unit.fetch(VERSIONS)])


_CALENDAR = Known(_read)


class _Compiled:
    programs: dict[tuple[str, datetime | None], CompiledProgram] = {}
    decks: dict[tuple[tuple[str, datetime | None], ...], InForce] = {}


def programs_in_force(unit: Unit, at: datetime) -> InForce:
    """The programs that hold at an instant, in the order of their codes; at most 2 s old.

    Of each program it is the highest published version with valid_from ≤ at < valid_until.
    """
    calendar = _CALENDAR.current(unit)
    programs = calendar.known(at)
    if programs is None:
        programs = calendar.found(at, _compiled(unit, calendar.holding(at)))
    return programs


def programs_forgotten() -> None:
    """Makes the next look read the table again; called where programs change."""
    _CALENDAR.forget()


def _compiled(unit: Unit, rows: list[_Row]) -> InForce:
    """The rows' programs; those not compiled before are read and compiled now."""
    known = _Compiled.programs
    new = [row for row in rows if (row.id, row.valid_until) not in known]
    if new:
        contents: dict[str, Any] = dict(unit.fetch(CONTENTS, id_array([row.id for row in new])))
        for row in new:
            known[(row.id, row.valid_until)] = _one_compiled(unit, row, contents[row.id])
    key = tuple([(row.id, row.valid_until) for row in rows])
    deck = _Compiled.decks.get(key)
    if deck is None:
        deck = _Compiled.decks[key] = InForce([known[each] for each in key])
    return deck


def _one_compiled(unit: Unit, row: _Row, content: object) -> CompiledProgram:
    try:
        try:
            return _attempt(unit, row, content)
        except RegularsError:
            # Published a moment ago in another process, with an asset or an event's field of its
            # own.
            assets_forgotten()
            kinds_forgotten()
        return _attempt(unit, row, content)
    except (RegularsError, msgspec.ValidationError) as problem:
        # Better no answer than a wrong one: the till sends the event again.
        raise ProgramUnreadable(
            program=row.code,
            version=row.version,
            problem=Told.of(problem) if isinstance(problem, RegularsError) else str(problem),
        ) from None


def _attempt(unit: Unit, row: _Row, content: object) -> CompiledProgram:
    return program_compiled(
        content=msgspec.convert(content, Content),
        version_id=row.id,
        code=row.code,
        version=row.version,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        assets=assets_known(unit),
    )
