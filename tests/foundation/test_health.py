"""What a deployment says about itself, and to whom."""

import json
import logging

import pytest
from django.db import connections

from regulars.foundation import health
from regulars.foundation.logs import logging_config
from regulars.foundation.requests import REQUEST_ID_HEADER, request_id_of
from regulars.foundation.settings import RegularsSettings


@pytest.fixture
def unmigrated(clean_database, monkeypatch):
    """A database in which one migration is not recorded."""
    monkeypatch.setattr(health._Migrated, "seen", False)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'sessions' RETURNING app, name, applied"
        )
        rows = cursor.fetchall()
        yield
        for row in rows:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row
            )


def test_a_working_deployment_answers_200(clean_database, client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    checks = answer.json()["checks"]
    assert checks["database"] == {"state": "ok"}
    assert checks["migrations"] == {"state": "ok"}


def test_a_missing_migration_answers_503(unmigrated, client):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"
    assert answer.json()["checks"]["migrations"] == {"state": "failing", "missing": 1}


def test_an_unreachable_database_answers_503(clean_database, client, monkeypatch):
    connections["default"].close()
    monkeypatch.setitem(connections.settings["default"], "HOST", "/nowhere")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["state"] == "failing"


def test_the_worst_finding_counts():
    warning, failing = health.Finding(health.State.WARNING), health.Finding(health.State.FAILING)
    assert health.state_of({}) == "ok"
    assert health.state_of({"a": health.Finding(), "b": warning}) == "warning"
    assert health.state_of({"a": failing, "b": warning}) == "failing"


@pytest.mark.parametrize(
    ("sender", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "192.0.2.7"}, 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 403),
    ],
)
def test_metrics_are_for_this_machine(clean_database, client, sender, status):
    assert client.get("/metrics", **sender).status_code == status


def test_metrics_are_for_whoever_holds_the_token(clean_database, client, monkeypatch):
    settings = RegularsSettings(metrics_token="kept by Li")
    monkeypatch.setattr(health, "settings_load", lambda: settings)
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 403
    held = client.get("/metrics", headers={"Authorization": "Bearer kept by Li"})
    assert held.status_code == 200
    assert b"regulars_requests_total" in held.content


def test_a_callers_request_id_comes_back_unless_it_is_harmful():
    assert request_id_of("till-7.20261122-0001") == "till-7.20261122-0001"
    for harmful in (None, "short", "a" * 65, "line\nbreak-12345", "<script>alert(1)"):
        made = request_id_of(harmful)
        assert made != harmful
        assert len(made) == 32


def test_every_answer_names_its_request(clean_database, client):
    named = client.get("/healthz", headers={REQUEST_ID_HEADER: "till-7-0001"})
    assert named.headers[REQUEST_ID_HEADER] == "till-7-0001"
    assert len(client.get("/healthz").headers[REQUEST_ID_HEADER]) == 32


def test_a_line_of_the_log_is_one_json_object():
    config = logging_config(RegularsSettings(log_format="json"))
    maker = config["formatters"]["structured"]
    formatter = maker["()"](**{key: value for key, value in maker.items() if key != "()"})
    record = logging.makeLogRecord(
        {"name": "regulars.shop", "levelname": "INFO", "msg": "sold %d", "args": (3,), "till": 7}
    )
    line = json.loads(formatter.format(record))
    assert line["event"] == "sold 3"
    assert (line["logger"], line["level"], line["till"]) == ("regulars.shop", "info", 7)


def test_pages_forbid_foreign_and_inline_code(clean_database, client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
