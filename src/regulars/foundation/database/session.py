"""Units of work on a connection of our own: few round trips, one transaction, prepared statements.

The hot paths (ledger, intake, sealing, expiry) don't go through the ORM. They hand `Statement`s
to a `Unit`, which sends all of one stage in a single flight (see `wire`): BEGIN travels
with the first flight and COMMIT with the last, so that a whole batch costs three round trips.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any, ClassVar, LiteralString, TypeVar

import msgspec
import psycopg
from psycopg.types.string import TextLoader
from psycopg_pool import ConnectionPool, PoolTimeout

from regulars.foundation.database import wire
from regulars.foundation.database.arrays import arrays_registered
from regulars.foundation.database.connections import app_dsn
from regulars.foundation.database.pulse import Silent
from regulars.foundation.database.wire import Params, WiredConnection
from regulars.foundation.errors import Busy, RegularsError

POOL_SIZE_MAX = 8
# For `unit_aside`: few, since one thread at a time reads anew what has grown old.
ASIDE_SIZE_MAX = 2
ATTEMPTS_MAX = 5
# How long a unit waits for a connection: enough for a database that is being started again. Once
# that was in vain nobody waits so long any more until there is a connection: else every thread
# would stand waiting, and a caller's turn to be told would never come.
CONNECTION_SECONDS = 3.0
CONNECTION_SECONDS_AWAY = 0.2
RECONNECT_SECONDS = 0.5

# What may pass by itself when the same work is done again: lost races, never wrong input.
PASSING_ERRORS = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)

Result = TypeVar("Result")
Rows = wire.Rows


class DatabaseLost(RegularsError):
    """The database did not answer, perhaps in the middle of a commit: the outcome is unknown.

    Work with a key is done again with the same key, and has one effect.
    """

    code = "database_unavailable"
    status = 503
    text = {
        "en": "The database does not answer. Send the same request again, with the same key.",
        "zh-Hans": "数据库暂时没有响应，请用同一个键重新发送请求。",
    }


class DatabaseSilent(DatabaseLost):
    """The database is not there in the middle of the work: it is not worth to try again at once."""


class DatabaseAway(DatabaseLost):
    """No connection was to be had, though we waited: nothing was done, and it may take longer."""


class Statement(msgspec.Struct, frozen=True, gc=False):
    """One statement with its parameters."""

    sql: LiteralString
    params: tuple[Any, ...] | dict[str, Any] = ()


def statements_merged(statements: Sequence[Statement]) -> list[Statement]:
    """One statement that writes the same as several: each costs more than what it does.

    For statements with positional parameters that write, answer no rows, and touch no row that
    another of them touches: they become parts of one WITH, which all see the same snapshot.
    """
    if len(statements) < 2:
        return list(statements)
    sql = _with_parts(tuple([each.sql for each in statements]))
    return [Statement(sql, tuple([value for each in statements for value in each.params]))]


@lru_cache(maxsize=1000)
def _with_parts(parts: tuple[LiteralString, ...]) -> LiteralString:
    named = [f"part_{number} AS ({sql})" for number, sql in enumerate(parts)]
    return f"WITH {', '.join(named)} SELECT"


class Unit:
    """One transaction on one connection. Only whoever opened it commits."""

    def __init__(self, connection: WiredConnection) -> None:
        self._connection = connection
        self._open = False

    def flight(self, statements: Sequence[Statement]) -> list[Rows]:
        """Sends the statements in one round trip; answers each one's rows ([] if it has none)."""
        return self._send(statements, ending=None)

    def fetch(self, sql: LiteralString, *params: object) -> Rows:
        """The rows of a single statement."""
        return self.flight([Statement(sql, params)])[0]

    def fetch_named(self, sql: LiteralString, params: dict[str, Any]) -> Rows:
        """The rows of a single statement with named parameters."""
        return self.flight([Statement(sql, params)])[0]

    def commit(self, statements: Sequence[Statement] = ()) -> list[Rows]:
        """Sends the last statements together with COMMIT; durable when it returns."""
        if not self._open and not statements:
            return []
        return self._send(statements, ending="COMMIT")

    def rollback(self) -> None:
        """Ends the transaction without a trace; the unit may begin another."""
        if self._open:
            self._open = False
            self._connection.execute("ROLLBACK")

    def _send(self, statements: Sequence[Statement], ending: LiteralString | None) -> list[Rows]:
        commands: list[tuple[str, Params]] = [(each.sql, each.params) for each in statements]
        if not self._open:
            commands.insert(0, ("BEGIN", ()))
        if ending:
            commands.append((ending, ()))
        began = not self._open
        self._open = True
        rows = self._connection.flight(commands)
        if ending:
            self._open = False
            del rows[-1]
        return rows[1:] if began else rows


