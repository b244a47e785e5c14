"""The merchant's own kinds of events and top-ups: declared, sent, rewarded, explained."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from regulars.foundation.audit.models import AuditRecord
from tests.api.house import nothing_moves

BOOKING = {
    "code": "table.booked",
    "name": {"en": "Table booked", "zh-Hans": "订座"},
    "fields": [
        {
            "code": "party_size",
            "name": {"en": "Party size", "zh-Hans": "人数"},
            "type": "integer",
            "is_required": True,
        },
        {
            "code": "deposit_minor",
            "name": {"en": "Deposit", "zh-Hans": "订金"},
            "type": "money",
            "is_required": True,
        },
        {
            "code": "room",
            "name": {"en": "Room", "zh-Hans": "包间"},
            "type": "choice",
            "choices": {"hall": {"en": "Hall", "zh-Hans": "大厅"}, "vip": {"en": "VIP"}},
        },
        {"code": "day", "name": {"en": "Day", "zh-Hans": "日期"}, "type": "date"},
        {"code": "is_first", "name": {"en": "First time"}, "type": "yes_no"},
        {"code": "note", "name": {"en": "Note", "zh-Hans": "备注"}, "type": "text"},
    ],
    "amount": "deposit_minor",
}
RULES = [
    {
        "code": "party",
        "name": {"en": "Big parties", "zh-Hans": "大桌"},
        "on": "table.booked",
        "when": 'event.party_size >= 6 && event.room == "vip"',
        "earn_flat": {"asset": "beans", "amount": 50},
        "limits": [{"per": "member", "window": "day", "amount": 100}],
    },
    {
        "code": "deposit",
        "name": {"en": "Deposits", "zh-Hans": "订金"},
        "on": "table.booked",
        "earn": {
            "asset": "beans",
            "rate": {"amount": 1, "per_minor": 1000},
            "multipliers": [{"when": "event.is_first", "thousandths": 2000}],
        },
        "limits": [{"per": "all", "window": "total", "amount": 90}],
    },
]


# A booking has no lines, so no rule can look at them.
LINES = {
    "earn": {
        "asset": "beans",
        "rate": {"amount": 1, "per_minor": 1000},
        "multipliers": [{"when": 'line.category == "tea"', "thousandths": 2000}],
    },
    "earn_flat": None,
}


def booked(number, data, member="mei", **more):
    return {
        "event_id": f"b-{number}",
        "kind": "table.booked",
        "occurred_at": "2025-03-01T04:00:00Z",
        "member": {"external_id": member},
        "data": data,
    } | more


def changed(till, change, key):
    return till(
        "PATCH", "/event-kinds/table.booked", json.dumps(change).encode(), idempotency_key=key
    )


@pytest.fixture
def kind(till):
    """A restaurant's bookings."""
    made = till.post("/event-kinds", BOOKING, key="k1")
    assert made.status == 201
    return made.json


@pytest.fixture
def bookings(shop, kind):
    """Rules on bookings."""
    shop.publish(rules=RULES)


def given(receipt):
    return [
        (move["rule"], move["amount"])
        for entry in receipt.get("entries", ())
        for move in entry["movements"]
    ]


def notes(receipt):
    return [(note["rule"], note["fired"], note["code"]) for note in receipt["explanation"]]


def test_a_kind_is_defined_shown_with_its_schema_and_noted(till, kind):
    assert (kind["code"], kind["amount"], kind["is_active"]) == (
        "table.booked",
        "deposit_minor",
        True,
    )
    listed = till.get("/event-kinds").json["items"]
    assert [each["code"] for each in listed] == ["topup.paid", "table.booked"]
    shown = till.get("/event-kinds/table.booked").json
    assert shown["kind"] == kind
    data = shown["schema"]["properties"]["data"]
    assert data["required"] == ["party_size", "deposit_minor"]
    assert data["properties"]["room"] == {
        "type": "string",
        "enum": ["hall", "vip"],
        "title": "Room",
    }
    assert data["properties"]["deposit_minor"]["minimum"] == 0
    assert (AuditRecord.objects.filter(action="event_kind.defined").count()) == 1
    again = till.post("/event-kinds", BOOKING, key="k2")
    assert (again.status, again.code) == (409, "event_kind_exists")
    missing = till.get("/event-kinds/table.cleared")
    assert (missing.status, missing.code) == (404, "event_kind_missing")
    # The example is an event that is taken, but for its time and whose it is.
    example = shown["example"] | {
        "occurred_at": "2025-03-01T04:00:00Z",
        "member": {"external_id": "mei"},
    }
    assert till.post("/events", example).status == 201


