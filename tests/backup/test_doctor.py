"""The doctor finds what is wrong and says what to do, in both languages."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection

from regulars.foundation import clock, installation, personal
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit import diagnoses as copies
from regulars.foundation.audit.services import record
from regulars.foundation.diagnoses import Verdict, looks_known
from regulars.foundation.jobs import diagnoses as jobs
from regulars.foundation.settings import settings_load

NOON = datetime(2025, 3, 1, 4, tzinfo=UTC)


def found(name):
    return [(each.verdict, each.texts["en"]) for each in looks_known()[name]()]


def act(action, at, **details):
    with clock.stopped_at(at):
        record(actor=SYSTEM, action=action, subject="x", details=details)


def test_every_look_speaks_both_languages(clean_database):
    for name, look in looks_known().items():
        for each in look():
            assert each.texts["en"].strip(), name
            assert any("一" <= letter <= "鿿" for letter in each.texts["zh-Hans"]), name


def test_what_the_doctor_looks_at():
    assert list(looks_known()) == [
        "database",
        "guard",
        "space",
        "keys",
        "keys-fit",
        "jobs",
        "outbox",
        "webhooks",
        "sms",
        "proof",
        "seal",
        "backup",
        "backup-key",
        "clock",
        "server",
    ]


@pytest.mark.parametrize(
    ("hours", "verdict", "text"),
    [
        (None, Verdict.WARNING, "There was never a backup. Run `regulars backup`, every day."),
        (2, Verdict.OK, "The last backup was made 2 hours ago"),
        (36, Verdict.OK, "The last backup was made 1 day ago"),
        (
            49,
            Verdict.WARNING,
            "The last backup was made 2 days ago. Run `regulars backup`, every day.",
        ),
    ],
)
def test_the_age_of_the_backup(db, hours, verdict, text):
    if hours is not None:
        act("database.backed_up", NOON - timedelta(hours=hours))
    with clock.stopped_at(NOON):
        assert found("backup") == [(verdict, text)]


def test_the_last_proof_counts(db):
    assert found("proof")[0][0] is Verdict.WARNING
    act("ledger.proved", NOON - timedelta(days=2))
    with clock.stopped_at(NOON):
        assert found("proof") == [(Verdict.OK, "The books were proved 2 days ago")]
        act("ledger.proof_failed", NOON - timedelta(days=1), broken=["balances"])
        verdict, text = found("proof")[0]
        assert verdict is Verdict.FAILING
        assert text.startswith("The last proof of the books found differences (balances).")
        act("ledger.proved", NOON - timedelta(minutes=1))
        assert found("proof") == [(Verdict.OK, "The books were proved 1 minute ago")]
    with clock.stopped_at(NOON + timedelta(days=9)):
        assert found("proof")[0][0] is Verdict.WARNING


def test_a_stalled_job_and_a_failed_one(db):
    assert found("jobs")[0][0] is Verdict.WARNING
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        worker = cursor.fetchone()[0]
        assert found("jobs") == [(Verdict.OK, "Background jobs are being done")]
        job = (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id) "
            "VALUES ('default', 'outbox.deliver', %s, %s) RETURNING id"
        )
        cursor.execute(job, ["doing", None])
        assert found("jobs")[1][1].startswith("1 jobs were left half-done")
        cursor.execute(job, ["failed", worker])
        failed = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type) VALUES (%s, 'failed')", [failed]
        )
        assert found("jobs")[2] == (
            Verdict.FAILING,
            "The job outbox.deliver failed for good 1 times since yesterday; the log says why.",
        )


def test_a_worker_of_another_life_of_the_database_does_nothing(db):
    """As in a fresh copy, or after the machine lost its power: it was heard of, and is no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (pg_postmaster_start_time() - interval '1 second')"
        )
    # However long the database of this test runs already.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "SILENT_SECONDS", 10_000_000)
        assert found("jobs")[0][1].startswith("Nobody does background jobs")


def test_a_clock_that_was_set_back(db):
    assert found("clock")[0][0] is Verdict.OK
    act("database.backed_up", clock.now() + timedelta(hours=1))
    assert found("clock")[0][0] is Verdict.FAILING
    with clock.stopped_at(NOON):
        assert "seconds apart" in found("clock")[0][1]


def test_a_disk_that_fills_up(db, monkeypatch):
    monkeypatch.setattr(installation, "FREE_BYTES_MIN", 10**18)
    assert {verdict for verdict, _ in found("space")} == {Verdict.WARNING}
    monkeypatch.setattr(installation, "FREE_BYTES_NONE", 10**18)
    assert {verdict for verdict, _ in found("space")} == {Verdict.FAILING}


def test_keys_that_others_can_read_or_that_nobody_copied(db, tmp_path, monkeypatch):
    settings = settings_load().model_copy(update={"data_dir": tmp_path})
    monkeypatch.setattr(copies, "settings_load", lambda: settings)
    assert found("keys") == []
    personal.keys_loaded(settings.personal_keys_file)
    assert [verdict for verdict, _ in found("keys")] == [Verdict.WARNING]
    fingerprint = personal.keys_fingerprint(settings.personal_keys_file)
    act("personal_keys.copied", NOON, fingerprint=fingerprint)
    assert found("keys") == [(Verdict.OK, "A copy of the key file is confirmed")]
    settings.personal_keys_file.chmod(0o640)
    assert found("keys")[0][0] is Verdict.FAILING
    settings.personal_keys_file.unlink()
    personal.keys_loaded(settings.personal_keys_file)
    assert [verdict for verdict, _ in found("keys")] == [Verdict.WARNING]


class Answering(BaseHTTPRequestHandler):
    """Somebody on our port."""

    said = b"{}"

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def somebody(monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    settings = settings_load().model_copy(
        update={"host": "127.0.0.1", "port": server.server_address[1]}
    )
    monkeypatch.setattr(installation, "settings_load", lambda: settings)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_program_on_our_port_is_named(somebody, monkeypatch):
    assert found("server")[0][0] is Verdict.FAILING
    monkeypatch.setattr(Answering, "said", json.dumps({"checks": {}}).encode())
    assert found("server")[0][0] is Verdict.OK


def test_nobody_on_our_port_is_no_trouble(somebody):
    somebody.shutdown()
    somebody.server_close()
    assert found("server")[0][1].startswith("Nobody answers on 127.0.0.1:")
