"""What `doctor` says about the keys of members' data; and no new keys while there is such data."""

from collections.abc import Iterator

from django.db.utils import ProgrammingError

from regulars.foundation.backup.registry import Restored, after_restore
from regulars.foundation.diagnoses import Diagnosis, broken, look, well
from regulars.foundation.personal import KeysMissing, sealed_data_witness
from regulars.foundation.settings import settings_load
from regulars.members.profiles.models import Identifier
from regulars.members.profiles.selectors import personal_keys_fit


@sealed_data_witness
def numbers_sealed() -> bool:
    """Whether there is a member's number that somebody's keys have sealed."""
    try:
        return Identifier.objects.exists()
    except ProgrammingError:  # before the first migration
        return False


@look("keys-fit", place=31)
def keys_fit() -> Iterator[Diagnosis]:
    """Whether the key file opens what is in the database."""
    path = settings_load().personal_keys_file
    try:
        fits = personal_keys_fit()
    except KeysMissing as missing:
        yield broken(missing.sentence("en"), missing.sentence("zh-Hans"))
        return
    if fits:
        yield well("The key file opens members' data", "密钥文件可读取会员资料")
    else:
        yield broken(
            f"{path} is not the file with which members' data was sealed. Put the right copy in "
            "its place before anybody works with this database.",
            f"{path} 不是加密会员资料时所用的文件。请先放回正确的副本，再使用该数据库。",
        )


@after_restore("members.keys")
def keys_fit_after_restore(_restored: Restored) -> Iterator[Diagnosis]:
    """The first thing to know after a restore: can members' data be read?"""
    yield from keys_fit()
