"""Processes of an earlier PostgreSQL that still hold a data directory after a kill.

A new server must not start before the last of them is gone: they would write to the same files.
A server's processes are known by their working directory, which is the data directory.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

PROCESSES = Path("/proc")
PATIENCE_SECONDS = 5.0


def processes_on(data: Path) -> list[int]:
    """The ids of living processes that work in this data directory."""
    if not PROCESSES.is_dir():
        return _postmaster_named_in(data)
    target = str(data.resolve())
    found = []
    for process in PROCESSES.iterdir():
        if not process.name.isdigit():
            continue
        try:
            if str((process / "cwd").readlink()) == target:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def _postmaster_named_in(data: Path) -> list[int]:
    """Without /proc (macOS) only the process named in postmaster.pid can be looked at."""
    try:
        named = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(named, 0)
    except (OSError, ValueError, IndexError):
        return []
    return [named]


class Eviction:
    """Asks the leftovers to end, more firmly as time goes by; call `done` until it says so."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._began = time.monotonic()
        self._sent: set[tuple[int, signal.Signals]] = set()

    def done(self) -> bool:
        """Whether nothing is left; then a stale postmaster.pid is removed too."""
        left = processes_on(self._data)
        if not left:
            (self._data / "postmaster.pid").unlink(missing_ok=True)
            return True
        waited = time.monotonic() - self._began
        sign = signal.SIGINT if self._postmaster_lives(left) else signal.SIGQUIT
        if waited > PATIENCE_SECONDS:
            sign = signal.SIGQUIT
        if waited > 2 * PATIENCE_SECONDS:
            sign = signal.SIGKILL
        for process in left:
            self._signal(process, sign)
        return False

    def _postmaster_lives(self, left: list[int]) -> bool:
        """Whether the server itself is among them; it stops its children in good order."""
        try:
            return int((self._data / "postmaster.pid").read_text().split()[0]) in left
        except (OSError, ValueError, IndexError):
            return False

    def _signal(self, process: int, sign: signal.Signals) -> None:
        if (process, sign) in self._sent:
            return
        self._sent.add((process, sign))
        with suppress(ProcessLookupError):
            os.kill(process, sign)
