"""The job of tallies."""

from regulars.foundation.jobs.registry import job
from regulars.members.tallies.services import tallies_measure


@job("members.tally", cron="25 * * * *")
def tally() -> None:
    """Counts everybody once an hour, after the segments were refreshed."""
    tallies_measure()
