"""The same request again has one effect and one answer, byte for byte."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.idempotency.services import KEPT, old_answers_forget
from tests.api.calls import Caller, at_once, refund, sale
from tests.api.house import nothing_moves
from tests.foundation.servers import wait_until

HOLD = {"member": {"external_id": "mei"}, "points": 1500, "hold_seconds": 600}


def test_an_event_again_gets_the_same_bytes(till):
    first = till.post("/events", sale())
    with nothing_moves():
        again = till.post("/events", sale())
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_a_redemption_again_gets_the_same_bytes(till):
    till.post("/events", sale("mei", 200_000))
    body = {"member": {"external_id": "mei"}, "points": 1000}
    first = till.post("/redemptions", body, key="pay-1")
    with nothing_moves():
        again = till.post("/redemptions", body, key="pay-1")
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body


def test_the_receipt_is_of_that_moment_though_time_goes_on(shop, till):
    first = till.post("/events", sale())
    till.post("/events", refund(5000))
    shop.on(date(2025, 3, 20))
    with clock.stopped_at(shop.now):
        assert till.post("/events", sale()).body == first.body


def test_another_content_under_the_same_id_is_refused(till):
    till.post("/events", sale(net_minor=5000))
    with nothing_moves():
        answer = till.post("/events", sale(net_minor=5001))
    assert (answer.status, answer.code) == (409, "key_reused")


def test_the_same_document_under_another_id_is_the_same_sale(till):
    first = till.post("/events", sale())
    with nothing_moves():
        again = till.post("/events", sale(event_id="another"))
        changed = till.post("/events", sale(event_id="another", net_minor=1))
    assert again.body == first.body
    assert changed.code == "document_reused"


def test_two_sources_may_use_the_same_ids(api_key, till):
    shop_online = Caller(api_key("web-shop"))
    first = till.post("/events", sale())
    second = shop_online.post("/events", sale())
    assert (first.status, second.status) == (201, 201)
    assert first.json["receipt"] != second.json["receipt"]


def test_two_keys_of_one_source_are_one_sender(api_key, till):
    replacement = Caller(api_key("till"))
    first = till.post("/events", sale())
    with nothing_moves():
        again = replacement.post("/events", sale())
    assert (again.status, again.body) == (200, first.body)


def test_one_sale_sent_by_sixteen_at_once_counts_once(shop, till):
    answers = at_once(16, lambda _: till.post("/events", sale()))
    assert sorted(answer.status for answer in answers) == [200] * 15 + [201]
    assert len({answer.body for answer in answers}) == 1
    assert shop.of("mei").balance == 50


def test_a_member_is_enrolled_once(till):
    body = {"display_name": "Ann", "phone": "138 0013 8000"}
    first = till.post("/members", body, key="enrol-1")
    with nothing_moves():
        again = till.post("/members", body, key="enrol-1")
        other = till.post("/members", body | {"display_name": "Anna"}, key="enrol-1")
        taken = till.post("/members", body, key="enrol-2")
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status, other.code) == (409, "key_reused")
    assert (taken.status, taken.code) == (409, "identifier_taken")


def test_a_key_is_free_again_after_a_refusal(till):
    refused = till.post("/members", {"phone": "12"}, key="enrol-1")
    assert refused.code == "invalid_phone"
    assert till.post("/members", {"phone": "13800138000"}, key="enrol-1").status == 201


def test_a_member_enrolled_by_eight_at_once_is_one(shop, till):
    before = shop.rows("members_member")
    body = {"phone": "13800138000"}
    answers = at_once(8, lambda _: till.post("/members", body, key="enrol-1"))
    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert len({answer.body for answer in answers}) == 1
    assert shop.rows("members_member") == before + 1


@pytest.mark.parametrize("end", ["settle", "release"])
def test_a_payment_is_ended_once(till, end):
    till.post("/events", sale("mei", 200_000))
    held = till.post("/redemptions", HOLD, key="pay-1").json["redemption"]["redemption"]
    path = f"/redemptions/{held}"
    first = till.post(f"{path}/{end}", key="end-1")
    with nothing_moves():
        again = till.post(f"{path}/{end}", key="end-1")
        other_way = till.post(f"{path}/{'settle' if end == 'release' else 'release'}", key="end-1")
        other_key = till.post(f"{path}/{end}", key="end-2")
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert (other_way.status, other_way.code) == (409, "key_reused")
    assert (other_key.status, other_key.code) == (409, "redemption_closed")


@pytest.mark.parametrize("end", ["settle", "release"])
def test_of_eight_who_end_a_payment_one_does(shop, till, end):
    till.post("/events", sale("mei", 200_000))
    held = till.post("/redemptions", HOLD, key="pay-1").json["redemption"]["redemption"]
    path = f"/redemptions/{held}/{end}"
    answers = at_once(8, lambda n: till.post(path, key=f"end-{n}"))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert {answer.code for answer in answers if answer.status == 409} == {"redemption_closed"}
    assert shop.of("mei").balance == (500 if end == "settle" else 2000)
    assert shop.rows(f"outbox_notice WHERE kind = 'redemption.{end}d'") == 1


def test_answers_are_forgotten_after_thirty_days(shop, till):
    till.post("/members", {"phone": "13800138000"}, key="enrol-1")
    assert old_answers_forget(shop.now + timedelta(days=30) - KEPT) == 0
    assert old_answers_forget(shop.now + timedelta(days=30, seconds=1) - KEPT) == 1
    assert shop.rows("idempotency_answer") == 0


WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


def waiting():
    """How many connections wait for a lock now."""
    with unit_of_work() as unit:
        return unit.fetch(WAITING)[0][0]


def test_two_who_release_at_the_same_moment_are_told_apart(shop, till):
    """Both have read the payment as held, and wait for the member's books, when one goes on."""
    till.post("/events", sale("mei", 200_000))
    held = till.post("/redemptions", HOLD, key="pay-1").json["redemption"]["redemption"]
    with unit_of_work() as unit:
        unit.fetch("SELECT id FROM ledger_holder WHERE id = %s FOR UPDATE", shop.members["mei"])
        with ThreadPoolExecutor(2) as pool:
            calls = [
                pool.submit(till.post, f"/redemptions/{held}/release", key=f"end-{number}")
                for number in (1, 2)
            ]
            wait_until(lambda: waiting() == 2)
            unit.rollback()
            answers = [call.result() for call in calls]
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert shop.rows("outbox_notice WHERE kind = 'redemption.released'") == 1
