"""Where the embedded PostgreSQL lives on this machine, and as whom it runs.

As root, PostgreSQL must run as another OS user, who can't reach a closed checkout; so binaries and
data lie under /var/lib/regulars. Without root everything lies in the user's own data home.
"""

import hashlib
import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from shutil import which
from typing import Any

from regulars.foundation.settings import RegularsSettings

OS_USER = "regulars"
SOCKET_FILE = ".s.PGSQL.5432"
# sun_path holds 108 bytes on Linux and 104 on macOS; PostgreSQL adds `.lock` to the name.
SOCKET_PATH_BYTES_MAX = 100
ROOT_HOME = Path("/var/lib/regulars")


@dataclass(frozen=True)
class Places:
    """The folders of one cluster. `cluster` holds everything that belongs to it."""

    home: Path
    cluster: Path

    @property
    def data(self) -> Path:
        return self.cluster / "data"

    @property
    def log_file(self) -> Path:
        return self.cluster / "postgresql.log"

    @property
    def owner_lock(self) -> Path:
        return self.cluster / "owner.lock"

    @property
    def guests_lock(self) -> Path:
        return self.cluster / "guests.lock"

    @property
    def sockets(self) -> Path:
        """The folder of the socket; a short one elsewhere when the path would be too long."""
        near = self.cluster / "socket"
        if len(os.fsencode(near / SOCKET_FILE)) < SOCKET_PATH_BYTES_MAX:
            return near
        digest = hashlib.sha256(os.fsencode(self.cluster)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"regulars-{os.getuid()}-{digest}"


@dataclass(frozen=True)
class OsUser:
    """An operating-system user."""

    name: str
    uid: int
    gid: int


def home_dir() -> Path:
    """The folder under which this OS user keeps embedded databases and their binaries."""
    if os.getuid() == 0:
        return ROOT_HOME
    data_home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data_home).expanduser() / "regulars"


def places_of(settings: RegularsSettings) -> Places:
    """The places of this deployment's own database, named after its data directory."""
    if settings.database_dir is not None:
        cluster = settings.database_dir.resolve()
        return Places(home=home_dir(), cluster=cluster)
    folder = settings.data_dir.resolve()
    named = folder.parent if folder.name == "var" else folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]
    return Places(home=home_dir(), cluster=home_dir() / f"{named.name or 'shop'}-{digest}")


def current_os_user() -> OsUser:
    """The OS user this process runs as."""
    entry = pwd.getpwuid(os.getuid())
    return OsUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


@lru_cache(maxsize=1)
def database_os_user() -> OsUser:
    """The OS user that PostgreSQL runs as: ourselves, or as root a system user made for it."""
    if os.getuid() != 0:
        return current_os_user()
    entry = _system_user(OS_USER) or _system_user_made() or pwd.getpwnam("nobody")
    return OsUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def as_database_user() -> dict[str, Any]:
    """The arguments for `subprocess` that run a program as that user."""
    if os.getuid() != 0:
        return {}
    user = database_os_user()
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


def _system_user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _system_user_made() -> pwd.struct_passwd | None:
    program = which("useradd")
    if program is None:
        return None
    command = [program, "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", str(ROOT_HOME), "--shell", "/usr/sbin/nologin", OS_USER]
    # Two first starts at once: one of them makes the user, the other finds it made.
    subprocess.run(command, capture_output=True, check=False)
    return _system_user(OS_USER)
