"""The jobs of the proofs."""

from regulars.foundation.jobs.registry import job
from regulars.foundation.settings import settings_load
from regulars.ledger.proofs.sealing import ledger_seal


@job("ledger.seal", cron="*/5 * * * *")
def seal() -> None:
    """Seals what the last five minutes brought; sealing twice seals nothing twice."""
    ledger_seal(roots_file=settings_load().roots_file)
