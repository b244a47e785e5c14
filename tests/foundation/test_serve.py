"""`regulars serve`: one command runs everything, and no kill leaves it half-running."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import socket

import pytest

from tests.foundation.clusters import folder_of_this_run
from tests.foundation.servers import (
    children_of,
    is_alive,
    server_on,
    server_start,
    wait_until,
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The variables of a shop with an embedded database of its own; its first serve makes it."""
    with folder_of_this_run("served") as cluster:
        yield {
            "REGULARS_DATABASE_DIR": str(cluster),
            "REGULARS_DATA_DIR": str(tmp_path_factory.mktemp("shop")),
            "REGULARS_LANGUAGE": "en",
        }


@contextmanager
def serving(shop, *options):
    server = server_start(shop, Path(shop["REGULARS_DATA_DIR"]), "--workers", "2", *options)
    try:
        server.wait_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture
def served(shop):
    with serving(shop) as server:
        yield server


def family_of(pid):
    """A process and all its descendants."""
    return [pid, *(each for child in children_of(pid) for each in family_of(child))]


def answer(server, path):
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read().decode()


def command(shop, *arguments):
    environment = {**os.environ, **shop}
    return subprocess.run(
        [sys.executable, "-m", "regulars", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_one_command_makes_the_database_and_serves(served):
    health = json.loads(answer(served, "/healthz"))
    assert health["status"] in ("ok", "warning")
    assert health["checks"]["database"] == {"state": "ok"}
    assert health["checks"]["migrations"] == {"state": "ok"}
    wait_until(lambda: len(served.web_workers()) == 2)


def test_a_killed_web_worker_is_replaced_and_the_other_serves_on(served):
    killed, other = served.web_workers()
    os.kill(killed, signal.SIGKILL)
    # A connection made in the instant of the kill may still be given to the dying one.
    wait_until(lambda: served.status() == 200, seconds=5)
    wait_until(lambda: len(set(served.web_workers()) - {killed}) == 2)
    assert other in served.web_workers()
    assert served.status() == 200


def test_a_killed_web_keeper_leaves_no_worker_behind_and_comes_back(served):
    keeper, _ = served.forked()
    workers = served.web_workers()
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, workers)))
    wait_until(lambda: served.status() == 200)
    assert keeper not in served.forked()


def test_a_killed_job_worker_is_replaced(served):
    _, worker = served.forked()
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: len(set(served.forked()) - {worker}) == 2)


def test_a_killed_database_comes_back_by_itself(served):
    killed = served.postgres()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: served.postgres() not in (killed, None))
    wait_until(lambda: served.status() == 200)


def test_commands_work_beside_a_running_server(shop, served):
    ended = command(shop, "migrate")
    assert (ended.returncode, ended.stdout.strip()) == (0, "Nothing to do.")
    assert served.status() == 200


def test_commands_start_the_database_when_nothing_runs(shop):
    assert command(shop, "migrate").returncode == 0
    ended = command(shop, "migrate")
    assert (ended.returncode, ended.stdout.strip()) == (0, "Nothing to do.")


def test_a_second_server_on_the_same_data_is_refused_by_name(shop, served):
    ended = command(shop, "serve", "--port", "0")
    assert ended.returncode == 1
    assert f"already run by process {served.pid} " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert served.status() == 200


def test_a_taken_port_is_refused(shop):
    with closing(socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = command(shop, "serve", "--port", port)
    assert ended.returncode == 1
    assert f"Port {port} on 127.0.0.1 is used by another program" in ended.stderr


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything(served, sign):
    family = family_of(served.pid)
    assert len(family) > 8
    served.process.send_signal(sign)
    assert served.process.wait(30) == 0
    assert [each for each in family if is_alive(each)] == []


def test_a_killed_supervisor_leaves_nothing_and_the_next_one_starts(shop, served):
    family = family_of(served.pid)
    os.kill(served.pid, signal.SIGKILL)
    served.process.wait()
    with serving(shop) as following:
        assert following.status() == 200
        wait_until(lambda: not any(map(is_alive, family)))


def test_metrics_count_the_requests_of_all_web_workers(served):
    for _ in range(40):
        served.status("/healthz")
    counted = re.search(
        r'regulars_requests_total\{door="django",method="GET",route="healthz",status="200"\} '
        r"(\d+)",
        answer(served, "/metrics"),
    )
    assert int(counted[1]) >= 40
    assert 'regulars_jobs{state="failed"} 0.0' in answer(served, "/metrics")


def test_a_database_url_is_used_instead_of_an_embedded_one(clean_database, tmp_path):
    with server_on(clean_database, tmp_path / "data") as server:
        assert server.status() == 200
        assert server.forked() == children_of(server.pid)
