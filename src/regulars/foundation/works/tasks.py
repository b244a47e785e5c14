"""The jobs of long work."""

from regulars.foundation.jobs.registry import job, job_defer
from regulars.foundation.works.services import work_done, works_forget


@job("works.do")
def do(work_id: str) -> None:
    """Does what is left of a work; again after a broken worker."""
    work_done(work_id=work_id)


@job("works.forget", cron="50 18 * * *")
def forget() -> None:
    """Keeps files for a week, and works for three months."""
    works_forget()


def work_queue(work_id: str) -> None:
    """Queues a work in the present transaction."""
    job_defer(do, work_id=work_id)
