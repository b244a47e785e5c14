"""Bad input gets a clear problem with a stable code, and nothing moves."""

import json

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.organization.apikeys.services import apikey_revoke
from tests.api.calls import Caller, refund, sale
from tests.api.house import nothing_moves
from tests.api.scopes import ROUTES

EARLIER = "2025-01-01T12:00:00+08:00"
TOMORROW = "2025-03-02T12:00:00+08:00"


def order(**changes):
    return {"currency": "CNY", "net_minor": 5000} | changes


def lines(*nets):
    return [{"line": str(place), "net_minor": net} for place, net in enumerate(nets)]


EVENTS = {
    "unknown member": (sale("nobody"), 404, "unknown_member"),
    "unknown member by phone": (sale(member={"phone": "13900000000"}), 404, "unknown_member"),
    "unknown member by id": (
        sale(member={"id": "mem_06h02hufclog79gc8p2k3rs07k"}),
        404,
        "unknown_member",
    ),
    "malformed member id": (sale(member={"id": "mem_1"}), 422, "malformed_id"),
    "two numbers of a member": (
        sale(member={"external_id": "mei", "phone": "13800138000"}),
        422,
        "member_missing",
    ),
    "an empty member": (sale(member={}), 422, "member_missing"),
    "wrong phone": (sale(member={"phone": "12"}), 422, "invalid_phone"),
    "unknown store": (sale(store="moon"), 422, "unknown_store"),
    "unknown kind": (sale(kind="order.shipped"), 422, "unknown_event_kind"),
    "wrong currency": (sale(order=order(currency="USD")), 422, "currency_mismatch"),
    "no currency": (sale(order=order(currency="XXXX")), 422, "invalid_input"),
    "negative amount": (sale(net_minor=-1), 422, "invalid_input"),
    "huge amount": (sale(net_minor=10**15 + 1), 422, "invalid_input"),
    "amount of thirty digits": (sale(net_minor=10**30), 422, "invalid_input"),
    "fraction": (sale(net_minor=0.1), 422, "invalid_input"),
    "whole fraction": (sale(net_minor=5000.0), 422, "invalid_input"),
    "amount as text": (sale(net_minor="5000"), 422, "invalid_input"),
    "full-width digits": (sale(net_minor="１２"), 422, "invalid_input"),
    "amount that is true": (sale(net_minor=True), 422, "invalid_input"),
    "no amount": (sale(order={"currency": "CNY"}), 422, "invalid_input"),
    "lines don't add up": (sale(order=order(lines=lines(1, 2))), 422, "lines_do_not_add_up"),
    "a line twice": (
        sale(order=order(lines=[*lines(2500), *lines(2500)])),
        422,
        "line_repeated",
    ),
    "too many lines": (sale(order=order(lines=lines(*[0] * 2001))), 422, "invalid_input"),
    "negative line": (sale(order=order(lines=lines(5001, -1))), 422, "invalid_input"),
    "no order": (sale(order=None), 422, "document_missing"),
    "no document": (sale(document=None), 422, "document_missing"),
    "no event id": (sale(event_id=None), 422, "invalid_input"),
    "empty event id": (sale(event_id=""), 422, "invalid_input"),
    "long event id": (sale(event_id="x" * 129), 422, "invalid_input"),
    "NUL in the event id": (sale(event_id="a\x00b"), 422, "invalid_input"),
    "NUL in the document": (sale(document="\x00"), 422, "invalid_input"),
    "NUL in a line": (
        sale(order=order(lines=[{"line": "1", "net_minor": 5000, "sku": "\x00"}])),
        422,
        "invalid_input",
    ),
    "NUL in the member's number": (
        sale(member={"external_id": "mei\x00"}),
        422,
        "invalid_input",
    ),
    "NUL in a name of free data": (sale(data={"a": {"b\x00": 1}}), 422, "invalid_input"),
    "misspelt field": (sale(ocurred_at=EARLIER), 422, "invalid_input"),
    "misspelt field inside": (sale(order=order(net=1)), 422, "invalid_input"),
    "event of tomorrow": (sale(occurred_at=TOMORROW), 422, "event_in_future"),
    "event of January": (sale(occurred_at=EARLIER), 422, "event_too_old"),
    "event of the year 1": (sale(occurred_at="0001-01-01T00:00:00+14:00"), 422, "event_too_old"),
    "event of the year 9999": (
        sale(occurred_at="9999-12-31T23:59:59-14:00"),
        422,
        "event_in_future",
    ),
    "time without a zone": (sale(occurred_at="2025-03-01T12:00:00"), 422, "invalid_input"),
    "wrong zone": (sale(occurred_at="2025-03-01T12:00:00+99:00"), 422, "invalid_input"),
    "a zone's name": (
        sale(occurred_at="2025-03-01T12:00:00[Asia/Shanghai]"),
        422,
        "invalid_input",
    ),
    "a day that isn't": (sale(occurred_at="2025-02-30T12:00:00Z"), 422, "invalid_input"),
    "a date": (sale(occurred_at="2025-03-01"), 422, "invalid_input"),
    "a list": ([sale()], 422, "invalid_input"),
    "a text": ("sale", 422, "invalid_input"),
    "nothing": (None, 422, "invalid_input"),
    "a review by nobody": (sale(kind="review.posted", member=None), 422, "member_missing"),
    "refund without an amount": (refund(5000, refund={}), 422, "invalid_input"),
}


