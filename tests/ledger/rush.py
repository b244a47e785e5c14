"""A rush: many tills at once, each with a connection of its own, on a real PostgreSQL."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connections

from regulars.foundation import clock
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book import expiring, load, services
from tests.ledger.book import Book
from tests.ledger.machine.engines import BOOKS_KEPT

Till = Callable[[], Any]
PATIENCE_SECONDS = 5

# The lock of holders without the lock.
HOLDERS_READ = """
    SELECT id, frozen, merged_into FROM ledger_holder WHERE id = ANY(%s::uuid[]) ORDER BY id
"""


class Rush:
    """Runs tills at the same moment and says how it went."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.has_locks = True
        self.has_actor = False
        self.everybody_has_looked: threading.Barrier | None = None

    def together(self, *tills: Till, actor: Till | None = None) -> list[Any]:
        """What each till was answered; an error stands in its place. All start at one moment.

        An actor doesn't look before it acts; its answer comes first. Without locks it acts
        when all tills have looked and before any of them writes.
        """
        self.has_actor = actor is not None
        if actor is not None:
            tills = (lambda: self.acting(actor), *tills)
        start = threading.Barrier(len(tills))

        def one(till: Till) -> Any:
            start.wait(PATIENCE_SECONDS)
            try:
                return till()
            except Exception as error:  # noqa: BLE001 - whatever happened is the answer
                return error
            finally:
                connections.close_all()

        with (
            self.locks(len(tills)),
            clock.stopped_at(self.book.now),
            ThreadPoolExecutor(len(tills)) as pool,
        ):
            return list(pool.map(one, tills))

    @contextmanager
    def locks(self, tills: int) -> Iterator[None]:
        """Turns the lock of holders off where wanted; then all tills look before any writes."""
        if not self.has_locks:
            self.everybody_has_looked = threading.Barrier(tills)
        with pytest.MonkeyPatch.context() as planted:
            if not self.has_locks:
                planted.setattr(load, "LOCK_HOLDERS", HOLDERS_READ)
                planted.setattr(expiring, "LOCK_HOLDERS", HOLDERS_READ)
            yield
        self.everybody_has_looked = None

    def asking(self, *requests: Any) -> Till:
        """A till that sends these requests in one unit of work."""

        def ask() -> Any:
            with unit_of_work() as unit:
                answers = services.verbs_run(unit, requests)
            return answers[0] if len(answers) == 1 else answers

        return ask

    def pause(self) -> None:
        """Between looking and writing: a moment; without locks, until everybody has looked."""
        if self.everybody_has_looked is None:
            time.sleep(0.002)
        else:
            self.wait()
            if self.has_actor:
                self.wait()

    def acting(self, actor: Till) -> Any:
        self.wait()
        answer = actor()
        self.wait()
        return answer

    def wait(self) -> None:
        if self.everybody_has_looked is not None:
            with suppress(threading.BrokenBarrierError):
                self.everybody_has_looked.wait(PATIENCE_SECONDS)

    def books_are_kept(self, *names: str) -> None:
        """Balances, postings, lots and holds agree."""
        mine = {"holders": id_array(self.book.names[name] for name in names)}
        with unit_of_work() as unit:
            broken = unit.fetch_named(BOOKS_KEPT, mine)
        assert not broken, f"the books are wrong: {broken}"


def sorted_out(answers: list[Any], *, wins: int, losses: type[Exception]) -> None:
    """So many won, and every other till was told why not, and nothing else happened."""
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    strange = [error for error in errors if not isinstance(error, losses)]
    assert not strange, f"nobody should meet {strange[0]!r}"
    assert len(answers) - len(errors) == wins
