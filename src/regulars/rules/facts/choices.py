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

_known: dict[str, ChoicesOf] = {}


def choices_register(names: tuple[str, ...], choices: ChoicesOf) -> None:
    """Says where the choices for these variables come from; asked when a form is drawn."""
    for name in names:
        _known[name] = choices


def choices_of(name: str) -> list[Choice] | None:
    """What may be picked for a variable; None where one types it."""
    choices = _known.get(name)
    return choices() if choices is not None else None


def has_choices(name: str) -> bool:
    """Whether a variable's value is picked from a list."""
    return name in _known
