"""The threads beside the loop: as many as are needed, and their connections end with them."""

import threading

import pytest
from django.db import connection

from regulars.faces.hotdoor.threads import Threads
from regulars.foundation.errors import Busy


def test_threads_start_when_needed_and_no_queue_is_endless():
    threads = Threads(2, "test", waiting_max=1)
    go_on = threading.Event()
    assert threads.submit(lambda: threading.current_thread().name).result(5) == "test-0"
    waiting = [threads.submit(go_on.wait, 10) for _ in range(3)]
    with pytest.raises(Busy):
        threads.submit(go_on.wait, 10)
    go_on.set()
    assert [each.result(5) for each in waiting] == [True, True, True]
    assert threads.submit(int, "7").result(5) == 7
    with pytest.raises(ValueError, match="invalid literal"):
        threads.submit(int, "x").result(5)
    threads.stop(5)


def test_a_stop_does_not_begin_what_waits():
    threads = Threads(1, "test", waiting_max=5)
    begun, go_on = threading.Event(), threading.Event()

    def running():
        begun.set()
        return go_on.wait(10)

    done, waiting = threads.submit(running), threads.submit(int, "7")
    begun.wait(5)
    threads.stop(0.05)
    assert waiting.cancelled()
    go_on.set()
    assert done.result(5)


def test_a_thread_keeps_its_connection_and_closes_it_at_its_end(clean_database):
    def used():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return connection.connection

    threads = Threads(1, "test", waiting_max=5)
    first, second = threads.submit(used).result(10), threads.submit(used).result(10)
    assert first is second
    assert not first.closed
    threads.stop(10)
    assert first.closed
