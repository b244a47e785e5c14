"""What the process knows is two seconds old at the most, and nobody waits for who reads it anew."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from regulars.foundation import known
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.foundation.known import Known
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.shop.services import shop_update
from regulars.organization.stores.selectors import stores_known
from regulars.organization.stores.services import store_create, stores_forgotten
from regulars.rules.eventkinds.selectors import own_kinds
from regulars.rules.eventkinds.services import event_kind_define

NAME = {"en": "East", "zh-Hans": "东店"}
PATIENCE_SECONDS = 10


class Away(Exception):
    """The place where it stands does not answer."""


class Board:
    """A notice board with a price on it, and how often somebody went to look."""

    def __init__(self):
        self.price = 3
        self.looks = 0
        self.trouble = None

    def read(self):
        self.looks += 1
        if self.trouble is not None:
            raise self.trouble
        return self.price


@pytest.fixture
def board():
    return Board()


@pytest.fixture
def seconds(monkeypatch):
    """The time, to be moved on by hand."""
    present = [1000.0]
    monkeypatch.setattr(known, "monotonic", lambda: present[0])

    def passed(count):
        present[0] += count

    return passed


def test_for_two_seconds_nobody_looks_again(board, seconds):
    price = Known(board.read)
    assert price.current() == 3
    board.price = 4
    seconds(2.0)
    assert (price.current(), board.looks) == (3, 1)
    seconds(0.1)
    assert (price.current(), board.looks) == (4, 2)


def test_the_age_counts_from_when_the_look_began(board, seconds):
    def slow():
        seen = board.read()
        seconds(1.5)
        return seen

    price = Known(slow)
    price.current()
    assert price.age() == 1.5
    seconds(0.6)
    price.current()
    assert board.looks == 2


def test_who_wants_it_younger_looks_again(board, seconds):
    price = Known(board.read)
    assert price.age() == float("inf")
    price.current()
    board.price = 4
    seconds(0.5)
    assert (price.no_older_than(0.5), board.looks) == (3, 1)
    assert (price.no_older_than(0.25), board.looks) == (4, 2)
    assert (price.now(), board.looks) == (4, 3)
    assert price.age() == 0


def test_what_is_given_reaches_the_reading():
    doubled = Known(lambda number, *, more=0: 2 * number + more)
    assert doubled.current(4, more=1) == 9
    assert doubled.current(5) == 9, "known already"


def test_while_one_thread_reads_the_others_go_on_with_the_old(board, seconds):
    begun, goes_on = Event(), Event()
    price = Known(board.read)
    price.current()
    seconds(2.1)
    board.price = 4

    def slow():
        begun.set()
        assert goes_on.wait(PATIENCE_SECONDS)
        return board.read()

    price.read = slow
    with ThreadPoolExecutor(1) as threads:
        reader = threads.submit(price.current)
        assert begun.wait(PATIENCE_SECONDS)
        price.read = board.read
        assert (price.current(), board.looks) == (3, 1)
        # Who will not have the old reads for himself.
        assert (price.no_older_than(2), board.looks) == (4, 2)
        goes_on.set()
        assert reader.result() == 4


def test_of_a_thread_that_hangs_the_others_grow_tired(board, seconds):
    begun, goes_on = Event(), Event()
    price = Known(board.read)
    price.current()

    def hanging():
        begun.set()
        assert goes_on.wait(PATIENCE_SECONDS)
        return 0

    price.read = hanging
    seconds(2.1)
    with ThreadPoolExecutor(1) as threads:
        reader = threads.submit(price.current)
        assert begun.wait(PATIENCE_SECONDS)
        price.read = board.read
        board.price = 4
        seconds(1.8)
        assert price.current() == 3
        seconds(0.2)
        assert (price.current(), board.looks) == (4, 2)
        goes_on.set()
        reader.result()
    assert price.current() == 4, "what began earlier does not replace what began later"


def test_at_first_each_reads_for_itself_and_nobody_waits(board):
    both = Barrier(2)

    def meeting():
        both.wait(PATIENCE_SECONDS)
        return board.read()

    price = Known(meeting)
    with ThreadPoolExecutor(2) as threads:
        looks = [threads.submit(price.current) for _ in range(2)]
        assert [each.result() for each in looks] == [3, 3]


def test_a_look_that_fails_is_told_and_tried_again(board, seconds):
    price = Known(board.read)
    price.current()
    seconds(2.1)
    board.trouble = Away()
    for _ in range(2):
        with pytest.raises(Away):
            price.current()
    board.trouble = None
    assert (price.current(), board.looks) == (3, 4)


def test_what_outlasts_a_failing_look_is_asked_again_after_two_seconds(board, seconds):
    price = Known(board.read, outlasts=Away)
    board.trouble = Away()
    with pytest.raises(Away):
        price.current()
    board.trouble = None
    price.current()
    seconds(2.1)
    board.price, board.trouble = 4, Away()
    assert (price.current(), board.looks) == (3, 3)
    seconds(2.0)
    assert (price.current(), board.looks) == (3, 3)
    with pytest.raises(Away):
        price.now()
    seconds(0.1)
    board.trouble = ValueError("not the board's place but what stands on it")
    with pytest.raises(ValueError, match="stands on it"):
        price.current()
    board.trouble = Away()
    price.forget()
    with pytest.raises(Away):
        price.current()


def test_what_is_forgotten_while_it_is_read_is_not_kept(board):
    price = Known(board.read)

    def overtaken():
        seen = board.read()
        board.price = 4
        price.forget()
        return seen

    price.read = overtaken
    assert price.current() == 3
    price.read = board.read
    assert price.current() == 4


def test_what_changes_in_a_transaction_is_known_once_it_is_committed(clean_database):
    stores_forgotten()
    with transaction.atomic():
        store_create(actor=SYSTEM, code="east", name=NAME, time_zone="Asia/Shanghai")
        with unit_of_work() as unit:
            assert stores_known(unit) == {}, "another connection sees what was there before"
    with unit_of_work() as unit:
        assert list(stores_known(unit)) == ["east"]
    pool_close()
    stores_forgotten()


def test_what_a_transaction_undoes_was_never_known_outside(clean_database):
    """Kinds of events and the shop's values are read over the connection that changes them."""
    assert own_kinds() == {}
    with transaction.atomic():
        event_kind_define(actor=SYSTEM, code="walk.done", name=NAME)
        shop_update(actor=SYSTEM, name=NAME)
        assert list(own_kinds()) == ["walk.done"]
        assert shop_known().name == NAME
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(known_elsewhere).result() == ({}, {})
        transaction.set_rollback(True)
    assert known_here() == ({}, {})


def known_here():
    return own_kinds(), shop_known().name


def known_elsewhere():
    """As a thread of its own knows them, which has a connection of its own."""
    try:
        return known_here()
    finally:
        connection.close()
