"""Taking back what was earned, giving back what was spent, whole or in part."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from tests.ledger.model.coins import Place, Refused, Slip
from tests.ledger.model.purses import Movements


class Reversing(Movements):
    """A refund is a fact: it is never refused because the coins are gone."""

    def reverse(
        self,
        undo: str,
        who: str,
        entry: str,
        kind: str,
        at: datetime,
        targets: Sequence[tuple[str, bool, object]] | None,
    ) -> Slip | None:
        """Targets are (asset, gained, how much in total); without them everything."""
        self.admit(who, frozen_too=True)
        slip = self.slips.get(entry)
        if slip is None or slip.who != who:
            raise Refused("unknown_entry")
        if not slip.may_be_reversed:
            raise Refused("entry_not_reversible")
        steps = self.steps(slip, targets)
        if not steps:
            return None
        undone = Slip(undo, who, kind, at, may_be_reversed=False)
        for (asset, gained, counter), amount in steps:
            back = self._take_back if gained else self._give_back
            back(undone, slip, (who, asset), amount, counter)
            slip.returned[asset, gained, counter] += amount
        for asset in dict.fromkeys(step[0][0] for step in steps):
            self.bury_if_rested((who, asset), at)
            self.stir((who, asset), kind, at, gained=False)
        self.slips[undo] = undone
        return undone

    def steps(self, slip: Slip, targets) -> list[tuple[tuple[str, bool, str], int]]:
        """Spendings are given back first, then earnings taken back."""
        moved: dict[tuple[str, bool, str], int] = defaultdict(int)
        for asset, gained, amount, counter, _ in slip.lines:
            moved[asset, gained, counter] += amount
        wanted = dict(moved)
        if targets is not None:
            wanted = {}
            for asset, gained, total in targets:
                mine = {key: n for key, n in moved.items() if key[:2] == (asset, gained)}
                self.is_amount(total, least=0)
                if total > sum(mine.values()):
                    raise Refused("reversal_exceeds")
                if total < sum(slip.returned[key] for key in mine):
                    raise Refused("reversal_shrinks")
                wanted |= shared_out(total, mine)
            if len({target[:2] for target in targets}) < len(targets):
                raise Refused("invalid_input")
        left = [(key, total - slip.returned[key]) for key, total in wanted.items()]
        steps = [step for step in left if step[1] > 0]
        return [s for s in steps if not s[0][1]] + [s for s in steps if s[0][1]]

    def _take_back(self, undone: Slip, slip: Slip, place: Place, amount, counter) -> None:
        """Its own coins, then others as when spending, then those not usable yet, then a debt."""
        at = undone.at
        free = [coin for coin in self.purses[place] if coin.hold is None]
        own = self.in_order(place, [coin for coin in free if coin.origin == slip.entry])
        later = [c for c in free if c.usable_at > at and self.is_alive(place, c, at)]
        later.sort(key=lambda coin: (coin.usable_at, coin.batch))
        queue = list(dict.fromkeys([*own, *self.usable(place, at), *later]))[:amount]
        self.leave(place, queue)
        missing = amount - len(queue)
        if missing and self.kinds[place[1]].owes:
            self.debts[place] += missing
        elif missing:
            undone.lines.append(self.lines(place, missing, "unrecovered"))
        undone.lines.append(self.lines(place, -amount, counter))

    def _give_back(self, undone: Slip, slip: Slip, place: Place, amount, counter) -> None:
        """The coins used last come back first; the dead among them are buried at once."""
        undone.lines.append(self.lines(place, amount, counter))
        coins = [slip.spent[place[1]].pop() for _ in range(amount)]
        alive = [coin for coin in coins if self.is_alive(place, coin, undone.at)]
        self.purses[place] += alive
        if len(alive) < amount:
            undone.lines.append(self.lines(place, len(alive) - amount, "expired"))
        self.repay(place, alive)


def shared_out(total: int, parts: dict) -> dict:
    """Each counter's share, coin by coin: rounded down, what is left goes to the next one."""
    shares = {}
    whole = sum(parts.values())
    for key, part in parts.items():
        shares[key] = max(n for n in range(part + 1) if n * whole <= total * part)
        total, whole = total - shares[key], whole - part
    return shares
