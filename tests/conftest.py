"""What every test may ask for. The database is always a real PostgreSQL.

- `db` (or the mark `django_db`): a transaction that is rolled back; ORM tests of one connection.
- `clean_database`: what is committed stays committed, and is emptied after the test. For the
  ledger, the intake and the API, whose units of work have connections of their own.
- `live_server_process`: a real server on that database, for races over HTTP.
- `durable_postgres`: a PostgreSQL that waits for the disk and may be killed.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django.plugin import blocking_manager_key

from regulars.faces.cli import words
from regulars.foundation.database.roles import grants_apply
from regulars.foundation.shop import selectors
from regulars.rules.eventkinds.selectors import kinds_forgotten
from tests.foundation.clusters import (
    DurablePostgres,
    TestDatabase,
    cluster_of_this_run,
    django_pointed_at,
    places_in,
)
from tests.foundation.servers import server_on, wait_until

CLUSTER_FOLDER = "regulars_cluster"
_controller = ExitStack()
_controller_folders: list[Path] = []


@pytest.fixture(autouse=True)
def shop_by_defaults(monkeypatch):
    """Each test starts with the deployment's defaults; whoever changes the shop reads it anew."""
    defaults = selectors._view(("{}", "", "", "", 0, False))
    monkeypatch.setattr(selectors._SHOP, "last", defaults, raising=False)
    monkeypatch.setattr(selectors._SHOP, "_due_at", float("inf"))
    monkeypatch.setattr(words._Spoken, "language", "")


def pytest_configure():
    """Stories that are not about the second factor sign in with a password alone."""
    os.environ["REGULARS_SECOND_FACTOR"] = "offered"
    django_settings.SECOND_FACTOR = "offered"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """With xdist the controller runs the one server, because it outlives every worker."""
    if not _controller_folders:
        _controller.enter_context(node.config.stash[blocking_manager_key].unblock())
        cluster = _controller.enter_context(cluster_of_this_run("shared", durable=False))
        _controller_folders.append(cluster.places.cluster)
    node.workerinput[CLUSTER_FOLDER] = str(_controller_folders[0])


def pytest_unconfigure():
    """Stops the server when the last worker is done."""
    _controller.close()


@pytest.fixture(scope="session")
def shared_cluster(request, django_test_environment, django_db_blocker):
    """The places of the run's one server, which doesn't wait for the disk."""
    worker = getattr(request.config, "workerinput", None)
    if worker is not None:
        yield places_in(Path(worker[CLUSTER_FOLDER]))
        return
    with django_db_blocker.unblock(), cluster_of_this_run("shared", durable=False) as postgres:
        yield postgres.places


@pytest.fixture(scope="session")
def worker_database(shared_cluster, worker_id):
    """This worker's own copy of the migrated database."""
    database = TestDatabase(shared_cluster, f"test_{worker_id}")
    database.make()
    yield database
    database.drop()


@pytest.fixture(scope="session")
def django_db_setup(worker_database, django_db_blocker):
    """Replaces pytest-django's: Django uses the worker's database, as the application's role."""
    with django_pointed_at(worker_database.places, worker_database.name):
        with django_db_blocker.unblock():
            grants_apply()
        yield


@pytest.fixture
def clean_database(django_db_setup, worker_database, django_db_blocker):
    """An empty database whose commits are real; emptied again after the test."""
    with django_db_blocker.unblock():
        yield worker_database
        worker_database.clean()
    kinds_forgotten()


@pytest.fixture
def live_server_process(clean_database, tmp_path):
    """A real server with two web workers and no job worker, on the empty test database."""
    with server_on(clean_database, tmp_path / "server", "--no-jobs") as server:
        yield server


@pytest.fixture(scope="session")
def durable_cluster(django_test_environment, django_db_blocker):
    """A server of this worker's own that waits for the disk, for tests that kill."""
    with (
        django_db_blocker.unblock(),
        cluster_of_this_run("durable", durable=True) as postgres,
    ):
        yield postgres


@pytest.fixture
def durable_postgres(django_db_setup, durable_cluster, django_db_blocker):
    """The supervisor of a PostgreSQL with fsync on, and Django on a fresh database in it.

    Kill `durable_postgres.postgres.pid` as you like; `durable_postgres.database` names the place.
    """
    wait_until(lambda: durable_cluster.ready)
    database = TestDatabase(durable_cluster.places, "durable")
    database.make()
    with django_db_blocker.unblock(), django_pointed_at(database.places, database.name):
        grants_apply()
        yield DurablePostgres(durable_cluster, database)
    wait_until(lambda: durable_cluster.ready)
    database.drop()
