"""Strangers' requests, made up from our own description: no failure of ours, no broken promise.

A run in which nothing succeeds would prove little, so each route is first called as it should be,
and what is made up often carries ids that exist.
"""

import base64

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from regulars.faces.api import statements
from regulars.foundation.actors import SYSTEM
from regulars.foundation.outbox.delivery import listener_caught_up
from regulars.organization.apikeys.services import apikey_create
from regulars.organization.webhooks.known import webhooks_forgotten
from regulars.rules.fileimports.services import chunks_run, import_finish, import_start
from regulars.rules.programs.services import starter_content
from tests.api.calls import JSON, front_door, refund, sale
from tests.api.house import everything
from tests.counter.conftest import Counter
from tests.foundation.servers import wait_until
from tests.webhooks.conftest import nothing_is_held_back

# So many made-up calls for each route, in every run and in a long one.
EXAMPLES, EXAMPLES_OF_A_LONG_RUN = 8, 100
# Refusing what the description allows is right where the shop's state forbids it.
UNCHECKED = {"positive_data_acceptance", "max_response_time"}
UNCHECKED_OF = {
    # A batch is taken, and each bad event in it answered with its own problem.
    "POST /api/v1/events/batch": {"negative_data_rejection"},
    # Here the only bad thing may be a word in the query that nobody asked for: it is passed over.
    "GET /api/v1/imports/{import_id}/rejected": {"negative_data_rejection"},
}


COINS = {
    "assets": [
        {
            "code": "coins",
            "name": {"en": "coins", "zh-Hans": "金币"},
            "transferable": True,
        }
    ],
    "rules": [
        {
            "code": "coin",
            "name": {"en": "A coin"},
            "on": "order.paid",
            "earn_flat": {"asset": "coins", "amount": 10},
        }
    ],
    "redemption": None,
}

LADDER = {
    "code": "insider",
    "name": {"en": "Insider"},
    "qualifier": {"by": "calendar_spend"},
    "validity": {"type": "end_of_next_year"},
    "levels": [
        {"code": "insider", "name": {"en": "Insider"}, "threshold": 0},
        {"code": "vib", "name": {"en": "VIB"}, "threshold": 35_000},
    ],
}


ONE = "/api/v1/members/{member}"
# Whose lives change for good: members of their own, so that the others stay as they are.
LIVES = ("merge", "freeze", "release", "erase")


KIND = {"code": "table.booked", "name": {"en": "Table booked"}}


@pytest.fixture
def affairs(shop, till):
    """Good bodies and ids of what happens to members, their cards and codes, and web shops."""
    joined = {
        name: till.post("/members", {"external_id": name}, key=name).json["member"]
        for name in ("cai", *LIVES)
    }
    cards = {"name": "VIP", "prefix": "VIP", "first": 1, "count": 9, "digits": 3}
    till.post("/card-batches", cards, key="known-cards")
    code = till.post(f"/members/{joined['cai']}/codes", None, key="known-code").json["code"]
    web_shop = {"name": "web", "shape": "woocommerce", "source": "web"}
    connection = till.post("/web-shops", web_shop, key="known-web").json["web_shop"]["connection"]
    why = {"reason": "as asked"}
    return {
        "paths": {"connection": connection, "preset": "stamp-card"},
        "own": {
            **{f"POST {ONE}/{name}": joined[name] for name in LIVES},
            **{
                f"POST {ONE}/cards/{deed}": joined["cai"]
                for deed in ("bind", "report-lost", "report-found", "replace")
            },
        },
        "bodies": {
            f"POST {ONE}/merge": why | {"into": joined["cai"]},
            **{f"POST {ONE}/{name}": why for name in LIVES if name != "merge"},
            "POST /api/v1/card-batches": cards | {"first": 100},
            f"POST {ONE}/cards/bind": {"number": "VIP001"},
            f"POST {ONE}/cards/report-lost": {"number": "VIP001", "reason": "on a bus"},
            f"POST {ONE}/cards/report-found": {"number": "VIP001"},
            f"POST {ONE}/cards/replace": {"number": "VIP001", "new_number": "VIP002"},
            f"POST {ONE}/consents": {"purpose": "marketing", "granted": True, "version": "1"},
            f"PATCH {ONE}": {"display_name": "Mei"},
            "POST /api/v1/member-fields": {"code": "pet", "name": {"en": "Pet"}, "kind": "text"},
            "POST /api/v1/member-codes/use": {"code": code},
            "POST /api/v1/presets/{preset}/install": {},
            "POST /api/v1/presets/{preset}/end": {},
            "POST /api/v1/web-shops": web_shop | {"source": "web-2"},
            "POST /api/v1/web-shops/{connection}/secret": {},
            "POST /api/v1/web-shops/{connection}/end": {},
        },
        "queries": {
            "GET /api/v1/programs/{program}/simulation": {
                "since": "2025-02-01",
                "until": "2025-03-01",
            }
        },
    }


