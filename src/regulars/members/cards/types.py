"""Cards as other rooms see them."""

from datetime import datetime
from enum import StrEnum

import msgspec

CARD_PREFIX = "crd"


class CardState(StrEnum):
    """A lost card refuses everything and may be found again; a replaced one is dead for ever."""

    STOCK = "stock"
    BOUND = "bound"
    LOST = "lost"
    REPLACED = "replaced"


class CardView(msgspec.Struct, frozen=True):
    """A card of a member."""

    number: str
    state: CardState
    bound_at: datetime | None
    ended_at: datetime | None


class CardBatchView(msgspec.Struct, frozen=True):
    """Cards that were made together: the first and last number, and how many are still free."""

    batch: int
    name: str
    first: str
    last: str
    count: int
    free: int
    created_at: datetime
