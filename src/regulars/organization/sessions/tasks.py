"""What this room does by itself."""

from datetime import timedelta

from regulars.foundation import clock
from regulars.foundation.jobs.registry import job
from regulars.organization.sessions.services import old_sessions_forget

KEPT = timedelta(days=2)


@job("sessions.forget", cron="29 3 * * *")
def sessions_forget() -> None:
    """Forgets sessions that lapsed long ago."""
    old_sessions_forget(clock.now() - KEPT)
