"""The jobs of the days that go on."""

from regulars.foundation.jobs.registry import job
from regulars.insights.trading.services import open_days_measure


@job("trading.measure_open_days", cron="* * * * *")
def measure_open_days() -> None:
    """Adds up once a minute what a large shop sold today."""
    open_days_measure()
