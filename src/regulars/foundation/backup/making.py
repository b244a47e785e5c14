"""Making a backup: one snapshot, copied, counted, written durably and read back."""

import io
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import LiteralString

import msgspec
import psycopg
from psycopg import sql

from regulars import __version__
from regulars.foundation import clock
from regulars.foundation.backup.archive import (
    Progress,
    archive_begun,
    member_written,
    rows_checked,
    sums_checked,
)
from regulars.foundation.backup.encryption import Envelope, envelope_made
from regulars.foundation.backup.errors import BackupFailed, BackupFileExists, BackupUnreadable
from regulars.foundation.backup.manifest import DUMP, FORMAT, MANIFEST, ROOTS, FileNote, Manifest
from regulars.foundation.backup.programs import OURS, last_words, program_started
from regulars.foundation.backup.registry import manifest_facts
from regulars.foundation.database.connections import owner_dsn
from regulars.foundation.errors import Told
from regulars.foundation.locks import LEDGER_SEALING
from regulars.foundation.settings import RegularsSettings

FOLDER = "backups"
# Of a backup that nobody finished, by the name that it gets when nobody chooses one.
DRAFT_NAME = re.compile(r"\.regulars-\d{8}T\d{6}Z\.zip(\.encrypted)?\.\d+\.part")
ABANDONED_SECONDS = 24 * 3600

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
NEXT_TRANSACTION = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


def _unseen(_done: int) -> None:
    """Nobody watches."""


def backup_place(settings: RegularsSettings, *, encrypted: bool = False) -> Path:
    """Where a backup is written when nobody names a file: below the data folder, by its time."""
    name = f"regulars-{clock.now():%Y%m%dT%H%M%SZ}.zip{'.encrypted' if encrypted else ''}"
    return settings.data_dir / FOLDER / name


def backup_make(
    settings: RegularsSettings,
    file: Path,
    *,
    public: bytes | None = None,
    report: Progress = _unseen,
) -> Manifest:
    """Writes one verified copy of the database to `file`, which must not exist yet.

    The shop may go on working: what is copied is one snapshot. The file appears under its name
    only after it was read back and every row was found in it. `report` hears of bytes written.
    With `public`, the public half of a backup key, it is encrypted on the way to the disk, and
    read back by the file's own key, which is forgotten afterwards.
    Errors: backup_file_exists, backup_failed.
    """
    if file.exists():
        raise BackupFileExists(file=file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _abandoned_removed(file.parent)
        envelope = None if public is None else envelope_made(public)
        with _draft(file) as draft:
            manifest = _written(settings, draft, report, envelope)
            _read_back(draft, manifest, envelope)
            os.link(draft, file)
    except FileExistsError:
        raise BackupFileExists(file=file) from None
    except OSError as error:
        raise BackupFailed(problem=error.strerror or str(error)) from None
    folder_durable(file.parent)
    return manifest


def _abandoned_removed(folder: Path) -> None:
    """Removes what backups left half-written when their machine or process was killed.

    Each is as large as a backup, and would fill the disk unseen. One that is being written is not
    touched: it changes all the time.
    """
    oldest = clock.now().timestamp() - ABANDONED_SECONDS
    for draft in folder.glob(".*.part"):
        # Another backup may remove it at the same time.
        with suppress(FileNotFoundError):
            if DRAFT_NAME.fullmatch(draft.name) and draft.stat().st_mtime < oldest:
                draft.unlink()


@contextmanager
def _draft(file: Path) -> Iterator[Path]:
    """A private file beside the one to be, removed in the end whatever happens."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _written(
    settings: RegularsSettings, draft: Path, report: Progress, envelope: Envelope | None
) -> Manifest:
    with psycopg.connect(owner_dsn(), autocommit=True) as connection, draft.open("r+b") as target:
        # No segment is sealed meanwhile: the table and the file of roots are of one moment.
        connection.execute("SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        connection.execute("SELECT pg_advisory_lock_shared(%s)", (LEDGER_SEALING,))
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        roots = settings.roots_file.read_bytes() if settings.roots_file.exists() else b""
        connection.execute("SELECT pg_advisory_unlock_shared(%s)", (LEDGER_SEALING,))
        with archive_begun(target, envelope) as archive:
            files = {
                ROOTS: member_written(archive, ROOTS, io.BytesIO(roots), _unseen),
                DUMP: _dumped(archive, snapshot, report),
            }
            manifest = _manifest(connection, files)
            archive.writestr(
                zipfile.ZipInfo(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest))
            )
        target.flush()
        os.fsync(target.fileno())
        return manifest


def _dumped(archive: zipfile.ZipFile, snapshot: str, report: Progress) -> FileNote:
    arguments = ["--format=custom", f"--snapshot={snapshot}", *OURS]
    with program_started("pg_dump", arguments, feeds=False) as program:
        if program.stdout is None:
            raise BackupFailed(problem=Told("pg_dump gave nothing", "pg_dump 没有输出"))
        note = member_written(archive, DUMP, program.stdout, report)
        problem = last_words(program.stderr)
    if program.returncode:
        raise BackupFailed(problem=problem)
    return note


def _manifest(connection: psycopg.Connection, files: dict[str, FileNote]) -> Manifest:
    """Everything is asked in the transaction whose snapshot was copied."""
    names = [row[0] for row in connection.execute(TABLES).fetchall()]
    return Manifest(
        format=FORMAT,
        version=__version__,
        made_at=clock.now(),
        postgresql=_one(connection, "SHOW server_version"),
        migrations=[row[0] for row in connection.execute(MIGRATIONS).fetchall()],
        tables=rows_of_tables(connection, names),
        transactions=int(_one(connection, NEXT_TRANSACTION)),
        files=files,
        facts=manifest_facts(connection),
    )


def rows_of_tables(connection: psycopg.Connection, names: list[str]) -> dict[str, int]:
    """How many rows each table has now."""
    counts = {}
    for name in names:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", name))
        row = connection.execute(query).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def _one(connection: psycopg.Connection, query: LiteralString) -> str:
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else ""


def _read_back(draft: Path, manifest: Manifest, envelope: Envelope | None) -> None:
    file_key = None if envelope is None else envelope.file_key
    try:
        sums_checked(draft, manifest, file_key)
        rows_checked(draft, manifest, file_key)
    except BackupUnreadable as error:
        raise BackupFailed(problem=error.details["problem"]) from None


def folder_durable(folder: Path) -> None:
    """Sees to it that the names in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
