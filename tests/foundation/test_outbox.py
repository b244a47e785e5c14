"""Notices reach their listeners: in order, at least once, never before the commit."""

from time import sleep

import pytest

from regulars.foundation import clock
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.foundation.ids import new_id
from regulars.foundation.outbox.delivery import listener_caught_up, notices_deliver
from regulars.foundation.outbox.registry import listener, listener_forget
from regulars.foundation.outbox.services import (
    NO_ID,
    NOTICES_AFTER,
    NoticeView,
    notices_statement,
)


def all_caught_up(heard, count):
    """Transactions of the tests beside this one hold notices up for a moment."""
    for _ in range(100):
        listener_caught_up("test.heard")
        if len(heard) >= count:
            return
        sleep(0.1)


def delivered_until(enough):
    """As `all_caught_up`, for all listeners."""
    for _ in range(100):
        notices_deliver()
        if enough():
            return
        sleep(0.1)


@pytest.fixture
def outbox(clean_database):
    yield
    pool_close()


@pytest.fixture
def heard(outbox):
    notices = []
    listener("test.heard", kinds=("a", "b"))(notices.append)
    yield notices
    listener_forget("test.heard")


def notices_of(*kinds):
    return [NoticeView(new_id(), kind, None, "{}", clock.now()) for kind in kinds]


def written(*kinds):
    with unit_of_work() as unit:
        unit.flight([notices_statement(notices_of(*kinds))])


def written_and_dropped(*kinds):
    with unit_of_work() as unit:
        unit.flight([notices_statement(notices_of(*kinds))])
        raise RuntimeError


def test_a_listener_hears_its_kinds_once_and_in_order(heard):
    written("a", "b")
    written("c", "a")
    all_caught_up(heard, 3)
    assert [notice.kind for notice in heard] == ["a", "b", "a"]
    assert listener_caught_up("test.heard") == 0


def test_what_was_rolled_back_is_never_heard(heard):
    with pytest.raises(RuntimeError):
        written_and_dropped("a")
    assert listener_caught_up("test.heard") == 0


def test_a_slow_writer_is_not_skipped(heard):
    with unit_of_work() as slow:
        slow.flight([notices_statement(notices_of("a"))])
        written("b")
        # The later transaction is over, the earlier is not: neither is handed over yet.
        assert listener_caught_up("test.heard") == 0
    all_caught_up(heard, 2)
    assert [notice.kind for notice in heard] == ["a", "b"]


def test_a_failing_listener_gets_the_same_notices_again_and_holds_up_nobody(heard):
    tries = []

    def failing(notice):
        tries.append(notice.id)
        if len(tries) == 1:
            raise RuntimeError("no paper")

    listener("test.failing", kinds=("a",))(failing)
    try:
        written("a")
        delivered_until(lambda: heard and tries)
        assert len(heard) == 1
        delivered_until(lambda: len(tries) > 1)
        assert len(tries) == 2
        assert len(set(tries)) == 1
    finally:
        listener_forget("test.failing")


def test_notices_are_read_in_the_order_of_their_index(outbox):
    """However many wait, a batch costs what it reads: nothing is sorted."""
    with unit_of_work() as unit:
        for name in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            unit.fetch("SELECT set_config(%s, 'off', true)", name)
        rows = unit.fetch("EXPLAIN " + NOTICES_AFTER, "0", NO_ID, 1000)
    plan = "\n".join(row[0] for row in rows)
    assert "outbox_notice_pkey" in plan
    assert "Sort" not in plan
