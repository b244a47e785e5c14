"""What a ready-made package may put up: each room registers how its own things are made.

A package is data. It says, section by section, what shall be there; the section's owner says what
is there already, makes what is missing, changes what is there, and ends it. Handlers run inside
the installer's transaction of Django's, so that a package is there whole or not at all.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

from regulars.foundation.actors import Actor
from regulars.foundation.errors import RegularsError

# One thing as a package writes it; `code` is always there, the rest is its section's matter.
Part = dict[str, Any]
Texts = dict[str, str]


class State(StrEnum):
    """How the shop stands to a part: without it, as it says, otherwise, or at rest."""

    ABSENT = "absent"
    SAME = "same"
    DIFFERENT = "different"
    ENDED = "ended"


class Found(msgspec.Struct, frozen=True):
    """What a section sees of a part, the name by which people know it, and what forbids it."""

    state: State
    name: Texts
    refusal: RegularsError | None = None


class Section(msgspec.Struct, frozen=True):
    """One room's handlers. Without `change` a thing stays as it was made; without `end`, for ever.

    `is_promise`: it gives members something, so that a shop may want a second person to agree.
    `preview` writes nothing, and says or raises why a part can't be made here; `install` makes what
    is absent; `change` makes what is there as the part says, at rest or not; `end` takes the code.
    """

    name: str
    title: Texts
    place: int
    preview: Callable[[Part], Found]
    install: Callable[[Actor, Part], None]
    change: Callable[[Actor, Part], None] | None = None
    end: Callable[[Actor, str], None] | None = None
    is_promise: bool = False


_SECTIONS: dict[str, Section] = {}


def section_register(section: Section) -> None:
    """Adds a section; a second one of the same name is a mistake of ours."""
    known = _SECTIONS.setdefault(section.name, section)
    if known is not section:
        raise ValueError(f"two sections are called {section.name}")


def sections_registered() -> dict[str, Section]:
    """All sections by name, in the order in which their things need each other."""
    return dict(sorted(_SECTIONS.items(), key=lambda item: (item[1].place, item[0])))