class _Pool:
    """The process's pools, opened at first use, so that forked workers never share sockets."""

    # By how many connections a pool has at most: the common one, and the one aside.
    opened: ClassVar[dict[int, ConnectionPool[WiredConnection]]] = {}
    opening = Lock()
    away = False


class _LastFirstPool(ConnectionPool[WiredConnection]):
    """A pool that gives out again what came back last.

    The library takes turns, so that each of a process's connections is as cold as the others: every
    backend has plans, a map of the shared memory and a share of the processor's cache of its own.
    """

    def _get_ready_connection(self, timeout: float | None) -> WiredConnection | None:
        self._pool.rotate()
        return super()._get_ready_connection(timeout)


def _configure(connection: WiredConnection) -> None:
    # Flights are prepared by the wire; what the driver prepared it would forget at a rollback.
    connection.prepare_threshold = None
    connection.adapters.register_loader("uuid", TextLoader)
    arrays_registered(connection)
    # A look-up of two thousand keys is no work for several processes. Whoever looks at whole
    # tables sets it for that transaction.
    connection.execute("SET max_parallel_workers_per_gather = 0")


def _pool(size_max: int = POOL_SIZE_MAX) -> ConnectionPool[WiredConnection]:
    pool = _Pool.opened.get(size_max)
    if pool is None:
        # Threads that ask for the first time together share the one that the first of them opens.
        with _Pool.opening:
            pool = _Pool.opened.get(size_max) or _pool_opened(size_max)
            _Pool.opened[size_max] = pool
    return pool


def _pool_opened(size_max: int) -> ConnectionPool[WiredConnection]:
    return _LastFirstPool(
        app_dsn(),
        connection_class=WiredConnection,
        min_size=0,
        max_size=size_max,
        kwargs={"autocommit": True},
        configure=_configure,
        reconnect_timeout=RECONNECT_SECONDS,
        reconnect_failed=_tried_again,
        open=True,
    )


def _tried_again(pool: ConnectionPool[WiredConnection]) -> None:
    """Goes on trying at a steady pace; by itself the pool would wait longer after every failure."""
    pool.check()


def pool_close() -> None:
    """Closes this process's connections; the next unit opens new ones."""
    pools = list(_Pool.opened.values())
    _Pool.opened.clear()
    _Pool.away = False
    for pool in pools:
        pool.close()


@contextmanager
def unit_of_work() -> Iterator[Unit]:
    """A transaction that commits when the block ends well and leaves no trace otherwise.

    Raises `DatabaseLost` when the connection is lost, `DatabaseAway` when none is to be had.
    """
    with _unit_in(_pool()) as unit:
        yield unit


@contextmanager
def unit_aside() -> Iterator[Unit]:
    """As `unit_of_work`, for a short look that is taken in the middle of another unit.

    Its connection is from a pool of its own. Were it from the common one, as many threads as that
    has connections could each hold one and wait for a second for ever. Inside the block no other
    unit is begun.
    """
    with _unit_in(_pool(ASIDE_SIZE_MAX)) as unit:
        yield unit


@contextmanager
def _unit_in(pool: ConnectionPool[WiredConnection]) -> Iterator[Unit]:
    with _connection(pool) as connection:
        unit = Unit(connection)
        try:
            yield unit
            unit.commit()
        except BaseException as trouble:
            if isinstance(trouble, Silent):
                _others_drained()
                raise DatabaseSilent from trouble
            if connection.closed or connection.broken:
                _others_checked()
                if isinstance(trouble, psycopg.OperationalError):
                    raise DatabaseLost from trouble
            else:
                unit.rollback()
            raise


def _others_checked() -> None:
    """When one connection is lost, those that wait in the pool are lost too."""
    for pool in list(_Pool.opened.values()):
        pool.check()


def _others_drained() -> None:
    """Connections of before are as silent as that one, and to ask each of them takes time."""
    _Pool.away = True
    for pool in list(_Pool.opened.values()):
        pool.drain()


@contextmanager
def _connection(pool: ConnectionPool[WiredConnection]) -> Iterator[WiredConnection]:
    patience = CONNECTION_SECONDS_AWAY if _Pool.away else CONNECTION_SECONDS
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(pool.connection(timeout=patience))
        except (PoolTimeout, psycopg.OperationalError) as trouble:
            _Pool.away = True
            raise DatabaseAway from trouble
        _Pool.away = False
        yield connection


def unit_retried(work: Callable[[Unit], Result]) -> Result:
    """Runs `work` in a unit of its own, again from the start when it lost a race.

    After the fifth lost race the caller gets `busy`; nothing was written then.
    """
    for _ in range(ATTEMPTS_MAX):
        try:
            with unit_of_work() as unit:
                return work(unit)
        except PASSING_ERRORS:
            continue
    raise Busy
