"""What `doctor` says about notices that wait."""

from collections.abc import Iterator
from datetime import timedelta

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.diagnoses import Diagnosis, doubtful, look, well
from regulars.foundation.outbox.delivery import oldest_waiting

AGE_MAX = timedelta(minutes=10)


@look("outbox", place=42)
def notices_waiting() -> Iterator[Diagnosis]:
    """How old the oldest notice is that a listener has not heard."""
    with unit_of_work() as unit:
        waiting = oldest_waiting(unit)
    late = {name: at for name, at in waiting.items() if clock.now() - at > AGE_MAX}
    for name, at in late.items():
        minutes = int((clock.now() - at).total_seconds() // 60)
        yield doubtful(
            f"Notices for {name} wait for {minutes} minutes. If background jobs run, the log "
            "says why it fails.",
            f"发给 {name} 的通知已等待 {minutes} 分钟；若后台任务在运行，失败原因见日志。",
        )
    if not late:
        yield well("No notice waits for long", "没有积压的通知")
