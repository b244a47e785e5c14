"""The kinds of long work: a room declares how one is done, in its `tasks.py`.

work_kind_register("members.tag", tag_chunk)
"""

import msgspec

from regulars.foundation.works.types import Doing


class WorkKind(msgspec.Struct, frozen=True):
    """How works of a kind are done.

    A chunk that writes through the ORM is `whole`: what it does and how far it came are committed
    together, so that a worker that dies in between leaves nothing to be done twice.
    """

    doing: Doing
    whole: bool


_kinds: dict[str, WorkKind] = {}


def work_kind_register(kind: str, doing: Doing, *, whole: bool = False) -> None:
    """Adds a kind; a second one of the same name is a mistake of ours."""
    declared = WorkKind(doing, whole)
    if _kinds.setdefault(kind, declared) != declared:
        raise ValueError(f"two kinds of work are called {kind}")


def work_kind(name: str) -> WorkKind:
    """The kind that was declared under this name."""
    return _kinds[name]