def test_every_bad_event_is_refused_by_name(till):
    for name, (body, status, code) in EVENTS.items():
        with nothing_moves():
            answer = till.post("/events", body)
        assert (answer.status, answer.code) == (status, code), name


def test_the_field_is_named(till):
    for body, field in (
        (sale(net_minor=-1), "order.net_minor"),
        (sale(order=order(lines=lines(1, 0.5))), "order.lines[1].net_minor"),
        (sale(event_id=None), "event_id"),
        (sale(order={"currency": "CNY"}), "order.net_minor"),
        (sale(order=order(net=1)), "order.net"),
        (sale(data={"a": [{"b": "x\x00"}]}), "data.a[0].b"),
        ([], "body"),
    ):
        assert till.post("/events", body).json["context"]["field"] == field


BODIES = {
    "nothing": (b"", "malformed_json"),
    "half an object": (b'{"event_id":"1"', "malformed_json"),
    "two objects": (json.dumps(sale()).encode() * 2, "malformed_json"),
    "NaN": (json.dumps(sale()).replace("5000", "NaN").encode(), "malformed_json"),
    "1e30": (json.dumps(sale()).replace("5000", "1e30").encode(), "invalid_input"),
    "leading zeros": (json.dumps(sale()).replace("5000", "005000").encode(), "malformed_json"),
    "bytes that are no text": (b'{"event_id":"\xff\xfe"}', "malformed_json"),
    "GB18030": ('{"event_id":"销售"}'.encode("gb18030"), "malformed_json"),
    "half a pair": (json.dumps(sale()).replace("sale-1", "\\ud800x").encode(), "malformed_json"),
    "a raw NUL": (json.dumps(sale()).replace("sale-1", "\x00").encode(), "malformed_json"),
    "nested too deeply": (
        json.dumps(sale())[:-1].encode() + b',"data":' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
        "malformed_json",
    ),
    "a form": (b"event_id=1", "malformed_json"),
}


def test_every_body_that_is_no_json_is_refused(till):
    for name, (body, code) in BODIES.items():
        with nothing_moves():
            assert till("POST", "/events", body).code == code, name


def test_a_text_of_four_byte_characters_is_fine(till):
    answer = till.post("/events", sale(document="🧾𠮷-1", event_id="🀄"))
    assert answer.status == 201
    assert (answer.json["document"], answer.json["event_id"]) == ("🧾𠮷-1", "🀄")


def test_a_backslash_before_u0000_is_no_nul(till):
    """The five characters of an escape are a text like any other."""
    assert till.post("/events", sale(document="\\u0000")).json["document"] == "\\u0000"


