"""What the coin counters foretell of a request, and what the ledger answered, in one form."""

from datetime import datetime
from typing import Any

from regulars.foundation.errors import RegularsError
from regulars.ledger.book.types import (
    Credit,
    Debit,
    EntryResult,
    HoldResult,
    MakeHold,
    Movement,
    Post,
    Release,
    Reverse,
    Settle,
    Transfer,
)
from tests.ledger.model.coins import FAR, Refused
from tests.ledger.model.shop import Shop


class Foretold:
    """Tells the coin counters, in their words, what the ledger is asked."""

    def __init__(self, shop: Shop, who: dict[str, str], kinds: dict[int, str]) -> None:
        self.shop = shop
        self.who = who
        self.kinds = kinds

    def answer(self, request: Any, real: Any) -> tuple[Any, ...]:
        """What must come out. Ids that only the ledger knows are taken from its answer."""
        tell = {
            Post: self.post,
            MakeHold: self.hold,
            Settle: self.settle,
            Release: self.release,
            Reverse: self.reverse,
        }[type(request)]
        try:
            return tell(request, real)
        except Refused as refusal:
            return ("refused", refusal.code, refusal.spendable)

    def asset(self, asset_id: int) -> str:
        return self.kinds.get(asset_id, "no such thing")

    def holder(self, holder_id: str) -> str:
        return self.who.get(holder_id, "nobody")

    def post(self, request: Post, _real: Any) -> tuple[Any, ...]:
        moves = [self.move(movement, request.occurred_at) for movement in request.movements]
        return self.entry(
            request,
            lambda who: self.shop.post(
                request.entry_id or "", who, request.kind, moves, request.occurred_at
            ),
        )

    def move(self, movement: Movement, at: datetime) -> tuple[Any, ...]:
        asset = self.asset(movement.asset_id)
        if isinstance(movement, Credit):
            dies_at = "policy" if movement.by_policy else movement.expires_at or FAR
            usable_at = movement.available_at or at
            return ("gain", asset, movement.amount, movement.counter, usable_at, dies_at)
        if isinstance(movement, Debit):
            return ("spend", asset, movement.amount)
        assert isinstance(movement, Transfer)
        return ("give", asset, movement.amount, self.holder(movement.to_holder_id))

    def settle(self, request: Settle, real: Any) -> tuple[Any, ...]:
        entry = real.entry_id if isinstance(real, EntryResult) else request.key
        return self.entry(
            request,
            lambda who: self.shop.settle(
                entry, who, request.hold_id, request.amount, request.kind, request.occurred_at
            ),
        )

    def reverse(self, request: Reverse, _real: Any) -> tuple[Any, ...]:
        targets = request.targets and [
            (self.asset(target.asset_id), target.credit, target.amount)
            for target in request.targets
        ]
        return self.entry(
            request,
            lambda who: self.shop.reverse(
                request.new_entry_id or "",
                who,
                request.entry_id,
                request.kind,
                request.occurred_at,
                targets,
            ),
        )

    def entry(self, request: Any, do: Any) -> tuple[Any, ...]:
        who = self.holder(request.holder_id)

        def lines() -> tuple[Any, ...] | None:
            slip = do(who)
            return None if slip is None else tuple(slip.lines)

        turn, answer = self.shop.once("entry", who, request.key, request, lines)
        return ("entry", answer is not None, answer or (), turn == "again")

    def hold(self, request: MakeHold, real: Any) -> tuple[Any, ...]:
        who, asset = self.holder(request.holder_id), self.asset(request.asset_id)
        name = real.hold_id if isinstance(real, HoldResult) else request.key
        turn, amount = self.shop.once(
            "hold",
            who,
            request.key,
            request,
            lambda: self.shop.hold(
                name, who, asset, request.amount, request.expires_at, request.occurred_at
            ),
        )
        return ("hold", amount, "open", turn == "again")

    def release(self, request: Release, _real: Any) -> tuple[Any, ...]:
        who = self.holder(request.holder_id)
        state = self.shop.release(who, request.hold_id, request.occurred_at)
        return ("hold", len(self.shop.holds[request.hold_id].coins), state, False)

    def seen(self, real: Any) -> tuple[Any, ...]:
        """The ledger's answer in the same form."""
        if isinstance(real, RegularsError):
            return ("refused", real.code, real.context.get("spendable"))
        if isinstance(real, HoldResult):
            return ("hold", real.amount, real.state, real.replayed)
        lines = tuple(
            (self.asset(each.asset_id), each.credit, each.amount, each.counter, each.balance_after)
            for each in real.postings
        )
        return ("entry", real.entry_id is not None, lines, real.replayed)
