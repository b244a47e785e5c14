"""The queue of background jobs as the console shows it: what waits, runs and failed."""

from datetime import datetime
from typing import Literal, LiteralString

import msgspec
from django.db import connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.jobs.diagnoses import STALLED
from regulars.foundation.jobs.worker import SILENT_SECONDS

State = Literal["todo", "doing", "failed"]
OPEN: tuple[State, ...] = ("todo", "doing", "failed")

COUNTS: LiteralString = """
    SELECT status::text, count(*) FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1
"""
LISTED: LiteralString = """
    SELECT id, task_name, status::text, attempts, scheduled_at FROM procrastinate_jobs
    WHERE status::text = ANY(%s) ORDER BY status DESC, id DESC LIMIT %s
"""
AGAIN: LiteralString = """
    UPDATE procrastinate_jobs AS j SET status = 'todo', attempts = 0, scheduled_at = NULL
    WHERE id = %s AND status = 'failed' AND NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs AS w
        WHERE w.queueing_lock = j.queueing_lock AND w.status = 'todo')
    RETURNING task_name
"""


class JobView(msgspec.Struct, frozen=True):
    """One job; `due_at` is empty when it is due now."""

    number: int
    name: str
    state: State
    attempts: int
    due_at: datetime | None


def jobs_by_state() -> dict[str, int]:
    """How many jobs wait, run and have failed."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return dict(cursor.fetchall())


def jobs_listed(*states: State, limit: int = 50) -> list[JobView]:
    """Jobs in these states (all three when none is named), newest first."""
    with connection.cursor() as cursor:
        cursor.execute(LISTED, [list(states or OPEN), limit])
        return [JobView(*row) for row in cursor.fetchall()]


def jobs_open() -> QuerySet[ProcrastinateJob]:
    """All jobs in these three states, to be narrowed and shown page by page."""
    return ProcrastinateJob.objects.filter(status__in=OPEN)


def job_view(row: ProcrastinateJob) -> JobView:
    """One of them as the console shows it."""
    state = next(each for each in OPEN if each == row.status)
    return JobView(row.id, row.task_name, state, row.attempts, row.scheduled_at)


def jobs_stalled() -> int:
    """How many jobs were left half-done by workers that died."""
    with connection.cursor() as cursor:
        cursor.execute(STALLED, [SILENT_SECONDS])
        return int(cursor.fetchone()[0])


@transaction.atomic
def job_retry(*, actor: Actor, number: int) -> bool:
    """Lets a failed job run again, as if it had never been tried. Whether there was one.

    One that waits already under the same queueing lock is left to that.
    """
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, [number])
        row = cursor.fetchone()
    if row is None:
        return False
    record(actor=actor, action="job.again", subject=row[0], details={"job": number})
    return True
