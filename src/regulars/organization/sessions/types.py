"""A session as its owner sees it."""

from datetime import datetime

import msgspec


class SessionView(msgspec.Struct, frozen=True):
    """Where a person is signed in: browser and system, since when, and when it was last used."""

    id: str
    device: str
    created_at: datetime
    seen_at: datetime
    is_current: bool
