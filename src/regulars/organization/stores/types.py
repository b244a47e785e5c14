"""A shop as other rooms see it."""

from enum import StrEnum

import msgspec


class StoreKind(StrEnum):
    OWN = "own"
    FRANCHISE = "franchise"


class StoreView(msgspec.Struct, frozen=True):
    """A shop: its code, its name by language, and the time zone of its business dates."""

    id: int
    code: str
    name: dict[str, str]
    time_zone: str
    kind: StoreKind = StoreKind.OWN
    is_active: bool = True
    group: str | None = None


class StoreGroupView(msgspec.Struct, frozen=True):
    """Stores that belong together, such as a region; a store is in one group at most."""

    code: str
    name: dict[str, str]
    stores: tuple[str, ...] = ()
