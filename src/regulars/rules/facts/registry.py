"""The registry of facts: filled once at the start of a process, read ever after."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from threading import Lock

from regulars.foundation.database.session import Rows
from regulars.foundation.known import Known
from regulars.rules.facts.errors import FactNotLoaded, FactRegistered, MalformedFactName
from regulars.rules.facts.types import (
    FactDeclaration,
    FactLoad,
    FactProvider,
    FactValues,
)

RESERVED = ("event", "order", "business", "line")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,2}")
_WORDS = frozenset({"true", "false", "null", "in", "as", "break", "const", "continue", "else",
    "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
    "void", "while"})  # fmt: skip

# What tells of facts that the merchant makes, such as own fields of members.
FactSource = Callable[[], Sequence[FactDeclaration]]
_sources: list[FactSource] = []


class _Facts:
    """All facts by name, and which the sources told; replaced whole: others go through it."""

    known: dict[str, FactDeclaration] = {}
    told: frozenset[str] = frozenset()
    changing = Lock()


def fact_register(declaration: FactDeclaration) -> None:
    """Makes a fact known to all rules of this process; each name once."""
    with _Facts.changing:
        _Facts.known = _with(_Facts.known, [declaration])


def is_possible_name(name: str) -> bool:
    """Whether the language of conditions can read this as a name of a variable."""
    return bool(_NAME.fullmatch(name)) and not _WORDS.intersection(name.split("."))


def fact_source_register(source: FactSource) -> None:
    """Asks `source` for more facts whenever conditions are read."""
    _sources.append(source)


def facts_refreshed() -> None:
    """Learns of facts that the merchant has made since; at most two seconds old."""
    _ASKED.current()


def _sources_asked() -> None:
    told = [declaration for source in _sources for declaration in source()]
    # Two that ask at once must not each take for new what the other has just made known.
    with _Facts.changing:
        _Facts.known = _with(_without(_Facts.told), told)
        _Facts.told = frozenset([each.name for each in told])


_ASKED = Known(_sources_asked)


def _with(
    known: dict[str, FactDeclaration], more: Sequence[FactDeclaration]
) -> dict[str, FactDeclaration]:
    known = dict(known)
    for declaration in more:
        name = declaration.name
        if not is_possible_name(name) or name.partition(".")[0] in RESERVED:
            raise MalformedFactName(name=name[:80], reserved=", ".join(RESERVED))
        if name in known:
            raise FactRegistered(name=name)
        known[name] = declaration
    return known


def _without(names: Collection[str]) -> dict[str, FactDeclaration]:
    return {name: fact for name, fact in _Facts.known.items() if name not in names}


def facts_forgotten(names: Collection[str]) -> None:
    """Takes facts out again: for tests that declare their own."""
    with _Facts.changing:
        _Facts.known = _without(names)
        _Facts.told -= frozenset(names)
    _ASKED.forget()


def facts_known() -> dict[str, FactDeclaration]:
    """All facts by name. Treat as read-only."""
    return _Facts.known


def facts_load(
    names: Collection[str], member_ids: Sequence[str], at: datetime
) -> tuple[FactLoad, ...]:
    """One load per provider for these facts; put their statements into your flight."""
    known = _Facts.known
    wanted: dict[FactProvider, list[str]] = {}
    for name in sorted(names):
        wanted.setdefault(known[name].provider, []).append(name)
    return tuple(provider(mine, member_ids, at) for provider, mine in wanted.items())


def facts_loaded(
    loads: Sequence[FactLoad],
    rows: Sequence[Rows],
    names: Collection[str],
    member_ids: Sequence[str],
) -> FactValues:
    """The values by member from the rows of all loads' statements, in their order."""
    values: FactValues = {member_id: {} for member_id in member_ids}
    place = 0
    for load in loads:
        end = place + len(load.statements)
        for member_id, found in load.parse(rows[place:end]).items():
            values[member_id].update(found)
        place = end
    wanted = set(names)
    for found in values.values():
        if not wanted <= found.keys():
            raise FactNotLoaded(name=min(wanted - found.keys()))
    return values
