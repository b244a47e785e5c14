"""A few threads beside the loop, with a queue that may be full and an end that waits only so long.

A thread keeps its Django connection between requests, and closes it when it ends.
"""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeVar

from django.db import connections

from regulars.foundation.errors import Busy

Given = ParamSpec("Given")
Result = TypeVar("Result")
Task = tuple[Future[Any], Callable[[], Any]]


class Threads(Executor):
    """At most so many threads, started when they are needed; nobody waits behind a long queue."""

    def __init__(self, count: int, name: str, *, waiting_max: int) -> None:
        self.waiting_max = waiting_max
        self._count = count
        self._name = name
        self._queue: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._lock = Lock()
        # Threads that do nothing, less what waits: below zero when all are busy.
        self._free = 0

    def submit(
        self, work: Callable[Given, Result], /, *given: Given.args, **named: Given.kwargs
    ) -> Future[Result]:
        """Does the work as soon as a thread is free. Errors: busy, when too many wait already."""
        future: Future[Result] = Future()
        with self._lock:
            if self._free <= 0 and len(self._threads) < self._count:
                self._start()
            elif -self._free >= self.waiting_max:
                raise Busy
            self._free -= 1
            self._queue.put((future, lambda: work(*given, **named)))
        return future

    def stop(self, seconds: float) -> None:
        """Ends the threads, and waits so long for what they do; what nobody began is not done."""
        deadline = time.monotonic() + seconds
        with self._lock:
            threads, self._threads = self._threads, []
        for task in self._waiting():
            task[0].cancel()
        for _ in threads:
            self._queue.put(None)
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _start(self) -> None:
        # A daemon: a request that hangs must not keep the process from ending.
        name = f"{self._name}-{len(self._threads)}"
        thread = Thread(target=self._run, name=name, daemon=True)
        self._threads.append(thread)
        self._free += 1
        thread.start()

    def _waiting(self) -> list[Task]:
        found = []
        try:
            while (task := self._queue.get_nowait()) is not None:
                found.append(task)
        except Empty:
            pass
        return found

    def _run(self) -> None:
        try:
            while (task := self._queue.get()) is not None:
                _done(task)
                # What a request held is not kept until the next one comes.
                del task
                with self._lock:
                    self._free += 1
        finally:
            connections.close_all()


def _done(task: Task) -> None:
    future, work = task
    if not future.set_running_or_notify_cancel():
        return
    try:
        outcome = work()
    except BaseException as failure:  # noqa: BLE001 - whatever it is, the one who waits gets it
        future.set_exception(failure)
    else:
        future.set_result(outcome)
