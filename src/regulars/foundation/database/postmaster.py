"""One run of the `postgres` program: started as its OS user, watched, reaped."""

import os
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import IO

from regulars.foundation.database.places import Places, as_database_user
from regulars.foundation.processes import end_with_parent

LOG_BYTES_MAX = 10_000_000
READY_LINE = 7


class Postmaster:
    """A `postgres` child process. Start it in a thread that lives as long as it should.

    Linux sends the parent-death signal when the *thread* that started the child ends.
    """

    def __init__(self, programs: Path, places: Places) -> None:
        self._places = places
        parent = os.getpid()
        with self._log_opened() as log:
            self._log_began = log.tell()
            self._child: subprocess.Popen[bytes] = subprocess.Popen(
                [programs / "postgres", "-D", places.data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"LC_ALL": "C", "PATH": os.defpath},
                start_new_session=True,
                # A fast shutdown follows when the supervisor dies, even by kill -9.
                preexec_fn=partial(end_with_parent, parent, signal.SIGINT),  # noqa: PLW1509
                **as_database_user(),
            )

    def _log_opened(self) -> IO[bytes]:
        path = self._places.log_file
        if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
            path.replace(path.with_suffix(".log.1"))
        log = path.open("ab")
        path.chmod(0o600)
        return log

    @property
    def pid(self) -> int:
        """Its process id."""
        return int(self._child.pid)

    def ended(self) -> bool:
        """Whether the process is gone; reaps it."""
        return self._child.poll() is not None

    def ready(self) -> bool:
        """Whether it says that it takes connections."""
        try:
            lines = (self._places.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        if len(lines) <= READY_LINE or not lines[0].isdigit():
            return False
        return int(lines[0]) == self.pid and lines[READY_LINE].strip() == "ready"

    def signal(self, sign: signal.Signals) -> None:
        """Sends a signal: SIGINT ends it in good order, SIGQUIT at once (it recovers later)."""
        self._child.send_signal(sign)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits until the process is gone; False when it isn't after `seconds`."""
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def last_words(self, lines: int = 8) -> str:
        """The last lines it wrote to its log in this run."""
        with self._places.log_file.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(min(self._log_began, size), size - 8192))
            text = log.read().decode(errors="replace").strip()
        return "\n".join(text.splitlines()[-lines:])
