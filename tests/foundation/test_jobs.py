"""Queued work is done once it is committed, also when the worker that had it died."""

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from regulars.foundation.jobs.registry import job, job_defer
from regulars.foundation.jobs.tasks import DEATHS_MAX, stalled_sweep
from regulars.foundation.jobs.worker import jobs_work_off

done = []


@job("test.note")
def note(text: str) -> None:
    """Remembers a text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        done.append((text, cursor.fetchone()[0]))


@pytest.fixture(autouse=True)
def forgotten():
    done.clear()


def work_off():
    """Does everything that is queued now."""
    jobs_work_off(concurrency=2)


def states(name="test.note"):
    return list(
        ProcrastinateJob.objects.filter(task_name=name)
        .order_by("id")
        .values_list("status", "attempts")
    )


def test_a_committed_job_is_done_as_the_application_role(clean_database):
    with transaction.atomic():
        job_defer(note, text="Mei's coupon")
    work_off()
    assert done == [("Mei's coupon", "regulars_app")]
    assert states() == [("succeeded", 1)]


def test_a_job_of_a_rolled_back_transaction_never_was(clean_database):
    with transaction.atomic():
        job_defer(note, text="never")
        transaction.set_rollback(True)
    work_off()
    assert (done, states()) == ([], [])


def taken_by_a_worker_that_died(*, attempts=0, silent_seconds=60):
    """A job that a worker took and never finished."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_seconds],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s",
            [worker, attempts],
        )


def swept():
    """Runs the sweeper alone, through the worker, as in production."""
    stalled_sweep.defer(timestamp=0)
    work_off()


def test_a_job_of_a_dead_worker_is_done_by_the_next(clean_database):
    job_defer(note, text="left behind")
    taken_by_a_worker_that_died()
    work_off()
    assert done == []
    swept()
    work_off()
    assert done == [("left behind", "regulars_app")]
    assert states() == [("succeeded", 2)]


def test_a_job_of_a_living_worker_is_left_alone(clean_database):
    job_defer(note, text="still being done")
    taken_by_a_worker_that_died(silent_seconds=5)
    swept()
    assert done == []
    assert states() == [("doing", 0)]


def test_a_job_that_kills_its_workers_is_given_up(clean_database):
    job_defer(note, text="poison")
    taken_by_a_worker_that_died(attempts=DEATHS_MAX)
    swept()
    assert done == []
    assert states() == [("failed", DEATHS_MAX + 1)]


def test_periodic_jobs_never_run_beside_themselves():
    assert app.tasks["jobs.sweep"].lock == "jobs.sweep"
    assert app.tasks["jobs.sweep"].queueing_lock == "jobs.sweep"
    assert any(task == "jobs.sweep" for task, _ in app.periodic_registry.periodic_tasks)
