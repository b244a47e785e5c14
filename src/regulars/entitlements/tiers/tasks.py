"""The jobs of levels."""

import logging

from regulars.entitlements.tiers.errors import SettlementTooLarge
from regulars.entitlements.tiers.services import settlement_run, settlements_due
from regulars.foundation.actors import job as job_actor
from regulars.foundation.jobs.registry import job

log = logging.getLogger("regulars.tiers")
ACTOR = job_actor("tiers.settle")


@job("tiers.settle", cron="4 * * * *")
def settle() -> None:
    """Settles every ladder once on each of its days, soon after midnight in its zone."""
    for code in settlements_due():
        try:
            done = settlement_run(actor=ACTOR, code=code)
        except SettlementTooLarge as refusal:
            # A person has to look at it; the other ladders don't wait for that.
            log.error("a settlement waits for confirmation", extra=refusal.context)  # noqa: TRY400
        else:
            log.info("levels settled", extra={"ladder": code, "lowered": done.lowered})
