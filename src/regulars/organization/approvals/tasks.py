"""What this room does by itself."""

from regulars.foundation.jobs.registry import job
from regulars.organization.approvals.services import approvals_finish


@job("approvals.finish", cron="* * * * *")
def approved_finish() -> None:
    """Carries out what a second person approved just before a crash."""
    approvals_finish()
