"""The jobs of the counts."""

from regulars.foundation.jobs.registry import job
from regulars.insights.membership.services import members_measure


@job("membership.measure", cron="35 * * * *")
def measure() -> None:
    """Counts members once an hour."""
    members_measure()
