"""`regulars backup`"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import words
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.copies import BackupKey, backup_key_now
from regulars.foundation.audit.services import record
from regulars.foundation.backup.making import backup_make, backup_place
from regulars.foundation.backup.manifest import Manifest
from regulars.foundation.settings import RegularsSettings, settings_load

MEGABYTE = 1_000_000


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="要写入的文件 · The file to write.")
    ] = None,
) -> None:
    """备份数据库并读回校验 · Makes one copy of the database and checks it by reading it back."""
    settings = settings_load()
    console = Console(stderr=True)
    with shop_running(settings), console.status("") as status:
        waiting = words(zh="正在备份 ……", en="Copying ...")
        status.update(waiting)

        def report(done: int) -> None:
            status.update(f"{waiting} {done / MEGABYTE:,.0f} MB")

        key = backup_key_now()
        file = (to or backup_place(settings, encrypted=key is not None)).absolute()
        public = None if key is None else key.public
        manifest = backup_make(settings, file, public=public, report=report)
        record(
            actor=SYSTEM,
            action="database.backed_up",
            subject="database",
            details={
                "rows": manifest.rows,
                "bytes": file.stat().st_size,
                "sha256": manifest.files["database.dump"].sha256,
                "key": "" if key is None else key.name,
            },
        )
    typer.echo(_told(settings, file, manifest))
    typer.echo(_who_reads_it(key))


def _told(settings: RegularsSettings, file: Path, manifest: Manifest) -> str:
    size = file.stat().st_size / MEGABYTE
    root = manifest.facts.get("last_root") or {}
    segment = root.get("segment", 0)
    keys = settings.personal_keys_file
    return words(
        zh=f"{file}\n{manifest.rows:,} 行，{len(manifest.tables)} 张表，{size:,.1f} MB，"
        f"封存至第 {segment} 段；已读回校验。\n"
        f"个人数据密钥不在备份中。请把 {keys} 另存到别处，与备份分开：\n"
        "没有密钥，恢复后无法读取会员资料；两者同放一处，则等于没有加密。\n"
        "请把备份复制到另一台设备。",
        en=f"{file}\n{manifest.rows:,} rows of {len(manifest.tables)} tables, {size:,.1f} MB, "
        f"sealed up to segment {segment}; read back and checked.\n"
        f"The keys of personal data are not in it. Keep a copy of {keys} elsewhere:\n"
        "without it members' data can't be read after a restore, and beside the backup it "
        "protects nothing.\nCopy the backup to another machine.",
    )


def _who_reads_it(key: BackupKey | None) -> str:
    if key is None:
        return words(
            zh="备份未加密，拿到文件的人即可读取。如需加密，请运行 regulars backup-key。",
            en="It is not encrypted: who has the file can read it. `regulars backup-key` "
            "encrypts the next one.",
        )
    return words(
        zh=f"已为备份密钥 {key.name} 加密；校验用的是本次文件的临时密钥，"
        f"恢复时需要密钥 {key.name}，它不在本机。",
        en=f"Encrypted for the backup key {key.name}. It was checked with the file's own key, now "
        f"forgotten; to restore, the key {key.name} is needed, which is not on this machine.",
    )
