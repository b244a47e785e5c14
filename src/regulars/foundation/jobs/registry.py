"""How a room declares work that is done later or again and again, in its `tasks.py`.

    @job("ledger.seal", cron="* * * * *")
    def seal() -> None: ...

A job may run twice (a worker can die after the work and before the mark), so its effect must
depend on a key: the business date, the notice's id. Arguments are JSON: ids, dates as text.
"""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import Task
from procrastinate.types import JSONValue

TRIES = 6
FIRST_PAUSE_SECONDS = 4

Work = Callable[..., None] | Callable[..., Awaitable[None]]
JobTask = Task[Any, Any, Any]

_queue = JobManager(DjangoConnector())


def job(
    name: str, *, cron: str | None = None, queue: str = "default", tries: int = TRIES
) -> Callable[[Work], JobTask]:
    """Declares a job. With `cron` (UTC, five fields, or six with seconds last) it runs by itself.

    A periodic job never runs beside itself, and waits in the queue at most once. A failing job is
    tried again after 4, 16, 64 … seconds, `tries` times in all.
    """
    retry = RetryStrategy(max_attempts=tries - 1, exponential_wait=FIRST_PAUSE_SECONDS)

    def declare(work: Work) -> JobTask:
        if cron is None:
            return app.task(name=name, queue=queue, retry=retry)(work)
        task = app.task(name=name, queue=queue, retry=retry, lock=name, queueing_lock=name)
        return app.periodic(cron=cron)(task(_without_timestamp(work)))

    return declare


def _without_timestamp(work: Work) -> Work:
    """Periodic jobs are called with the moment they were due; ours ask the clock instead."""
    if inspect.iscoroutinefunction(work):

        @wraps(work)
        async def awaited(timestamp: int) -> None:
            await work()

        return awaited

    @wraps(work)
    def called(timestamp: int) -> None:
        work()

    return called


def job_defer_named(name: str, **arguments: JSONValue) -> None:
    """The same by the job's name, for services that the job itself calls."""
    job_defer(app.tasks[name], **arguments)


def job_defer(task: JobTask, **arguments: JSONValue) -> None:
    """Queues a job in Django's present transaction: it is done if and only if that commits."""
    _queue.defer_job(task.configure(task_kwargs=arguments).job)
