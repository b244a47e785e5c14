"""The jobs of segments."""

import logging

from regulars.foundation.jobs.registry import job
from regulars.members.tallies.services import tally_measure
from regulars.rules.segments.selectors import REACHABLE_TALLY
from regulars.rules.segments.services import segments_filled, segments_refresh

log = logging.getLogger("regulars.segments")


@job("segments.refresh", cron="20 * * * *")
def refresh() -> None:
    """Measures the yardsticks and finds every segment's members anew, once an hour."""
    for code, found in segments_refresh().items():
        if found.entered or found.left:
            counts = {"segment": code, "entered": found.entered, "left": found.left}
            log.info("segment refreshed", extra=counts)


@job("segments.fill")
def fill(codes: list[str]) -> None:
    """Finds the members of segments that were made or changed on a page."""
    segments_filled(codes)
    tally_measure(REACHABLE_TALLY)
