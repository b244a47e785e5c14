"""Setting aside: hold, settle, release, and holds that end by themselves."""

from datetime import datetime

from tests.ledger.model.coins import Promise, Refused, Slip
from tests.ledger.model.purses import Movements


class Holding(Movements):
    """A hold takes its coins when it is made; they don't die until it ends."""

    def hold(self, name: str, who: str, asset: str, amount: int, until: datetime, at: datetime):
        self.admit(who)
        if asset not in self.kinds:
            raise Refused("unknown_asset")
        self.is_amount(amount)
        if until <= at:
            raise Refused("invalid_input")
        coins = self.usable((who, asset), at)
        if self.spendable((who, asset), at) < amount:
            raise Refused("insufficient_balance", self.spendable((who, asset), at))
        for coin in coins[:amount]:
            coin.hold = name
        self.holds[name] = Promise(who, asset, coins[:amount], until)
        return amount

    def settle(self, entry: str, who: str, name: str, amount: int, kind: str, at: datetime) -> Slip:
        self.admit(who)
        promise = self.promised(who, name)
        if promise.state != "open" or promise.until <= at:
            raise Refused("hold_closed")
        self.is_amount(amount)
        if amount > len(promise.coins):
            raise Refused("hold_exceeded")
        place = (who, promise.asset)
        self.freed(promise, "settled")
        slip = Slip(entry, who, kind, at)
        slip.spent[promise.asset] = promise.coins[:amount]
        self.leave(place, promise.coins[:amount])
        slip.lines.append(self.lines(place, -amount, "redeemed"))
        rest = [coin for coin in promise.coins[amount:] if self.is_alive(place, coin, at)]
        self.repay(place, rest)
        self.bury(place, at)
        self.stir(place, kind, at, gained=False)
        self.slips[entry] = slip
        return slip

    def release(self, who: str, name: str, at: datetime) -> str:
        promise = self.promised(who, name)
        if promise.state == "settled":
            raise Refused("hold_closed")
        if promise.state == "open":
            self.freed(promise, "released")
            self.bury((who, promise.asset), at)
            self.repay_from_freed(promise, at)
        return promise.state

    def promised(self, who: str, name: str) -> Promise:
        promise = self.holds.get(name)
        if promise is None or promise.who != who:
            raise Refused("unknown_hold")
        return promise

    def freed(self, promise: Promise, state: str) -> None:
        promise.state = state
        for coin in promise.coins:
            coin.hold = None

    def repay_from_freed(self, promise: Promise, at: datetime) -> int:
        place = (promise.who, promise.asset)
        alive = [coin for coin in self.purses[place] if self.is_alive(place, coin, at)]
        free = [coin for coin in alive if coin.hold is None]
        return self.repay(place, self.in_order(place, free))

    def time_passes(self, now: datetime) -> None:
        """Holds end by themselves, each at its own time; what they free repays a debt then."""
        for promise in sorted(self.holds.values(), key=lambda each: each.until):
            if promise.state == "open" and promise.until <= now:
                self.freed(promise, "released")
                paid = self.repay_from_freed(promise, promise.until)
                self.unwritten[promise.who, promise.asset] += paid
