"""The job of tags."""

from regulars.foundation.jobs.registry import job
from regulars.members.tags.services import tags_forget


@job("tags.forget", cron="37 3 * * *")
def forget() -> None:
    """Deletes what ended a day ago or longer: it counts nowhere, and would be counted past."""
    tags_forget()
