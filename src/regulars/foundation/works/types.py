"""Works as other rooms see them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import msgspec

from regulars.foundation.actors import Actor, ActorKind

State = Literal["waiting", "running", "done", "failed", "stopped"]


class WorkView(msgspec.Struct, frozen=True):
    """A piece of long work; `done` of `total`, of which `refused` were refused."""

    id: str
    kind: str
    screen: str
    arguments: dict[str, Any]
    state: State
    done: int
    total: int
    refused: int
    note: str
    created_at: datetime
    created_by: str
    finished_at: datetime | None
    file_name: str

    @property
    def actor(self) -> Actor:
        """Who started it, and in whose name it is done."""
        kind, _, actor_id = self.created_by.partition(":")
        return Actor(ActorKind(kind), actor_id)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.state in ("done", "failed", "stopped")


class Chunk(msgspec.Struct, frozen=True):
    """What one chunk did: where the next one begins ("" when this was the last), how many were
    done and refused, and a piece of the file where the work leaves one."""

    cursor: str
    done: int
    refused: int = 0
    note: str = ""
    content: bytes = b""


# Does the chunk of a work that begins at a cursor ("" at the start). It may be called twice for
# the same cursor, and must have one effect then.
Doing = Callable[[WorkView, str], Chunk]
