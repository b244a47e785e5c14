"""Group commit: requests that arrive while a batch is being done make up the next batch.

Nobody waits on purpose. A worker thread takes whatever waits, does it together, and wakes the event
loop once for the answers of all; meanwhile others arrive. A lone request is a batch of one, done
at once.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from django.db import close_old_connections, connections

from regulars.faces.api.troubles import refusal_of
from regulars.foundation.errors import Busy, RegularsError

BATCH_MAX = 200
WAITING_MAX = 1000
# Longer than any statement may take: whoever waited so long knows nothing about the outcome.
PATIENCE_SECONDS = 35.0
STOP_SECONDS = 10.0

log = logging.getLogger("regulars.hotdoor")

Item = TypeVar("Item")
Scope = TypeVar("Scope", bound=Hashable)
Outcome = TypeVar("Outcome")


class BatchFailed(Exception):
    """The batch of a request failed for a reason of ours, which is in the log already."""


class _Waiting(Generic[Item, Scope, Outcome]):
    """A request's item, and the future in which its loop waits for the outcome."""

    __slots__ = ("answer", "failed", "future", "gone", "item", "loop", "scope")

    def __init__(self, item: Item, scope: Scope, loop: asyncio.AbstractEventLoop) -> None:
        self.item = item
        self.scope = scope
        self.loop = loop
        self.future: asyncio.Future[Outcome] = loop.create_future()
        self.answer: Outcome | None = None
        self.failed: Exception | None = None
        self.gone = False

    def impatient(self) -> None:
        """Gives up: the item is not done any more if nobody has begun it."""
        self.gone = True
        if not self.future.done():
            self.future.set_exception(Busy())

    def settle(self) -> None:
        """Hands the outcome over, on the loop's own thread."""
        if self.future.done():
            return
        if self.failed is None:
            self.future.set_result(self.answer)  # type: ignore[arg-type]
        elif isinstance(self.failed, RegularsError):
            self.future.set_exception(self.failed)
        else:
            failure = BatchFailed()
            failure.__cause__ = self.failed
            self.future.set_exception(failure)


class Gathering(Generic[Item, Scope, Outcome]):
    """A queue with workers that do what waits in batches of one scope each.

    `work` takes a scope and its items and answers one outcome for each, in order. What it raises
    goes to every request of that batch; the next batch is done all the same.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Scope, Sequence[Item]], Sequence[Outcome]],
        *,
        workers: int = 1,
        batch_max: int = BATCH_MAX,
        waiting_max: int = WAITING_MAX,
        told: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.name = name
        self.waiting_max = waiting_max
        self._work = work
        self._workers = workers
        self._batch_max = batch_max
        self._told = told
        self._queue: SimpleQueue[_Waiting[Item, Scope, Outcome] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()

    async def submit(self, item: Item, scope: Scope) -> Outcome:
        """The outcome of `item`, done together with others. Errors: busy."""
        if self._queue.qsize() >= self.waiting_max:
            raise Busy
        if not self._threads:
            self._start()
        mine: _Waiting[Item, Scope, Outcome] = _Waiting(item, scope, asyncio.get_running_loop())
        self._queue.put(mine)
        patience = mine.loop.call_later(PATIENCE_SECONDS, mine.impatient)
        try:
            return await mine.future
        finally:
            patience.cancel()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Does what still waits, then ends the workers. A later `submit` starts new ones.

        Waits so long for each of them; what takes longer goes on without anybody who waits.
        """
        with self._starting:
            threads, self._threads = self._threads, []
        for _ in threads:
            self._queue.put(None)
        for thread in threads:
            thread.join(seconds)

    def _start(self) -> None:
        # At the first request, never at import: the web server forks its workers after that.
        with self._starting:
            if self._threads:
                return
            self._threads = [
                threading.Thread(target=self._run, name=f"{self.name}-{place}", daemon=True)
                for place in range(self._workers)
            ]
            for thread in self._threads:
                thread.start()

    def _run(self) -> None:
        try:
            while True:
                batch = self._taken()
                asked = [each for each in batch if each is not None]
                for scope, waiting in _by_scope(asked).items():
                    self._done(scope, waiting)
                if None in batch:
                    return
        finally:
            connections.close_all()

    def _taken(self) -> list[_Waiting[Item, Scope, Outcome] | None]:
        """The next request, as soon as there is one, and all that wait behind it."""
        queue = self._queue
        batch = [queue.get()]
        try:
            while len(batch) < self._batch_max and batch[-1] is not None:
                batch.append(queue.get_nowait())
        except Empty:
            pass
        return batch

    def _done(self, scope: Scope, waiting: list[_Waiting[Item, Scope, Outcome]]) -> None:
        waiting = [each for each in waiting if not each.gone]
        if not waiting:
            return
        try:
            # Django looks after its connections at each request of its own, and this is none.
            close_old_connections()
            outcomes = self._work(scope, [each.item for each in waiting])
            for each, outcome in zip(waiting, outcomes, strict=True):
                each.answer = outcome
        except Exception as failure:
            failure = refusal_of(failure) or failure
            if not isinstance(failure, RegularsError):
                log.exception("a batch failed", extra={"gathering": self.name})
            for each in waiting:
                each.failed = failure
        self._told(len(waiting))
        _woken(waiting)


def _woken(waiting: Sequence[_Waiting[Item, Scope, Outcome]]) -> None:
    """Wakes each loop once, in which all its requests get their answers."""
    loops: dict[asyncio.AbstractEventLoop, list[_Waiting[Item, Scope, Outcome]]] = {}
    for each in waiting:
        loops.setdefault(each.loop, []).append(each)
    for loop, group in loops.items():
        # A loop that has ended meanwhile has nobody left who could be told.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settled, group)


def _settled(group: Sequence[_Waiting[Item, Scope, Outcome]]) -> None:
    for each in group:
        each.settle()


def _by_scope(
    batch: Sequence[_Waiting[Item, Scope, Outcome]],
) -> dict[Scope, list[_Waiting[Item, Scope, Outcome]]]:
    """The batch by scope, in the order of arrival."""
    scopes: dict[Scope, list[_Waiting[Item, Scope, Outcome]]] = {}
    for each in batch:
        scopes.setdefault(each.scope, []).append(each)
    return scopes
