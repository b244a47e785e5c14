"""A server process of our own against a test database, for races and kills."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings

from regulars.foundation.database.connections import APP_ROLE, OWNER_ROLE
from tests.foundation.clusters import TestDatabase

START_SECONDS = 60
STOP_SECONDS = 30


def free_port() -> int:
    """A port of the loopback interface that nobody uses at the moment."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid: int) -> list[int]:
    """The ids of a process's children, in the order of their birth."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append((int(fields[19]), int(stat.parent.name)))
    return [child for _, child in sorted(found)]


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(true, *, seconds: float = 30.0, pause: float = 0.02) -> None:
    """Waits for a condition; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"still not so after {seconds} seconds"
        time.sleep(pause)


@dataclass
class ServerProcess:
    """A running `regulars serve`. Its children: web keeper, then the job worker if it has one."""

    process: subprocess.Popen
    port: int
    log: Path

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The supervisor's process id."""
        return self.process.pid

    def status(self, path: str = "/healthz") -> int | None:
        """The HTTP status of a path; None when nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def forked(self) -> list[int]:
        """The supervisor's own children besides PostgreSQL: web keeper, job worker."""
        return [child for child in children_of(self.pid) if not _is_postgres(child)]

    def postgres(self) -> int | None:
        """The process id of the embedded PostgreSQL (not with DATABASE_URL); None when away."""
        return next((child for child in children_of(self.pid) if _is_postgres(child)), None)

    def web_workers(self) -> list[int]:
        """The process ids of the web workers."""
        return children_of(self.forked()[0])

    def wait_ready(self) -> None:
        """Waits until it answers."""
        deadline = time.monotonic() + START_SECONDS
        while self.status() != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.02)

    def stop(self) -> int:
        """Asks it to stop and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return False


def server_start(
    environment: dict[str, str], data_dir: Path, *options: str, module: str = "regulars"
) -> ServerProcess:
    """Starts `regulars serve` with these variables and waits for nothing.

    `module` may be another that runs the same command.
    """
    port = free_port()
    data_dir.mkdir(parents=True, exist_ok=True)
    if "DATABASE_URL" in environment and settings.REGULARS.personal_keys_file.exists():
        # The tests write personal data into the same database: one database, one key.
        shutil.copy2(settings.REGULARS.personal_keys_file, data_dir)
    log = data_dir / f"server-{port}.log"
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("REGULARS_", "DATABASE_URL", "PROMETHEUS_"))
    }
    command = [sys.executable, "-m", module, "serve", "--port", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**inherited, "REGULARS_DATA_DIR": str(data_dir), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    return ServerProcess(process, port, log)


@contextmanager
def server_on(database: TestDatabase, data_dir: Path, *options: str):
    """`regulars serve` with two web workers on a test database; stopped at the end."""
    environment = {
        "DATABASE_URL": database.url(APP_ROLE),
        "REGULARS_OWNER_DATABASE_URL": database.url(OWNER_ROLE),
    }
    server = server_start(environment, data_dir, "--workers", "2", *options)
    try:
        server.wait_ready()
        yield server
    finally:
        server.stop()
