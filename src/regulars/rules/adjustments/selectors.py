"""Reading what may be given by hand."""

from regulars.foundation.database.session import Unit
from regulars.ledger.book.selectors import assets_known
from regulars.ledger.book.types import AssetKind, AssetView

# Money is paid in and back at the till, and uses of a service are sold: neither by hand.
BY_HAND = frozenset({AssetKind.POINTS, AssetKind.GROWTH, AssetKind.TOKEN})


def assets_by_hand(unit: Unit) -> list[AssetView]:
    """The assets that a person may give or take: points first, else in their order."""
    found = [each for each in assets_known(unit).values() if each.kind in BY_HAND]
    return sorted(found, key=lambda each: each.kind is not AssetKind.POINTS)
