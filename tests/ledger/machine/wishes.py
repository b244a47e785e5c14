"""What customers and tills wish for, drawn at random, and made into requests."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.amounts import rounded
from regulars.ledger.book.types import (
    Credit,
    Debit,
    MakeHold,
    Movement,
    Post,
    Release,
    Reverse,
    Settle,
    Target,
    Transfer,
)
from tests.ledger.machine.kinds import START
from tests.ledger.model.coins import Slip
from tests.ledger.model.shop import Shop

PEOPLE = ("mei", "bo", "oz")
WHO = st.sampled_from(["mei"] * 9 + ["bo"] * 7 + ["oz"] * 4 + ["nobody", "old mei"])
ASSET = st.sampled_from([0] * 14 + [1] * 7 + [-1])
SOME = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 20, 24, 30, 40)
AMOUNT = st.sampled_from([*SOME, "all", "all", "all", "one more", 0, -3, 10**15 + 1])
# Tills whose clocks are ahead, and events that arrive late.
SKEW = st.sampled_from([timedelta()] * 9 + [timedelta(minutes=4), -timedelta(hours=20)])
DATING = st.sampled_from(["policy"] * 6 + ["for ever", "until tomorrow", "from tomorrow", "dead"])
PICK = st.integers(0, 7)
STRANGER = st.sampled_from(["", "", "", "", "", "", "", "", "oz", "nobody's"])
SHARE = st.sampled_from([(1, 3), (1, 2), (2, 3), (1, 1), (1, 1), (5, 7), (1, 99), (2, 1)])
HOLD_HOURS = st.sampled_from([1, 20, 20, 50, 120, 120, -1])

EARLY_SALE = st.tuples(
    st.sampled_from(["mei", "bo"]),
    st.sampled_from([0, 1]),
    st.sampled_from(SOME),
    st.sampled_from(["policy", "for ever", "until tomorrow"]),
    st.just("earn"),
    st.just(timedelta()),
    PICK,
)
WISHES: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "earn": st.tuples(
        WHO, ASSET, AMOUNT, DATING, st.sampled_from(["earn"] * 4 + ["campaign"]), SKEW, PICK
    ),
    "spend": st.tuples(WHO, ASSET, AMOUNT, SKEW, PICK),
    "give": st.tuples(WHO, WHO, st.sampled_from([0] * 10 + [1] * 5 + [2]), AMOUNT),
    "hold": st.tuples(WHO, ASSET, AMOUNT, HOLD_HOURS),
    "settle": st.tuples(PICK, st.sampled_from([1, 2, "all", "all", "one more"]), STRANGER),
    "release": st.tuples(PICK, STRANGER),
    "refund": st.tuples(PICK, SHARE, SKEW, STRANGER),
}


class Wishes:
    """Makes requests of wishes. A pick counts from the latest entry or hold back."""

    def __init__(self, shop: Shop, holders: dict[str, str], assets: list[tuple[str, int]]) -> None:
        self.shop = shop
        self.holders = holders
        self.assets = assets
        self.entries: list[tuple[str, str]] = []  # entry id, who
        self.holds: list[tuple[str, str]] = []
        self.now = START

    def made(self, verb: str, wish: tuple[Any, ...]) -> Any:
        return getattr(self, f"_{verb}")(*wish)

    def holder(self, who: str) -> str:
        return self.holders.get(who) or ids.key_id("nobody")

    def asset(self, index: int) -> tuple[str, int]:
        return ("no such thing", 999) if index < 0 else self.assets[index]

    def amount(self, amount: Any, who: str, asset: str) -> Any:
        if isinstance(amount, str):
            known = asset in self.shop.kinds
            everything = self.shop.spendable((who, asset), self.now) if known else 1
            return (everything or 1) + (amount == "one more")
        return amount

    def picked(self, known: list[tuple[str, str]], pick: int, stranger: str) -> tuple[str, str]:
        """An id and whose it is said to be; now and then somebody else's, or nobody's."""
        if not known or stranger == "nobody's":
            return ids.new_id(), "mei"
        found, who = known[-1 - pick % len(known)]
        return found, stranger or who

    def post(self, who: str, kind: str, at: datetime, *movements: Movement) -> Post:
        return Post(
            key=ids.new_id(),
            holder_id=self.holder(who),
            kind=kind,
            movements=movements,
            occurred_at=at,
            business_date=at.date(),
            actor=SYSTEM,
            entry_id=ids.new_id(),
        )

    def _earn(self, who, index, amount, dating, kind, skew, extra) -> Post:
        asset, asset_id = self.asset(index)
        at, amount = self.now + skew, self.amount(amount, who, asset)
        dates: dict[str, Any] = (
            {} if dating in ("policy", "from tomorrow") else {"by_policy": False}
        )
        if dating == "until tomorrow":
            dates["expires_at"] = at + timedelta(days=1)
        if dating == "dead":
            dates["expires_at"] = at - timedelta(hours=1)
        if dating == "from tomorrow":
            dates["available_at"] = at + timedelta(days=1)
        movements: list[Movement] = [Credit(asset_id, amount, rule="base", **dates)]
        if extra == 1:
            movements.append(Credit(asset_id, 3, counter="partner:x", rule="bonus"))
        if extra == 2:
            movements.append(Debit(asset_id, 2))
        return self.post(who, kind, at, *movements)

    def _spend(self, who, index, amount, skew, extra) -> Post:
        asset, asset_id = self.asset(index)
        movements = [Debit(asset_id, self.amount(amount, who, asset))]
        if extra in (1, 2):
            movements.append(Debit(asset_id, 1))
        if extra == 3:
            movements.append(Debit(self.assets[1][1], 1))
        return self.post(who, "redeem", self.now + skew, *movements)

    def _give(self, who, to, index, amount) -> Post:
        asset, asset_id = self.asset(index)
        gift = Transfer(asset_id, self.amount(amount, who, asset), self.holder(to))
        return self.post(who, "gift", self.now, gift)

    def _hold(self, who, index, amount, hours) -> MakeHold:
        asset, asset_id = self.asset(index)
        return MakeHold(
            key=ids.new_id(),
            holder_id=self.holder(who),
            asset_id=asset_id,
            amount=self.amount(amount, who, asset),
            expires_at=self.now + timedelta(hours=hours),
            occurred_at=self.now,
            actor=SYSTEM,
        )

    def _settle(self, pick, amount, stranger) -> Settle:
        hold_id, who = self.picked(self.holds, pick, stranger)
        if isinstance(amount, str):
            known = self.shop.holds.get(hold_id)
            amount = (len(known.coins) if known else 1) + (amount == "one more")
        return Settle(
            key=ids.new_id(),
            holder_id=self.holder(who),
            hold_id=hold_id,
            amount=amount,
            kind="redeem",
            occurred_at=self.now,
            business_date=self.now.date(),
            actor=SYSTEM,
        )

    def _release(self, pick, stranger) -> Release:
        hold_id, who = self.picked(self.holds, pick, stranger)
        return Release(
            holder_id=self.holder(who), hold_id=hold_id, occurred_at=self.now, actor=SYSTEM
        )

    def _refund(self, pick, share, skew, stranger) -> Reverse:
        entry_id, who = self.picked(self.entries, pick, stranger)
        slip = self.shop.slips.get(entry_id)
        targets = None
        if slip is not None and share != (1, 1):
            targets = tuple(self.targets(slip, *share))
        at = self.now + skew
        return Reverse(
            key=ids.new_id(),
            holder_id=self.holder(who),
            entry_id=entry_id,
            kind="refund",
            occurred_at=at,
            business_date=at.date(),
            actor=SYSTEM,
            targets=targets,
            new_entry_id=ids.new_id(),
        )

    def targets(self, slip: Slip, refunded: int, paid: int) -> list[Target]:
        """A refund of `refunded` of `paid`: of each sum moved that share, rounded down."""
        moved: dict[tuple[str, bool], int] = {}
        for asset, gained, amount, _, _ in slip.lines:
            moved[asset, gained] = moved.get((asset, gained), 0) + amount
        targets = []
        for (asset, gained), amount in moved.items():
            total = rounded(amount * refunded, paid)
            assert total * paid <= amount * refunded < (total + 1) * paid, "a share is rounded down"
            targets.append(Target(dict(self.assets)[asset], gained, total))
        return targets
