"""What `doctor` says about copies, which only the audit trail remembers."""

import stat
from collections.abc import Iterator

from regulars.foundation import clock
from regulars.foundation.audit.copies import (
    BACKUP_AGE_MAX,
    KEYS_COPIED,
    backup_key_now,
    backup_last,
)
from regulars.foundation.audit.selectors import last_recorded_details
from regulars.foundation.diagnoses import Diagnosis, age_texts, broken, doubtful, look, well
from regulars.foundation.personal import keys_fingerprint
from regulars.foundation.settings import settings_load


@look("keys", place=30)
def keys_kept() -> Iterator[Diagnosis]:
    """Whether the key file is there, closed to others, and copied to another place."""
    path = settings_load().personal_keys_file
    if not path.exists():
        return
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield broken(
            f"Others can read the keys of personal data. Run `chmod 600 {path}`.",
            f"其他用户可读取个人数据密钥，请运行 chmod 600 {path}。",
        )
    if last_recorded_details(KEYS_COPIED).get("fingerprint") != keys_fingerprint(path):
        yield doubtful(
            f"Keep a copy of {path} in a safe place apart from the backups: without it members' "
            "data can't be read. Then say so with `regulars doctor --keys-copied`.",
            f"请把 {path} 另存到安全的地方，并与备份分开：丢失后无法读取会员资料。"
            "完成后运行 regulars doctor --keys-copied 确认。",
        )
    else:
        yield well("A copy of the key file is confirmed", "密钥文件的副本已确认")


@look("backup", place=60)
def backup_young() -> Iterator[Diagnosis]:
    """When data was last copied."""
    last = backup_last()
    if last is None:
        yield doubtful(
            "There was never a backup. Run `regulars backup`, every day.",
            "从未备份，请每天运行 regulars backup。",
        )
        return
    en, zh = age_texts(clock.now() - last.at)
    if clock.now() - last.at > BACKUP_AGE_MAX:
        yield doubtful(
            f"The last backup was made {en}. Run `regulars backup`, every day.",
            f"上次备份是在{zh}，请每天运行 regulars backup。",
        )
    else:
        yield well(f"The last backup was made {en}", f"上次备份：{zh}")


@look("backup-key", place=61)
def backup_hidden() -> Iterator[Diagnosis]:
    """Whether a thief of the backups could read them, and whether the owner still can."""
    key, last = backup_key_now(), backup_last()
    if key is None:
        yield doubtful(
            "Backups are not encrypted: who gets hold of one reads sales and balances. "
            "Run `regulars backup-key`.",
            "备份未加密：拿到备份的人可以读到交易和余额。请运行 regulars backup-key。",
        )
        return
    if not key.shown:
        yield doubtful(
            f"Backups are encrypted for the key {key.name}, and nobody has shown yet that it is "
            "kept: without it no backup can be read. Run `regulars backup-key --check`.",
            f"备份已为密钥 {key.name} 加密，但尚未确认密钥已妥善保存：没有它，任何备份都无法读取。"
            "请运行 regulars backup-key --check。",
        )
    if last is not None and last.key != key.name:
        yield doubtful(
            f"The last backup is not encrypted for the key {key.name}. Run `regulars backup`, and "
            "remove older copies that need not be readable.",
            f"上次备份不是为密钥 {key.name} 加密的。请运行 regulars backup，"
            "并清理不应再被读取的旧备份。",
        )
    elif key.shown:
        yield well(
            f"Backups are encrypted for the key {key.name}",
            f"备份已为密钥 {key.name} 加密",
        )
