"""The way back: a backup into an empty database, whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psycopg

from regulars.foundation.backup.archive import (
    archive_opened,
    fed,
    manifest_read,
    sums_checked,
)
from regulars.foundation.backup.errors import (
    BackupOfNewerVersion,
    DatabaseNotEmpty,
    RestoreDiffers,
    RestoreFailed,
    RestoreUnfinished,
)
from regulars.foundation.backup.making import folder_durable, rows_of_tables
from regulars.foundation.backup.manifest import DUMP, ROOTS, Manifest
from regulars.foundation.backup.programs import OURS, last_words, program_started
from regulars.foundation.database.connections import owner_dsn
from regulars.foundation.database.migrations import MIGRATING, migrate, migrations_known
from regulars.foundation.errors import RegularsError
from regulars.foundation.settings import RegularsSettings, data_dir_ready

COUNT_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"

# Notices are read in the order of the transactions that wrote them. A new server counts its
# transactions from the start: it has to get past those of the copy, or nobody would ever hear of
# anything new. A transaction that does nothing costs microseconds.
TRANSACTIONS_PASSED = """
    DO $$ BEGIN
        WHILE pg_current_xact_id()::text::numeric < {goal} LOOP COMMIT; END LOOP;
    END $$
"""


def backup_checked(file: Path, file_key: bytes | None = None) -> Manifest:
    """Reads a backup to its end and answers what it holds; nothing is restored yet.

    Errors: backup_unreadable, backup_of_newer_version, backup_key_needed, backup_cut_off,
    backup_changed.
    """
    manifest = manifest_read(file, file_key)
    if set(manifest.migrations) - set(migrations_known()):
        raise BackupOfNewerVersion(version=manifest.version)
    sums_checked(file, manifest, file_key)
    return manifest


def database_restore(
    settings: RegularsSettings, file: Path, manifest: Manifest, file_key: bytes | None = None
) -> None:
    """Fills the empty database from the backup, brings it up to this version, puts roots back.

    One transaction fills it: when that fails, the database is as empty as before. Until
    `restore_finished` nobody may serve from it.
    Errors: database_not_empty, restore_failed, restore_differs.
    """
    with _alone() as connection:
        data_dir_ready(settings)
        unfinished_mark(settings).touch(mode=0o600)
        # What the database then holds survives a power cut, so the mark has to.
        folder_durable(settings.data_dir)
        _filled(settings, file, file_key)
        _compared(connection, manifest)
        _roots_put_back(settings, _roots_in(file, file_key))
        goal = manifest.transactions
        connection.execute(TRANSACTIONS_PASSED.format(goal=goal).encode())
        connection.execute("ANALYZE")
    migrate()


@contextmanager
def _alone() -> Iterator[psycopg.Connection]:
    """No server of ours fills or migrates the same database meanwhile."""
    with psycopg.connect(owner_dsn(), autocommit=True) as connection:
        connection.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        connection.execute("SELECT pg_advisory_lock(%s)", (MIGRATING,))
        row = connection.execute(COUNT_TABLES).fetchone()
        if row and row[0]:
            raise DatabaseNotEmpty(tables=row[0])
        yield connection


def unfinished_mark(settings: RegularsSettings) -> Path:
    """The file that stands in the data folder while a restore is under way."""
    return settings.data_dir / "restore-unfinished"


def restore_finished(settings: RegularsSettings) -> None:
    """Everything that belongs to the restore is done: the database may be served from."""
    unfinished_mark(settings).unlink(missing_ok=True)


def restore_refused_when_unfinished(settings: RegularsSettings) -> None:
    """Refuses to work with a half-restored database. Errors: restore_unfinished."""
    if unfinished_mark(settings).exists():
        raise RestoreUnfinished(folder=settings.data_dir)


def _filled(settings: RegularsSettings, file: Path, file_key: bytes | None) -> None:
    arguments = [*OURS, "--exit-on-error", "--single-transaction"]
    try:
        with (
            archive_opened(file, file_key) as archive,
            archive.open(DUMP) as source,
            program_started("pg_restore", arguments, feeds=True) as program,
        ):
            feeder = Thread(target=fed, args=(source, program.stdin), daemon=True)
            feeder.start()
            problem = last_words(program.stderr)
            feeder.join()
        if program.returncode:
            raise RestoreFailed(problem=problem)
    except RegularsError:
        restore_finished(settings)  # nothing was begun
        raise


def _compared(connection: psycopg.Connection, manifest: Manifest) -> None:
    found = rows_of_tables(connection, list(manifest.tables))
    for table, expected in manifest.tables.items():
        if found[table] != expected:
            raise RestoreDiffers(table=table, expected=expected, found=found[table])


def roots_lost(settings: RegularsSettings, file: Path, file_key: bytes | None = None) -> int:
    """How many published roots are newer than the backup: so many segments are lost with it."""
    known = settings.roots_file.read_bytes() if settings.roots_file.exists() else b""
    return max(0, len(known.splitlines()) - len(_roots_in(file, file_key).splitlines()))


def _roots_in(file: Path, file_key: bytes | None) -> bytes:
    with archive_opened(file, file_key) as archive:
        return archive.read(ROOTS)


def _roots_put_back(settings: RegularsSettings, roots: bytes) -> None:
    """The file of roots as it was with the copy; one that says something else is kept aside."""
    place = settings.roots_file
    if place.exists() and place.read_bytes() == roots:
        return
    if place.exists():
        aside = place.with_name(f"{place.stem}.before-restore{place.suffix}")
        if not aside.exists():
            os.link(place, aside)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    with draft.open("wb") as target:
        target.write(roots)
        target.flush()
        os.fsync(target.fileno())
    draft.replace(place)
    folder_durable(place.parent)
