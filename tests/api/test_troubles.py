"""When something breaks here: an honest answer, a line in the log, and the door stays open."""

import logging

import pytest
from django.db import connections

from regulars.faces.hotdoor import front
from tests.api.calls import Caller, sale
from tests.api.house import nothing_moves


@pytest.fixture
def broken_table(shop):
    """The table of events has another name, as after a botched migration."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE rules_event RENAME TO rules_event_gone")
        repaired = []

        def repair():
            cursor.execute("ALTER TABLE rules_event_gone RENAME TO rules_event")
            repaired.append(True)

        yield repair
        if not repaired:
            repair()


@pytest.mark.parametrize("door", ["hot", "django"])
def test_a_failure_of_ours_is_told_with_a_request_id_and_logged(till, broken_table, door, caplog):
    caller = Caller(till.key, door)
    with caplog.at_level(logging.WARNING):
        answer = caller.post(
            "/events", sale(), accept_language="en", x_request_id="till-7-receipt-42"
        )
    assert (answer.status, answer.code) == (500, "internal_error")
    assert "till-7-receipt-42" in answer.json["detail"]
    assert "rules_event" not in answer.body.decode()
    assert any(record.exc_info for record in caplog.records)
    broken_table()
    assert caller.post("/events", sale()).status == 201


def test_a_full_queue_says_when_to_come_again(shop, till):
    front.writing.waiting_max = 0
    try:
        with nothing_moves():
            answer = till.post("/events", sale())
    finally:
        front.writing.waiting_max = 1000
    assert (answer.status, answer.code) == (503, "busy")
    assert answer.headers["Retry-After"] == "1"
    assert till.post("/events", sale()).status == 201


def test_a_page_that_django_refuses_is_a_problem_too(till):
    answer = till.get("/stores", HTTP_HOST="evil.example")
    assert (answer.status, answer.code) == (400, "bad_request")
