"""Every route of the deployment, and how it is called well enough to reach its right check."""

import re
from typing import NamedTuple

from django.urls import URLResolver, get_resolver

from tests.security.stage import CLERK, PARKED, TODAY

NO_STORE = "-"
SALE = {"sale": {"sequence": 2, "occurred_at": "2025-03-08T04:00:00Z", "lines": [], "tenders": []}}
# Named things that belong to one of two stores, or to one of two members.
STORES = {"own": "s1", "other": "s2"}
OF_STORES = (
    "console/devices/",
    "console/devices/<str:device>/",
    "console/devices/<str:device>/revoke/",
    "console/stores/<str:code>/",
    "console/stores/<str:code>/state/",
    "pos/receipts/<str:number>/",
    "pos/receipts/<str:number>/printer/",
    "pos/shifts/<str:shift>/",
    "pos/days/<str:store>/<day:day>/",
)
OF_MEMBERS = ("m/me/cards/", "m/me/devices/")
# Where the till is of the reader's store, and what it names is of another.
NAMED_AT_TILLS = (
    "tickets/<str:number>/",
    "settle/",
    "recall/",
    "refund/",
    "refund-plan/",
    "print/",
    "shift/close/",
)


class Call(NamedTuple):
    """A route as it is called: `of` says whose the thing is that it names."""

    route: str
    of: str

    @property
    def is_api(self):
        return self.route.startswith("api/v1/")

    @property
    def label(self):
        return f"{self.route} {self.of}"


def routes_there():
    """The patterns of the resolver, each once."""
    return sorted(set(_walked(get_resolver().url_patterns, "")))


def _walked(patterns, before):
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walked(each.url_patterns, route)
        else:
            yield route


def calls_there():
    """Each route with each owner that the thing it names can have."""
    found = []
    for route in routes_there():
        if route in (*OF_STORES, *OF_MEMBERS):
            owners = ["own", "other"]
        elif route.startswith("pos/do/"):
            owners = ["own", "other"]
            if route.removeprefix("pos/do/") in NAMED_AT_TILLS:
                owners.append("mixed")
        else:
            owners = [NO_STORE]
        found += [Call(route, of) for of in owners]
    return found


def store_of(call):
    """The store of the thing that is named."""
    return "s1" if call.of in ("own", NO_STORE) else "s2"


def till_of(call):
    """The store of the till at which it is asked for."""
    return "s2" if call.of == "other" and call.route.startswith("pos/do/") else "s1"


def address_of(stage, call):
    """The address with its names filled in."""
    store, route = store_of(call), call.route
    whole = {
        "member": stage.member,
        "name": "audit",
        "connection": stage.connection,
        "webhook": stage.webhook,
        "import_id": stage.import_id,
        "work": stage.work,
        "preset": "stamp-card",
        "program": "beans",
        "segment": "loyal",
        "ladder": "insider",
        "kind": "table.booked",
        "store": store,
        "day": TODAY.isoformat(),
        "number": stage.tickets[store],
        "shift": stage.shifts[store],
        "person": stage.people[CLERK],
        "prefix": stage.spare.partition(".")[0],
        "code": _code(route, store),
        "device": stage.device_codes[store] if route.startswith("console/") else "none",
        "batch": stage.batch,
        "delivery": "whd_06h02hufclog79gc8p2k3rs07k",
        "redemption": "red_06h02hufclog79gc8p2k3rs07k",
        "receipt": "rcp_06h02hufclog79gc8p2k3rs07k",
    }
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(whole[found[1]]), route)


def _code(route, store):
    for start, code in (
        ("console/stores/groups/", "east"),
        ("console/stores/", store),
        ("console/roles/", "guest"),
        ("console/programs/", "beans"),
        ("console/segments/", "loyal"),
        ("console/event-kinds/", "table.booked"),
        ("console/tags/named/", "vip"),
        ("console/member-fields/", "pet"),
        ("console/start/", "wrong-code"),
    ):
        if route.startswith(start):
            return code
    return "none"


def body_of(stage, call):
    """What is posted: a form, or JSON at the till and over the API."""
    store = store_of(call)
    number = stage.tickets[store]
    back = {
        "sequence": {"own": 9, "other": 10}.get(call.of, 77),
        "occurred_at": "2025-03-08T04:00:00Z",
        "number": number,
    }
    forms = {
        "console/devices/": {"do": "register", "name": "Till", "kind": "till", "store": store},
        "console/members/<str:member>/manage/": {"do": "points"},
        "console/staff/<str:person>/": {"do": "password"},
        "console/security/": {"do": "codes"},
        "m/me/cards/": {"number": "VIP001" if call.of == "own" else "VIP002"},
        "m/me/devices/": {"session": stage.sessions.get(call.of, "")},
    }
    bodies = {
        "pos/do/settle/": {"number": number},
        "pos/do/claim/": {"number": number, "member": stage.member},
        "pos/do/recall/": {"key": PARKED[store]},
        "pos/do/refund/": {"refund": {**back, "amount_minor": 30_000}},
        "pos/do/refund-plan/": {"refund": {**back, "amount_minor": 30_000}},
        "pos/do/shift/close/": {"shift": stage.shifts[store], "counted": []},
        "pos/do/print/": {"receipt": number},
        "pos/do/find/": {"q": "mei"},
        "pos/do/look/": {"q": stage.member},
        "pos/do/sale/": SALE,
        "pos/do/rehearse/": SALE,
    }
    return forms.get(call.route, {}), bodies.get(call.route, {})