def test_rules_read_the_fields_and_receipts_explain(shop, till, bookings):
    big = till.post(
        "/events",
        booked(1, {"party_size": 8, "deposit_minor": 20_000, "room": "vip", "is_first": False}),
    )
    assert big.status == 201
    assert given(big.json) == [("beans@2/party", 50), ("beans@2/deposit", 20)]
    assert big.json["data"]["room"] == "vip"
    small = till.post(
        "/events",
        booked(2, {"party_size": 2, "deposit_minor": 5_000, "room": "hall", "is_first": True}),
    ).json
    assert given(small) == [("beans@2/deposit", 10)]
    ((rule, fired, code),) = [each for each in notes(small) if not each[1]]
    assert (rule, fired, code) == ("beans@2/party", False, "more_needed")
    assert shop.of("mei").balance == 80
    # Nobody said whether it was the first time: the rule that asks is left out, and says so.
    silent = till.post("/events", booked(3, {"party_size": 7, "deposit_minor": 100})).json
    assert given(silent) == []
    assert {code for _, _, code in notes(silent)} == {"fact_missing"}


def test_limits_and_the_budget_hold(shop, till, bookings):
    data = {"party_size": 6, "deposit_minor": 40_000, "room": "vip", "is_first": False}
    first, second, third = [till.post("/events", booked(n, data)).json for n in (1, 2, 3)]
    assert given(first) == [("beans@2/party", 50), ("beans@2/deposit", 40)]
    assert given(second) == [("beans@2/party", 50), ("beans@2/deposit", 40)]
    assert given(third) == [("beans@2/deposit", 10)]
    assert shop.of("mei").balance == 190


def test_the_same_key_counts_once_whoever_sends_it_when(shop, till, bookings):
    event = booked(1, {"party_size": 6, "deposit_minor": 30_000, "is_first": False, "room": "vip"})

    def sent(_):
        try:
            return till.post("/events", event)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(sent, range(24)))
    assert {reply.body for reply in replies} == {replies[0].body}
    assert sorted(reply.status for reply in replies) == [200] * 23 + [201]
    assert shop.of("mei").balance == 80
    with nothing_moves():
        other = till.post("/events", event | {"data": event["data"] | {"party_size": 7}})
    assert (other.status, other.code) == (409, "key_reused")


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (None, ["party_size", "deposit_minor"]),
        ({"party_size": "6", "deposit_minor": 1}, ["party_size"]),
        ({"party_size": True, "deposit_minor": 1}, ["party_size"]),
        ({"party_size": 6.5, "deposit_minor": 1}, ["party_size"]),
        ({"party_size": 2**53, "deposit_minor": 1}, ["party_size"]),
        ({"party_size": 6, "deposit_minor": -1}, ["deposit_minor"]),
        ({"party_size": 6, "deposit_minor": 1, "room": "attic"}, ["room"]),
        ({"party_size": 6, "deposit_minor": 1, "day": "2025-2-3"}, ["day"]),
        ({"party_size": 6, "deposit_minor": 1, "is_first": "yes"}, ["is_first"]),
        ({"party_size": 6, "deposit_minor": 1, "note": "x" * 129}, ["note"]),
        ({"party_size": 6, "deposit_minor": 1, "note": None}, ["note"]),
        ({"party_size": 6, "deposit_minor": 1, "colour": 3}, ["colour"]),
    ],
)
def test_every_wrong_value_is_named_and_nothing_moves(till, bookings, data, named):
    with nothing_moves():
        refused = till.post("/events", booked(1, data), accept_language="en")
        chinese = till.post("/events", booked(1, data), accept_language="zh-Hans")
    assert (refused.status, refused.code) == (422, "event_data_refused")
    assert refused.json["context"]["fields"] == named
    for name in named:
        assert f"data.{name}: " in refused.json["detail"]
        assert f"data.{name}：" in chinese.json["detail"]


