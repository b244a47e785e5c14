"""What a member has: a tile for each asset, and what ends when."""

from datetime import date, datetime, timedelta

import msgspec
from django.utils.translation import gettext as _

from regulars.foundation import clock
from regulars.foundation.database.session import Unit
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.ledger.book.selectors import LotGroup, balances, lots_open
from regulars.ledger.book.types import AssetKind, AssetView, Balance
from regulars.rules.programs.selectors import programs_in_force, redemption_told

SOON = timedelta(days=60)
ENDS_SHOWN = 60


class Tile(msgspec.Struct, frozen=True):
    """One asset: what can be used now, and what there is to say of the rest."""

    name: str
    amount: str
    notes: list[str]
    warning: str
    is_growth: bool


class Ending(msgspec.Struct, frozen=True):
    """What ends on one day."""

    amount: str
    asset: str
    last_day: date
    is_soon: bool


def tiles(unit: Unit, member_id: str, assets: dict[int, AssetView]) -> list[Tile]:
    """A tile for each asset; what counts towards a level stands last."""
    now = clock.now()
    owned = balances(unit, [member_id], now)[member_id]
    shown = [_tile(assets[each.asset_id], each, now) for each in owned]
    return sorted(shown, key=lambda each: each.is_growth)


def worths(unit: Unit, assets: dict[int, AssetView]) -> list[str]:
    """What points pay at the till, one sentence for each program that says it."""
    offers = [each.redemption for each in programs_in_force(unit, clock.now()).programs]
    return [
        redemption_told(offer, merchant_text(assets[offer.asset_id].name))
        for offer in offers
        if offer is not None
    ]


def endings(unit: Unit, member_id: str, assets: dict[int, AssetView]) -> list[Ending]:
    """What ends when, the soonest first."""
    now = clock.now()
    lots = lots_open(unit, member_id, now)
    dying = [each for each in lots if each.expires_at is not None and each.expires_at > now]
    dying.sort(key=lambda each: each.expires_at or now)
    return [_ending(each, assets[each.asset_id], now) for each in dying[:ENDS_SHOWN]]


def shown(amount: int, asset: AssetView) -> str:
    """An amount of an asset: money with its symbol, points as they are."""
    if asset.currency:
        return money_shown(amount, asset.currency)
    return amount_text(amount, asset.scale)


def _tile(asset: AssetView, balance: Balance, now: datetime) -> Tile:
    notes = []
    for amount, words in (
        (balance.held, _("%(amount)s on hold")),
        (balance.pending, _("%(amount)s not usable yet")),
        (balance.debt, _("%(amount)s owed from a return")),
    ):
        if amount:
            notes.append(words % {"amount": shown(amount, asset)})
    is_growth = asset.kind is AssetKind.GROWTH
    warning = ""
    if balance.expiring and not is_growth:
        at, amount = balance.expiring[0]
        if at <= now + SOON:
            last = clock.last_day_before(at, asset.time_zone)
            ending = {"amount": shown(amount, asset), "day": day(last)}
            warning = _("%(amount)s through %(day)s") % ending
    name, usable = merchant_text(asset.name), shown(balance.spendable, asset)
    return Tile(name, usable, notes, warning, is_growth)


def _ending(lot: LotGroup, asset: AssetView, now: datetime) -> Ending:
    at = lot.expires_at or now
    return Ending(
        amount=shown(lot.remaining, asset),
        asset=merchant_text(asset.name),
        last_day=clock.last_day_before(at, asset.time_zone),
        is_soon=at <= now + SOON,
    )
