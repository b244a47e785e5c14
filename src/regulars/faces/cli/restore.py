"""`regulars restore`"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from regulars.faces.cli.keys import key_asked
from regulars.faces.cli.prove import books_proved
from regulars.faces.cli.reports import report_printed
from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import language_learnt, words
from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.services import record
from regulars.foundation.backup.archive import rows_checked
from regulars.foundation.backup.encryption import encrypted_for, file_key_of
from regulars.foundation.backup.keys import key_file_read, key_name
from regulars.foundation.backup.manifest import Manifest
from regulars.foundation.backup.registry import Restored, after_restore_done
from regulars.foundation.backup.restoring import (
    backup_checked,
    database_restore,
    restore_finished,
    roots_lost,
)
from regulars.foundation.diagnoses import Diagnosis, Verdict, doubtful, well
from regulars.foundation.settings import settings_load


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件 · The backup.")],
    key: Annotated[
        Path | None,
        typer.Option("--key", help="备份密钥文件 · The file of the key that opens the backup."),
    ] = None,
    only_check: Annotated[  # noqa: FBT002 - typer makes a flag of it
        bool,
        typer.Option(
            "--only-check", help="只校验，不恢复 · Reads the backup to its end, restores nothing."
        ),
    ] = False,
) -> None:
    """把备份恢复到空数据库并核账 · Restores a backup into an empty database and proves it."""
    settings = settings_load()
    file_key = _file_key(file, key)
    manifest = backup_checked(file, file_key)
    if only_check:
        rows_checked(file, manifest, file_key)
        typer.echo(_whole(manifest))
        return
    lost = roots_lost(settings, file, file_key)
    with shop_running(settings):
        database_restore(settings, file, manifest, file_key)
        language_learnt()
        restored = Restored(manifest.made_at, clock.now())
        told = [*_told(manifest, lost), *after_restore_done(restored)]
        record(
            actor=SYSTEM,
            action="database.restored",
            subject="database",
            details={"made_at": manifest.made_at.isoformat(), "rows": manifest.rows},
        )
        restore_finished(settings)
        report_printed(told)
        holds = books_proved(settings, quiet=False)
    if not holds or any(each.verdict is Verdict.FAILING for each in told):
        raise typer.Exit(1)
    typer.echo(
        words(zh="恢复完成，可运行 regulars serve。", en="Restored. `regulars serve` may run now.")
    )


def _file_key(file: Path, key: Path | None) -> bytes | None:
    """What opens the file: asked of whoever sits there when it is encrypted and no key is named."""
    if not file.exists():
        return None  # the reader of the backup says so
    if key is not None:
        return file_key_of(file, key_file_read(key))
    public = encrypted_for(file)
    if public is None or not sys.stdin.isatty():
        return None
    return file_key_of(file, key_asked(key_name(public)))


def _whole(manifest: Manifest) -> str:
    at = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    return words(
        zh=f"备份完整：{manifest.rows:,} 行，{len(manifest.tables)} 张表，截至 {at}。"
        "未恢复任何数据。",
        en=f"The backup is whole: {manifest.rows:,} rows of {len(manifest.tables)} tables as of "
        f"{at}. Nothing was restored.",
    )


def _told(manifest: Manifest, lost: int) -> Iterator[Diagnosis]:
    at = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    yield well(
        f"{manifest.rows:,} rows of {len(manifest.tables)} tables as of {at}. What happened "
        "later is not in it: let tills and shops send it again, nothing counts twice.",
        f"已恢复 {manifest.rows:,} 行、{len(manifest.tables)} 张表，截至 {at}。"
        "此后的数据不在备份中：请让收银机和网店重新发送，重复发送不会重复记账。",
    )
    if lost:
        yield doubtful(
            f"{lost} segments were sealed after this backup and are lost with it. The file of "
            "their roots is kept as ledger-roots.before-restore.jsonl.",
            f"备份之后封存的 {lost} 段已随之丢失；其根文件保留为 "
            "ledger-roots.before-restore.jsonl。",
        )
