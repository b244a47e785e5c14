"""The file of a backup: a zip with the database's copy, the published roots and the manifest.

Its parts are read and written as streams, so that a backup needs no more room than itself.
"""

import hashlib
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from regulars.foundation.backup.encryption import Envelope, decrypted, encrypted_for, encrypting
from regulars.foundation.backup.errors import BackupKeyNeeded, BackupUnreadable
from regulars.foundation.backup.keys import key_name
from regulars.foundation.backup.manifest import DUMP, FORMAT, MANIFEST, FileNote, Manifest
from regulars.foundation.backup.programs import last_words, program_started
from regulars.foundation.errors import RegularsError, Told

PIECE = 1024 * 1024
Progress = Callable[[int], None]

_DAMAGED = (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError)


def pieces_of(source: IO[bytes]) -> Iterator[bytes]:
    """A stream in pieces of a megabyte."""
    while piece := source.read(PIECE):
        yield piece


@contextmanager
def archive_begun(target: IO[bytes], envelope: Envelope | None) -> Iterator[zipfile.ZipFile]:
    """The archive to be filled in `target`, encrypted when there is an envelope for it."""
    if envelope is None:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            yield archive
        return
    with (
        encrypting(target, envelope) as hidden,
        zipfile.ZipFile(hidden, "w", zipfile.ZIP_STORED) as archive,
    ):
        yield archive


@contextmanager
def archive_opened(file: Path, file_key: bytes | None) -> Iterator[zipfile.ZipFile]:
    """The archive in a file; `file_key` opens an encrypted one.

    Errors: backup_key_needed, backup_cut_off, backup_changed.
    """
    if file_key is not None:
        with decrypted(file, file_key) as plain, zipfile.ZipFile(plain) as archive:
            yield archive
        return
    public = encrypted_for(file)
    if public is not None:
        raise BackupKeyNeeded(file=file, name=key_name(public))
    with zipfile.ZipFile(file) as archive:
        yield archive


def member_written(
    archive: zipfile.ZipFile, name: str, source: IO[bytes], report: Progress
) -> FileNote:
    """Copies a stream into the archive; answers its size and its sum."""
    digest = hashlib.sha256()
    size = 0
    with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        for piece in pieces_of(source):
            target.write(piece)
            digest.update(piece)
            size += len(piece)
            report(size)
    return FileNote(size, digest.hexdigest())


def manifest_read(file: Path, file_key: bytes | None = None) -> Manifest:
    """What the backup says about itself.

    Errors: backup_unreadable, backup_key_needed, backup_cut_off, backup_changed.
    """
    try:
        with archive_opened(file, file_key) as archive:
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except FileNotFoundError:
        raise BackupUnreadable(
            file=file, problem=Told("there is no such file", "没有这个文件")
        ) from None
    except (*_DAMAGED, msgspec.DecodeError) as error:
        raise BackupUnreadable(file=file, problem=_reason(error)) from None
    if manifest.format > FORMAT or DUMP not in manifest.files:
        raise BackupUnreadable(
            file=file,
            problem=Told(
                f"its format {manifest.format} is not known", f"不认识其格式 {manifest.format}"
            ),
        )
    return manifest


def sums_checked(file: Path, manifest: Manifest, file_key: bytes | None = None) -> None:
    """Reads every file inside and compares its sum.

    Errors: backup_unreadable, backup_cut_off, backup_changed.
    """
    for name, note in manifest.files.items():
        digest = hashlib.sha256()
        try:
            with archive_opened(file, file_key) as archive, archive.open(name) as source:
                for piece in pieces_of(source):
                    digest.update(piece)
        except _DAMAGED as error:
            raise BackupUnreadable(file=file, problem=_reason(error)) from None
        if digest.hexdigest() != note.sha256:
            raise BackupUnreadable(
                file=file, problem=Told(f"{name} was changed", f"{name} 已被改动")
            )


def rows_counted(file: Path, file_key: bytes | None = None) -> dict[str, int]:
    """The rows of each table as PostgreSQL's own reader finds them in the written file.

    The copy is unpacked to its last byte on the way. Errors: backup_unreadable.
    """
    reader = program_started("pg_restore", ["--file=-"], feeds=True, connects=False)
    with reader, archive_opened(file, file_key) as archive, archive.open(DUMP) as source:
        feeder = threading.Thread(target=fed, args=(source, reader.stdin), daemon=True)
        feeder.start()
        counts = _rows_of_script(reader.stdout) if reader.stdout else {}
        feeder.join()
        problem = last_words(reader.stderr)
    if reader.returncode:
        raise BackupUnreadable(file=file, problem=problem)
    return counts


def rows_checked(file: Path, manifest: Manifest, file_key: bytes | None = None) -> None:
    """Finds every row of the manifest in the written file. Errors: backup_unreadable."""
    found = rows_counted(file, file_key)
    for table, expected in manifest.tables.items():
        if found.get(table, 0) != expected:
            back = found.get(table, 0)
            told = Told(
                f"{table} has {expected} rows, {back} were read back",
                f"{table} 有 {expected} 行，读回 {back} 行",
            )
            raise BackupUnreadable(file=file, problem=told)


def fed(source: IO[bytes], target: IO[bytes] | None) -> None:
    """Gives a program its input; one that ended early says why by itself."""
    if target is None:
        return
    try:
        with target:
            for piece in pieces_of(source):
                target.write(piece)
    except (BrokenPipeError, RegularsError, *_DAMAGED):
        return


def _rows_of_script(script: IO[bytes]) -> dict[str, int]:
    counts: dict[str, int] = {}
    table = ""
    for line in script:
        if table:
            if line == b"\\.\n":
                table = ""
            else:
                counts[table] += 1
        elif line.startswith(b"COPY public.") and line.endswith(b" FROM stdin;\n"):
            table = line[len(b"COPY public.") :].split(b" ", 1)[0].decode().strip('"')
            counts[table] = 0
    return counts


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
