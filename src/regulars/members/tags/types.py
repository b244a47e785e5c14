"""Tags as other rooms see them."""

from datetime import datetime

import msgspec

MANUAL = "manual"


class TagView(msgspec.Struct, frozen=True):
    """A tag, and how many members carry it now."""

    id: int
    code: str
    name: dict[str, str]
    members: int = 0


class MemberTagView(msgspec.Struct, frozen=True):
    """A tag on a member: by whom or which rule, why, since when and until when."""

    code: str
    name: dict[str, str]
    source: str
    reason: str
    actor: str
    set_at: datetime
    expires_at: datetime | None
