"""What `doctor` says about copies, which only the audit trail remembers."""

import stat
from collections.abc import Iterator
from datetime import timedelta

from regulars.foundation import clock
from regulars.foundation.audit.selectors import last_recorded, last_recorded_details
from regulars.foundation.diagnoses import Diagnosis, age_texts, broken, doubtful, look, well
from regulars.foundation.personal import keys_fingerprint
from regulars.foundation.settings import settings_load

BACKUP_AGE_MAX = timedelta(hours=36)

# The acts in the audit trail that tell of copies.
BACKED_UP = "database.backed_up"
KEYS_COPIED = "personal_keys.copied"


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
    at = last_recorded(BACKED_UP)
    if at is None:
        yield doubtful(
            "There was never a backup. Run `regulars backup`, every day.",
            "从未备份，请每天运行 regulars backup。",
        )
        return
    en, zh = age_texts(clock.now() - at)
    if clock.now() - at > BACKUP_AGE_MAX:
        yield doubtful(
            f"The last backup was made {en}. Run `regulars backup`, every day.",
            f"上次备份是在{zh}，请每天运行 regulars backup。",
        )
    else:
        yield well(f"The last backup was made {en}", f"上次备份：{zh}")
