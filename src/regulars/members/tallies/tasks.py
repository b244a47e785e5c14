"""The job of tallies."""

from regulars.foundation.jobs.registry import job
from regulars.members.tallies.services import tallies_measure, tally_measure


@job("members.tally", cron="25 * * * *")
def tally() -> None:
    """Counts everybody once an hour, after the segments were refreshed."""
    tallies_measure()


@job("members.tally_one")
def tally_one(tally: str) -> None:
    """Counts everybody for one tally, when it would be wrong for an hour otherwise."""
    tally_measure(tally)
