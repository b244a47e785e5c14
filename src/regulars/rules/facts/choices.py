"""What a variable's value may be, where people pick it from a list: stores, levels, tags, days."""

from collections.abc import Callable, Mapping

import msgspec

from regulars.rules.facts.types import FactValue


class Choice(msgspec.Struct, frozen=True):
    """One value with its name by language.

    `implies` are other facts that go with it, so that an example of a member of this level has
    the level's multiplier too.
    """

    value: str | int
    name: Mapping[str, str]
    implies: Mapping[str, FactValue] = {}


ChoicesOf = Callable[[], list[Choice]]

# What tells of choices for variables that the merchant makes, such as fields of own events.
ChoicesSource = Callable[[str], ChoicesOf | None]

_known: dict[str, ChoicesOf] = {}
_sources: list[ChoicesSource] = []


def choices_register(names: tuple[str, ...], choices: ChoicesOf) -> None:
    """Says where the choices for these variables come from; asked when a form is drawn."""
    for name in names:
        _known[name] = choices


def choices_source_register(source: ChoicesSource) -> None:
    """Asks `source` for the choices of variables that are not known otherwise."""
    _sources.append(source)


def choices_of(name: str) -> list[Choice] | None:
    """What may be picked for a variable; None where one types it."""
    choices = _found(name)
    return choices() if choices is not None else None


def has_choices(name: str) -> bool:
    """Whether a variable's value is picked from a list."""
    return _found(name) is not None


def _found(name: str) -> ChoicesOf | None:
    if name in _known:
        return _known[name]
    return next((found for source in _sources if (found := source(name))), None)