HOOKS = {"name": "erp", "url": "https://shop.example/hooks", "kinds": ["event.*"]}


def told(till):
    """A webhook and something that is to be delivered to it."""
    webhook = till.post("/webhooks", HOOKS, key="known-hook").json["webhook"]["webhook"]
    webhooks_forgotten()
    till.post("/events", sale("mei", 100, "told"))
    wait_until(nothing_is_held_back)
    listener_caught_up("webhooks")
    return webhook, till.get(f"/webhooks/{webhook}/deliveries").json["items"][0]["delivery"]


@pytest.fixture
def office(shop, till, affairs):
    """The same and those of stores, devices, keys and imports: one import for each deed."""
    device = {"name": "Till 1", "kind": "till", "store": "s1"}
    till.post("/store-groups", {"code": "north", "name": {"en": "North"}}, key="known-group")
    there = till.post("/devices", device, key="known-device").json["device"]["device"]
    _, spare = apikey_create(actor=SYSTEM, name="spare", source="spare", scopes=["devices"])
    ids = {}
    for deed in ("look", "mapping", "check", "start", "undo", "discard"):
        file = {"file_name": "m.csv", "content": csv_of(deed)}
        ids[deed] = till.post("/imports", file, key=f"known-{deed}").json["id"]
        if deed in ("start", "undo"):
            till.post(f"/imports/{ids[deed]}/check", {}, key=f"known-checked-{deed}")
    import_start(actor=SYSTEM, import_id=ids["undo"])
    chunks_run(import_id=ids["undo"])
    import_finish(actor=SYSTEM, import_id=ids["undo"])
    till.post("/event-kinds", KIND, key="known-kind")
    one = "POST /api/v1/imports/{import_id}"
    deeds = ("mapping", "check", "start", "undo", "discard")
    return {
        "paths": affairs["paths"]
        | {
            "store": "s1",
            "device": there,
            "kind": KIND["code"],
            "prefix": spare.partition(".")[0],
            "import_id": ids["look"],
        },
        "own": {label: {"member": member} for label, member in affairs["own"].items()}
        | {f"{one}/{deed}": {"import_id": ids[deed]} for deed in deeds},
        "queries": affairs["queries"],
        "bodies": affairs["bodies"]
        | {
            "POST /api/v1/event-kinds": KIND | {"code": "table.left"},
            "PATCH /api/v1/event-kinds/{kind}": {"name": {"en": "Booked"}},
            "POST /api/v1/stores": {"code": "s9", "name": {"en": "S9"}, "time_zone": "Asia/Tokyo"},
            "PATCH /api/v1/stores/{store}": {"group": "north"},
            "POST /api/v1/store-groups": {"code": "south", "name": {"en": "South"}},
            "POST /api/v1/devices": device,
            "POST /api/v1/devices/{device}/revoke": {},
            "POST /api/v1/imports": {"file_name": "m.csv", "content": csv_of("good")},
            **{f"{one}/{deed}": {} for deed in deeds},
            "POST /api/v1/api-keys/{prefix}/rotate": {},
            "POST /api/v1/api-keys/{prefix}/revoke": {},
        },
    }


def csv_of(name):
    """A file with one member, as base64."""
    text = f"Phone,Name\n138{sum(map(ord, name)):08},{name}\n"
    return base64.b64encode(text.encode()).decode()


def receipt_of_a_counter(shop):
    """The number of a sale to Mei at a till."""
    counter = Counter(shop)
    counter.open()
    return counter.sell(1_000, member="mei").number


