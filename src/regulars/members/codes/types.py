"""A member code as the phone shows it."""

from datetime import datetime

import msgspec


class CodeView(msgspec.Struct, frozen=True):
    """The digits to show as a code, and from when until when they are good."""

    code: str
    expires_at: datetime
    starts_at: datetime | None = None
