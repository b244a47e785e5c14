"""What this room does by itself."""

from regulars.foundation import clock
from regulars.foundation.idempotency.services import KEPT, old_answers_forget
from regulars.foundation.jobs.registry import job


@job("idempotency.forget", cron="41 3 * * *")
def answers_forget() -> None:
    """Forgets the answers of writes after 30 days."""
    old_answers_forget(clock.now() - KEPT)