def test_in_a_batch_the_wrong_one_alone_is_refused(shop, till, bookings):
    good = {"party_size": 2, "deposit_minor": 1000, "is_first": False}
    answer = till.post(
        "/events/batch",
        {"events": [booked(1, good), booked(2, {}), booked(3, good, order=None)]},
    ).json["results"]
    assert [each["status"] for each in answer] == [201, 422, 201]
    assert answer[1]["problem"]["code"] == "event_data_refused"
    assert shop.of("mei").balance == 2
    sold = {"currency": "CNY", "net_minor": 100}
    refused = till.post("/events", booked(4, good, order=sold))
    assert (refused.status, refused.code) == (422, "order_unexpected")
    nobody = till.post("/events", booked(5, good) | {"member": None})
    assert nobody.code == "member_missing"


def test_a_kind_changes_in_ways_that_break_no_sender(till, kind):
    fields = kind["fields"]
    seats = {"code": "seats", "name": {"en": "Seats"}, "type": "integer"}
    refusals = (
        ({"fields": fields[1:]}, "party_size"),
        ({"fields": [fields[0] | {"type": "text"}, *fields[1:]]}, "party_size"),
        ({"fields": [*fields, seats | {"is_required": True}]}, "seats"),
        ({"fields": [*fields[:5], fields[5] | {"is_required": True}]}, "note"),
        (
            {
                "fields": [
                    *fields[:2],
                    fields[2] | {"choices": {"hall": {"en": "Hall"}}},
                    *fields[3:],
                ]
            },
            "room",
        ),
    )
    for number, (change, field) in enumerate(refusals):
        refused = changed(till, change, f"bad-{number}")
        assert (refused.status, refused.code) == (409, "event_kind_incompatible")
        assert refused.json["context"]["field"] == field
    easier = [fields[0] | {"is_required": False}, *fields[1:], seats]
    done = changed(till, {"name": {"en": "Booking"}, "fields": easier}, "good")
    assert (done.status, done.json["name"]) == (200, {"en": "Booking"})
    assert [each["code"] for each in done.json["fields"]][-1] == "seats"
    assert till.post("/events", booked(1, {"deposit_minor": 1, "seats": 4})).status == 201


def test_a_retired_kind_is_refused_until_it_is_in_use_again(till, kind):
    data = {"party_size": 2, "deposit_minor": 1}
    assert changed(till, {"is_active": False}, "off").json["is_active"] is False
    with nothing_moves():
        refused = till.post("/events", booked(1, data))
    assert (refused.status, refused.code) == (422, "event_kind_retired")
    assert changed(till, {"is_active": True}, "on").status == 200
    assert till.post("/events", booked(1, data)).status == 201
    actions = AuditRecord.objects.filter(subject="table.booked").values_list("action", flat=True)
    assert sorted(actions) == [
        "event_kind.defined",
        "event_kind.restored",
        "event_kind.retired",
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "booked"}, "event_kind_malformed"),
        ({"code": "Table.Booked"}, "event_kind_malformed"),
        ({"code": "a." + "b" * 31}, "event_kind_malformed"),
        ({"code": "order.shipped"}, "event_kind_reserved"),
        ({"code": "level.praised"}, "event_kind_reserved"),
        ({"code": "visit.checked_in"}, "event_kind_reserved"),
        ({"name": {}}, "languages_expected"),
        ({"amount": "party_size"}, "event_field_refused"),
        ({"amount": "nothing"}, "event_field_refused"),
        ({"fields": BOOKING["fields"][:2] * 2}, "event_field_refused"),
    ],
)
def test_what_can_be_no_kind_is_refused(till, change, code):
    with nothing_moves():
        assert till.post("/event-kinds", BOOKING | change, key="k").code == code


