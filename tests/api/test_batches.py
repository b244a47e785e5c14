"""Many events at once: one result for each, in order, and one bad one harms no other."""

import json
import threading

import pytest
from django.db import connections

from regulars.faces.api.events import batch_turn
from tests.api.calls import JSON, PROBLEM, sale
from tests.api.house import nothing_moves


def batch(*events):
    return {"events": list(events)}


def test_each_event_gets_its_own_result_in_order(shop, till):
    answer = till.post(
        "/events/batch",
        batch(
            sale("mei", 1000, "1"),
            sale("nobody", 1000, "2"),
            {"event_id": 3},
            sale("bo", 2000, "4"),
            "sale",
            sale("mei", -1, "6"),
            sale("mei", 1000, "1"),
            sale("mei", 1000, "7", data={"note": "\x00"}),
        ),
        accept_language="en",
    )
    assert (answer.status, answer.headers["Content-Type"]) == (200, JSON)
    results = answer.json["results"]
    assert [result["status"] for result in results] == [201, 404, 422, 201, 422, 422, 200, 422]
    problems = [result["problem"] for result in results if "problem" in result]
    assert [problem["code"] for problem in problems] == [
        "unknown_member",
        "invalid_input",
        "invalid_input",
        "invalid_input",
        "invalid_input",
    ]
    assert problems[3]["detail"] == "order.net_minor: must be at least 0"
    assert problems[4]["context"]["field"] == "data.note"
    assert results[6]["receipt"] == results[0]["receipt"]
    assert (shop.of("mei").balance, shop.of("bo").balance) == (10, 20)


def test_the_receipts_are_those_of_single_events(till):
    answer = till.post("/events/batch", batch(sale("mei", 1000, "1")))
    alone = till.post("/events", sale("mei", 1000, "1"))
    assert alone.status == 200
    assert alone.body in answer.body


def test_a_batch_again_moves_nothing(till):
    events = [sale("mei", 1000, str(number)) for number in range(20)]
    first = till.post("/events/batch", batch(*events))
    with nothing_moves():
        again = till.post("/events/batch", batch(*events))
    assert {result["status"] for result in again.json["results"]} == {200}
    assert [each["receipt"] for each in again.json["results"]] == [
        each["receipt"] for each in first.json["results"]
    ]


def test_a_thousand_events_are_taken_and_one_more_is_not(shop, till):
    events = [sale("mei", 100, str(number)) for number in range(1001)]
    with nothing_moves():
        refused = till.post("/events/batch", batch(*events))
    assert (refused.status, refused.code) == (413, "batch_too_large")
    taken = till.post("/events/batch", batch(*events[:1000]))
    assert {result["status"] for result in taken.json["results"]} == {201}
    assert shop.of("mei").balance == 1000


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_input"),
        ({"events": None}, 422, "invalid_input"),
        ({"events": {}}, 422, "invalid_input"),
        ({"events": [], "more": 1}, 422, "invalid_input"),
        ([], 422, "invalid_input"),
    ],
)
def test_a_batch_that_is_none_is_refused(till, body, status, code):
    with nothing_moves():
        answer = till.post("/events/batch", body)
    assert (answer.status, answer.code) == (status, code)


def test_a_broken_batch_is_refused_whole(till):
    body = json.dumps(batch(sale(), sale("bo", 1, "2")))[:-3].encode()
    with nothing_moves():
        answer = till("POST", "/events/batch", body)
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.code == "malformed_json"


def test_an_empty_batch_is_answered_with_nothing(till):
    with nothing_moves():
        answer = till.post("/events/batch", batch())
    assert (answer.status, answer.json) == (200, {"results": []})


def test_batches_of_one_process_are_done_in_turn(shop, till):
    """Mei buys for 10.00 in a batch that comes while another one is being done."""
    answers = []

    def sent():
        answers.append(till.post("/events/batch", batch(sale("mei", 1000, "1"))))
        connections.close_all()

    later = threading.Thread(target=sent)
    with batch_turn:
        later.start()
        later.join(0.3)
        assert (answers, shop.of("mei").balance) == ([], 0)
    later.join(30)
    assert [each["status"] for each in answers[0].json["results"]] == [201]
    assert shop.of("mei").balance == 10
