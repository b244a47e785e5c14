"""Gaining, spending and giving."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from tests.ledger.model.coins import FAR, Coin, Place, Refused, Slip, midnight_after
from tests.ledger.model.purses import Movements


class Posting(Movements):
    """One entry of one or more moves, all or none of them."""

    def post(self, entry: str, who: str, kind: str, moves: Sequence[tuple], at: datetime) -> Slip:
        """Moves are ("gain", asset, n, counter, usable_at, dies_at or "policy"),
        ("spend", asset, n), ("give", asset, n, to)."""
        self.may_post(who, moves, at)
        for move in moves:
            self.bury_if_rested((who, move[1]), at)
        slip = Slip(entry, who, kind, at, may_be_reversed=all(move[0] != "give" for move in moves))
        for verb, asset, *rest in moves:
            getattr(self, f"_{verb}")(slip, (who, asset), *rest)
            self.stir((who, asset), kind, at, gained=verb == "gain")
        self.slips[entry] = slip
        return slip

    def may_post(self, who: str, moves: Sequence[tuple], at: datetime) -> None:
        self.admit(who)
        wanted: dict[str, int] = defaultdict(int)
        for verb, asset, amount, *rest in moves:
            if asset not in self.kinds:
                raise Refused("unknown_asset")
            self.is_amount(amount)
            if verb == "give":
                if rest[0] == who:
                    raise Refused("same_holder")
                self.admit(rest[0])
                if not self.kinds[asset].may_be_given:
                    raise Refused("asset_not_transferable")
            if verb != "gain":
                wanted[asset] += amount
        for asset, amount in wanted.items():
            if self.spendable((who, asset), at) < amount:
                raise Refused("insufficient_balance", self.spendable((who, asset), at))

    def _gain(self, slip: Slip, place: Place, amount, counter, usable_at, dies_at) -> None:
        asset = self.kinds[place[1]]
        if dies_at == "policy":
            last_day = asset.last_day(slip.at.date())
            dies_at = FAR if last_day is None else midnight_after(last_day, asset.zone)
        coins = self.mint(amount, slip.at, usable_at, dies_at, slip.entry)
        self.purses[place] += coins
        slip.lines.append(self.lines(place, amount, counter))
        if dies_at > slip.at:
            self.repay(place, coins)

    def _spend(self, slip: Slip, place: Place, amount) -> None:
        coins = self.usable(place, slip.at)[:amount]
        self.leave(place, coins)
        slip.spent[place[1]] += coins
        slip.lines.append(self.lines(place, -amount, "redeemed"))

    def _give(self, slip: Slip, place: Place, amount, to) -> None:
        coins = self.usable(place, slip.at)[:amount]
        self.leave(place, coins)
        slip.lines.append(self.lines(place, -amount, "in_transit"))
        theirs = (to, place[1])
        self.bury_if_rested(theirs, slip.at)
        received: list[Coin] = []
        for batch in dict.fromkeys(coin.batch for coin in coins):
            same = [coin for coin in coins if coin.batch == batch]
            one = same[0]
            received += self.mint(len(same), one.earned_at, one.usable_at, one.dies_at, one.origin)
        self.purses[theirs] += received
        self.lines(theirs, amount, "in_transit")
        self.repay(theirs, received)
        self.stir(theirs, slip.kind, slip.at, gained=True)
