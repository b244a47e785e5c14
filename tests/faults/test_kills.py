"""kill -9 under load: nothing acknowledged is lost, nothing is doubled, and everybody is told.

The whole tree of `regulars serve` with its own PostgreSQL, which waits for the disk.
"""

import json
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest

from regulars.foundation.database.connections import DATABASE
from regulars.foundation.database.provision import superuser_connection
from regulars.foundation.database.roles import grants_apply
from regulars.ledger.proofs.services import ledger_prove
from tests.faults.house import House
from tests.faults.load import Load, wrong_with
from tests.faults.tills import Till
from tests.foundation.clusters import (
    django_pointed_at,
    folder_of_this_run,
    places_in,
    template_ready,
)
from tests.foundation.servers import children_of, server_start, wait_until

CLIENTS = 8
MEMBERS = 4
BEANS = 10_000
# How much longer than PostgreSQL itself needs anybody waits for a definite answer.
GAP_SECONDS_MAX = 5.0
RECOVERY_SECONDS_MAX = 30


class Tree(House):
    """A shop on `regulars serve`, which runs its own PostgreSQL and job worker."""

    def __init__(self, places, server):
        super().__init__(None, None)
        self.places = places
        self.server = server
        self.servers[""] = server

    def web_workers(self):
        """The web workers: the only grandchildren of the supervisor besides PostgreSQL's."""
        return [each for child in self.server.forked() for each in children_of(child)]

    def job_worker(self):
        """The job worker: the child that has no children."""
        return next(child for child in self.server.forked() if not children_of(child))

    def whole(self):
        """Whether everybody is there: PostgreSQL, web keeper, two workers, job worker."""
        return len(self.web_workers()) == 2 and len(children_of(self.server.pid)) == 3

    def recovered(self):
        """Waits until PostgreSQL takes connections again; answers how many seconds that took."""
        began = time.monotonic()
        while True:
            try:
                superuser_connection(self.places, DATABASE).close()
            except psycopg.OperationalError:
                assert time.monotonic() - began < RECOVERY_SECONDS_MAX
                time.sleep(0.01)
            else:
                return time.monotonic() - began

    def as_superuser(self, *statements):
        """Does what nobody can do in a shop."""
        with superuser_connection(self.places, DATABASE) as connection:
            for sql, *params in statements:
                connection.execute(sql, params)

    def unproved(self):
        """The checks of `regulars prove` that fail."""
        roots = self.server.log.parent / "ledger-roots.jsonl"
        return [result.code for result in ledger_prove(roots_file=roots) if not result.holds]


@pytest.fixture
def tree(django_db_setup, django_db_blocker, tmp_path):
    with folder_of_this_run("killed") as folder, django_db_blocker.unblock():
        subprocess.run(["cp", "-a", template_ready() / "data", folder / "data"], check=True)
        (folder / "provisioned").touch()
        environment = {"REGULARS_DATABASE_DIR": str(folder), "REGULARS_LANGUAGE": "en"}
        server = server_start(environment, tmp_path, "--workers", "2")
        try:
            server.wait_ready()
            with django_pointed_at(places_in(folder), DATABASE):
                grants_apply()
                opened = Tree(places_in(folder), server)
                yield opened
                opened.close()
        finally:
            server.stop()


@contextmanager
def under_load(tree, names):
    """Clients that send while the block runs; all have definite answers when it is over."""
    load = Load()
    port = tree.port()
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(load.client, tree, port, names, place) for place in range(CLIENTS)]
        try:
            some_more(load)
            yield load
            some_more(load)
        finally:
            load.stop.set()
        for client in clients:
            client.result()


def some_more(load, count=100):
    """Waits until so many more effects were acknowledged; answers how long that took."""
    began, goal = time.monotonic(), len(load.told) + count
    wait_until(lambda: len(load.told) >= goal, seconds=30, pause=0.005)
    return time.monotonic() - began


def killed(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def back_after(load, count=CLIENTS + 1):
    """Seconds until so many more were acknowledged: more than can have been on their way."""
    return some_more(load, count)


def test_nothing_acknowledged_is_lost_or_doubled_by_kill_9(tree):
    names = [tree.member(BEANS) for _ in range(MEMBERS)]
    seconds, recovery = {}, []
    server = tree.server
    with under_load(tree, names) as load:
        for turn in (1, 2, 3, 4):
            wait_until(tree.whole)
            killed(tree.web_workers()[turn % 2])
            seconds[f"web worker {turn}"] = back_after(load)
        wait_until(tree.whole)
        killed(tree.job_worker())
        seconds["job worker"] = back_after(load)
        for turn in (1, 2):
            killed(server.postgres())
            recovery.append(tree.recovered())
            seconds[f"postmaster {turn}"] = recovery[-1] + back_after(load)
            some_more(load)
            postmaster = server.postgres()
            killed(postmaster, *children_of(postmaster))
            recovery.append(tree.recovered())
            seconds[f"postmaster and its children {turn}"] = recovery[-1] + back_after(load)
            some_more(load)
    wait_until(tree.whole)

    shown = ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items())
    print(f"back after the kill of: {shown}")
    print(f"PostgreSQL itself: {', '.join(f'{each:.2f} s' for each in recovery)}")
    print(f"{len(load.told)} told, longest {load.longest:.2f} s, troubles {dict(load.troubles)}")
    assert load.wrong == []
    assert load.troubles, "no client noticed a kill"
    assert load.longest < max(recovery) + GAP_SECONDS_MAX
    assert wrong_with(tree, load.told, names, before=BEANS) == []
    assert tree.unproved() == []

    lost_and_doubled_are_seen(tree, load, names)


def lost_and_doubled_are_seen(tree, load, names):
    """The control: the same check finds one effect that is gone, and one that came twice."""
    gone = next(each for each in load.told if each.kind == "redeem")
    event = "(SELECT id FROM rules_event WHERE external_id = %s)"
    tree.as_superuser(
        (f"DELETE FROM ledger_entry WHERE id = {event}", gone.key),
        ("DELETE FROM rules_event WHERE external_id = %s", gone.key),
    )
    wrong = wrong_with(tree, load.told, names, before=BEANS)
    assert f"{gone.key}: acknowledged, there 0 times" in wrong
    assert tree.unproved()

    twice = next(each for each in reversed(load.told) if each.kind == "redeem")
    assert twice.key != gone.key
    tree.as_superuser((f"DELETE FROM rules_event_key WHERE event_id = {event}", twice.key))
    body = {"member": {"id": json.loads(twice.receipt)["member"]}, "points": 5}
    with closing(Till(tree.port(), tree.api_key)) as till:
        assert till.post("/redemptions", body, key=twice.key).outcome == "done"
    wrong = wrong_with(tree, load.told, names, before=BEANS)
    assert f"{twice.key}: acknowledged, there 2 times" in wrong
    assert any(each.startswith(f"{twice.member}: (") for each in wrong)
