"""The embedded database: one owner, its own OS user, and it comes back whenever it is killed."""

import os
import pwd
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from regulars.foundation.database.configuration import SUPERUSER
from regulars.foundation.database.connections import app_dsn
from regulars.foundation.database.embedded import DatabaseFailed, EmbeddedPostgres
from regulars.foundation.database.leftovers import processes_on
from regulars.foundation.database.ownership import DatabaseOwned
from regulars.foundation.database.places import SOCKET_PATH_BYTES_MAX, Places, home_dir
from regulars.foundation.database.provision import superuser_connection
from tests.foundation.clusters import folder_of_this_run, places_in
from tests.foundation.servers import children_of, is_alive, wait_until

PUT = "INSERT INTO django_session VALUES (%s, 'kept', now())"
COUNT = "SELECT count(*) FROM django_session WHERE session_data = 'kept'"


def rows_put(dsn, first, count):
    """Commits rows one by one, so that each is acknowledged."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for number in range(first, first + count):
            connection.execute(PUT, [f"key-{number}"])


def rows_counted(dsn):
    with psycopg.connect(dsn) as connection:
        return connection.execute(COUNT).fetchone()[0]


def test_a_killed_postmaster_comes_back_with_every_committed_row(durable_postgres):
    dsn = app_dsn()
    rows_put(dsn, 0, 50)
    killed = durable_postgres.postgres.pid
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: durable_postgres.postgres.pid not in (killed, None))
    wait_until(lambda: durable_postgres.postgres.ready)
    assert rows_counted(dsn) == 50
    rows_put(dsn, 50, 10)
    assert rows_counted(dsn) == 60


def test_postmaster_and_all_its_children_killed_come_back(durable_postgres):
    dsn = app_dsn()
    rows_put(dsn, 0, 20)
    killed = durable_postgres.postgres.pid
    family = [killed, *children_of(killed)]
    assert len(family) > 4
    for process in family:
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: durable_postgres.postgres.pid not in (killed, None))
    wait_until(lambda: durable_postgres.postgres.ready)
    assert rows_counted(dsn) == 20


def test_the_new_server_waits_for_a_busy_child_of_the_killed_one(durable_postgres):
    with closing(psycopg.connect(app_dsn(), autocommit=True)) as busy:
        child = busy.info.backend_pid
        # It never pauses, so it doesn't look whether its postmaster lives.
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 500000000)")
        killed = durable_postgres.postgres.pid
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: durable_postgres.postgres.pid not in (killed, None))
        assert not is_alive(child)
    wait_until(lambda: durable_postgres.postgres.ready)


def test_postgresql_runs_as_another_os_user_when_we_are_root(shared_cluster):
    owner = (shared_cluster.data / "PG_VERSION").stat().st_uid
    servers = processes_on(shared_cluster.data)
    assert servers
    assert {Path(f"/proc/{each}").stat().st_uid for each in servers} == {owner}
    if os.getuid() == 0:
        assert pwd.getpwuid(owner).pw_name in ("regulars", "nobody")
    else:
        assert owner == os.getuid()
    assert shared_cluster.data.stat().st_mode & 0o077 == 0


def test_only_the_socket_is_open_and_it_knows_who_connects(shared_cluster):
    with superuser_connection(shared_cluster) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        rules = connection.execute(
            "SELECT DISTINCT type, auth_method FROM pg_hba_file_rules"
        ).fetchall()
    assert rules == [("local", "peer")]
    with pytest.raises(psycopg.OperationalError, match="stranger"):
        psycopg.connect(host=str(shared_cluster.sockets), user="stranger", dbname="postgres")


def test_the_database_speaks_utf8_by_its_own_rules_and_checks_its_pages(shared_cluster):
    with superuser_connection(shared_cluster, "regulars") as connection:
        locale = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'regulars'"
        assert connection.execute(locale).fetchone() == ("b", "C.UTF-8")
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_confirmed_writes_wait_for_the_disk(durable_postgres):
    with superuser_connection(durable_postgres.database.places) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",)


def test_a_second_owner_is_refused_with_the_first_ones_process_id(durable_cluster):
    with pytest.raises(DatabaseOwned) as refused, EmbeddedPostgres(durable_cluster.places).kept():
        pass
    assert f"process {os.getpid()} " in refused.value.sentence()
    wait_until(lambda: durable_cluster.ready)


@pytest.fixture
def own_folder():
    """A folder for a cluster that only this test uses."""
    with folder_of_this_run("own") as folder:
        yield folder


def test_a_damaged_database_says_what_is_wrong(own_folder):
    places = places_in(own_folder)
    with EmbeddedPostgres(places, durable=False).kept():
        pass
    (places.data / "global" / "pg_control").unlink()
    with pytest.raises(DatabaseFailed, match="pg_control"), EmbeddedPostgres(places).kept():
        pass
    # What went wrong doesn't keep the next one out.
    with pytest.raises(DatabaseFailed, match="pg_control"), EmbeddedPostgres(places).kept():
        pass


def test_a_long_path_gets_its_socket_elsewhere(tmp_path):
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 5)
    places = Places(home=home_dir(), cluster=deep)
    assert len(os.fsencode(places.sockets / ".s.PGSQL.5432")) < SOCKET_PATH_BYTES_MAX
    assert places.sockets != Places(home=home_dir(), cluster=deep / "other").sockets


OWNER = """
import sys, time
from pathlib import Path
from regulars.foundation.database.embedded import EmbeddedPostgres
from regulars.foundation.database.places import Places, home_dir

with EmbeddedPostgres(Places(home_dir(), Path(sys.argv[1])), durable=False).kept() as postgres:
    print(postgres.pid, flush=True)
    time.sleep(600)
"""


def test_nothing_is_left_of_a_killed_owner_and_the_next_one_starts(own_folder):
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(own_folder)], stdout=subprocess.PIPE, text=True
    ) as owner:
        server = int(owner.stdout.readline())
        assert is_alive(server)
        owner.kill()
    with EmbeddedPostgres(places_in(own_folder), durable=False).kept() as postgres:
        assert postgres.pid != server
        assert not is_alive(server)
        with superuser_connection(places_in(own_folder)) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (SUPERUSER,)
