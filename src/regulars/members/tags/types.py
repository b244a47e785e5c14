"""Tags as other rooms see them."""

from datetime import datetime

import msgspec

MANUAL = "manual"


class TagView(msgspec.Struct, frozen=True):
    """A tag."""

    id: int
    code: str
    name: dict[str, str]


class Carried(msgspec.Struct, frozen=True):
    """How many members carry a tag, as of `counted_at`; with `is_more` there are more than that."""

    members: int
    counted_at: datetime
    is_more: bool = False


class MemberTagView(msgspec.Struct, frozen=True):
    """A tag on a member: by whom or which rule, why, since when and until when."""

    code: str
    name: dict[str, str]
    source: str
    reason: str
    actor: str
    set_at: datetime
    expires_at: datetime | None
