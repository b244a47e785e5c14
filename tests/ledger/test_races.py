"""Many tills at once. Each race is run twice: with the lock, where the ledger must be right, and
without it, where the same check must find that it was wrong; else the check would be blind.
"""

from typing import Any

import pytest

from regulars.foundation.database import session
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.ledger.book import load, selectors, services
from regulars.ledger.book.errors import InsufficientBalance
from regulars.ledger.book.types import Debit
from tests.ledger.races import (
    RACES,
    gifts_to_and_fro,
    hold_of,
    one_receipt_sent_by_all,
    release_of,
)
from tests.ledger.rush import Rush, sorted_out

ROUNDS = 3
TILLS = [2, 8, 32]


@pytest.fixture
def rush(book, monkeypatch):
    """A shop whose tills each have a connection, and pause between looking and writing."""
    pool_close()
    monkeypatch.setattr(session, "POOL_SIZE_MAX", 40)
    rush = Rush(book)
    right = services.store_statements

    def store_statements(changes):
        rush.pause()
        return right(changes)

    monkeypatch.setattr(services, "store_statements", store_statements)
    book.asset()
    return rush


@pytest.mark.parametrize("tills", TILLS)
@pytest.mark.parametrize("race", RACES)
def test_with_the_lock_the_ledger_is_right(rush, race, tills):
    for _ in range(ROUNDS):
        race(rush, tills)()


@pytest.mark.parametrize("tills", TILLS)
@pytest.mark.parametrize("race", RACES)
def test_without_the_lock_the_check_sees_the_race(rush, race, tills):
    for _ in range(ROUNDS):
        rush.has_locks = False
        check = race(rush, tills)
        with pytest.raises(AssertionError):
            check()


@pytest.mark.long
@pytest.mark.parametrize("tills", TILLS)
@pytest.mark.parametrize("race", RACES)
def test_with_the_lock_the_ledger_stays_right(rush, race, tills):
    for _ in range(200):
        race(rush, tills)()


def test_fifty_tills_with_one_receipt(rush, monkeypatch):
    """The receipt that a bad line sends fifty times is booked once."""
    monkeypatch.setattr(session, "POOL_SIZE_MAX", 60)
    one_receipt_sent_by_all(rush, 50)()


def test_fifty_tills_and_the_last_point(rush, monkeypatch):
    """Fifty want the last point; one gets it."""
    monkeypatch.setattr(session, "POOL_SIZE_MAX", 60)
    book = rush.book
    book.earn("mei", 1)
    last = [book.request("mei", "redeem", Debit(book.assets["points"], 1)) for _ in range(50)]
    answers = rush.together(*[rush.asking(request) for request in last])
    sorted_out(answers, wins=1, losses=InsufficientBalance)
    assert book.of("mei").balance == 0


def test_without_the_lock_the_unique_key_still_stops_the_second_effect(rush):
    """Two walls: whoever slips past the lock with a used key meets the key table."""
    rush.has_locks = False
    one_receipt_sent_by_all(rush, 8)
    assert rush.book.of("mei").balance == 10
    rush.books_are_kept("mei")


# Each connection has its own idea of the order, and takes its time between two locks.
UNORDERED = """
    SELECT h.id, h.frozen, h.merged_into
    FROM (SELECT id FROM unnest(%s::uuid[]) AS row(id)
          ORDER BY md5(id::text || pg_backend_pid()::text)) AS wanted,
    LATERAL (SELECT x.*, pg_sleep(0.02) FROM ledger_holder x
             WHERE x.id = wanted.id FOR NO KEY UPDATE) AS h
"""


def test_locks_out_of_order_would_deadlock(rush, monkeypatch):
    """Why holders are locked in the order of their ids."""
    monkeypatch.setattr(load, "LOCK_HOLDERS", UNORDERED)
    with pytest.raises(AssertionError, match="DeadlockDetected"):
        gifts_to_and_fro(rush, 16)()


def torn(position) -> bool:
    """Whether the figures of one page contradict each other."""
    return position.balance != position.spendable + position.held + position.pending


def test_a_page_read_in_a_rush_is_of_one_moment(rush):
    """Mei's points are set aside and released, over and over, while her page is read."""
    book = rush.book
    book.earn("mei", 100)

    def to_and_fro() -> None:
        for _ in range(40):
            book_hold = rush.asking(hold_of(book, 70))()
            rush.asking(release_of(book, book_hold.hold_id))()

    def reading() -> list[Any]:
        with unit_of_work() as unit:
            return [
                selectors.balances(unit, [book.names["mei"]], book.now)[book.names["mei"]][0]
                for _ in range(300)
            ]

    _, *pages = rush.together(to_and_fro, reading, reading)
    seen = [page for read in pages for page in read]
    assert not any(map(torn, seen))
    assert {page.held for page in seen} == {0, 70}, "the reader met both sides"


def test_a_page_put_together_from_two_moments_would_be_torn(rush):
    """The balance of one statement and the holds of the next, with a spending between them."""
    book = rush.book
    book.earn("mei", 100)
    before = book.of("mei")
    book.hold("mei", 70)
    after = book.of("mei")
    assert torn(after) is torn(before) is False
    assert torn(type(after)(after.asset_id, "points", 100, before.spendable, after.held, 0, 0))
