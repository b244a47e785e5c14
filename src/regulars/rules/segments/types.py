"""Segments as other rooms see them."""

from datetime import datetime

import msgspec


class SegmentView(msgspec.Struct, frozen=True):
    """A segment. `member_count` is that of `refreshed_at`, null before the first refreshing."""

    id: int
    code: str
    name: dict[str, str]
    condition: str
    revision: int
    tag: str | None
    tag_days: int | None
    member_count: int | None
    refreshed_at: datetime | None


class Refreshed(msgspec.Struct, frozen=True):
    """What a refreshing found: how many are in the segment, came and went."""

    members: int
    entered: int
    left: int


class YardstickView(msgspec.Struct, frozen=True):
    """A shop-wide figure; `value` is the fixed one if there is one, else the measured one."""

    code: str
    value: int | None
    measured: int | None
    fixed: int | None
    measured_at: datetime | None
