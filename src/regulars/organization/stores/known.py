"""The shops as the process knows them: few, small, seldom changed."""

from typing import LiteralString

from regulars.foundation.database.session import Unit
from regulars.foundation.known import Known
from regulars.organization.stores.types import StoreKind, StoreView

STORES: LiteralString = """
    SELECT id, code, name, time_zone, kind, is_active FROM organization_store
    WHERE is_active ORDER BY code
"""


def stores_known(unit: Unit) -> dict[str, StoreView]:
    """All open shops by code, at most two seconds old. Treat as read-only."""
    return _STORES.current(unit)


def stores_forgotten() -> None:
    """Makes the next look read the table again; called where shops change."""
    _STORES.forget()


def _read(unit: Unit) -> dict[str, StoreView]:
    return {
        row[1]: StoreView(row[0], row[1], row[2], row[3], StoreKind(row[4]), row[5])
        for row in unit.fetch(STORES)
    }


_STORES = Known(_read)
