"""Races at the ledger's door: what the tills do at once, and what must be true afterwards.

Each answers a check, which is run with the lock (it must pass) and without (it must fail).
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.ledger.book import services
from regulars.ledger.book.errors import HoldClosed, HolderFrozen, InsufficientBalance
from regulars.ledger.book.types import (
    AfterDays,
    Credit,
    Debit,
    ExpiryPolicy,
    MakeHold,
    Release,
    Reverse,
    Settle,
    Transfer,
)
from tests.ledger.book import Book
from tests.ledger.rush import Rush, sorted_out

Race = Callable[[Rush, int], Callable[[], None]]


def hold_of(book: Book, amount: int) -> MakeHold:
    return MakeHold(
        key=ids.new_id(),
        holder_id=book.names["mei"],
        asset_id=book.assets["points"],
        amount=amount,
        expires_at=book.now + timedelta(hours=1),
        occurred_at=book.now,
        actor=SYSTEM,
    )


def release_of(book: Book, hold_id: str) -> Release:
    return Release(holder_id=book.names["mei"], hold_id=hold_id, occurred_at=book.now, actor=SYSTEM)


def the_last_points(rush: Rush, tills: int) -> Callable[[], None]:
    """Points for half of the tills: exactly so many are served."""
    book = rush.book
    served = tills // 2
    book.open("mei")
    book.earn("mei", 10 * served)
    spend = Debit(book.assets["points"], 10)
    requests = [book.request("mei", "redeem", spend) for _ in range(tills)]
    answers = rush.together(*[rush.asking(request) for request in requests])

    def check() -> None:
        sorted_out(answers, wins=served, losses=InsufficientBalance)
        assert book.of("mei").balance == 0
        rush.books_are_kept("mei")

    return check


def one_receipt_sent_by_all(rush: Rush, tills: int) -> Callable[[], None]:
    """The same request with the same key: one effect, and the same answer for everybody."""
    book = rush.book
    book.open("mei")
    request = book.request("mei", "earn", Credit(book.assets["points"], 10))
    answers = rush.together(*[rush.asking(request)] * tills)

    def check() -> None:
        sorted_out(answers, wins=tills, losses=InsufficientBalance)
        assert len({answer.entry_id for answer in answers}) == 1
        assert len({answer.postings for answer in answers}) == 1
        assert sum(not answer.replayed for answer in answers) == 1
        assert book.of("mei").balance == 10
        rush.books_are_kept("mei")

    return check


def one_refund_asked_by_all(rush: Rush, tills: int) -> Callable[[], None]:
    """Each till takes the same earning back whole: it goes once."""
    book = rush.book
    book.open("mei")
    earned = book.earn("mei", 100)
    book.earn("mei", 1000)

    def refund() -> Reverse:
        return Reverse(
            key=ids.new_id(),
            holder_id=book.names["mei"],
            entry_id=earned.entry_id,
            kind="refund",
            occurred_at=book.now,
            business_date=book.today,
            actor=SYSTEM,
        )

    answers = rush.together(*[rush.asking(refund()) for _ in range(tills)])

    def check() -> None:
        sorted_out(answers, wins=tills, losses=InsufficientBalance)
        assert sum(answer.entry_id is not None for answer in answers) == 1
        assert book.of("mei").balance == 1000
        rush.books_are_kept("mei")

    return check


def gifts_to_and_fro(rush: Rush, tills: int) -> Callable[[], None]:
    """Half give from Mei to Bo, half from Bo to Mei: nobody waits for ever, nothing is lost."""
    book = rush.book
    book.open("mei", "bo")
    book.earn("mei", 100)
    book.earn("bo", 100)
    ways = [("mei", "bo"), ("bo", "mei")] * (tills // 2)
    gifts = [
        book.request(giver, "gift", Transfer(book.assets["points"], 1, book.names[taker]))
        for giver, taker in ways
    ]
    answers = rush.together(*[rush.asking(gift) for gift in gifts])

    def check() -> None:
        sorted_out(answers, wins=tills, losses=InsufficientBalance)
        assert (book.of("mei").balance, book.of("bo").balance) == (100, 100)
        rush.books_are_kept("mei", "bo")

    return check


def the_nightly_run_against_the_last_spending(rush: Rush, tills: int) -> Callable[[], None]:
    """At midnight 100 points die while they are being spent: each dies or is spent, once."""
    book = rush.book
    if "dying" not in book.assets:
        book.asset("dying", expiry=ExpiryPolicy(AfterDays(0)))
    book.open("mei")
    book.on(date(2025, 3, 1))
    book.earn("mei", 100, "dying")
    midnight = datetime(2025, 3, 2, tzinfo=UTC)
    last_second = midnight - timedelta(seconds=1)
    book.at(midnight)
    spend = Debit(book.assets["dying"], 5)
    requests = [
        book.request("mei", "redeem", spend, at=last_second, day=last_second.date())
        for _ in range(tills - 1)
    ]

    answers = rush.together(*[rush.asking(each) for each in requests], actor=book.expire)

    def check() -> None:
        died, *spent = answers
        served = [answer for answer in spent if not isinstance(answer, Exception)]
        sorted_out(spent, wins=len(served), losses=InsufficientBalance)
        assert isinstance(died, int)
        rush.books_are_kept("mei")
        book.expire()
        assert book.of("mei", "dying").balance == 0
        totals = book.settlement()
        assert totals.get("redeemed", 0) + totals.get("expired", 0) == -totals["issued"]

    return check


def a_freeze_against_spending(rush: Rush, tills: int) -> Callable[[], None]:
    """When the freeze is answered, nothing moves any more."""
    book = rush.book
    book.open("mei")
    book.earn("mei", 100)
    spend = Debit(book.assets["points"], 1)
    requests = [book.request("mei", "redeem", spend) for _ in range(tills - 1)]

    def freeze() -> int:
        services.holder_freeze(holder_id=book.names["mei"], frozen=True)
        return book.of("mei").balance

    answers = rush.together(*[rush.asking(each) for each in requests], actor=freeze)

    def check() -> None:
        left_at_freeze, *spent = answers
        served = [answer for answer in spent if not isinstance(answer, Exception)]
        sorted_out(spent, wins=len(served), losses=HolderFrozen)
        assert left_at_freeze == 100 - len(served)
        assert book.of("mei").balance == left_at_freeze
        rush.books_are_kept("mei")

    return check


def holds_against_spending(rush: Rush, tills: int) -> Callable[[], None]:
    """Half set all points aside, half spend them all: one till has its way."""
    book = rush.book
    book.open("mei")
    book.earn("mei", 100)
    points = book.assets["points"]

    def wish(till: int) -> Any:
        if till % 2:
            return book.request("mei", "redeem", Debit(points, 100))
        return hold_of(book, 100)

    answers = rush.together(*[rush.asking(wish(till)) for till in range(tills)])

    def check() -> None:
        sorted_out(answers, wins=1, losses=InsufficientBalance)
        position = book.of("mei")
        assert position.spendable == 0
        assert position.balance == position.held
        rush.books_are_kept("mei")

    return check


def paying_a_basket_against_leaving_it(rush: Rush, tills: int) -> Callable[[], None]:
    """Half settle the same hold, half release it: it is paid once or not at all."""
    book = rush.book
    book.open("mei")
    book.earn("mei", 100)
    held = book.hold("mei", 60)

    def wish(till: int) -> Any:
        if till % 2:
            return release_of(book, held.hold_id)
        return Settle(
            key=ids.new_id(),
            holder_id=book.names["mei"],
            hold_id=held.hold_id,
            amount=60,
            kind="redeem",
            occurred_at=book.now,
            business_date=book.today,
            actor=SYSTEM,
        )

    answers = rush.together(*[rush.asking(wish(till)) for till in range(tills)])

    def check() -> None:
        won = [answer for answer in answers if not isinstance(answer, Exception)]
        sorted_out(answers, wins=len(won), losses=HoldClosed)
        paid = [answer for answer in won if hasattr(answer, "entry_id")]
        assert len(paid) == 1 or len(won) == tills // 2
        assert not (paid and len(won) > 1)
        assert book.of("mei").balance == 100 - 60 * len(paid)
        assert book.of("mei").held == 0
        rush.books_are_kept("mei")

    return check


RACES = [
    the_last_points,
    one_receipt_sent_by_all,
    one_refund_asked_by_all,
    gifts_to_and_fro,
    the_nightly_run_against_the_last_spending,
    a_freeze_against_spending,
    holds_against_spending,
    paying_a_basket_against_leaving_it,
]
