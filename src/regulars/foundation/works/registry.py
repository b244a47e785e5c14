"""The kinds of long work: a room declares how one is done, in its `tasks.py`.

work_kind_register("members.tag", tag_chunk)
"""

from regulars.foundation.works.types import Doing

_kinds: dict[str, Doing] = {}


def work_kind_register(kind: str, doing: Doing) -> None:
    """Adds a kind; a second one of the same name is a mistake of ours."""
    if _kinds.setdefault(kind, doing) is not doing:
        raise ValueError(f"two kinds of work are called {kind}")


def doing_of(kind: str) -> Doing:
    """How works of a kind are done."""
    return _kinds[kind]
