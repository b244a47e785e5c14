"""The doors for reading the shop's values. Every process knows them, at most two seconds old."""

from typing import Any, LiteralString

import msgspec
from django.conf import settings

from regulars.foundation.database.rows import rows_now
from regulars.foundation.database.session import DatabaseLost
from regulars.foundation.known import Known
from regulars.foundation.shop.registry import books_begun
from regulars.foundation.shop.types import ShopView

SET_BY_MERCHANT = ("currency", "time_zone", "language")

READ: LiteralString = """
    SELECT name::text, currency, time_zone, language, version, opened_at IS NOT NULL FROM shop
"""


def shop_known() -> ShopView:
    """The shop's values in force: what the environment says, else the merchant, else defaults."""
    return _SHOP.current()


def shop_now() -> ShopView:
    """As `shop_known`, read this moment: for pages on which the values are changed."""
    return _SHOP.now()


def shop_forgotten() -> None:
    """Makes the next look read the table again; called where the shop changes."""
    _SHOP.forget()


def currency_is_fixed() -> bool:
    """Whether the currency can't be changed any more, because books are kept in it."""
    return "currency" in from_environment() or books_begun()


def from_environment() -> frozenset[str]:
    """Which of the merchant's values this deployment's environment decides."""
    return frozenset(settings.REGULARS.model_fields_set & set(SET_BY_MERCHANT))


def _read() -> ShopView:
    rows = rows_now(READ)
    return _view(rows[0] if rows else ("{}", "", "", "", 0, False))


def _view(row: tuple[Any, ...]) -> ShopView:
    name, currency, time_zone, language, version, is_opened = row
    ours, decided = settings.REGULARS, from_environment()
    said = {"currency": currency, "time_zone": time_zone, "language": language}
    inforce = {
        field: getattr(ours, field) if field in decided or not value else value
        for field, value in said.items()
    }
    return ShopView(
        name=msgspec.json.decode(name),
        version=version,
        is_opened=is_opened,
        from_environment=decided,
        **inforce,
    )


# When the database is away for a moment, what was true then is true still.
_SHOP = Known(_read, sees_own_writes=True, outlasts=DatabaseLost)