@pytest.fixture
def known(shop, till, office):
    """Ids that exist, by the names under which routes take them, and good bodies by route."""
    shop.publish("coins", **COINS)
    bo = till.post("/events", sale("bo", 500, "bo")).json["member"]
    sold = till.post("/events", sale("mei", 500_000, "known")).json
    pay = {"member": {"external_id": "mei"}, "points": 1000, "hold_seconds": 600}
    held = [
        till.post("/redemptions", pay, key=f"known-{number}").json["redemption"]["redemption"]
        for number in (1, 2)
    ]
    till.post("/tags", {"code": "vip", "name": {"en": "VIP"}}, key="known-tag")
    segment = {"code": "loyal", "name": {"en": "Loyal"}, "condition": "member.orders_total > 1"}
    till.post("/segments", segment, key="known-segment")
    tagged = {"tag": "vip", "reason": "known"}
    till.post(f"/members/{bo}/tags", tagged, key="known-tagged")
    till.post("/ladders", LADDER, key="known-ladder")
    content = starter_content("beans")
    content["redemption"]["minimum_balance"] = 500
    webhook, delivery = told(till)
    return {
        "paths": {
            "number": receipt_of_a_counter(shop),
            "webhook": webhook,
            "delivery": delivery,
            "member": sold["member"],
            "receipt": sold["receipt"],
            "redemption": held[0],
            "program": "beans",
            "segment": "loyal",
            "ladder": "insider",
            **office["paths"],
        },
        "own": office["own"],
        "releasable": held[1],
        "bodies": {
            "POST /api/v1/events": sale("mei", 5000, "good"),
            "POST /api/v1/events/batch": {"events": [sale("mei", 1, "b1"), refund(1, "b1")]},
            "POST /api/v1/redemptions": pay | {"hold_seconds": 0},
            "POST /api/v1/members/{member}/transfers": {"to": bo, "asset": "coins", "points": 3},
            "POST /api/v1/members": {"phone": "13800138000", "store": "s1"},
            "POST /api/v1/webhooks": HOOKS,
            "POST /api/v1/webhooks/{webhook}/secret": {},
            "POST /api/v1/webhooks/deliveries/{delivery}/redeliver": {},
            "POST /api/v1/programs/{program}/draft": content,
            "POST /api/v1/programs/{program}/publish": {"reason": "lower minimum"},
            "POST /api/v1/tags": {"code": "gift", "name": {"en": "Gift"}},
            "POST /api/v1/members/{member}/tags": tagged,
            "POST /api/v1/members/{member}/tags/take": {"tag": "vip"},
            "POST /api/v1/segments": segment,
            "POST /api/v1/segments/{segment}/tag": tagged,
            "POST /api/v1/ladders": LADDER,
            "POST /api/v1/ladders/{ladder}/settle": {"preview": True},
            **office["bodies"],
        },
        "queries": {
            "GET /api/v1/members": {"external_id": "mei"},
            "GET /api/v1/segment-count": {"condition": "member.orders_total > 1"},
            **office["queries"],
        },
    }


class Fuzz:
    """One operation, called well and badly."""

    def __init__(self, operation, till, known):
        self.operation = operation
        self.known = known
        self.headers = {"Authorization": f"Bearer {till.key}"}
        unchecked = UNCHECKED | UNCHECKED_OF.get(operation.label, set())
        self.checks = [check for check in CHECKS.get_all() if check.__name__ not in unchecked]
        self.statuses = []
        self.paths = {
            name: value for name, value in known["paths"].items() if f"{{{name}}}" in operation.path
        }
        if operation.label in known["own"]:
            self.paths |= known["own"][operation.label]

    def call(self, case):
        response = case.call(headers=self.headers)
        self.statuses.append(response.status_code)
        case.validate_response(response, checks=self.checks, headers=self.headers)
        return response

    def good(self):
        """The call as it should be."""
        label = self.operation.label
        body = self.known["bodies"].get(label)
        paths = dict(self.paths)
        if label.endswith("{redemption}/release"):
            paths["redemption"] = self.known["releasable"]
        case = self.operation.Case(
            path_parameters=paths,
            headers={"Idempotency-Key": f"good {label}"},
            query=self.known["queries"].get(label, {}),
            **({} if body is None else {"body": body, "media_type": JSON}),
        )
        response = case.call(headers=self.headers)
        case.validate_response(response, checks=self.checks, headers=self.headers)
        return response.status_code

    def strategy(self):
        """Requests as described and requests that aren't, half of them with ids that exist."""
        paths = self.paths
        made = [self.operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
        if paths:
            made += [
                self.operation.as_strategy(generation_mode=mode, path_parameters=paths)
                for mode in GenerationMode
            ]
        return st.one_of(made)

    def bad(self, examples):
        """Many calls, good and bad, the same in every run."""

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=self.strategy())
        def called(case):
            self.call(case)

        called()


@pytest.mark.parametrize(
    "examples",
    [
        pytest.param(EXAMPLES, marks=pytest.mark.timeout(300)),
        pytest.param(EXAMPLES_OF_A_LONG_RUN, marks=pytest.mark.long),
    ],
)
def test_no_stranger_breaks_anything(shop, till, known, examples):
    operations = described()
    assert len(operations) > 15
    reached = {}
    for operation in operations:
        fuzz = Fuzz(operation, till, known)
        reached[operation.label] = fuzz.good()
        fuzz.bad(examples)
        assert max(fuzz.statuses) < 500
    assert {label for label, status in reached.items() if status >= 300} == set()
    assert sum(bool(digest) for digest in everything().values()) > 20


def described():
    """All operations of our description."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", front_door)
    return [result.ok() for result in schema.get_all_operations()]


def test_a_mistake_with_bad_input_is_found_by_the_same_calls(shop, till, known, monkeypatch):
    """The negative control: who reads a cursor minds nothing that is wrong with it."""
    monkeypatch.setattr(statements, "CursorMalformed", ZeroDivisionError)
    label = "GET /api/v1/members/{member}/statement"
    (operation,) = [each for each in described() if each.label == label]
    fuzz = Fuzz(operation, till, known)
    assert fuzz.good() == 200
    with pytest.raises(FailureGroup, match="Server error"):
        fuzz.bad(EXAMPLES)
