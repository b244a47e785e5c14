"""The process that does queued jobs."""

from contextlib import AbstractContextManager
from typing import Any

from django.db import connections
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.middleware import SyncCallNext
from procrastinate.periodic import PeriodicRegistry
from procrastinate.worker import Worker

STOP_SECONDS = 8
HEARTBEAT_SECONDS = 10
# A worker that said nothing for so long is dead, and what it was doing is done again.
SILENT_SECONDS = 25


def jobs_work(*, concurrency: int) -> None:
    """Does queued and periodic jobs until SIGTERM.

    When the database goes away it ends with an error; whoever started it starts it again.
    """
    with _app_of_a_worker() as worker_app:
        worker_app.run_worker(
            name="regulars",
            concurrency=concurrency,
            shutdown_graceful_timeout=STOP_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
        )


def jobs_work_off(*, concurrency: int) -> None:
    """Does what is queued now and returns; nothing periodic is added meanwhile."""
    with _app_of_a_worker() as worker_app:
        periodic = worker_app.periodic_registry
        worker_app.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]
        try:
            worker_app.run_worker(
                name="regulars",
                concurrency=concurrency,
                wait=False,
                install_signal_handlers=False,
                listen_notify=False,
                task_middleware=[_connections_closed],
            )
        finally:
            worker_app.periodic_registry = periodic


def _connections_closed(
    work: SyncCallNext,
    context: JobContext,
    worker: Worker,
) -> Any:
    """The threads that do the jobs end with the worker, and so must their connections."""
    try:
        return work()
    finally:
        connections.close_all()


def _app_of_a_worker() -> AbstractContextManager[App]:
    """The app on asynchronous connections of its own."""
    return app.replace_connector(PsycopgConnector(kwargs=connector_params()))
