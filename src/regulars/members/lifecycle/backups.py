"""What follows a restore: who was erased since the copy is erased again."""

from collections.abc import Iterator

from regulars.foundation.backup.registry import Restored, after_restore
from regulars.foundation.diagnoses import Diagnosis, well
from regulars.members.lifecycle.services import erasures_replay


@after_restore("members.erased")
def erased_again(_restored: Restored) -> Iterator[Diagnosis]:
    """Nobody comes back whom somebody wanted forgotten."""
    count = erasures_replay()
    if count:
        yield well(
            f"{count} members who were erased after the backup are erased again",
            f"备份之后抹除的 {count} 位会员已再次抹除",
        )
