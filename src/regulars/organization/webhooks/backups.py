"""After a restore nothing is told to the world a second time by itself."""

from collections.abc import Iterator

from regulars.foundation.backup.registry import Restored, after_restore
from regulars.foundation.diagnoses import Diagnosis, doubtful
from regulars.foundation.outbox.delivery import listener_caught_up
from regulars.organization.webhooks.listeners import LISTENER
from regulars.organization.webhooks.services import waiting_held


@after_restore("webhooks")
def held_back(_restored: Restored) -> Iterator[Diagnosis]:
    """What was on its way when the copy was made may have arrived since: it waits for a person."""
    listener_caught_up(LISTENER)
    held = waiting_held()
    if held:
        yield doubtful(
            f"{held} notices were on their way to webhooks when the copy was made. They may have "
            "arrived since and are held back. Send them from the page Webhooks if the receivers "
            "lack them.",
            f"备份时有 {held} 条通知正发往 Webhook，可能已送达，现已暂缓。"
            "若对方缺少这些通知，请在 Webhook 页面发送。",
        )
