"""Requests that arrive while a batch is being done make up the next one."""

import asyncio
import threading
from contextlib import suppress

import psycopg
import pytest
from django.db import connection

from regulars.faces.hotdoor import gathering
from regulars.faces.hotdoor.gathering import BatchFailed, Gathering
from regulars.foundation.errors import Busy, KeyReused
from tests.foundation.servers import wait_until


class Kitchen:
    """Does what it is given and keeps count; stands still while its door is shut."""

    def __init__(self, **settings):
        self.batches = []
        self.told = []
        self.open = threading.Event()
        self.open.set()
        self.failure = None
        self.waiting = 0
        self.gathering = Gathering("kitchen", self.work, told=self.told.append, **settings)
        self.guests = []
        self.answers = {}

    def work(self, scope, items):
        self.batches.append((scope, list(items)))
        self.open.wait(10)
        if self.failure is not None:
            raise self.failure
        return [f"{scope}:{item}" for item in items]

    def submit(self, item, scope):
        """The outcome, awaited in a loop of its own."""
        return asyncio.run(self.gathering.submit(item, scope))

    def order(self, item, scope="till"):
        """Orders from a thread of its own, and returns once the order waits or is being done."""
        self.waiting = self.gathering._queue.qsize()

        def guest():
            try:
                self.answers[item] = self.submit(item, scope)
            except (Busy, BatchFailed) as refusal:
                self.answers[item] = refusal

        self.guests.append(threading.Thread(target=guest))
        self.guests[-1].start()
        wait_until(lambda: self._placed(item) or item in self.answers, pause=0.001)

    def _placed(self, item):
        """Whether the order is being done, or waits behind one that is."""
        done = [each for _, batch in self.batches for each in batch]
        return item in done or (bool(done) and self.gathering._queue.qsize() == self.waiting + 1)

    def close(self):
        self.open.set()
        for guest in self.guests:
            guest.join(10)
        self.gathering.stop()


@pytest.fixture
def kitchen():
    kitchens = []

    def make(**settings):
        kitchens.append(Kitchen(**settings))
        return kitchens[-1]

    yield make
    for each in kitchens:
        each.close()


def test_a_lone_request_is_done_at_once(kitchen):
    place = kitchen()
    assert place.submit(1, "till") == "till:1"
    assert place.batches == [("till", [1])]
    assert place.told == [1]


def test_who_arrives_meanwhile_is_done_together(kitchen):
    place = kitchen()
    place.open.clear()
    for item in range(6):
        place.order(item)
    place.close()
    assert place.batches == [("till", [0]), ("till", [1, 2, 3, 4, 5])]
    assert place.answers == {item: f"till:{item}" for item in range(6)}


def test_a_batch_is_of_one_scope_and_in_the_order_of_arrival(kitchen):
    place = kitchen()
    place.open.clear()
    place.order(0)
    for item, scope in ((1, "a"), (2, "b"), (3, "a"), (4, "b")):
        place.order(item, scope)
    place.close()
    assert place.batches[1:] == [("a", [1, 3]), ("b", [2, 4])]
    assert place.answers[4] == "b:4"


def test_a_batch_has_a_largest_size(kitchen):
    place = kitchen(batch_max=2)
    place.open.clear()
    for item in range(6):
        place.order(item)
    place.close()
    assert [len(batch) for _, batch in place.batches] == [1, 2, 2, 1]


def test_a_full_queue_refuses_and_forgets_nobody(kitchen):
    place = kitchen(waiting_max=2)
    place.open.clear()
    for item in range(3):
        place.order(item)
    with pytest.raises(Busy):
        place.submit("too many", "till")
    place.close()
    assert place.answers == {item: f"till:{item}" for item in range(3)}


@pytest.mark.parametrize(
    ("failure", "seen"),
    [
        (KeyReused(), KeyReused),
        (ZeroDivisionError(), BatchFailed),
        (psycopg.OperationalError("the server closed the connection"), Busy),
    ],
)
def test_a_failing_batch_fails_for_its_own_and_the_next_goes_well(kitchen, failure, seen):
    place = kitchen()
    place.failure = failure
    with pytest.raises(seen):
        place.submit(1, "till")
    place.failure = None
    assert place.submit(2, "till") == "till:2"


def test_too_few_outcomes_are_a_failure_not_a_mix_up(kitchen):
    place = kitchen()
    place.gathering._work = lambda *_: []
    with pytest.raises(BatchFailed):
        place.submit(1, "till")


def test_stopping_does_what_waits_and_a_new_start_is_possible(kitchen):
    place = kitchen()
    place.open.clear()
    for item in range(3):
        place.order(item)
    place.open.set()
    place.gathering.stop()
    for guest in place.guests:
        guest.join(10)
    assert place.answers == {item: f"till:{item}" for item in range(3)}
    assert place.submit(9, "till") == "till:9"


def test_who_lost_patience_is_told_and_not_done_later(kitchen, monkeypatch):
    monkeypatch.setattr(gathering, "PATIENCE_SECONDS", 0.05)
    place = kitchen()
    place.open.clear()
    place.order(1)
    with pytest.raises(Busy):
        place.submit(2, "till")
    place.close()
    assert place.batches == [("till", [1])]


def test_a_worker_minds_its_connection_and_closes_it_at_its_end(clean_database):
    """What Django does at each request of its own: a broken connection is no lasting trouble."""
    used = []

    def work(_, items):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            used.append((connection.connection, cursor.fetchone()[0]))
        return items

    readers = Gathering("readers", work)
    assert asyncio.run(readers.submit(1, "till")) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [used[0][1]])
    # The first who comes on it may be told to come again; the next is served.
    with suppress(Busy):
        asyncio.run(readers.submit(2, "till"))
    assert asyncio.run(readers.submit(3, "till")) == 3
    readers.stop()
    assert all(each.closed for each, _ in used)
