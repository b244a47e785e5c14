"""What happened to a member, and what other rooms do when it happens.

A room that keeps something about members declares it in its `parts.py`:

    part_register(MemberPart(name="cards", merged=…, erased=…, erase_refused=…, exported=…))
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from regulars.foundation.actors import Actor
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.errors import RegularsError


class MergeFacts(msgspec.Struct, frozen=True):
    """A merge as the parts see it. `holds` gives each moved hold's new id by its old one."""

    from_id: str
    into_id: str
    holds: Mapping[str, str]
    now: datetime
    actor: Actor


Joined = Callable[[Unit, MergeFacts], list[Statement]]
Erased = Callable[[str, datetime], list[Statement]]
Refusal = Callable[[Unit, str], RegularsError | None]
Exported = Callable[[str], Any]


class MemberPart(msgspec.Struct, frozen=True):
    """What one room does when members are merged, erased or exported. Absent: nothing.

    `merged` answers what moves the room's rows (limits used are added), `erased` what empties
    them; both join the transaction, with the member's books locked. `erase_refused` may name what
    is still running; `exported` answers all that the room keeps of a member, ready for JSON.
    """

    name: str
    merged: Joined | None = None
    erased: Erased | None = None
    erase_refused: Refusal | None = None
    exported: Exported | None = None


class MergedView(msgspec.Struct, frozen=True):
    """A merge that was made: what moved of each asset, in its units."""

    member: str
    into: str
    entry: str | None
    moved: dict[str, int]
    holds: int


class FreezeView(msgspec.Struct, frozen=True):
    """Whether everything a member has is frozen now."""

    member: str
    frozen: bool


class ErasedView(msgspec.Struct, frozen=True):
    """An erasing: what was given up of each asset."""

    member: str
    forfeited: dict[str, int]
