"""A member as other rooms see one, and what is handed in to make one."""

from datetime import datetime
from enum import StrEnum

import msgspec

from regulars.foundation.ids import public_id

PUBLIC_PREFIX = "mem"


class IdentifierKind(StrEnum):
    """The numbers by which a member is known. Each is unique with its kind."""

    PHONE = "phone"
    EXTERNAL_ID = "external_id"
    CARD = "card"
    EMAIL = "email"
    WECHAT = "wechat"


class MemberView(msgspec.Struct, frozen=True):
    """A member. `id` is the holder's id in the ledger.

    Of the phone only `phone_last4` leaves this room, and `phone_masked` for people to read.
    """

    id: str
    display_name: str
    joined_at: datetime
    home_store: str | None
    language: str
    is_active: bool
    phone_last4: str | None = None
    external_ids: tuple[str, ...] = ()
    phone_masked: str | None = None
    merged_into: str | None = None
    erased_at: datetime | None = None
    cards: tuple[str, ...] = ()
    email_masked: str | None = None
    has_wechat: bool = False

    @property
    def public_id(self) -> str:
        """The id that leaves the house: `mem_…`."""
        return public_id(PUBLIC_PREFIX, self.id)


class NewMember(msgspec.Struct, frozen=True):
    """A row of an import. Without `joined_at` the member joins now, without `member_id` a new
    id is made."""

    display_name: str = ""
    phone: str | None = None
    external_id: str | None = None
    store: str | None = None
    language: str = "zh-hans"
    joined_at: datetime | None = None
    member_id: str | None = None
    card: str | None = None


class Enrolled(msgspec.Struct, frozen=True):
    """What became of a row: a member, new or already there with the same identifiers."""

    member_id: str
    is_new: bool