def test_only_json_is_taken(till):
    for kind, status in (
        (None, 415),
        ("", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/jsonp", 415),
        ("application/json; charset=utf-8", 201),
        ("Application/JSON", 200),
    ):
        answer = till("POST", "/events", json.dumps(sale()).encode(), kind=kind)
        assert answer.status == status, kind


def test_a_body_of_more_than_256_kb_is_refused(till):
    body = json.dumps(sale(data={"note": "x" * 256 * 1024})).encode()
    with nothing_moves():
        answer = till("POST", "/events", body)
    assert (answer.status, answer.code) == (413, "body_too_large")


def test_a_body_without_a_length_is_measured_while_it_is_read(till):
    small = json.dumps(sale()).encode()
    large = json.dumps(sale(data={"note": "x" * 256 * 1024})).encode()
    assert till("POST", "/events", small, CONTENT_LENGTH="").status == 201
    assert till("POST", "/events", large, CONTENT_LENGTH="").code == "body_too_large"


# The web server lets no header through to the hot door that is not ASCII.
@pytest.mark.parametrize(
    ("door", "length"), [("hot", "9999"), ("hot", "many"), ("hot", "-5"), ("django", "²")]
)
def test_a_wrong_length_is_refused(api_key, door, length):
    till = Caller(api_key("till"), door)
    body = json.dumps(sale()).encode()
    with nothing_moves():
        assert till("POST", "/events", body, CONTENT_LENGTH=length).code == "malformed_json"


REDEMPTIONS = {
    "too much": ({"points": 201}, 409, "insufficient_balance"),
    "wrong asset": ({"points": 1, "asset": "gold"}, 409, "no_redemption"),
    "zero": ({"points": 0}, 422, "invalid_input"),
    "negative": ({"points": -1}, 422, "invalid_input"),
    "fraction": ({"points": 0.5}, 422, "invalid_input"),
    "unknown member": ({"points": 1, "member": {"external_id": "x"}}, 404, "unknown_member"),
    "no member": ({"points": 1, "member": None}, 422, "invalid_input"),
    "a key in the body": ({"points": 1, "key": "k"}, 422, "invalid_input"),
    "set aside for a year": ({"points": 1, "hold_seconds": 31_536_000}, 422, "invalid_input"),
}


def test_every_bad_redemption_is_refused_by_name(shop, till):
    shop.publish(redemption={"asset": "beans", "points": 100, "value_minor": 100})
    till.post("/events", sale("mei", 20_000))
    for name, (changes, status, code) in REDEMPTIONS.items():
        with nothing_moves():
            body = {"member": {"external_id": "mei"}} | changes
            answer = till.post("/redemptions", body, key="pay-1")
        assert (answer.status, answer.code) == (status, code), name


def test_a_write_needs_its_key(till):
    for path in ("/redemptions", "/members", "/programs/beans/publish"):
        body = {"member": {"external_id": "mei"}, "points": 1} if "red" in path else {}
        for headers, code in (
            ({}, "idempotency_key_missing"),
            ({"idempotency_key": ""}, "idempotency_key_missing"),
            ({"idempotency_key": "x" * 129}, "idempotency_key_malformed"),
            # The web server lets nothing but ASCII through.
            ({"idempotency_key": "caf\xe9"}, "idempotency_key_missing"),
            ({"idempotency_key": "a\tb"}, "idempotency_key_malformed"),
        ):
            with nothing_moves():
                answer = till.post(path, body, **headers)
            assert (answer.status, answer.code) == (400, code), (path, headers)


def test_without_a_key_nobody_comes_in(shop, till):
    revoked = till.key
    apikey_revoke(actor=SYSTEM, prefix=revoked.partition(".")[0])
    prefix = revoked.partition(".")[0]
    for key, code in (
        (None, "unauthorized"),
        ("", "unauthorized"),
        ("nonsense", "unauthorized"),
        ("rk_aaaaaaaaaa.secret", "unauthorized"),
        (f"{prefix}.wrong", "unauthorized"),
        (f"{prefix}.\x00", "unauthorized"),
        (revoked, "key_revoked"),
    ):
        with nothing_moves():
            answer = Caller(key).post("/events", sale())
        assert (answer.status, answer.code) == (401, code), key
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_password_is_no_api_key(till):
    till_key, till.key = till.key, None
    answer = till.post("/events", sale(), authorization=f"Basic {till_key}")
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert till.post("/events", sale(), authorization=f"bearer {till_key}").status == 201


def test_each_scope_opens_its_own_routes_and_no_other(api_key):
    for scope in ROUTES:
        caller = Caller(api_key("till", scope))
        with nothing_moves():
            for needed, routes in ROUTES.items():
                for method, path in routes if needed is not scope else ():
                    answer = caller(method, path, b"{}", idempotency_key="k")
                    assert (answer.status, answer.code) == (403, "scope_missing"), (scope, path)
        for method, path in ROUTES[scope]:
            answer = caller(method, path, b"{}", idempotency_key="k")
            assert answer.status != 403, (scope, method, path)


def test_a_wrong_address_or_method_is_a_problem_too(till):
    for method, path, status, code in (
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/members/x/y/balances", 404, "not_found"),
        ("GET", "/events", 405, "method_not_allowed"),
        ("DELETE", "/members/mem_06h02hufclog79gc8p2k3rs07k", 405, "method_not_allowed"),
        ("PUT", "/events", 405, "method_not_allowed"),
    ):
        answer = till(method, path)
        assert (answer.status, answer.code) == (status, code)
    assert till.get("/events").headers["Allow"] == "POST"


NOT_THERE = (
    ("/members", 422, "invalid_input"),
    ("/members?phone=13800138000&external_id=mei", 422, "invalid_input"),
    ("/members?phone=12", 422, "invalid_phone"),
    ("/members?external_id=%00", 422, "invalid_external_id"),
    ("/members/mem_1", 422, "malformed_id"),
    ("/members/%00", 422, "malformed_id"),
    ("/members/mem_06h02hufclog79gc8p2k3rs07k", 404, "unknown_member"),
    ("/members/mem_06h02hufclog79gc8p2k3rs07k/balances", 404, "unknown_member"),
    ("/members/mem_06h02hufclog79gc8p2k3rs07k/statement", 404, "unknown_member"),
    ("/members/mem_06h02hufclog79gc8p2k3rs07k/statement?limit=0", 422, "invalid_input"),
    ("/members/mem_06h02hufclog79gc8p2k3rs07k/statement?limit=x", 422, "invalid_input"),
    ("/members/mem_06h02hufclog79gc8p2k3rs07k/statement?asset=x", 422, "unknown_asset"),
    ("/members/mem_06h02hufclog79gc8p2k3rs07k/statement?cursor=x", 422, "cursor_malformed"),
    (
        "/members/mem_06h02hufclog79gc8p2k3rs07k/statement?cursor=cur_vvvvvvvvvvvvvvvvvvvvvvvvvs",
        422,
        "cursor_malformed",
    ),
    ("/receipts/rcp_06h02hufclog79gc8p2k3rs07k", 404, "unknown_receipt"),
    ("/redemptions/red_06h02hufclog79gc8p2k3rs07k", 404, "unknown_redemption"),
    ("/programs/none", 404, "unknown_program"),
    ("/programs/%00", 422, "invalid_input"),
)


def test_what_is_not_there_is_told(till):
    for path, status, code in NOT_THERE:
        answer = till.get(path)
        assert (answer.status, answer.code) == (status, code), path


def test_a_problem_speaks_the_callers_language(till):
    chinese = till.post("/events", sale("nobody"), accept_language="zh-CN,zh;q=0.9,en;q=0.8")
    english = till.post("/events", sale("nobody"), accept_language="en-GB,en;q=0.9")
    default = till.post("/events", sale("nobody"))
    assert chinese.json["detail"].startswith("没有此 external_id 对应的会员")
    assert english.json["detail"].startswith("No member has this external_id.")
    assert default.json["detail"] == chinese.json["detail"]
    assert chinese.headers["Content-Language"] == "zh-Hans"
    assert english.headers["Content-Language"] == "en"
