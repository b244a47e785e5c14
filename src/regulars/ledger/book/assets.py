"""The assets as the process knows them: few, small, and fixed once they have moved."""

from typing import LiteralString

import msgspec

from regulars.foundation.database.session import Rows, Unit
from regulars.foundation.known import Known
from regulars.ledger.book.models import Asset
from regulars.ledger.book.types import AssetKind, AssetView, ExpiryPolicy, Shortfall, SpendOrder

ASSETS: LiteralString = """
    SELECT id, code, name, kind, currency, scale, spend_order, expiry, shortfall, transferable,
           time_zone
    FROM ledger_asset ORDER BY id
"""


def assets_known(unit: Unit) -> dict[int, AssetView]:
    """All assets by id, at most two seconds old. Treat as read-only."""
    return _ASSETS.current(unit)


def assets_stored() -> dict[int, AssetView]:
    """All assets by id as Django's transaction sees them: those made in it a moment ago too."""
    columns = AssetView.__struct_fields__
    return assets_parsed(list(Asset.objects.order_by("id").values_list(*columns)))


def assets_forgotten() -> None:
    """Makes the next look read the table again; called where assets change."""
    _ASSETS.forget()


def assets_parsed(rows: Rows) -> dict[int, AssetView]:
    """Views from the rows of `ASSETS`."""
    return {
        row[0]: AssetView(
            id=row[0],
            code=row[1],
            name=row[2],
            kind=AssetKind(row[3]),
            currency=row[4],
            scale=row[5],
            spend_order=SpendOrder(row[6]),
            expiry=msgspec.convert(row[7], ExpiryPolicy),
            shortfall=Shortfall(row[8]),
            transferable=row[9],
            time_zone=row[10],
        )
        for row in rows
    }


def _read(unit: Unit) -> dict[int, AssetView]:
    return assets_parsed(unit.fetch(ASSETS))


_ASSETS = Known(_read)
