"""The process tree of one machine: supervisor, PostgreSQL, web workers, job worker.

The supervisor imports everything once and forks; the children share its memory. It runs one
thread and holds no connection. Every process ends when the one above it is gone.
"""

import errno
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.db import connections
from django.urls import get_resolver
from granian.constants import Interfaces, SSLProtocols
from granian.log import LogLevels
from granian.server import Server

from regulars.faces.cli.certificate import certificate_ready
from regulars.faces.cli.safety import deployment_checked
from regulars.faces.cli.words import language_learnt
from regulars.faces.hotdoor.front import front_door
from regulars.foundation.database.connections import limits_for_requests
from regulars.foundation.database.migrations import migrate, migrations_missing
from regulars.foundation.database.session import pool_close
from regulars.foundation.early import Begun
from regulars.foundation.errors import RegularsError
from regulars.foundation.jobs.worker import jobs_work
from regulars.foundation.logs import logging_config
from regulars.foundation.processes import Child, Family, end_with_parent
from regulars.foundation.settings import RegularsSettings

PORT_PATIENCE_SECONDS = 3.0
WORKERS_STOP_SECONDS = 8


class PortTaken(RegularsError):
    code = "port_taken"
    status = 409
    text = {
        "en": "Port {port} on {host} is used by another program. Choose another with --port.",
        "zh-Hans": "{host} 的端口 {port} 已被其他程序占用，请用 --port 指定另一个端口。",
    }


class AddressUnusable(RegularsError):
    code = "address_unusable"
    status = 400
    text = {
        "en": "Regulars can't listen on {host}:{port}: {problem}.",
        "zh-Hans": "无法监听 {host}:{port}：{problem}。",
    }


def serve_run(
    settings: RegularsSettings,
    *,
    with_jobs: bool = True,
    with_https: bool = False,
    prepare: Callable[[], None] = lambda: None,
    announce: Callable[[], None] = lambda: None,
) -> None:
    """Serves until a signal asks to stop.

    With `with_https` under a certificate of our own making, and cookies travel over https only.
    `prepare` runs when the database is up to date, `announce` when the children are started.
    """
    postgres = Begun.postgres
    # The command line may have named another address than the environment.
    django_settings.REGULARS = settings
    django_settings.ALLOWED_HOSTS = settings.host_names
    django_settings.SESSION_COOKIE_SECURE |= with_https
    django_settings.CSRF_COOKIE_SECURE |= with_https
    files = certificate_ready(settings) if with_https else None
    try:
        port_check(settings.host, settings.port)
        if postgres is not None:
            postgres.finish()
        if migrations_missing():
            migrate()
        deployment_checked(settings)
        # Asked here: later this process must hold no connection.
        language_learnt()
        prepare()
        get_resolver().url_patterns  # noqa: B018 - imports the pages before the children fork
        # A forked child must share neither a socket nor a lock held by a thread it hasn't got.
        pool_close()
        connections.close_all()
        children = [Child("web", lambda: _web(settings, files))]
        if with_jobs:
            children.append(Child("jobs", lambda: _jobs(settings)))
        tend = postgres.poll if postgres is not None else _nothing
        Family(children, tend).run(announce)
    finally:
        if postgres is not None:
            postgres.stop()


def _nothing() -> None:
    """With DATABASE_URL the database is someone else's to look after."""


def port_check(host: str, port: int, *, patience_seconds: float = PORT_PATIENCE_SECONDS) -> None:
    """Refuses a port that another program holds.

    Waits a moment first: after a kill -9 our own last workers may still be closing it.
    """
    deadline = time.monotonic() + patience_seconds
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise AddressUnusable(host=host, port=port, problem=error.strerror) from None
            else:
                return
        if time.monotonic() > deadline:
            raise PortTaken(host=host, port=port)
        time.sleep(0.1)


def _web(settings: RegularsSettings, files: tuple[Path, Path] | None) -> None:
    """The process that looks after the web workers, which granian forks from it."""
    multiprocessing.set_start_method("fork", force=True)
    limits_for_requests()
    keeper = os.getpid()
    certificate, key = files or (None, None)

    def loaded(_target: str) -> Any:
        # Runs in each worker: without its keeper nobody would ever stop it.
        end_with_parent(keeper, signal.SIGKILL)
        return front_door

    Server(
        "regulars.faces.hotdoor.front:front_door",
        address=settings.host,
        port=settings.port,
        ssl_cert=certificate,
        ssl_key=key,
        # Older tills and phones in shops don't speak 1.3.
        ssl_protocol_min=SSLProtocols.tls12,
        interface=Interfaces.RSGI,
        workers=settings.web_workers,
        websockets=False,
        backlog=2048,
        # Below errors it tells of its own settings, which are ours.
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=WORKERS_STOP_SECONDS,
        log_dictconfig=logging_config(settings),
    ).serve(target_loader=loaded)


def _jobs(settings: RegularsSettings) -> None:
    """The process that does queued jobs."""
    jobs_work(concurrency=settings.job_concurrency)
