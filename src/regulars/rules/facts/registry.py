"""The registry of facts: filled once at the start of a process, read ever after."""

import re
import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from regulars.foundation.database.session import Rows
from regulars.rules.facts.errors import FactNotLoaded, FactRegistered, MalformedFactName
from regulars.rules.facts.types import (
    FactDeclaration,
    FactLoad,
    FactProvider,
    FactValues,
)

RESERVED = ("event", "order", "business", "line")
FRESH_SECONDS = 2.0
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,2}")
_WORDS = frozenset({"true", "false", "null", "in", "as", "break", "const", "continue", "else",
    "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
    "void", "while"})  # fmt: skip

_known: dict[str, FactDeclaration] = {}
# What tells of facts that the merchant makes, such as own fields of members.
FactSource = Callable[[], Sequence[FactDeclaration]]
_sources: list[FactSource] = []


class _Asked:
    """When the sources were asked last, and of which facts they told."""

    at = float("-inf")
    names: frozenset[str] = frozenset()


# One thread at a time asks: two would each take for new what the other has just made known.
_asking = threading.Lock()


def fact_register(declaration: FactDeclaration) -> None:
    """Makes a fact known to all rules of this process; each name once."""
    name = declaration.name
    if not is_possible_name(name) or name.partition(".")[0] in RESERVED:
        raise MalformedFactName(name=name[:80], reserved=", ".join(RESERVED))
    if name in _known:
        raise FactRegistered(name=name)
    _known[name] = declaration


def is_possible_name(name: str) -> bool:
    """Whether the language of conditions can read this as a name of a variable."""
    return bool(_NAME.fullmatch(name)) and not _WORDS.intersection(name.split("."))


def fact_source_register(source: FactSource) -> None:
    """Asks `source` for more facts whenever conditions are read."""
    _sources.append(source)


def facts_refreshed() -> None:
    """Learns of facts that the merchant has made since; at most two seconds old."""
    if _is_fresh():
        return
    with _asking:
        # Whoever waited here for another thread finds that it has asked already.
        if not _is_fresh():
            _sources_asked()


def _is_fresh() -> bool:
    return time.monotonic() - _Asked.at <= FRESH_SECONDS


def _sources_asked() -> None:
    told = [declaration for source in _sources for declaration in source()]
    for name in _Asked.names - {each.name for each in told}:
        _known.pop(name, None)
    for declaration in told:
        if declaration.name in _Asked.names:
            _known[declaration.name] = declaration
        else:
            fact_register(declaration)
    _Asked.names = frozenset([each.name for each in told])
    _Asked.at = time.monotonic()


def facts_forgotten(names: Collection[str]) -> None:
    """Takes facts out again: for tests that declare their own."""
    _Asked.names -= frozenset(names)
    for name in names:
        _known.pop(name, None)
    _Asked.at = float("-inf")


def facts_known() -> dict[str, FactDeclaration]:
    """All facts by name. Treat as read-only."""
    return _known


def facts_load(
    names: Collection[str], member_ids: Sequence[str], at: datetime
) -> tuple[FactLoad, ...]:
    """One load per provider for these facts; put their statements into your flight."""
    wanted: dict[FactProvider, list[str]] = {}
    for name in sorted(names):
        wanted.setdefault(_known[name].provider, []).append(name)
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
