"""The file of a backup: a zip with the database's copy, the published roots and the manifest.

Its parts are read and written as streams, so that a backup needs no more room than itself.
"""

import hashlib
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import msgspec

from regulars.foundation.backup.errors import BackupUnreadable
from regulars.foundation.backup.manifest import DUMP, FORMAT, MANIFEST, FileNote, Manifest
from regulars.foundation.backup.programs import last_words, program_started

PIECE = 1024 * 1024
Progress = Callable[[int], None]

_DAMAGED = (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError)


def pieces_of(source: IO[bytes]) -> Iterator[bytes]:
    """A stream in pieces of a megabyte."""
    while piece := source.read(PIECE):
        yield piece


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


def manifest_read(file: Path) -> Manifest:
    """What the backup says about itself. Errors: backup_unreadable."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except FileNotFoundError:
        raise BackupUnreadable(file=file, problem="there is no such file") from None
    except (*_DAMAGED, msgspec.DecodeError) as error:
        raise BackupUnreadable(file=file, problem=_reason(error)) from None
    if manifest.format > FORMAT or DUMP not in manifest.files:
        raise BackupUnreadable(file=file, problem=f"its format {manifest.format} is not known")
    return manifest


def sums_checked(file: Path, manifest: Manifest) -> None:
    """Reads every file inside and compares its sum. Errors: backup_unreadable."""
    for name, note in manifest.files.items():
        digest = hashlib.sha256()
        try:
            with zipfile.ZipFile(file) as archive, archive.open(name) as source:
                for piece in pieces_of(source):
                    digest.update(piece)
        except _DAMAGED as error:
            raise BackupUnreadable(file=file, problem=_reason(error)) from None
        if digest.hexdigest() != note.sha256:
            raise BackupUnreadable(file=file, problem=f"{name} was changed")


def rows_counted(file: Path) -> dict[str, int]:
    """The rows of each table as PostgreSQL's own reader finds them in the written file.

    The copy is unpacked to its last byte on the way. Errors: backup_unreadable.
    """
    reader = program_started("pg_restore", ["--file=-"], feeds=True, connects=False)
    with reader, zipfile.ZipFile(file) as archive, archive.open(DUMP) as source:
        feeder = threading.Thread(target=fed, args=(source, reader.stdin), daemon=True)
        feeder.start()
        counts = _rows_of_script(reader.stdout) if reader.stdout else {}
        feeder.join()
        problem = last_words(reader.stderr)
    if reader.returncode:
        raise BackupUnreadable(file=file, problem=problem)
    return counts


def fed(source: IO[bytes], target: IO[bytes] | None) -> None:
    """Gives a program its input; one that ended early says why by itself."""
    if target is None:
        return
    try:
        with target:
            for piece in pieces_of(source):
                target.write(piece)
    except (BrokenPipeError, *_DAMAGED):
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
