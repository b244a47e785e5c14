"""Whether the database is there at all, asked when a statement gets no answer.

A statement may rightly take half a minute. A machine that stands still, or a network that swallows
everything, is silent in the same way, and for ever; whoever stands at a till can't wait to see
which it is. So after a moment of silence a connection of its own is asked for. PostgreSQL answers
that at once, however busy it is. If it doesn't, what waited is given up.
"""

import time
from collections.abc import Generator
from threading import Lock
from typing import Any, ClassVar, TypeVar

import psycopg
from psycopg import abc

from regulars.foundation.database.connections import app_dsn

# So long a statement may be silent before anybody wonders, and so long an answer is waited for.
SILENCE_SECONDS = 2.0
PROBE_SECONDS = 2
# So long nobody asks again after an answer that did not come.
KNOWN_SECONDS = 1.0

Value = TypeVar("Value")


class Silent(psycopg.OperationalError):
    """The database accepts what is sent and says nothing: the outcome is unknown."""


class _Pulse:
    asking = Lock()
    felt_at: ClassVar[float] = float("-inf")
    is_there: ClassVar[bool] = True


def is_there() -> bool:
    """Whether the database answers now. Who asks while somebody asks takes that answer."""
    began = time.monotonic()
    with _Pulse.asking:
        if _Pulse.felt_at < began:
            _Pulse.is_there = _answers()
            _Pulse.felt_at = time.monotonic()
        return _Pulse.is_there


def was_silent_just_now() -> bool:
    """Whether it did not answer a moment ago, so that it is not worth to try."""
    return not _Pulse.is_there and time.monotonic() - _Pulse.felt_at < KNOWN_SECONDS


def silence_endured() -> None:
    """Called after a moment without an answer. Raises `Silent` if the database is not there."""
    if not is_there():
        raise Silent("the database says nothing")


class PatientConnection(psycopg.Connection[Any]):
    """A connection that does not wait for a database which is not there any more."""

    def wait(
        self, gen: abc.PQGen[Value], interval: float = 0.1, timeout: float | None = None
    ) -> Value:
        try:
            return super().wait(_listened(gen), interval, timeout)
        except Silent:
            self.close()
            raise


def _listened(gen: abc.PQGen[Value]) -> Generator[Any, Any, Value]:
    """The same steps, with a look at the clock whenever nothing came."""
    heard_at = time.monotonic()
    answer = None
    while True:
        try:
            wanted = gen.send(answer) if answer is not None else next(gen)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        answer = yield wanted
        if answer:
            heard_at = time.monotonic()
        elif time.monotonic() - heard_at > SILENCE_SECONDS:
            silence_endured()
            heard_at = time.monotonic()


def _answers() -> bool:
    try:
        psycopg.connect(app_dsn(), connect_timeout=PROBE_SECONDS).close()
    except psycopg.OperationalError as trouble:
        # To be refused for its own reasons, too many connections say, is an answer too. Its word
        # for FATAL is in its own language, but two spaces follow it in all of them, and only there.
        return ":  " in str(trouble)
    return True
