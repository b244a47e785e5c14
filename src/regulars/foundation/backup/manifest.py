"""What a backup says about itself, as the last file inside it."""

from datetime import datetime
from typing import Any

import msgspec

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
ROOTS = "ledger-roots.jsonl"


class FileNote(msgspec.Struct, frozen=True):
    """One file inside the backup; `sha256` is hexadecimal."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """The whole truth about one backup.

    `tables` gives each table's rows in the snapshot that was copied; `transactions` is the number
    of the database's next transaction then; `facts` holds what the rooms wanted to be noted.
    """

    format: int
    version: str
    made_at: datetime
    postgresql: str
    migrations: list[str]
    tables: dict[str, int]
    transactions: int
    files: dict[str, FileNote]
    facts: dict[str, Any] = {}

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(self.tables.values())