@pytest.mark.parametrize(
    "change",
    [
        {"code": "in"},
        {"code": "store"},
        {"code": "price", "type": "money"},
        {"code": "price_minor", "type": "integer"},
        {"type": "choice"},
        {"choices": {"a": {"en": "A"}}},
    ],
)
def test_what_can_be_no_field_is_refused(till, change):
    field = {"code": "seats", "name": {"en": "Seats"}, "type": "integer"} | change
    with nothing_moves():
        made = till.post("/event-kinds", BOOKING | {"fields": [field], "amount": None}, key="k")
    assert (made.status, made.code) == (422, "event_field_refused")


def test_a_rule_is_checked_against_the_declaration(till, kind):
    content = till.get("/programs/beans").json["versions"][0]["content"]
    for number, (part, where) in enumerate(
        (
            ({"when": "event.seats > 2"}, "rules[0].when"),
            ({"when": 'event.party_size == "six"'}, "rules[0].when"),
            ({"when": "order.net_minor > 2"}, "rules[0].when"),
            ({"on": "table.cleared"}, "rules[0].on"),
            (LINES, "rules[0].earn.multipliers[0].when"),
        )
    ):
        draft = content | {"rules": [RULES[0] | part]}
        refused = till.post("/programs/beans/draft", draft, key=f"d-{number}")
        assert refused.status == 422
        assert where in refused.json["detail"]


def test_the_past_is_tried_with_what_the_events_said(shop, till, bookings):
    data = {"party_size": 6, "deposit_minor": 20_000, "room": "vip", "is_first": False}
    till.post("/events", booked(1, data))
    till.post("/events", booked(2, data | {"party_size": 2}, member="bo"))
    drafted = till.get("/programs/beans").json["versions"][0]["content"] | {
        "rules": [
            RULES[0] | {"when": "event.party_size < 6"},
            RULES[1] | {"earn": RULES[1]["earn"] | {"rate": {"amount": 2, "per_minor": 1000}}},
        ]
    }
    assert till.post("/programs/beans/draft", drafted, key="d").status == 200
    days = f"since={shop.now.date()}&until={shop.now.date()}"
    tried = till.get(f"/programs/beans/simulation?{days}").json
    assert tried["events"] == 2
    by_rule = {each["rule"]: each["amount"] for each in tried["rules"]}
    assert by_rule == {"party": 50, "deposit": 80}


def test_a_top_up_earns_by_its_amount_and_books_no_stored_value(shop, till):
    shop.publish(
        rules=[
            {
                "code": "topup",
                "name": {"en": "Top-ups", "zh-Hans": "充值"},
                "on": "topup.paid",
                "when": 'event.amount_minor >= 10000 && event.store == "s1"',
                "earn": {"asset": "beans", "rate": {"amount": 1, "per_minor": 1000}},
            }
        ]
    )
    event = booked(1, {"amount_minor": 50_000, "currency": "CNY"}, kind="topup.paid", store="s1")
    paid = till.post("/events", event).json
    assert given(paid) == [("beans@2/topup", 50)]
    assert [each["asset"] for each in paid["balances"]] == ["beans"]
    less = till.post(
        "/events",
        event | {"event_id": "t-2", "data": {"amount_minor": 9_900, "currency": "CNY"}},
    ).json
    ((_, _, code),) = notes(less)
    assert (given(less), code) == ([], "more_needed")
    for number, (data, problem) in enumerate(
        (
            ({"amount_minor": 1, "currency": "EUR"}, "currency_mismatch"),
            ({"amount_minor": "1", "currency": "CNY"}, "event_data_refused"),
            ({"currency": "CNY"}, "event_data_refused"),
        )
    ):
        with nothing_moves():
            refused = till.post("/events", event | {"event_id": f"bad-{number}", "data": data})
        assert refused.code == problem
    assert shop.of("mei").balance == 50
