"""What a member owns: levels, assets, and lots with their last days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from regulars.faces.console.standing import LevelShown
from regulars.foundation import clock
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table, Tone
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.ledger.book.selectors import LotGroup
from regulars.ledger.book.types import AssetView, Balance

SOON = timedelta(days=30)
LOTS_SHOWN = 24


class OwnedAsset(msgspec.Struct, frozen=True):
    """One asset on the page. `balance` is the ledger's position, amounts in the asset's scale."""

    name: str
    kind: str
    scale: int
    currency: str
    balance: Balance
    next_day: date | None
    next_amount: int

    def shown(self, amount: int) -> str:
        """An amount of this asset: money with its symbol, points as they are."""
        if self.currency:
            return money_shown(amount, self.currency)
        return amount_text(amount, self.scale)

    @property
    def spendable(self) -> str:
        return self.shown(self.balance.spendable)

    @property
    def held(self) -> str:
        return self.shown(self.balance.held)

    @property
    def pending(self) -> str:
        return self.shown(self.balance.pending)

    @property
    def debt(self) -> str:
        return self.shown(self.balance.debt)

    @property
    def dying(self) -> str:
        return self.shown(self.next_amount)


class Assets(msgspec.Struct, frozen=True):
    """Levels and assets side by side."""

    template: ClassVar[str] = "console/parts/assets.html"

    levels: list[LevelShown]
    owned: list[OwnedAsset]


def owned_shown(balances: Sequence[Balance], assets: Mapping[int, AssetView]) -> list[OwnedAsset]:
    """A member's assets in their order."""
    return [_owned(assets[each.asset_id], each) for each in balances]


def lots_shown(lots: Sequence[LotGroup], assets: Mapping[int, AssetView], now: datetime) -> Table:
    """What ends when, soonest first."""
    rows = []
    for lot in lots:
        asset = assets[lot.asset_id]
        text, tone = _lot_state(lot, now)
        rows.append(
            (
                Cell(_last_day(lot.expires_at, asset), note=_earned(lot, asset)),
                Cell(amount_shown(lot.remaining, asset), note=merchant_text(asset.name)),
                Cell(text, tone=tone, note=_held(lot, asset)),
            )
        )
    return Table(
        columns=(
            Column(_("Valid through")),
            Column(_("Left"), numeric=True),
            Column(_("State")),
        ),
        rows=tuple(rows),
        empty=Empty(_("Nothing to expire"), _("Points appear here with the day they end.")),
        caption=_("What expires when"),
    )


def amount_shown(amount: int, asset: AssetView) -> str:
    """An amount of an asset."""
    if asset.currency:
        return money_shown(amount, asset.currency)
    return amount_text(amount, asset.scale)


def _owned(asset: AssetView, balance: Balance) -> OwnedAsset:
    first = balance.expiring[0] if balance.expiring else (None, 0)
    return OwnedAsset(
        name=merchant_text(asset.name),
        kind=asset.kind.value,
        scale=asset.scale,
        currency=asset.currency,
        balance=balance,
        next_day=_last_date(first[0], asset),
        next_amount=first[1],
    )


def _last_date(expires_at: datetime | None, asset: AssetView) -> date | None:
    """The last valid day."""
    if expires_at is None:
        return None
    return clock.last_day_before(expires_at, asset.time_zone)


def _last_day(expires_at: datetime | None, asset: AssetView) -> str:
    last = _last_date(expires_at, asset)
    if last is None:
        return _("does not expire")
    return day(last)


def _earned(lot: LotGroup, asset: AssetView) -> str:
    zone = clock.zone(asset.time_zone)
    first = localtime(lot.first_earned_at, zone).date()
    last = localtime(lot.last_earned_at, zone).date()
    if first == last:
        return _("earned on %(day)s") % {"day": day(first)}
    return _("earned %(first)s – %(last)s") % {"first": day(first), "last": day(last)}


def _lot_state(lot: LotGroup, now: datetime) -> tuple[str, Tone]:
    if lot.available_at is not None:
        return _("from %(day)s") % {"day": day(localtime(lot.available_at).date())}, "quiet"
    if lot.expires_at is not None and lot.expires_at <= now:
        return _("expired"), "bad"
    if lot.held == lot.remaining:
        return _("on hold"), "warn"
    if lot.expires_at is not None and lot.expires_at <= now + SOON:
        return _("expires soon"), "warn"
    return _("usable"), "good"


def _held(lot: LotGroup, asset: AssetView) -> str:
    if not 0 < lot.held < lot.remaining:
        return ""
    return _("%(amount)s on hold") % {"amount": amount_shown(lot.held, asset)}
