"""A payment with points as other rooms and callers see it."""

from datetime import datetime

import msgspec

PUBLIC_PREFIX = "red"
HELD = "held"
SETTLED = "settled"
RELEASED = "released"


class RedemptionView(msgspec.Struct, frozen=True):
    """A payment with points. `state` is held, settled or released.

    `value_minor` is what the points pay, in minor units of `currency`. A held one that runs out
    (`expires_at`) is released by itself.
    """

    redemption: str
    member: str
    asset: str
    points: int
    value_minor: int
    currency: str
    state: str
    program: str
    created_at: datetime
    expires_at: datetime | None = None
    entry: str | None = None
