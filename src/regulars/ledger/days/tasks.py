"""The jobs of the sums."""

from regulars.foundation.jobs.registry import job
from regulars.ledger.days.services import days_sum, expiring_measure


@job("ledger.sum_days", cron="1-59/5 * * * *")
def sum_days() -> None:
    """Adds up what was sealed a minute ago."""
    days_sum()


@job("ledger.measure_expiring", cron="25 * * * *")
def measure_expiring() -> None:
    """Measures once an hour what expires within 30 days."""
    expiring_measure()
