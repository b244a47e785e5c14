"""An import may be stopped anywhere, kill -9 included, and goes on without a second effect."""

import os
import signal
import subprocess
import sys
import time
from random import Random

import pytest
from django.conf import settings

from regulars.foundation.database.connections import APP_ROLE, OWNER_ROLE
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.rules.imports.models import ImportRun
from regulars.rules.imports.selectors import run_get
from regulars.rules.imports.services import batch_noted, import_asked, import_begin, part_run
from tests.foundation.servers import children_of, is_alive, wait_until
from tests.imports.comparing import (
    DATASET,
    LI,
    SEED,
    booked,
    everything_forgotten,
    given,
    imported,
    rows_counted,
)
from tests.imports.independent import households_played, months_of, sales_of

BATCH = 40
KILLS = 3
SECONDS = 120


class Stopped(Exception):
    """What a power cut would be."""


def left_behind(run_id):
    """All that an import leaves behind, in figures."""
    found = booked(range(1, 61))
    counts = run_get(run_id).counts
    counts.pop("replayed", None)
    return found.months, found.accounts, found.moved, rows_counted(), counts


@pytest.fixture
def uninterrupted(empty_shop, small_year):
    """What one import without a stop leaves behind; the shop is empty again."""
    found = left_behind(imported(small_year, batch_size=BATCH).id)
    empty_shop.clean()
    everything_forgotten()
    return found


def test_a_batch_that_was_booked_but_not_noted_counts_once(small_year, uninterrupted):
    """The position may be behind what is booked by any number of batches."""
    asked = import_asked(dataset=DATASET, folder=small_year, seed=SEED, batch_size=BATCH)
    for noted, booked_too in ((5, 1), (0, 3), (20, 10)):
        plan = import_begin(actor=LI, asked=asked, resume=True)
        reports = []

        def report(batch, plan=plan, reports=reports, noted=noted, last=noted + booked_too):
            reports.append(batch)
            if len(reports) <= noted:
                batch_noted(run_id=plan.run_id, report=batch)
            if len(reports) == last:
                raise Stopped

        with pytest.raises(Stopped):
            part_run(plan, 0, report)
    view = imported(small_year, batch_size=BATCH, resume=True)
    assert ImportRun.objects.count() == 1
    assert view.counts["replayed"] > 0
    assert left_behind(view.id) == uninterrupted


def test_when_the_database_is_killed_it_waits_and_goes_on(durable_postgres, small_year):
    """What was acknowledged is there, and what was under way is done once."""
    everything_forgotten()
    asked = import_asked(dataset=DATASET, folder=small_year, seed=SEED, batch_size=BATCH)
    plan = import_begin(actor=LI, asked=asked)
    killed = []

    def report(batch):
        if batch.number in (4, 9):
            killed.append(durable_postgres.postgres.pid)
            os.kill(killed[-1], signal.SIGKILL)
        batch_noted(run_id=plan.run_id, report=batch)

    part_run(plan, 0, report)
    assert len(set(killed) - {durable_postgres.postgres.pid}) == 2
    facts = given(small_year)
    sales = sales_of(small_year)
    assert {sale.document for sale in sales} == facts.documents
    households = households_played(sales, facts.extras, facts.arrivals)
    found = booked(households)
    assert found.months == months_of(sales)
    assert found.accounts == {number: (one.balance, one.debt) for number, one in households.items()}
    assert run_get(plan.run_id).counts["sales"] == len(sales)
    pool_close()


def test_importing_twice_changes_nothing(small_year, empty_shop):
    first = left_behind(imported(small_year).id)
    view = imported(small_year)
    assert view.counts["replayed"] == view.counts["events"]
    assert left_behind(view.id) == first
    assert ImportRun.objects.count() == 2


def import_started(database, folder, *options):
    """`regulars import` in two processes, as the test database's own command."""
    environment = {
        **os.environ,
        "REGULARS_DATA_DIR": str(settings.REGULARS.data_dir),
        "DATABASE_URL": database.url(APP_ROLE),
        "REGULARS_OWNER_DATABASE_URL": database.url(OWNER_ROLE),
    }
    command = [sys.executable, "-m", "regulars", "import", "--dataset", DATASET]
    command += ["--folder", str(folder), "--batch", str(BATCH), "--processes", "2", "--no-expire"]
    return subprocess.Popen(
        [*command, "--resume", *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def events_booked():
    with unit_of_work() as unit:
        return unit.fetch("SELECT count(*) FROM rules_event")[0][0]


def waited_for(process, events):
    """Waits until so many events are booked, and answers the processes of the parts."""
    deadline = time.monotonic() + SECONDS
    while events_booked() < events and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return children_of(process.pid)


def killed(process, parts):
    """Kills the command with -9; its parts die with it. Answers whether it came in time."""
    process.kill()
    process.communicate()
    wait_until(lambda: not any(is_alive(part) for part in parts))
    return process.returncode == -signal.SIGKILL


def part_killed(process, parts):
    """Kills one of its parts with -9; the command ends the other and says how to go on."""
    if parts:
        os.kill(parts[-1], signal.SIGKILL)
    output, _ = process.communicate(timeout=SECONDS)
    assert not any(is_alive(part) for part in parts)
    if process.returncode == 0:
        return False
    assert process.returncode == 1
    assert "--resume" in output
    return True


def test_killed_at_random_moments_it_ends_as_if_never_killed(empty_shop, small_year, uninterrupted):
    total = uninterrupted[3]["events"]
    dice = Random(os.getpid())
    moments = sorted(dice.sample(range(1, total // 2), KILLS))
    print("killed at", moments)
    in_time = 0
    for moment, how in zip(moments, (killed, part_killed, killed), strict=True):
        process = import_started(empty_shop, small_year)
        in_time += how(process, waited_for(process, moment))
        assert moment <= events_booked()
    # On a machine that is busy with something else the end may come before the blow.
    assert in_time >= 1
    last = import_started(empty_shop, small_year)
    output, _ = last.communicate(timeout=SECONDS)
    assert last.returncode == 0, output
    run = ImportRun.objects.latest("started_at")
    assert run.state == "finished"
    assert left_behind(str(run.id)) == uninterrupted


def test_a_batch_that_is_noted_twice_is_added_up_once(small_year, empty_shop):
    asked = import_asked(dataset=DATASET, folder=small_year, limit=30, batch_size=BATCH)
    plan = import_begin(actor=LI, asked=asked)
    reports = []
    part_run(plan, 0, reports.append)
    for report in (*reports, *reports):
        batch_noted(run_id=plan.run_id, report=report)
    assert run_get(plan.run_id).counts["sales"] == 30
