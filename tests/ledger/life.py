"""A shop's life in which everything happens that can happen to a ledger."""

from dataclasses import dataclass, field
from datetime import date

from regulars.ledger.book.types import (
    AfterDays,
    Credit,
    Debit,
    ExpiryPolicy,
    Inactivity,
    Shortfall,
)
from tests.ledger.book import Book


@dataclass
class Life:
    """The book, and the entries that a test may want to name."""

    book: Book
    entries: dict[str, str] = field(default_factory=dict)


def life_lived(book: Book) -> Life:
    """Earnings, spendings, gifts, holds of every end, expiry of both kinds, refunds of both."""
    life = Life(book)
    book.asset()
    book.asset("beans", expiry=ExpiryPolicy(AfterDays(10)))
    book.asset("stamps", shortfall=Shortfall.WRITE_OFF)
    book.asset("coins", expiry=ExpiryPolicy(inactivity=Inactivity(days=30)))
    _march_begins(book, life)
    _beans_die(book, life)
    _refunds_come(book, life)
    _holds_end(book, life)
    _coins_rest(book, life)
    return life


def _march_begins(book: Book, life: Life) -> None:
    book.on(date(2025, 3, 1))
    life.entries["earned"] = book.earn("mei", 100).entry_id
    life.entries["spent"] = book.spend("mei", 30).entry_id
    life.entries["given"] = book.give("mei", "bo", 20).entry_id
    book.earn("mei", 100, "beans")
    book.earn("oz", 20)
    points, stamps = book.assets["points"], book.assets["stamps"]
    several = (Credit(points, 40), Credit(stamps, 3), Debit(points, 15))
    life.entries["several"] = book.one(
        book.request("oz", "earn", *several, reason="spoilt milk")
    ).entry_id
    book.earn("oz", 11, available_at=book.now.replace(month=9))


def _beans_die(book: Book, life: Life) -> None:
    book.on(date(2025, 3, 3))
    book.earn("mei", 50, "beans")
    spent = book.spend("mei", 60, "beans")
    life.entries["beans spent"] = spent.entry_id
    book.give("mei", "bo", 5, "beans")
    held = book.hold("mei", 25, "beans", days=40)
    book.reverse("mei", spent.entry_id, up_to=20, credit=False, asset="beans")
    book.on(date(2025, 3, 12))
    book.expire()
    book.settle("mei", held.hold_id, 10)
    book.reverse("mei", spent.entry_id, up_to=33, credit=False, asset="beans")


def _refunds_come(book: Book, life: Life) -> None:
    book.on(date(2025, 3, 14))
    life.entries["refund"] = book.reverse("mei", life.entries["earned"]).entry_id
    life.entries["repaying"] = book.earn("mei", 20).entry_id
    book.give("oz", "mei", 5)
    parts = book.earn("bo", 101)
    for up_to in (33, 67):
        life.entries[f"to {up_to}"] = book.reverse("bo", parts.entry_id, up_to=up_to).entry_id
    stamped = book.earn("mei", 10, "stamps")
    book.spend("mei", 9, "stamps")
    life.entries["written off"] = book.reverse("mei", stamped.entry_id).entry_id


def _holds_end(book: Book, life: Life) -> None:
    book.on(date(2025, 3, 15))
    earned = book.earn("oz", 100)
    held = book.hold("oz", 120, days=9)
    book.reverse("oz", earned.entry_id)
    book.release("oz", held.hold_id)
    lapsing = book.hold("bo", 10, days=1)
    assert lapsing.state == "open"
    book.on(date(2025, 3, 17))
    book.earn("bo", 5)
    book.hold("bo", 7, days=900)
    book.hold("bo", 4, days=1)


def _coins_rest(book: Book, life: Life) -> None:
    book.earn("mei", 40, "coins")
    book.earn("bo", 8, "coins")
    book.on(date(2025, 4, 20))
    book.earn("bo", 2, "coins")
    book.spend("bo", 1, "coins")
    book.expire()
    life.entries["last"] = book.earn("mei", 7, "coins").entry_id
    book.hold("bo", 3, days=1)
    book.on(date(2025, 4, 24))
