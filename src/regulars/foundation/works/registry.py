"""The kinds of long work: a room declares how one is done, in its `tasks.py`.

work_kind_register("members.tag", tag_chunk)
"""

from regulars.foundation.works.types import Doing

_kinds: dict[str, Doing] = {}
_whole: set[str] = set()


def work_kind_register(kind: str, doing: Doing, *, whole: bool = False) -> None:
    """Adds a kind; a second one of the same name is a mistake of ours.

    A chunk that writes through the ORM is `whole`: what it does and how far it came are committed
    together, so that a worker that dies in between leaves nothing to be done twice.
    """
    if _kinds.setdefault(kind, doing) is not doing:
        raise ValueError(f"two kinds of work are called {kind}")
    if whole:
        _whole.add(kind)


def is_whole(kind: str) -> bool:
    """Whether a chunk's effects and its note are one transaction."""
    return kind in _whole


def doing_of(kind: str) -> Doing:
    """How works of a kind are done."""
    return _kinds[kind]
