"""Reading how the jobs went."""

from typing import LiteralString

from regulars.foundation.database.session import Unit

# The event is looked up by its job, which is indexed; failed jobs are few and go after three days.
FAILED_LATELY: LiteralString = """
    SELECT count(*) FROM procrastinate_jobs AS j
    WHERE j.status = 'failed' AND EXISTS (
        SELECT FROM procrastinate_events AS e
        WHERE e.job_id = j.id AND e.type = 'failed'
          AND e.at > clock_timestamp() - interval '1 day')
"""


def jobs_failed(unit: Unit) -> int:
    """How many jobs were given up within the last day."""
    return int(unit.fetch(FAILED_LATELY)[0][0])
