"""The state machine: what a shop may do to the ledger, each step foretold by the coin counters."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from regulars.foundation import ids
from regulars.ledger.book.types import (
    EntryResult,
    HoldResult,
    MakeHold,
    Post,
    Release,
    Reverse,
    Settle,
)
from tests.ledger.machine.foretold import Foretold
from tests.ledger.machine.kinds import KINDS, START
from tests.ledger.machine.wishes import EARLY_SALE, PEOPLE, PICK, SHARE, WISHES, Wishes
from tests.ledger.model.shop import Shop

ONE_WISH = st.sampled_from(
    ["earn"] * 3 + ["spend"] * 2 + ["give", "hold", "hold", "settle", "release", "refund", "refund"]
).flatmap(lambda verb: st.tuples(st.just(verb), WISHES[verb]))
VERBS = {Post: "post", MakeHold: "hold", Settle: "settle", Release: "release", Reverse: "reverse"}
NOTHING = {"balance": 0, "spendable": 0, "held": 0, "debt": 0, "pending": 0, "expiring": ()}
MAY_PASS_LATER = ("insufficient_balance", "holder_frozen")
TIMES = st.sampled_from([1, 10, 60, 600, 1000, 1440, 1440, 2880, 2880, 7200])


class LedgerMachine(RuleBasedStateMachine):
    """A day in the shop. Subclasses say which ledger is tried."""

    make_ledger: ClassVar[Callable[[], Any]]
    reached: ClassVar[Counter[str]]

    @initialize(
        kinds=st.permutations(list(KINDS)), sales=st.lists(EARLY_SALE, min_size=2, max_size=9)
    )
    def open_the_shop(self, kinds: list[str], sales: list[Any]) -> None:
        self.ledger = type(self).make_ledger()
        self.now = START
        numbers = {view.code: number for number, view in self.ledger.assets.items()}
        self.assets = [(name, numbers[name]) for name in kinds[:2]]
        self.shop = Shop([kind for kind, _ in KINDS.values()], [*PEOPLE, "old mei"])
        self.holders = {who: ids.new_id() for who in (*PEOPLE, "old mei")}
        self.ledger.open(*self.holders.values())
        self.ledger.merge(self.holders["old mei"], into=self.holders["mei"])
        self.shop.merged.add("old mei")
        to_give = ("stamps", numbers["stamps"])
        self.wishes = Wishes(self.shop, self.holders, [*self.assets, to_give])
        who = {holder_id: name for name, holder_id in self.holders.items()}
        self.foretold = Foretold(self.shop, who, {number: name for name, number in numbers.items()})
        self.sent: list[Any] = []
        self.undone = 0
        self.compared()
        for sale in sales:
            self.wished(("earn", sale))

    @rule(wish=ONE_WISH)
    def a_customer(self, wish: Any) -> None:
        self.wished(wish)

    @rule(wish=ONE_WISH)
    def another_customer(self, wish: Any) -> None:
        self.wished(wish)

    @rule(wishes=st.lists(ONE_WISH, min_size=2, max_size=5))
    def many_at_once(self, wishes: list[Any]) -> None:
        self.wished(*wishes)

    @rule(wish=ONE_WISH, times=st.integers(2, 4))
    def the_same_wish_at_many_tills(self, wish: Any, times: int) -> None:
        self.wished(*[wish] * times)

    @rule(basket=WISHES["hold"], minutes=TIMES, paid=st.sampled_from(["all", 1, 2, 0]))
    def basket_paid_later(self, basket: Any, minutes: int, paid: Any) -> None:
        """The line is bad: everything is sent twice. Whoever pays nothing leaves the basket."""
        self.wished(("hold", basket))
        self.run(*self.sent[-1:])
        self.now += timedelta(minutes=minutes)
        self.wished(("settle", (0, "one more", "")))
        self.wished(("settle", (0, paid, "")) if paid else ("release", (0, "")))
        self.run(*self.sent[-1:])

    @precondition(lambda self: self.wishes.entries)
    @rule(wish=WISHES["refund"], then=SHARE)
    def refund_in_two_parts(self, wish: Any, then: tuple[int, int]) -> None:
        """The second part may be smaller than the first, or more than was paid."""
        self.wished(("refund", wish))
        pick, _, skew, stranger = wish
        self.wished(("refund", (pick + self.undone, then, skew, stranger)))

    @rule(wish=WISHES["spend"], minutes=TIMES, shares=st.lists(SHARE, min_size=1, max_size=2))
    def paid_with_points_and_returned(self, wish: Any, minutes: int, shares: list[Any]) -> None:
        self.wished(("spend", wish))
        self.now += timedelta(minutes=minutes)
        for tried, share in enumerate(shares):
            self.wished(("refund", (tried, share, timedelta(), "")))

    @rule(earning=WISHES["earn"], share=WISHES["refund"])
    def sale_and_refund_in_one_batch(self, earning: Any, share: Any) -> None:
        self.wishes.now = self.now
        sale = self.wishes.made("earn", earning)
        refund = msgspec.structs.replace(
            self.wishes.made("refund", share),
            holder_id=sale.holder_id,
            entry_id=sale.entry_id,
            targets=None,
        )
        self.run(sale, refund)

    @precondition(lambda self: self.sent)
    @rule(pick=PICK, times=st.integers(1, 3))
    def retry(self, pick: int, times: int) -> None:
        self.run(*[self.sent[-1 - pick % len(self.sent)]] * times)

    @precondition(lambda self: self.sent)
    @rule(pick=PICK)
    def same_key_with_other_content(self, pick: int) -> None:
        request = self.sent[-1 - pick % len(self.sent)]
        later = request.occurred_at + timedelta(seconds=1)
        self.run(msgspec.structs.replace(request, occurred_at=later))

    @rule(who=st.sampled_from(PEOPLE), wish=ONE_WISH)
    def frozen_and_thawed(self, who: str, wish: Any) -> None:
        """A frozen member's wishes wait; everybody else's don't."""
        for frozen in (True, False):
            self.ledger.freeze(self.holders[who], frozen=frozen)
            (self.shop.frozen.add if frozen else self.shop.frozen.discard)(who)
            self.reached["freeze accepted" if frozen else "thaw accepted"] += 1
            self.wished(wish)

    @rule(minutes=TIMES, with_run=st.booleans())
    def time_passes(self, minutes: int, *, with_run: bool) -> None:
        self.now += timedelta(minutes=minutes)
        self.compared()
        self.reached["time passes accepted"] += 1
        if with_run:
            self.shop.time_passes(self.now)
            self.ledger.expire(self.now)
            self.shop.expire(self.now)
            self.compared()
            self.reached["nightly run accepted"] += 1

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.proved(self.now)

    def wished(self, *wishes: Any) -> None:
        self.wishes.now = self.now
        self.run(*[self.wishes.made(verb, wish) for verb, wish in wishes])

    def run(self, *requests: Any) -> None:
        """Asks the ledger, then the coin counters, and compares answers and figures."""
        self.shop.time_passes(self.now)
        quiet = not any(self.shop.unwritten.values())
        before = self.ledger.rows
        answers = self.ledger.run(list(requests), self.now)
        self.touched(requests)
        nothing_moved = quiet
        for request, answer in zip(requests, answers, strict=True):
            foretold = self.foretold.answer(request, answer)
            seen = self.foretold.seen(answer)
            assert seen == foretold, f"{request}\nledger:  {seen}\ncounted: {foretold}"
            nothing_moved = self.noted(request, answer, seen) and nothing_moved
        self.compared()
        assert self.ledger.rows == before or not nothing_moved, "a refusal or a retry wrote a row"

    def touched(self, requests: Any) -> None:
        """Holds that lapsed are written down as soon as their owners are asked for."""
        for request in requests:
            theirs = [
                getattr(each, "to_holder_id", "") for each in getattr(request, "movements", ())
            ]
            for holder_id in (request.holder_id, *theirs):
                for place in list(self.shop.unwritten):
                    if self.holders[place[0]] == holder_id:
                        del self.shop.unwritten[place]

    def noted(self, request: Any, answer: Any, seen: tuple[Any, ...]) -> bool:
        """Remembers what happened; answers whether nothing moved."""
        verb = VERBS[type(request)]
        if seen[0] == "refused":
            self.reached[seen[1]] += 1
            if seen[1] in MAY_PASS_LATER:
                self.sent.append(request)
            return True
        if seen[-1] or seen[1] is False:
            self.reached[f"{verb} {'replayed' if seen[-1] else 'had nothing to do'}"] += 1
            return True
        self.reached[f"{verb} accepted"] += 1
        if not isinstance(request, Release):
            self.sent.append(request)
        who = self.foretold.holder(request.holder_id)
        self.undone = int(isinstance(request, Reverse))
        if isinstance(answer, EntryResult):
            self.wishes.entries.append((answer.entry_id, who))
        elif isinstance(answer, HoldResult) and isinstance(request, MakeHold):
            self.wishes.holds.append((answer.hold_id, who))
        return False

    def compared(self) -> None:
        """Every figure of everybody's page."""
        self.shop.time_passes(self.now)
        found = self.ledger.positions(list(self.holders.values()), self.now)
        for who in PEOPLE:
            for name, number in self.assets:
                counted = self.shop.position((who, name), self.now)
                real = found.get((self.holders[who], number))
                seen = NOTHING if real is None else {key: getattr(real, key) for key in NOTHING}
                if self.shop.unwritten[who, name]:
                    # A lapsed hold has repaid a debt; the page may not know of it all yet.
                    counted = {key: counted[key] for key in ("balance", "held", "pending")}
                    seen = {key: seen[key] for key in counted}
                assert seen == counted, f"{who}'s {name}\nledger:  {seen}\ncounted: {counted}"
