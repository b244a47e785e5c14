"""The house-keeping of jobs themselves."""

import logging

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from regulars.foundation.clock import now
from regulars.foundation.jobs.registry import job
from regulars.foundation.jobs.worker import SILENT_SECONDS

# A job whose workers died so often is the likely killer.
DEATHS_MAX = 5
DONE_KEPT_HOURS = 72

log = logging.getLogger("regulars.jobs")


@job("jobs.sweep", cron="* * * * * */20")
async def stalled_sweep() -> None:
    """Queues again what dead workers left half-done; procrastinate doesn't do it by itself."""
    manager = app.job_manager
    for each in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        if each.attempts >= DEATHS_MAX:
            log.error("job given up: its workers keep dying", extra={"job": each.task_name})
            await manager.finish_job(each, Status.FAILED, delete_job=False)
        else:
            log.warning("job queued again: its worker died", extra={"job": each.task_name})
            await manager.retry_job(each, retry_at=now())


@job("jobs.forget", cron="17 3 * * *")
async def done_forget() -> None:
    """Removes finished jobs after three days, so that the queue stays small."""
    await app.job_manager.delete_old_jobs(nb_hours=DONE_KEPT_HOURS, include_cancelled=True)
