"""What the audit trail remembers of copies: when the last was made, and for whose key.

The public half of the backup key is kept here, in the database: so it comes along with a restore,
and nobody's missing file makes backups plain again.
"""

import base64
from datetime import datetime, timedelta

import msgspec

from regulars.foundation.actors import Actor
from regulars.foundation.audit.selectors import act_newest, last_recorded_details
from regulars.foundation.audit.services import record

BACKED_UP = "database.backed_up"
KEYS_COPIED = "personal_keys.copied"
KEY_SET = "backup_key.set"
KEY_REMOVED = "backup_key.removed"
KEY_SHOWN = "backup_key.shown"
BACKUP_AGE_MAX = timedelta(hours=36)


class BackupKey(msgspec.Struct, frozen=True):
    """The public half for which backups are encrypted, and whether the key itself was shown."""

    name: str
    public: bytes
    shown: bool


class LastBackup(msgspec.Struct, frozen=True):
    """The last backup: when it was made, and the name of its key; empty when it is plain."""

    at: datetime
    key: str


def backup_key_now() -> BackupKey | None:
    """For whose key backups are encrypted; None when they are plain."""
    act = act_newest(KEY_SET, KEY_REMOVED)
    if act is None or act.action == KEY_REMOVED:
        return None
    name = str(act.details["key"])
    shown = last_recorded_details(KEY_SHOWN).get("key") == name
    return BackupKey(name, base64.b64decode(act.details["public"]), shown)


def backup_last() -> LastBackup | None:
    """When data was last copied, and whether anybody can read that copy."""
    act = act_newest(BACKED_UP)
    return LastBackup(act.recorded_at, str(act.details.get("key", ""))) if act else None


def backup_key_set(*, actor: Actor, name: str, public: bytes) -> None:
    """From now on backups are encrypted for this key."""
    details = {"key": name, "public": base64.b64encode(public).decode()}
    record(actor=actor, action="backup_key.set", subject="backup_key", details=details)


def backup_key_removed(*, actor: Actor, name: str) -> None:
    """From now on backups are plain."""
    record(actor=actor, action="backup_key.removed", subject="backup_key", details={"key": name})


def backup_key_shown(*, actor: Actor, name: str) -> None:
    """Somebody has shown the key that opens the backups: it is not lost."""
    record(actor=actor, action="backup_key.shown", subject="backup_key", details={"key": name})
