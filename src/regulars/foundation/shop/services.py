"""The doors for changing what the merchant says about the shop."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.shop.errors import (
    CurrencyFixed,
    SetByEnvironment,
    ShopChangedMeanwhile,
    UnknownCurrency,
    UnknownShopLanguage,
)
from regulars.foundation.shop.models import Shop
from regulars.foundation.shop.registry import books_begun
from regulars.foundation.shop.selectors import from_environment, shop_forgotten, shop_now
from regulars.foundation.shop.setup import setup_ended
from regulars.foundation.shop.types import ShopView
from regulars.foundation.texts import texts_checked

NAME_MAX = 40
_CODE = re.compile(r"[A-Z]{3}")


@transaction.atomic
def shop_update(
    *,
    actor: Actor,
    version: int | None = None,
    name: Mapping[str, str] | None = None,
    currency: str | None = None,
    time_zone: str | None = None,
    language: str | None = None,
) -> ShopView:
    """Changes what is given of the shop's name, currency, time zone and language.

    `version` is that of the page on which it was changed; None does not ask. Business dates of
    the past stay as they are. Errors: shop_changed_meanwhile, set_by_environment, currency_fixed,
    unknown_currency, unknown_time_zone, unknown_shop_language, languages_expected, text_missing.
    """
    row = _locked()
    if version is not None and version != row.version:
        raise ShopChangedMeanwhile
    said: dict[str, Any] = {}
    if name is not None:
        said["name"] = texts_checked(name, "name", maximum=NAME_MAX)
    if time_zone is not None:
        clock.zone(time_zone)
        said["time_zone"] = time_zone
    if language is not None:
        if language not in dict(settings.LANGUAGES):
            raise UnknownShopLanguage(language=language[:16])
        said["language"] = language
    if currency is not None:
        said["currency"] = _currency_checked(currency)
    before = shop_now()
    changes = {field: value for field, value in said.items() if value != getattr(before, field)}
    for field in sorted(changes):
        if field in from_environment():
            raise SetByEnvironment(variable=f"REGULARS_{field.upper()}")
    if "currency" in changes and books_begun():
        raise CurrencyFixed(currency=before.currency)
    return _changed(actor, said, sorted(changes))


@transaction.atomic
def shop_opened(*, actor: Actor) -> ShopView:
    """Notes that setting up has ended. A second time nothing happens."""
    row = _locked()
    setup_ended()
    if row.opened_at is None:
        Shop.objects.update(opened_at=clock.now())
        record(actor=actor, action="shop.opened", subject="shop")
    return _looked_at()


def _changed(actor: Actor, said: dict[str, Any], fields: list[str]) -> ShopView:
    if said:
        # What the environment decides is not written: it would come to life when that one goes.
        kept = {field: value for field, value in said.items() if field not in from_environment()}
        Shop.objects.update(**kept, version=F("version") + 1, updated_at=clock.now())
    if fields:
        record(actor=actor, action="shop.updated", subject="shop", details={"fields": fields})
    return _looked_at()


def _currency_checked(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise UnknownCurrency(currency=code[:16])
    return code


def _locked() -> Shop:
    """The one row, made at the first change; who comes second waits for the first to commit."""
    Shop.objects.bulk_create([Shop(updated_at=clock.now())], ignore_conflicts=True)
    return Shop.objects.select_for_update().get()


def _looked_at() -> ShopView:
    shop_forgotten()
    return shop_now()


__all__ = ["shop_opened", "shop_update"]
