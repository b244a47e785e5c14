"""What this room does by itself."""

from datetime import timedelta

from regulars.foundation import clock
from regulars.foundation.jobs.registry import job
from regulars.foundation.tries.services import old_tries_forget

KEPT = timedelta(days=1)


@job("tries.forget", cron="23 3 * * *")
def tries_forget() -> None:
    """Forgets counts of guesses a day after the last one."""
    old_tries_forget(clock.now() - KEPT)
