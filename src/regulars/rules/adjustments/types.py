"""An adjustment as it is asked for and as it was made."""

import msgspec


class Adjustment(msgspec.Struct, frozen=True):
    """What a person gives a member (`points` above 0) or takes (below 0) of an asset's code."""

    member_id: str
    asset: str
    points: int
    reason: str


class AdjustmentView(msgspec.Struct, frozen=True):
    """What came of it: the entry, or the request that waits for a second person's word."""

    entry: str | None
    approval: str | None
    balance_after: int | None
