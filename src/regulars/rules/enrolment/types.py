"""What becoming a member led to."""

from datetime import datetime

import msgspec

from regulars.foundation.ids import public_id
from regulars.members.profiles.types import PUBLIC_PREFIX


class Joined(msgspec.Struct, frozen=True):
    """A new member: the id (UUID text), the instant of joining, and the event's id inside the house
    (UUID text), whose receipt says what she was given for it."""

    member_id: str
    joined_at: datetime
    event_id: str = ""

    @property
    def public_id(self) -> str:
        """The id that leaves the house: `mem_…`."""
        return public_id(PUBLIC_PREFIX, self.member_id)
