"""Assets in ready-made packages. What is made stays: members may own some of it."""

from typing import Annotated

import msgspec

from regulars.foundation.actors import Actor
from regulars.foundation.installing import Found, Part, Section, State, section_register
from regulars.foundation.shapes import shape_refused
from regulars.foundation.shop.selectors import shop_known
from regulars.ledger.book.selectors import assets_stored
from regulars.ledger.book.services import asset_create
from regulars.ledger.book.types import AssetKind, ExpiryPolicy, Shortfall, SpendOrder

FIXED = ("kind", "expiry", "spend_order", "shortfall", "transferable", "currency", "scale")


class AssetPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An asset as a package writes it."""

    code: str
    name: dict[str, str]
    kind: AssetKind = AssetKind.POINTS
    expiry: ExpiryPolicy = ExpiryPolicy()
    spend_order: SpendOrder = SpendOrder.EARLIEST_EXPIRY
    shortfall: Shortfall = Shortfall.DEBT
    transferable: bool = False
    currency: str = ""
    scale: Annotated[int, msgspec.Meta(ge=0, le=8)] = 0


def asset_found(part: Part) -> Found:
    """Whether the book has this asset, with these properties; its name may differ."""
    asset = _read(part)
    there = {each.code: each for each in assets_stored().values()}.get(asset.code)
    if there is None:
        return Found(State.ABSENT, asset.name)
    same = all(getattr(there, field) == getattr(asset, field) for field in FIXED)
    return Found(State.SAME if same else State.DIFFERENT, there.name)


def asset_installed(_actor: Actor, part: Part) -> None:
    """Declares the asset in the deployment's time zone."""
    asset = _read(part)
    asset_create(
        code=asset.code,
        name=asset.name,
        kind=asset.kind,
        time_zone=shop_known().time_zone,
        expiry=asset.expiry,
        spend_order=asset.spend_order,
        shortfall=asset.shortfall,
        transferable=asset.transferable,
        currency=asset.currency,
        scale=asset.scale,
    )


def _read(part: Part) -> AssetPart:
    try:
        return msgspec.convert(part, AssetPart)
    except msgspec.ValidationError as problem:
        raise shape_refused(problem, f"assets.{part.get('code')}") from None


section_register(
    Section(
        name="assets",
        title={"zh-Hans": "资产", "en": "Points and growth values"},
        place=10,
        preview=asset_found,
        install=asset_installed,
    )
)
