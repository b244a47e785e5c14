"""What this room does by itself."""

from datetime import timedelta

from regulars.commerce.counter.services import parked_forget as forget
from regulars.foundation import clock
from regulars.foundation.jobs.registry import job

KEPT = timedelta(days=1)


@job("counter.parked_forget", cron="43 * * * *")
def parked_forget() -> None:
    """Removes sales that were put aside a day ago."""
    forget(clock.now() - KEPT)
