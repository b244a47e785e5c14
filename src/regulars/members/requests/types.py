"""A member's request as other rooms see it."""

from datetime import datetime
from enum import StrEnum

import msgspec

from regulars.foundation.ids import public_id

REQUEST_PREFIX = "req"


class RequestKind(StrEnum):
    EXPORT = "export"
    ERASE = "erase"


class RequestView(msgspec.Struct, frozen=True):
    """What a member asked for, and when a person of the shop had done with it (None: not yet)."""

    id: str
    member_id: str
    kind: RequestKind
    created_at: datetime
    closed_at: datetime | None = None

    @property
    def public_id(self) -> str:
        """The id that leaves the house: `req_…`."""
        return public_id(REQUEST_PREFIX, self.id)
