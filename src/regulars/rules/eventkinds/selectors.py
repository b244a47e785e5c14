"""The doors for reading kinds of events."""

from regulars.rules.eventkinds.builtin import BUILT_IN, TOPUP
from regulars.rules.eventkinds.errors import EventKindMissing
from regulars.rules.eventkinds.known import (
    kind_known,
    kinds_forgotten,
    own_kinds,
    own_kinds_now,
)
from regulars.rules.eventkinds.schemas import kind_example, kind_schema
from regulars.rules.eventkinds.types import EventKindView
from regulars.rules.eventkinds.values import event_told


def declared_kinds() -> list[EventKindView]:
    """All kinds with declared data, as the process knows them."""
    return [*BUILT_IN.values(), *own_kinds().values()]


def kinds_list() -> list[EventKindView]:
    """All kinds with declared data, read this moment: those that come along, then the own ones."""
    return [*BUILT_IN.values(), *own_kinds_now().values()]


def kind_get(code: str) -> EventKindView:
    """One kind with declared data, read this moment; refuses with `event_kind_missing`."""
    for kind in kinds_list():
        if kind.code == code:
            return kind
    raise missing(code)


def missing(code: str) -> EventKindMissing:
    """The refusal of a code, with those that would have done."""
    return EventKindMissing(kind=code[:40], known=", ".join(own_kinds()) or "–")


__all__ = [
    "TOPUP",
    "declared_kinds",
    "event_told",
    "kind_example",
    "kind_get",
    "kind_known",
    "kind_schema",
    "kinds_forgotten",
    "kinds_list",
    "missing",
    "own_kinds",
]
