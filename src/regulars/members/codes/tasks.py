"""What this room does by itself."""

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.jobs.registry import job
from regulars.members.codes.services import member_codes_forget


@job("members.codes_forget", cron="23 * * * *")
def codes_forget() -> None:
    """Removes codes that ran out and were never used."""
    with unit_of_work() as unit:
        member_codes_forget(unit=unit, before=clock.now())
