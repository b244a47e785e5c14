"""The jobs of purchases."""

from regulars.foundation.jobs.registry import job
from regulars.rules.purchases.services import days_close


@job("purchases.close_days", cron="2-59/5 * * * *")
def close_days() -> None:
    """Sums the sales of days that are over, and again of those that were changed since."""
    days_close()
