"""What members own, what they gained and lost in a period, and what it costs the shop."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from regulars.foundation.database.session import Unit
from regulars.insights.trading.types import Period
from regulars.ledger.book.selectors import assets_known
from regulars.ledger.book.types import AssetKind, AssetView
from regulars.ledger.days.selectors import (
    ExpiringView,
    Gained,
    day_gained_by,
    days_gained,
    expiring,
    owed,
)
from regulars.rules.programs.selectors import programs_in_force

# What members own and may still claim; growth is a rank's count and owed to nobody.
OWED_KINDS = frozenset(AssetKind) - {AssetKind.GROWTH}
ISSUED, REDEEMED, EXPIRED = "issued", "redeemed", "expired"


class UnitCost(msgspec.Struct, frozen=True):
    """What an asset pays at the till: `points` of it are worth `value_minor`."""

    points: int
    value_minor: int

    def of(self, points: int) -> int:
        """What so many points cost, in minor units, rounded down; for a debt below zero."""
        value = abs(points) * self.value_minor // self.points
        return value if points >= 0 else -value


class AssetFigures(msgspec.Struct, frozen=True):
    """One asset: pairs are of the period and of the one before, in the asset's units.

    `owed` is at the end of each. `given` is what programs gave, before anything was taken back.
    """

    asset: AssetView
    issued: tuple[int, int]
    redeemed: tuple[int, int]
    expired: tuple[int, int]
    owed: tuple[int, int]
    expiring: ExpiringView | None
    cost: UnitCost | None
    given: tuple[tuple[str, int], ...]

    @property
    def cost_minor(self) -> tuple[int, int] | None:
        """What was issued costs, when it is all paid with; None where it pays for nothing."""
        return (
            None
            if self.cost is None
            else (self.cost.of(self.issued[0]), self.cost.of(self.issued[1]))
        )


def asset_figures(unit: Unit, period: Period, now: datetime, today: date) -> list[AssetFigures]:
    """Every asset that is owed to members, in their order."""
    assets = [asset for asset in assets_known(unit).values() if asset.kind in OWED_KINDS]
    if not assets:
        return []
    gained = days_gained(unit, period.since_before, today)
    early = day_gained_by(unit, period.until_before, period.by) if period.by else None
    owed_now, dying = owed(unit), expiring(unit)
    costs = _unit_costs(unit, now)
    return [
        _asset(asset, period, gained, early, owed_now.get(asset.id, 0), dying, costs)
        for asset in assets
    ]


def _asset(
    asset: AssetView,
    period: Period,
    gained: Sequence[Gained],
    early: dict[tuple[int, str], int] | None,
    owed_now: int,
    dying: dict[int, ExpiringView],
    costs: dict[int, UnitCost],
) -> AssetFigures:
    mine = [each for each in gained if each.asset_id == asset.id]
    last = period.until_before

    def both(counter: str, sign: int) -> tuple[int, int]:
        moved = [each for each in mine if each.counter == counter]
        now = sum([each.amount for each in moved if period.holds(each.business_date)])
        until = [each for each in moved if period.since_before <= each.business_date <= last]
        if early is None:
            before = sum([each.amount for each in until])
        else:
            before = sum([each.amount for each in until if each.business_date < last])
            before += early.get((asset.id, counter), 0)
        return sign * now, sign * before

    later = sum([each.amount for each in mine if each.business_date > last])
    if early is not None:
        whole = sum([each.amount for each in mine if each.business_date == last])
        later += whole - sum([amount for key, amount in early.items() if key[0] == asset.id])
    since = sum([each.amount for each in mine if each.business_date > period.until])
    return AssetFigures(
        asset=asset,
        issued=both(ISSUED, 1),
        redeemed=both(REDEEMED, -1),
        expired=both(EXPIRED, -1),
        owed=(owed_now - since, owed_now - later),
        expiring=dying.get(asset.id),
        cost=costs.get(asset.id),
        given=_given(mine, period),
    )


def _given(mine: Sequence[Gained], period: Period) -> tuple[tuple[str, int], ...]:
    """What each program gave in the period, most first."""
    found: dict[str, int] = {}
    for each in mine:
        if each.program and each.counter == ISSUED and period.holds(each.business_date):
            found[each.program] = found.get(each.program, 0) + each.amount
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _unit_costs(unit: Unit, now: datetime) -> dict[int, UnitCost]:
    """What assets pay at the till by the programs in force; of several the dearest counts."""
    found: dict[int, UnitCost] = {}
    for program in programs_in_force(unit, now):
        paid = program.redemption
        if paid is None:
            continue
        known = found.get(paid.asset_id)
        if known is None or paid.value_minor * known.points > known.value_minor * paid.points:
            found[paid.asset_id] = UnitCost(paid.points, paid.value_minor)
    return found
