"""Enrolling and finding members; what is personal stays where it belongs."""

from regulars.foundation.database.session import unit_of_work
from regulars.rules.programs.services import starter_content
from tests.api.calls import sale
from tests.api.house import nothing_moves

ANN = {
    "display_name": "安妮",
    "phone": "138 0013 8000",
    "external_id": "web-7",
    "store": "s1",
    "language": "en",
}


def test_ann_is_enrolled_and_found_by_every_number(till):
    member = till.post("/members", ANN, key="enrol-1").json["member"]
    expected = {
        "member": member,
        "display_name": "安妮",
        "joined_at": "2025-03-01T04:00:00Z",
        "home_store": "s1",
        "language": "en",
        "is_active": True,
        "phone_last4": "8000",
        "external_ids": ["web-7"],
        "cards": [],
        "merged_into": None,
    }
    assert till.get(f"/members/{member}").json == expected
    for query in ("phone=%2B8613800138000", "phone=13800138000", "external_id=web-7"):
        assert till.get(f"/members?{query}").json == {"items": [expected]}
    assert till.get("/members?phone=13800138001").json == {"items": []}


def test_a_new_member_has_nothing_and_earns_at_once(till):
    member = till.post("/members", ANN, key="enrol-1").json["member"]
    assert till.get(f"/members/{member}/balances").json == {"member": member, "balances": []}
    assert till.get(f"/members/{member}/statement").json == {"items": [], "next_cursor": None}
    receipt = till.post("/events", sale({"phone": "+86 138-0013-8000"})).json
    assert receipt["member"] == member


def test_an_enrolment_is_an_event_and_brings_the_gift_of_joining_once(shop, till):
    gift = {
        "code": "joining",
        "name": {"en": "Joining", "zh-Hans": "入会"},
        "on": "member.enrolled",
        "earn_flat": {"asset": "beans", "amount": 100},
    }
    shop.publish(rules=[*starter_content("beans")["rules"], gift])
    member = till.post("/members", ANN, key="enrol-1").json["member"]
    till.post("/members", ANN, key="enrol-1")
    till.post("/members", ANN, key="enrol-2")
    (beans,) = till.get(f"/members/{member}/balances").json["balances"]
    assert (beans["asset"], beans["balance"]) == ("beans", 100)


def test_the_kept_answer_holds_nothing_personal(till):
    till.post("/members", ANN, key="enrol-1")
    with unit_of_work() as unit:
        kept = str(unit.fetch("SELECT * FROM idempotency_answer"))
        noted = str(unit.fetch("SELECT payload FROM outbox_notice"))
    assert "mem_" in kept
    for personal in ("安妮", "13800138000", "web-7", "8000"):
        assert personal not in kept
        assert personal not in noted


def test_bad_enrolments_are_refused_by_name(till):
    till.post("/members", ANN, key="enrol-1")
    for number, (changes, status, code) in enumerate(
        (
            ({"phone": "12"}, 422, "invalid_phone"),
            ({"phone": "１２"}, 422, "invalid_phone"),
            ({"phone": None}, 409, "identifier_taken"),
            ({"external_id": None}, 409, "identifier_taken"),
            ({"store": "moon"}, 422, "unknown_store"),
            ({"language": "fr"}, 422, "unknown_language"),
            ({"display_name": "x" * 201}, 422, "invalid_input"),
            ({"display_name": "a\x00b"}, 422, "invalid_input"),
            ({"display_name": 7}, 422, "invalid_input"),
            ({"is_active": False}, 422, "invalid_input"),
            ({"balance": 100}, 422, "invalid_input"),
            ({"member_id": "00000000-0000-7000-8000-000000000000"}, 422, "invalid_input"),
        )
    ):
        with nothing_moves():
            answer = till.post("/members", ANN | changes, key=f"bad-{number}")
        assert (answer.status, answer.code) == (status, code), changes
