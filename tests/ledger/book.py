"""A shopkeeper's words for the ledger's verbs, for stories with exact numbers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from regulars.foundation import clock, ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.ledger.book import selectors, services
from regulars.ledger.book.types import (
    AssetKind,
    Balance,
    Credit,
    Debit,
    ExpiryPolicy,
    MakeHold,
    Post,
    Release,
    Reverse,
    Settle,
    Shortfall,
    SpendOrder,
    Target,
    Transfer,
)

UTC_NAME = "UTC"


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Book:
    """The ledger of one small shop, opened on a given day.

    Time moves by `on(day)`, which is noon in London, or by `at(instant)`; the shop's day is that
    of its time zone.
    """

    def __init__(self, today: date) -> None:
        self.now = noon(today)
        self.zone = UTC_NAME
        self.assets: dict[str, int] = {}
        self.names: dict[str, str] = {}

    def asset(
        self,
        code: str = "points",
        *,
        expiry: ExpiryPolicy | None = None,
        order: SpendOrder = SpendOrder.EARLIEST_EXPIRY,
        shortfall: Shortfall = Shortfall.DEBT,
        transferable: bool = True,
        kind: AssetKind = AssetKind.POINTS,
    ) -> None:
        with clock.stopped_at(self.now):
            self.assets[code] = services.asset_create(
                code=code,
                name={"en": code, "zh-Hans": code},
                kind=kind,
                time_zone=self.zone,
                expiry=expiry,
                spend_order=order,
                shortfall=shortfall,
                transferable=transferable,
                currency="CNY" if kind in (AssetKind.PRINCIPAL, AssetKind.BONUS) else "",
            )

    def open(self, *names: str) -> None:
        for name in names:
            self.names[name] = ids.new_id()
            with clock.stopped_at(self.now):
                services.holder_open(holder_id=self.names[name])

    @property
    def today(self) -> date:
        return clock.business_date(self.now, self.zone)

    def on(self, day: date) -> None:
        self.now = noon(day)

    def at(self, instant: datetime) -> None:
        self.now = instant

    def run(self, *requests: Any) -> list[Any]:
        with clock.stopped_at(self.now), unit_of_work() as unit:
            return services.verbs_run(unit, requests)

    def one(self, request: Any) -> Any:
        result = self.run(request)[0]
        if isinstance(result, RegularsError):
            raise result
        return result

    def request(self, who: str, kind: str, *movements: Any, key: str = "", **more: Any) -> Post:
        return Post(
            key=ids.key_id(key) if key else ids.new_id(),
            holder_id=self.names[who],
            kind=kind,
            movements=movements,
            occurred_at=more.pop("at", self.now),
            business_date=more.pop("day", self.today),
            actor=SYSTEM,
            **more,
        )

    def earn(self, who: str, amount: int, asset: str = "points", key: str = "", **dates: Any):
        credit = Credit(self.assets[asset], amount, rule="test@1/base", **dates)
        return self.one(self.request(who, "earn", credit, key=key))

    def spend(self, who: str, amount: int, asset: str = "points", key: str = ""):
        return self.one(self.request(who, "redeem", Debit(self.assets[asset], amount), key=key))

    def give(self, who: str, to: str, amount: int, asset: str = "points", key: str = ""):
        movement = Transfer(self.assets[asset], amount, self.names[to])
        return self.one(self.request(who, "gift", movement, key=key))

    def hold(self, who: str, amount: int, asset: str = "points", days: int = 1, key: str = ""):
        return self.one(
            MakeHold(
                key=ids.key_id(key) if key else ids.new_id(),
                holder_id=self.names[who],
                asset_id=self.assets[asset],
                amount=amount,
                expires_at=self.now + timedelta(days=days),
                occurred_at=self.now,
                actor=SYSTEM,
            )
        )

    def settle(self, who: str, hold_id: str, amount: int, key: str = ""):
        return self.one(
            Settle(
                key=ids.key_id(key) if key else ids.new_id(),
                holder_id=self.names[who],
                hold_id=hold_id,
                amount=amount,
                kind="redeem",
                occurred_at=self.now,
                business_date=self.today,
                actor=SYSTEM,
            )
        )

    def release(self, who: str, hold_id: str):
        return self.one(
            Release(holder_id=self.names[who], hold_id=hold_id, occurred_at=self.now, actor=SYSTEM)
        )

    def reverse(
        self,
        who: str,
        entry_id: str,
        *,
        up_to: int | None = None,
        credit: bool = True,
        asset: str = "points",
        key: str = "",
    ):
        targets = () if up_to is None else (Target(self.assets[asset], credit, up_to),)
        return self.reverse_to(who, entry_id, *targets, key=key)

    def reverse_to(self, who: str, entry_id: str, *targets: Target, key: str = ""):
        """Without targets the entry is reversed whole."""
        return self.one(
            Reverse(
                key=ids.key_id(key) if key else ids.new_id(),
                holder_id=self.names[who],
                entry_id=entry_id,
                kind="refund",
                occurred_at=self.now,
                business_date=self.today,
                actor=SYSTEM,
                targets=targets or None,
            )
        )

    def expire(self, limit: int = 1000) -> int:
        total = 0
        with clock.stopped_at(self.now), unit_of_work() as unit:
            while died := services.lots_expire(
                unit, at=self.now, now=self.now, actor="job:expiry", limit=limit
            ):
                total += died
        return total

    def of(self, who: str, asset: str = "points") -> Balance:
        with unit_of_work() as unit:
            found = selectors.balances(unit, [self.names[who]], self.now)[self.names[who]]
        for balance in found:
            if balance.asset_id == self.assets[asset]:
                return balance
        return Balance(self.assets[asset], asset, 0, 0, 0, 0, 0)

    def settlement(self) -> dict[str, int]:
        """What each partner is owed (or owes) for the points of all members."""
        with unit_of_work() as unit:
            moved = selectors.day_movements(unit, date.min, date.max)
        totals: dict[str, int] = {}
        for (_, _, counter), amount in moved.items():
            totals[counter] = totals.get(counter, 0) - amount
        return totals
