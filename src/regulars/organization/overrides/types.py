"""An exception at the counter that somebody with the right to it allowed, as other rooms see it."""

from datetime import datetime

import msgspec

OVERRIDE_PREFIX = "ovr"


class OverrideView(msgspec.Struct, frozen=True):
    """One exception: `manager` lets `asked_by` do once what needs `right`, at a store, for one
    subject, until `expires_at`."""

    public_id: str
    manager: str
    right: str
    store: str
    subject: str
    asked_by: str
    granted_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
