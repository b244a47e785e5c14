"""The job of the outbox."""

from regulars.foundation.jobs.registry import job
from regulars.foundation.outbox.delivery import notices_deliver


@job("outbox.deliver", cron="*/10 * * * * *")
def deliver() -> None:
    """Hands over what the last ten seconds brought."""
    notices_deliver()
