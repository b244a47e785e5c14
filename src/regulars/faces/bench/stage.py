"""The stage of a bench run: a database of its own, a server, a million members."""

import multiprocessing
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

from regulars.faces.bench.people import people
from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM, job
from regulars.foundation.database.binaries import programs_ready
from regulars.foundation.database.configuration import SUPERUSER
from regulars.foundation.database.connections import DATABASE
from regulars.foundation.database.places import places_of
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.foundation.ids import new_id
from regulars.foundation.processes import collections_made_rare
from regulars.foundation.settings import RegularsSettings
from regulars.ledger.book.services import assets_known, post
from regulars.ledger.book.types import Credit, Post
from regulars.members.profiles.services import members_enrol_bulk
from regulars.organization.apikeys.services import apikey_create
from regulars.organization.apikeys.types import Scope
from regulars.organization.stores.services import store_create
from regulars.rules.programs.services import (
    program_draft_save,
    program_publish,
    starter_content,
)

BATCH = 1000
ENROL_BATCH = 5000
PGBENCH_SCALE = 50
START_PATIENCE_SECONDS = 60
WARMED = """
    SELECT pg_prewarm(oid::regclass) FROM pg_class
    WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
"""


@contextmanager
def server_running(settings: RegularsSettings, *, with_jobs: bool) -> Iterator[float]:
    """`regulars serve` as a process of its own; yields the seconds until it first answered 200."""
    command = [sys.executable, "-m", "regulars", "serve", f"--port={settings.port}"]
    command += [] if with_jobs else ["--no-jobs"]
    began = time.monotonic()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield _first_answer(server, settings.port) - began
    finally:
        server.terminate()
        server.wait(timeout=60)


def _first_answer(server: subprocess.Popen[bytes], port: int) -> float:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return time.monotonic()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise SystemExit("The server did not start; look at its output above.")


def tree_memory_mb(pid: int) -> float:
    """Proportional memory of a process and everything it started: shared pages count once."""
    total, queue = 0, [pid]
    while queue:
        each = queue.pop()
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
        total += int(found[1]) if found else 0
        for task in Path(f"/proc/{each}/task").iterdir():
            queue += [int(child) for child in (task / "children").read_text("ascii").split()]
    return total / 1024


def pgbench_tps(settings: RegularsSettings, *, seconds: int) -> float:
    """The best of TPC-B, prepared, with 8, 16 and 32 clients on the same server."""
    _program_run(settings, "createdb", "pgbench")
    _program_run(settings, "pgbench", "-i", "-q", "-s", str(PGBENCH_SCALE), "pgbench")
    best = 0.0
    for clients in (8, 16, 32):
        size = ("-c", str(clients), "-j", "2", "-T", str(seconds))
        text = _program_run(settings, "pgbench", "-M", "prepared", *size, "pgbench")
        found = re.search(r"tps = ([\d.]+)", text)
        best = max(best, float(found[1]) if found else 0.0)
    _program_run(settings, "dropdb", "pgbench")
    return best


def database_settled(settings: RegularsSettings) -> None:
    """Vacuums after bulk loads, as pgbench does at its start and autovacuum would in time."""
    _program_run(settings, "vacuumdb", "--analyze", "--quiet", DATABASE)


def database_warmed(settings: RegularsSettings) -> None:
    """Reads every table into memory, as a server that has run for a day has it there.

    `pgbench` too is measured on a database that was made a moment ago and lies in memory whole.
    """
    sql = "CREATE EXTENSION IF NOT EXISTS pg_prewarm; " + WARMED
    _program_run(settings, "psql", "--quiet", "--output=/dev/null", "--command", sql, DATABASE)


def _program_run(settings: RegularsSettings, program: str, *words: str) -> str:
    """Runs one of PostgreSQL's own programs against the embedded server; answers its output."""
    places = places_of(settings)
    command = [str(programs_ready(places.home) / program), *words]
    environment = {**os.environ, "PGHOST": str(places.sockets), "PGUSER": SUPERUSER}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def shop_opened() -> str:
    """A store, a program and a key; answers the key's text."""
    name = {"en": "Bench", "zh-Hans": "测速店"}
    store_create(actor=SYSTEM, code="bench", name=name, time_zone="Asia/Shanghai")
    content = starter_content("beans")
    content["redemption"]["minimum_balance"] = 1
    program_draft_save(actor=SYSTEM, code="beans", content=content)
    program_publish(actor=SYSTEM, code="beans")
    _, text = apikey_create(actor=SYSTEM, name="bench", source="bench", scopes=tuple(Scope))
    return text


def members_enrolled(numbers: range, ids: Sequence[str]) -> None:
    """Enrols the members of these numbers; `ids` are those of all members, by number."""
    for start in range(numbers.start, numbers.stop, ENROL_BATCH):
        part = range(start, min(start + ENROL_BATCH, numbers.stop))
        with unit_of_work() as unit:
            answers = members_enrol_bulk(unit, list(people(part, ids)))
        refused = [each for each in answers if isinstance(each, Exception)]
        if refused:
            raise refused[0]


def in_processes(count: int, work: Callable[[int], None]) -> float:
    """Runs `work(0)`, `work(1)`, … in processes of their own; answers the seconds it took."""
    pool_close()
    connections.close_all()
    collections_made_rare()  # as the parts of an import do
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=work, args=(number,)) for number in range(count)]
    began = time.monotonic()
    for child in children:
        child.start()
    for child in children:
        child.join()
    if any(child.exitcode for child in children):
        raise SystemExit("A bench process failed; look at its output above.")
    return time.monotonic() - began


def balances_opened(members: Sequence[str], points: int) -> None:
    """Posts one opening entry for each member, in batches of a thousand."""
    now = clock.now()
    actor = job("bench")
    for start in range(0, len(members), BATCH):
        with unit_of_work() as unit:
            asset_id = next(iter(assets_known(unit)))
            batch = [
                Post(
                    key=new_id(),
                    holder_id=member,
                    kind="opening",
                    movements=(Credit(asset_id, points),),
                    occurred_at=now,
                    business_date=now.date(),
                    actor=actor,
                )
                for member in members[start : start + BATCH]
            ]
            refused = [each for each in post(unit, batch) if isinstance(each, Exception)]
        if refused:
            raise refused[0]
