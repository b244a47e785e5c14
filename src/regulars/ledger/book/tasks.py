"""The jobs of the book."""

import logging

from regulars.foundation import clock
from regulars.foundation.actors import job as job_actor
from regulars.foundation.jobs.registry import job
from regulars.ledger.book.expiry_runs import expiry_run

log = logging.getLogger("regulars.ledger")


@job("ledger.expire", cron="*/10 * * * *")
def expire() -> None:
    """Posts what has died. Nothing waits for it: what is dead is never spent, posted or not."""
    died = expiry_run(at=clock.now(), actor=str(job_actor("ledger.expire")))
    if died:
        log.info("expired", extra={"lots": died})
