"""Both doors give the same answers: one intake, one way to refuse, byte for byte."""

import json

import pytest

from tests.api.calls import Caller, refund, sale
from tests.api.house import everything
from tests.api.test_bad_input import BODIES, EVENTS

COMPARED = (
    "Content-Type",
    "Cache-Control",
    "Content-Language",
    "Idempotency-Replayed",
    "Retry-After",
    "WWW-Authenticate",
    "X-Content-Type-Options",
)
PAY = {"member": {"external_id": "mei"}, "points": 1000}
NOBODY = "mem_06h02hufclog79gc8p2k3rs07k"


def seen(reply):
    """What a caller sees of an answer. Django names a language where we name none: not ours."""
    headers = {name: reply.headers.get(name) for name in COMPARED}
    if reply.status < 400:
        del headers["Content-Language"]
    return reply.status, headers, reply.body


def without_ids(body):
    """A receipt but for the ids, which are new for each."""
    found = json.loads(body)
    found.pop("receipt")
    for entry in found.get("entries", ()):
        entry.pop("entry")
    found.get("redemption", {}).pop("redemption", None)
    return found


@pytest.fixture
def doors(api_key):
    """The same till at both doors."""
    key = api_key("till")
    return Caller(key, "hot"), Caller(key, "django")


def test_bad_events_are_refused_alike(doors):
    for name, (body, *_) in EVENTS.items():
        hot, django = (door.post("/events", body) for door in doors)
        assert seen(hot) == seen(django), name
        assert hot.status >= 400


def test_bad_bodies_are_refused_alike(doors):
    for name, (body, _) in BODIES.items():
        hot, django = (door("POST", "/events", body) for door in doors)
        assert seen(hot) == seen(django), name
        assert hot.status >= 400


CALLS = {
    "no key": lambda call: call("POST", "/events", b"{}", authorization=""),
    "wrong key": lambda call: call("POST", "/events", b"{}", authorization="Bearer a.b"),
    "no type": lambda call: call("POST", "/events", b"{}", kind=None),
    "too large": lambda call: call("POST", "/events", b" " * 300_000),
    "in English": lambda call: call.post("/events", sale("nobody"), accept_language="en"),
    "no Idempotency-Key": lambda call: call.post("/redemptions", PAY),
    "long Idempotency-Key": lambda call: call.post("/redemptions", PAY, key="x" * 129),
    "nothing to pay with": lambda call: call.post("/redemptions", PAY, key="pay-1"),
    "malformed id": lambda call: call.get("/members/mem_1/balances"),
    "unknown member": lambda call: call.get(f"/members/{NOBODY}/balances"),
    "a path of four bytes": lambda call: call.get("/members/\xf0\x9f\xa7\xbe/balances"),
    "balances without a key": lambda call: call.get(
        f"/members/{NOBODY}/balances", authorization=""
    ),
    "a wrong method": lambda call: call("PUT", "/events", b"{}"),
    "options": lambda call: call("OPTIONS", "/events"),
    "head": lambda call: call("HEAD", f"/members/{NOBODY}/balances"),
}


def test_other_refusals_are_alike(doors):
    for name, made in CALLS.items():
        hot, django = (made(door) for door in doors)
        assert seen(hot) == seen(django), name
        assert hot.status >= 400


def test_good_events_are_answered_alike(doors):
    """Bo at one door, Oz at the other: the same sales, the same receipts but for the ids."""
    for number, (kind, net) in enumerate([("sale", 12_345), ("sale", 0), ("refund", 345)]):
        bodies = []
        for who, door in zip(("bo", "oz"), doors, strict=True):
            document = f"{who}-{number if kind == 'sale' else 0}"
            body = sale(who, net, document) if kind == "sale" else refund(net, document, "1")
            reply = door.post("/events", body)
            assert reply.status == 201
            bodies.append(json.dumps(without_ids(reply.body)).replace(who, "x"))
        members = [json.loads(each).pop("member", None) for each in bodies]
        assert bodies[0].replace(str(members[0]), "m") == bodies[1].replace(str(members[1]), "m")


def test_a_replay_at_the_other_door_is_the_same_bytes(doors):
    hot, django = doors
    sold = hot.post("/events", sale("mei", 200_000))
    paid = django.post("/redemptions", PAY, key="pay-1")
    before = everything()
    assert seen(django.post("/events", sale("mei", 200_000))) == seen(
        hot.post("/events", sale("mei", 200_000))
    )
    assert django.post("/events", sale("mei", 200_000)).body == sold.body
    again = hot.post("/redemptions", PAY, key="pay-1")
    assert (again.status, again.body) == (200, paid.body)
    assert seen(again) == seen(django.post("/redemptions", PAY, key="pay-1"))
    path = f"/members/{sold.json['member']}/balances"
    assert seen(hot.get(path)) == seen(django.get(path))
    assert everything() == before


def test_a_hot_answer_says_how_long_it_is_and_which_request_it_was(doors):
    hot, _ = doors
    reply = hot.post("/events", sale(), x_request_id="till-7-receipt-42")
    assert reply.headers["Content-Length"] == str(len(reply.body))
    assert reply.headers["X-Request-Id"] == "till-7-receipt-42"
