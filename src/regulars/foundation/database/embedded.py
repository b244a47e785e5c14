"""The embedded PostgreSQL and its supervisor.

`EmbeddedPostgres` owns one cluster: it starts the server, brings it back whenever it dies, and
stops it. `serve` calls `poll` from its own loop; everyone else uses `kept`, where a thread does
that. `database_running` is for commands: it joins a running database or starts one.
"""

import logging
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager

import psycopg

from regulars.foundation.database.binaries import programs_ready
from regulars.foundation.database.configuration import configuration_write
from regulars.foundation.database.leftovers import Eviction
from regulars.foundation.database.ownership import DatabaseOwned, FileLock
from regulars.foundation.database.places import Places, places_of
from regulars.foundation.database.postmaster import Postmaster
from regulars.foundation.database.provision import (
    cluster_ready,
    folders_ready,
    roles_and_database_ready,
    superuser_connection,
)
from regulars.foundation.errors import RegularsError
from regulars.foundation.settings import RegularsSettings

POLL_SECONDS = 0.01
WATCH_SECONDS = 0.05
RETRY_SECONDS_MIN = 0.1
RETRY_SECONDS_MAX = 5.0
FAST_STOP_SECONDS = 60.0

log = logging.getLogger("regulars.database")


class DatabaseFailed(RegularsError):
    code = "database_failed"
    status = 500
    text = {
        "en": "PostgreSQL did not start in {folder}. Its last words: {problem}",
        "zh-Hans": "{folder} 中的 PostgreSQL 未能启动。最后的日志：{problem}",
    }


class EmbeddedPostgres:
    """One cluster under our own supervision."""

    def __init__(self, places: Places, *, durable: bool = True) -> None:
        self.places = places
        self._durable = durable
        self._owner = FileLock(places.owner_lock)
        self._server: Postmaster | None = None
        self._eviction: Eviction | None = None
        self._ready = False
        self._retry_at = 0.0
        self._retry_seconds = RETRY_SECONDS_MIN

    @property
    def pid(self) -> int | None:
        """The server's process id, while there is one."""
        return self._server.pid if self._server else None

    @property
    def ready(self) -> bool:
        """Whether the server takes connections, as far as the last `poll` saw."""
        return self._ready

    def begin(self) -> None:
        """Becomes the owner and starts the server without waiting for it."""
        folders_ready(self.places)
        if not self._owner.take():
            pid, command = self._owner.signature()
            raise DatabaseOwned(folder=self.places.cluster, pid=pid, command=command)
        self._owner.sign()
        try:
            eviction = Eviction(self.places.data)
            while not eviction.done():
                time.sleep(POLL_SECONDS)
            cluster_ready(programs_ready(self.places.home), self.places)
            self._spawn()
        except BaseException:
            self._owner.free()
            raise

    def finish(self) -> None:
        """Waits until the server is ready, however long its recovery takes."""
        while self._server is not None and not self._server.ready():
            if self._server.ended():
                problem = self._server.last_words()
                self.stop()
                raise DatabaseFailed(folder=self.places.data, problem=problem)
            time.sleep(POLL_SECONDS)
        self._ready = True
        roles_and_database_ready(self.places)

    def poll(self) -> None:
        """Brings a dead server back; returns at once. Call it a few times a second."""
        if self._server is not None:
            if self._server.ended():
                self._lost(self._server)
            elif not self._ready and self._server.ready():
                log.info("postgresql is back", extra={"pid": self._server.pid})
                self._ready = True
                self._retry_seconds = RETRY_SECONDS_MIN
            return
        if time.monotonic() < self._retry_at:
            return
        self._eviction = self._eviction or Eviction(self.places.data)
        if self._eviction.done():
            self._spawn()

    def _lost(self, server: Postmaster) -> None:
        log.error(
            "postgresql ended by itself; starting it again",
            extra={"pid": server.pid, "last_words": server.last_words()},
        )
        self._server = None
        # A server that was working comes back at once; one that keeps failing (a full disk),
        # after longer and longer pauses, for as long as it takes.
        self._retry_at = time.monotonic() + (0 if self._ready else self._retry_seconds)
        self._retry_seconds = min(self._retry_seconds * 2, RETRY_SECONDS_MAX)
        self._ready = False

    def _spawn(self) -> None:
        configuration_write(self.places, durable=self._durable)
        self._eviction = None
        self._server = Postmaster(programs_ready(self.places.home), self.places)

    def stop(self) -> None:
        """Ends the server in good order and gives up the ownership."""
        self._ready = False
        server, self._server = self._server, None
        if server is not None and not server.ended():
            server.signal(signal.SIGINT)
            if not server.wait(FAST_STOP_SECONDS):
                log.warning("postgresql is slow to stop; stopping it at once")
                server.signal(signal.SIGQUIT)
                server.wait()
        self._owner.free()

    @contextmanager
    def kept(self) -> Iterator["EmbeddedPostgres"]:
        """Runs the server while the block runs, kept alive by a thread of its own."""
        started: Future[None] = Future()
        stopping = threading.Event()
        keeper = threading.Thread(
            target=self._keep, args=(started, stopping), name="postgresql", daemon=True
        )
        keeper.start()
        started.result()
        try:
            yield self
        finally:
            stopping.set()
            keeper.join()

    def _keep(self, started: "Future[None]", stopping: threading.Event) -> None:
        """The keeper's life; the server is its child, and ends when the thread does."""
        try:
            self.begin()
            self.finish()
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self.stop()
            started.set_exception(error)
            return
        started.set_result(None)
        while not stopping.wait(WATCH_SECONDS):
            self.poll()
        self.stop()


@contextmanager
def database_running(settings: RegularsSettings) -> Iterator[None]:
    """The database answers while the block runs: the running one is joined, else one is started.

    Who started it waits at the end for commands that joined meanwhile.
    """
    if not settings.embedded:
        yield
        return
    places = places_of(settings)
    folders_ready(places)
    guests = FileLock(places.guests_lock)
    with ExitStack() as stack:
        guests.take(shared=True, wait=True)
        stack.callback(guests.free)
        owner = ExitStack()
        if _joined_or_started(places, owner):
            yield
            return
        with owner:
            yield
            guests.free()
            guests.take(wait=True)


def _joined_or_started(places: Places, owner: ExitStack) -> bool:
    """True when another process runs the database, and it answers; else it is ours in `owner`."""
    while True:
        try:
            owner.enter_context(EmbeddedPostgres(places).kept())
        except DatabaseOwned:
            try:
                superuser_connection(places).close()
            except psycopg.OperationalError:
                time.sleep(POLL_SECONDS * 5)
            else:
                return True
        else:
            return False
