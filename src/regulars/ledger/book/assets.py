"""The assets as the process knows them: few, small, and fixed once they have moved."""

import time
from typing import LiteralString

import msgspec

from regulars.foundation.database.session import Rows, Statement, Unit
from regulars.ledger.book.models import Asset
from regulars.ledger.book.types import AssetKind, AssetView, ExpiryPolicy, Shortfall, SpendOrder

FRESH_SECONDS = 2.0

ASSETS: LiteralString = """
    SELECT id, code, name, kind, currency, scale, spend_order, expiry, shortfall, transferable,
           time_zone
    FROM ledger_asset ORDER BY id
"""


class _Known:
    assets: dict[int, AssetView] = {}
    read_at = float("-inf")


def assets_known(unit: Unit) -> dict[int, AssetView]:
    """All assets by id, at most two seconds old. Treat as read-only."""
    if time.monotonic() - _Known.read_at > FRESH_SECONDS:
        _Known.assets = assets_parsed(unit.flight([Statement(ASSETS)])[0])
        _Known.read_at = time.monotonic()
    return _Known.assets


def assets_stored() -> dict[int, AssetView]:
    """All assets by id as Django's transaction sees them: those made in it a moment ago too."""
    columns = AssetView.__struct_fields__
    return assets_parsed(list(Asset.objects.order_by("id").values_list(*columns)))


def assets_forgotten() -> None:
    """Makes the next look read the table again; called where assets change."""
    _Known.read_at = float("-inf")


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
