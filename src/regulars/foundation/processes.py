"""A family of processes on one machine: the parent keeps its children alive, and they end with it.

Children are forked from a parent that has imported everything, so that they share its memory and
start at once. The parent runs one thread and one loop; nothing in it may open a connection.
"""

import ctypes
import gc
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

PARENT_DEATH_SIGNAL = 1
STOP_SECONDS = 10.0
LOOP_SECONDS = 0.25
# A child that lived this long was well; one that dies sooner comes back after a growing pause.
WELL_SECONDS = 5.0
PAUSE_SECONDS_MAX = 10.0
# Objects before a look at the youngest, then looks before one at the older, and at the oldest.
COLLECTION_THRESHOLDS = (100_000, 20, 100)

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
log = logging.getLogger("regulars.processes")


def collections_made_rare() -> None:
    """Lets the garbage collector look for cycles less often, and never at what is imported.

    A batch makes thousands of objects that die in time by themselves; looking through them again
    and again took a tenth of its time. Forked children inherit this.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTION_THRESHOLDS)


def end_with_parent(parent: int, sign: signal.Signals) -> None:
    """This process gets `sign` when its parent dies, even by kill -9 (Linux; no effect elsewhere).

    `parent` is the parent's id as known before the fork: it may have died meanwhile.
    """
    if _libc is not None:
        _libc.prctl(PARENT_DEATH_SIGNAL, int(sign))
        if os.getppid() != parent:
            os._exit(1)


class Child:
    """One forked process that runs `work` and is brought back when it ends by itself."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name = name
        self.pid: int | None = None
        self._work = work
        self._born = 0.0
        self._pause = 0.0
        self._back_at = 0.0

    def start(self) -> None:
        """Forks it."""
        parent = os.getpid()
        self._born = time.monotonic()
        pid = os.fork()
        if pid == 0:
            self._live(parent)
        self.pid = pid

    def _live(self, parent: int) -> None:
        """The forked process: never returns into the parent's code."""
        code = 1
        try:
            for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(sign, signal.SIG_DFL)
            signal.set_wakeup_fd(-1)
            os.setpgid(0, 0)
            end_with_parent(parent, signal.SIGTERM)
            self._work()
            code = 0
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
        except BaseException:
            log.exception("child failed", extra={"child": self.name})
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def poll(self) -> None:
        """Reaps it if it ended, and starts it again when its pause is over."""
        if self.pid is not None:
            status = self._reaped()
            if status is None:
                return
            well = time.monotonic() - self._born > WELL_SECONDS
            self._pause = 0.0 if well else min(max(self._pause * 2, 0.1), PAUSE_SECONDS_MAX)
            self._back_at = time.monotonic() + self._pause
            log.error("child ended; starting it again", extra={"child": self.name, "code": status})
        elif time.monotonic() >= self._back_at:
            self.start()

    def signal(self, sign: signal.Signals) -> None:
        """Sends it a signal if it lives."""
        if self.pid is not None:
            os.kill(self.pid, sign)

    def gone(self) -> bool:
        """Whether it has ended; reaps it."""
        return self._reaped() is not None

    def _reaped(self) -> int | None:
        """The exit code of a child that has ended."""
        if self.pid is None:
            return 0
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            pid, status = self.pid, 0
        if pid == 0:
            return None
        self.pid = None
        return os.waitstatus_to_exitcode(status)


class Family:
    """Runs children until a signal asks to stop. `tend` is called in every turn of the loop."""

    def __init__(self, children: Sequence[Child], tend: Callable[[], None]) -> None:
        self._children = children
        self._tend = tend
        self._stopping = False
        self._wake, self._waker = os.pipe()
        for end in (self._wake, self._waker):
            os.set_blocking(end, False)

    def run(self, announce: Callable[[], None]) -> None:
        """Starts the children, announces it, keeps them alive; returns when all have ended."""
        collections_made_rare()
        self._listen()
        for child in self._children:
            child.start()
        announce()
        while not self._stopping:
            self._tend()
            for child in self._children:
                child.poll()
            self._orphans_reaped()
            self._sleep(LOOP_SECONDS)
        self._stop()

    def _listen(self) -> None:
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # `nohup` has a reason for ignoring the terminal's end.
            if signal.getsignal(sign) is not signal.SIG_IGN:
                signal.signal(sign, self._asked_to_stop)
        signal.signal(signal.SIGCHLD, lambda _sign, _frame: None)

    def _asked_to_stop(self, _sign: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _orphans_reaped(self) -> None:
        """As the first process of a container we inherit every orphan, and must bury it."""
        if os.getpid() != 1:
            return
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass

    def _sleep(self, seconds: float) -> None:
        """Sleeps until a signal comes, at most so long."""
        if select.select([self._wake], [], [], seconds)[0]:
            os.read(self._wake, 4096)

    def _stop(self) -> None:
        for child in self._children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        left = [child for child in self._children if not child.gone()]
        while left and time.monotonic() < deadline:
            self._sleep(0.05)
            left = [child for child in left if not child.gone()]
        for child in left:
            log.warning("child is slow to stop; killing it", extra={"child": child.name})
            child.signal(signal.SIGKILL)
            while not child.gone():
                time.sleep(0.01)
