"""What rarely changes and is asked for all the time, as this process knows it.

    _STORES = Known(_read)
    _STORES.current(unit)  # at most two seconds old; given whatever `_read` wants

While it is fresh a look costs no lock and no query. Once it has grown old one thread reads it anew
and the others go on with the old meanwhile, though not longer than as long again; then, and when
nothing is known, each reads for itself. Nobody ever waits for another thread, which may hold a
connection that this one needs, or hang on one that is dead.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, ParamSpec, TypeVar

from django.db import connection, transaction

FRESH_SECONDS = 2.0
NEVER = float("-inf")

Given = ParamSpec("Given")
Value = TypeVar("Value")


class Known(Generic[Given, Value]):
    """A picture that `read` makes, shared by all threads: treat it as read-only.

    A reading that fails is told to whoever asked, and the next look tries again. One that fails
    by `outlasts` leaves `current` as it was for another two seconds, unless it was forgotten.
    `sees_own_writes`: `read` looks over Django's connection. What it sees within a transaction may
    yet be undone, so it is answered there and not kept.
    """

    # What was read last; there is such once `age` is a number of seconds.
    last: Value

    def __init__(
        self,
        read: Callable[Given, Value],
        *,
        sees_own_writes: bool = False,
        outlasts: type[Exception] | tuple[()] = (),
    ) -> None:
        self.read = read
        self._sees_own_writes = sees_own_writes
        self._outlasts = outlasts
        self._due_at = NEVER
        self._read_at = NEVER
        self._times_forgotten = 0
        self._reading = Lock()
        self._changing = Lock()

    def current(self, *given: Given.args, **named: Given.kwargs) -> Value:
        """At most two seconds old, and up to four while it is being read anew."""
        if monotonic() <= self._due_at:
            return self.last
        return self._grown_old(*given, **named)

    def no_older_than(self, seconds: float, *given: Given.args, **named: Given.kwargs) -> Value:
        """The same for who needs it younger, or will not go on with the old."""
        if self.age() <= seconds:
            return self.last
        return self.now(*given, **named)

    def now(self, *given: Given.args, **named: Given.kwargs) -> Value:
        """The same read this moment."""
        if self._sees_own_writes and connection.in_atomic_block:
            return self.read(*given, **named)
        began, times_forgotten = monotonic(), self._times_forgotten
        value = self.read(*given, **named)
        with self._changing:
            # What changed while it was read may not be in it.
            if times_forgotten == self._times_forgotten and began >= self._read_at:
                self.last, self._read_at = value, began
                self._due_at = began + FRESH_SECONDS
        return value

    def age(self) -> float:
        """How many seconds ago it was read; endless when it was never, or is forgotten."""
        return monotonic() - self._read_at

    def forget(self) -> None:
        """Makes the next look read anew; called where it changes.

        Inside a transaction the same is done again once that is committed: whoever looked before
        has seen what was there before.
        """
        self._forget()
        if connection.in_atomic_block:
            transaction.on_commit(self._forget)

    def _forget(self) -> None:
        with self._changing:
            self._times_forgotten += 1
            self._due_at = self._read_at = NEVER

    def _grown_old(self, *given: Given.args, **named: Given.kwargs) -> Value:
        is_reader = self._reading.acquire(blocking=False)
        try:
            if not is_reader and monotonic() <= self._due_at + FRESH_SECONDS:
                return self.last
            return self.now(*given, **named)
        except self._outlasts:
            with self._changing:
                if self._read_at == NEVER:
                    raise
                self._due_at = monotonic() + FRESH_SECONDS
                return self.last
        finally:
            if is_reader:
                self._reading.release()
