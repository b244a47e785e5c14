"""Asking a person for the key of backups, which is never shown while she types."""

import typer

from regulars.faces.cli.words import words
from regulars.foundation.backup.keys import key_read


def key_asked(name: str) -> bytes:
    """The key as somebody types it, or pastes it, at the terminal. Errors: backup_key_mistyped."""
    asked = words(zh=f"请输入备份密钥 {name}", en=f"The backup key {name}")
    return key_read(typer.prompt(asked, hide_input=True))
