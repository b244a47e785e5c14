"""Who runs an embedded database: one owner at a time, and guests who only connect to it."""

import fcntl
import os
import sys
from pathlib import Path
from typing import ClassVar

from regulars.foundation.errors import RegularsError


class DatabaseOwned(RegularsError):
    code = "database_owned"
    status = 409
    text = {
        "en": "The database in {folder} is already run by process {pid} ({command}). "
        "Stop that process first, or give this one another REGULARS_DATA_DIR.",
        "zh-Hans": "{folder} 中的数据库正由进程 {pid}（{command}）运行。"
        "请先停止该进程，或为本次启动设置另一个 REGULARS_DATA_DIR。",
    }


class FileLock:
    """A lock on a file that the kernel frees when this process ends, however it ends."""

    _held: ClassVar[set[int]] = set()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Takes the lock; False when another process has it and `wait` is off."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, mode | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        self._held.add(descriptor)
        return True

    def sign(self) -> None:
        """Writes into the file which process holds it."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()}\n{_own_command()}\n".encode(), 0)

    def signature(self) -> tuple[str, str]:
        """The process id and command that the holder wrote."""
        try:
            lines = self._path.read_text().splitlines()
        except OSError:
            lines = []
        return (lines[0], lines[1]) if len(lines) > 1 else ("?", "still starting")

    def free(self) -> None:
        """Frees the lock if we hold it."""
        if self._descriptor is not None:
            self._held.discard(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    @classmethod
    def forget_in_child(cls) -> None:
        """A forked child must not keep its parent's locks alive after the parent's death."""
        for descriptor in cls._held:
            os.close(descriptor)
        cls._held.clear()


def _own_command() -> str:
    program, *arguments = sys.argv or ["python"]
    return " ".join([Path(program).name, *arguments])[:200]


os.register_at_fork(after_in_child=FileLock.forget_in_child)
