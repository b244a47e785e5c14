"""Everybody's purses: what can be read, and the parts that every movement is made of."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from tests.ledger.model.coins import (
    FAR,
    MOST,
    Coin,
    Kind,
    Line,
    Place,
    Promise,
    Refused,
    Slip,
    midnight_after,
)


class Purses:
    """Coins by owner and kind, and the book of what moved."""

    def __init__(self, kinds: Iterable[Kind], people: Iterable[str]) -> None:
        self.kinds = {kind.name: kind for kind in kinds}
        self.people = set(people)
        self.frozen: set[str] = set()
        self.merged: set[str] = set()
        self.purses: dict[Place, list[Coin]] = defaultdict(list)
        self.debts: dict[Place, int] = defaultdict(int)
        self.rests_until: dict[Place, datetime] = {}
        self.book: dict[Place, list[int]] = defaultdict(list)
        self.slips: dict[str, Slip] = {}
        self.holds: dict[str, Promise] = {}
        self.answers: dict[tuple[str, str, str], tuple[object, object]] = {}
        self.unwritten: dict[Place, int] = defaultdict(int)
        self.batches = 0

    def dies(self, place: Place, coin: Coin) -> datetime:
        return min(coin.dies_at, self.rests_until.get(place, FAR))

    def is_alive(self, place: Place, coin: Coin, at: datetime) -> bool:
        return self.dies(place, coin) > at

    def in_order(self, place: Place, coins: Iterable[Coin]) -> list[Coin]:
        order = self.kinds[place[1]].order
        if order == "oldest":
            return sorted(coins, key=lambda coin: (coin.earned_at, coin.batch))
        if order == "newest":
            return sorted(coins, key=lambda c: (c.earned_at, c.batch), reverse=True)
        return sorted(coins, key=lambda c: (self.dies(place, c), c.earned_at, c.batch))

    def usable(self, place: Place, at: datetime) -> list[Coin]:
        return self.in_order(
            place,
            [
                coin
                for coin in self.purses[place]
                if coin.hold is None and coin.usable_at <= at and self.is_alive(place, coin, at)
            ],
        )

    def spendable(self, place: Place, at: datetime) -> int:
        return 0 if self.debts[place] else len(self.usable(place, at))

    def balance(self, place: Place) -> int:
        return sum(self.book[place])

    def position(self, place: Place, at: datetime) -> dict[str, object]:
        """What a member's page shows: all figures of one asset."""
        purse = self.purses[place]
        dying: dict[datetime, int] = defaultdict(int)
        for coin in purse:
            if coin.usable_at <= at < self.dies(place, coin) < FAR:
                dying[self.dies(place, coin)] += 1
        assert self.balance(place) == len(purse) - self.debts[place]
        return {
            "balance": self.balance(place),
            "spendable": self.spendable(place, at),
            "held": sum(coin.hold is not None for coin in purse),
            "debt": self.debts[place],
            "pending": sum(coin.hold is None and coin.usable_at > at for coin in purse),
            "expiring": tuple(sorted(dying.items())),
        }


class Movements(Purses):
    """The parts that every movement is made of."""

    def once(self, register: str, who: str, key: str, content: object, do: Callable) -> object:
        """One key, one effect: the first answer again, or a refusal for other content."""
        known = self.answers.get((register, who, key))
        if known is not None:
            if known[0] != content:
                raise Refused("key_reused")
            return ("again", known[1])
        answer = do()
        if answer is not None:
            self.answers[register, who, key] = (content, answer)
        return ("first", answer)

    def lines(self, place: Place, amount: int, counter: str) -> Line:
        """Writes a movement into the book."""
        self.book[place].append(amount)
        return (place[1], amount > 0, abs(amount), counter, self.balance(place))

    def admit(self, who: str, *, frozen_too: bool = False) -> None:
        if who not in self.people:
            raise Refused("unknown_holder")
        if who in self.merged:
            raise Refused("holder_merged")
        if who in self.frozen and not frozen_too:
            raise Refused("holder_frozen")

    def is_amount(self, amount: object, least: int = 1) -> None:
        if type(amount) is not int or not least <= amount <= MOST:
            raise Refused("amount_out_of_range")

    def mint(self, amount: int, earned: datetime, usable: datetime, dies: datetime, origin: str):
        self.batches += 1
        return [Coin(self.batches, earned, usable, dies, origin) for _ in range(amount)]

    def leave(self, place: Place, coins: Sequence[Coin]) -> None:
        gone = set(map(id, coins))
        self.purses[place] = [coin for coin in self.purses[place] if id(coin) not in gone]

    def repay(self, place: Place, coins: Sequence[Coin]) -> int:
        """New value pays a debt before anything else."""
        paid = list(coins)[: self.debts[place]]
        self.leave(place, paid)
        self.debts[place] -= len(paid)
        return len(paid)

    def bury(self, place: Place, at: datetime) -> None:
        """Writes off what is dead and not set aside."""
        dead = [
            coin
            for coin in self.purses[place]
            if coin.hold is None and not self.is_alive(place, coin, at)
        ]
        self.leave(place, dead)
        if dead:
            self.book[place].append(-len(dead))

    def bury_if_rested(self, place: Place, at: datetime) -> None:
        if self.rests_until.get(place, FAR) <= at:
            self.bury(place, at)

    def stir(self, place: Place, kind: str, at: datetime, *, gained: bool) -> None:
        """A movement starts the account's rest anew; so does a gain when no rest runs."""
        asset = self.kinds[place[1]]
        if asset.rest_days is None:
            return
        until = self.rests_until.get(place)
        if kind in asset.movements or (gained and (until is None or until <= at)):
            last_day = at.date() + timedelta(days=asset.rest_days)
            later = midnight_after(last_day, asset.zone)
            self.rests_until[place] = max(later, until or later)
