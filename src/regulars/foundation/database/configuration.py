"""What the embedded PostgreSQL is told: its tuning and who may connect. Rewritten at each start.

A merchant's own tuning goes into `postgresql.local.conf` beside the data; it is read last.
"""

import os
import shutil
from pathlib import Path

from regulars.foundation.database.connections import APP_ROLE, OWNER_ROLE
from regulars.foundation.database.places import Places, current_os_user, database_os_user

SUPERUSER = "postgres"
MAP_NAME = "regulars"
MEGABYTE = 1024 * 1024
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - looked at, never written to
SHARED_MEMORY_MIN = 512 * MEGABYTE

HOST_RULES = f"""\
# Rewritten at each start. Only this machine's OS users named in pg_ident.conf may connect.
local all         all peer map={MAP_NAME}
local replication all peer map={MAP_NAME}
"""


def memory_bytes() -> int:
    """The machine's memory, or the container's share of it where that is smaller."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdigit() else total


def server_settings(places: Places, *, durable: bool) -> dict[str, str]:
    """PostgreSQL's settings for one machine shared with the application.

    `durable=False` is for tests that don't kill: it drops the waits for the disk.
    """
    memory = memory_bytes() // MEGABYTE
    log = _log_size_mb(places) if durable else 1024
    buffers = max(64, min(8192 if durable else 256, memory // 4))
    kept = "on" if durable else "off"
    return {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{places.sockets}'",
        "port": "5432",
        "max_connections": "100",
        # A quarter of the machine: what is not in here is copied from the system's cache for each
        # touch, and members come at random.
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64, min(256, memory // 16))}MB",
        "fsync": kept,
        "synchronous_commit": kept,
        "full_page_writes": kept,
        "wal_compression": "off",
        "wal_buffers": f"{max(4, min(64, memory // 64))}MB",
        "min_wal_size": f"{log // 8}MB",
        # After a checkpoint every page goes into the log whole at its first change: the fewer
        # checkpoints, the smaller the log. Only a busy shop ever comes near this size.
        "max_wal_size": f"{log}MB",
        # After a kill, one call for the whole file system instead of one for each file.
        "recovery_init_sync_method": "syncfs",
        "checkpoint_timeout": "30min",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "64",
        "io_workers": "2",
        "dynamic_shared_memory_type": _dynamic_memory_type(),
        "jit": "off",
        "autovacuum": "on",
        "autovacuum_naptime": "20s",
        "deadlock_timeout": "300ms",
        "log_min_duration_statement": "2000",
        "log_lock_waits": "on",
        "log_checkpoints": "off",
        "log_line_prefix": "'%m [%p] %q%u@%d '",
        "log_timezone": "'UTC'",
        "timezone": "'UTC'",
        "lc_messages": "'C'",
    }


def _log_size_mb(places: Places) -> int:
    """The log before a checkpoint is due: a twentieth of the disk, between 1 and 8 GB."""
    return max(1024, min(8192, shutil.disk_usage(places.home).total // MEGABYTE // 20))


def _dynamic_memory_type() -> str:
    """Containers often have 64 MB of shared memory, too little for one large parallel query."""
    try:
        room = shutil.disk_usage(SHARED_MEMORY).total
    except OSError:
        return "mmap"
    return "posix" if room >= SHARED_MEMORY_MIN else "mmap"


def configuration_write(places: Places, *, durable: bool) -> None:
    """Writes the three files PostgreSQL reads at its start."""
    known = server_settings(places, durable=durable)
    lines = [f"{name} = {value}" for name, value in known.items()]
    own_tuning = places.cluster / "postgresql.local.conf"
    if own_tuning.exists():
        lines.append(f"include '{own_tuning}'")
    _write(places.data / "postgresql.conf", "# Rewritten at each start.\n" + "\n".join(lines))
    _write(places.data / "pg_hba.conf", HOST_RULES)
    _write(places.data / "pg_ident.conf", _identities())


def _identities() -> str:
    names = dict.fromkeys((current_os_user().name, database_os_user().name))
    roles = (SUPERUSER, OWNER_ROLE, APP_ROLE)
    lines = [f'{MAP_NAME} "{name}" {role}' for name in names for role in roles]
    return "# Rewritten at each start: OS user, then the role it may take.\n" + "\n".join(lines)


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n")
    user = database_os_user()
    os.chown(path, user.uid, user.gid)
    path.chmod(0o600)
