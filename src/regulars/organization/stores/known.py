"""The shops as the process knows them: few, small, seldom changed."""

import time
from typing import LiteralString

from regulars.foundation.database.session import Unit
from regulars.organization.stores.types import StoreKind, StoreView

FRESH_SECONDS = 2.0

STORES: LiteralString = """
    SELECT id, code, name, time_zone, kind, is_active FROM organization_store
    WHERE is_active ORDER BY code
"""


class _Known:
    stores: dict[str, StoreView] = {}
    read_at = float("-inf")


def stores_known(unit: Unit) -> dict[str, StoreView]:
    """All open shops by code, at most two seconds old. Treat as read-only."""
    if time.monotonic() - _Known.read_at > FRESH_SECONDS:
        read_at = time.monotonic()
        rows = unit.fetch(STORES)
        _Known.stores = {
            row[1]: StoreView(row[0], row[1], row[2], row[3], StoreKind(row[4]), row[5])
            for row in rows
        }
        _Known.read_at = read_at
    return _Known.stores


def stores_forgotten() -> None:
    """Makes the next look read the table again; called where shops change."""
    _Known.read_at = float("-inf")
