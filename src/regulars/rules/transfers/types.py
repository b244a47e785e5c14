"""A gift of points, as it is asked for and as it was made."""

import msgspec


class Gift(msgspec.Struct, frozen=True):
    """Who gives whom how much: holder ids inside the house, `points` > 0 of an asset's code."""

    giver_id: str
    receiver_id: str
    asset: str
    points: int


class TransferView(msgspec.Struct, frozen=True):
    """A gift that was made; `balance_after` is what the giver has left of the asset."""

    entry: str
    member: str
    to: str
    asset: str
    points: int
    balance_after: int
