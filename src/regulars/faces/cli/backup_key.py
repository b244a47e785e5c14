"""`regulars backup-key`: makes the key that opens backups, and leaves only its public half here."""

from pathlib import Path
from typing import Annotated

import typer

from regulars.faces.cli.keys import key_asked
from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import words
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.copies import (
    BackupKey,
    backup_key_now,
    backup_key_removed,
    backup_key_set,
    backup_key_shown,
)
from regulars.foundation.backup.errors import BackupKeyKnown, BackupKeyOther, BackupKeyUnknown
from regulars.foundation.backup.keys import (
    key_file_read,
    key_file_written,
    key_name,
    key_new,
    key_public,
    key_text,
)
from regulars.foundation.settings import RegularsSettings, settings_load


def backup_key(
    to: Annotated[
        Path | None,
        typer.Option("--to", help="把密钥写入文件，如 U 盘 · Write the key to a file, on a stick."),
    ] = None,
    replace: Annotated[  # noqa: FBT002 - typer makes a flag of it
        bool, typer.Option("--replace", help="更换密钥 · Make another key.")
    ] = False,
    check: Annotated[  # noqa: FBT002 - typer makes a flag of it
        bool, typer.Option("--check", help="核对保存的密钥 · Compare the key that I keep.")
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option("--key", help="要核对的密钥文件 · The file of the key to compare."),
    ] = None,
    remove: Annotated[  # noqa: FBT002 - typer makes a flag of it
        bool, typer.Option("--remove", help="不再加密备份 · Encrypt no more backups.")
    ] = False,
) -> None:
    """生成备份密钥，此后的备份都加密 · Makes a key; from then on backups are encrypted for it."""
    settings = settings_load()
    with shop_running(settings):
        known = backup_key_now()
        if check or key is not None:
            typer.echo(_compared(known, key))
        elif remove:
            typer.echo(_removed(known))
        else:
            typer.echo(_made(settings, known, to, replace=replace))


def _made(
    settings: RegularsSettings, known: BackupKey | None, to: Path | None, *, replace: bool
) -> str:
    """The key is in the owner's hands before anything is encrypted for it."""
    if known is not None and not replace:
        raise BackupKeyKnown(name=known.name)
    new = key_new()
    public = key_public(new)
    name = key_name(public)
    if to is None:
        typer.echo(f"\n    {key_text(new)}\n")
        where = words(
            zh="上面是备份密钥，只显示这一次。请抄下或存入密码管理器",
            en="Above is the backup key, shown this once. Write it down, or put it into a "
            "password manager",
        )
    else:
        key_file_written(settings, to, new)
        where = words(zh=f"备份密钥已写入 {to}。请拿走保存", en=f"The key is in {to}. Take it away")
    backup_key_set(actor=SYSTEM, name=name, public=public)
    return words(
        zh=f"{where}，与服务器和备份分开。\n"
        f"密钥名称 {name}。此后的备份都为它加密：没有密钥，谁也读不了，包括您自己。\n"
        "请马上核对：regulars backup-key --check，然后备份：regulars backup。\n"
        "以前的备份保持原样，未加密的旧备份请自行清理。",
        en=f"{where}, apart from this server and the backups.\n"
        f"Its name is {name}. Backups are encrypted for it from now on: without the key nobody "
        "reads them, nor do you.\n"
        "Compare it now: `regulars backup-key --check`; then back up: `regulars backup`.\n"
        "Older backups stay as they are: remove plain ones yourself.",
    )


def _compared(known: BackupKey | None, file: Path | None) -> str:
    if known is None:
        raise BackupKeyUnknown
    shown = key_asked(known.name) if file is None else key_file_read(file)
    given = key_name(key_public(shown))
    if key_public(shown) != known.public:
        raise BackupKeyOther(given=given, wanted=known.name)
    backup_key_shown(actor=SYSTEM, name=known.name)
    return words(
        zh=f"核对无误：这就是打开备份的密钥 {given}。",
        en=f"It fits: this is the key {given}, which opens the backups.",
    )


def _removed(known: BackupKey | None) -> str:
    if known is None:
        raise BackupKeyUnknown
    backup_key_removed(actor=SYSTEM, name=known.name)
    return words(
        zh=f"此后的备份不再加密。此前的备份仍需密钥 {known.name}，请继续保存。",
        en=f"Backups are plain from now on. Those made until now still need the key {known.name}: "
        "keep it.",
    )
