"""A device as other rooms see it."""

from datetime import datetime
from enum import StrEnum

import msgspec

PAPERS_MM = (58, 80)


class DeviceKind(StrEnum):
    TILL = "till"
    PHONE = "phone"


class DeviceView(msgspec.Struct, frozen=True):
    """A till or a phone of a store. `device` names it; its secret is known to nobody but it.

    `printer` is where its receipt printer listens, and `paper_mm` the width of the paper in there.
    """

    device: str
    name: str
    kind: DeviceKind
    store: str
    created_at: datetime
    last_seen_at: datetime | None = None
    revoked_at: datetime | None = None
    printer: str = ""
    paper_mm: int = PAPERS_MM[-1]
