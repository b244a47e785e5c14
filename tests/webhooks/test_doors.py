"""Webhooks over the API and in the console, as an engineer and an owner meet them."""

import json

import pytest
from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.foundation.idempotency.models import StoredAnswer
from regulars.foundation.ids import new_id, public_id
from regulars.organization.apikeys.services import apikey_create, keys_forgotten
from regulars.organization.apikeys.types import Scope
from regulars.organization.staff.services import staff_create
from regulars.organization.webhooks.selectors import webhooks_list

PASSWORD = "plain-Tea-7781"


@pytest.fixture
def call(post):
    """Calls the API with a key that may do this one thing."""
    _, key = apikey_create(actor=SYSTEM, name="erp", source="erp", scopes=(Scope.WEBHOOKS,))
    keys_forgotten()
    client = Client()

    def called(method, path, body=None, **headers):
        headers.setdefault("Authorization", f"Bearer {key}")
        if method == "POST":
            headers.setdefault("Idempotency-Key", new_id())
        answer = client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, json.loads(answer.content)

    return called


def test_made_over_the_api_its_secret_is_told_once_and_kept_nowhere(call, receiver):
    body = {"name": "erp", "url": receiver.url, "kinds": ["event.*"]}
    status, made = call("POST", "/webhooks", body, **{"Idempotency-Key": "k-1"})
    assert status == 201
    assert made["secret"].startswith("whsec_")
    status, again = call("POST", "/webhooks", body, **{"Idempotency-Key": "k-1"})
    assert (status, again["secret"]) == (200, None)
    assert again["webhook"] == made["webhook"]
    assert made["secret"] not in "".join(StoredAnswer.objects.values_list("body", flat=True))
    assert len(webhooks_list()) == 1
    webhook = made["webhook"]["webhook"]
    status, rotated = call("POST", f"/webhooks/{webhook}/secret", {})
    assert (status, rotated["secret"] == made["secret"]) == (201, False)


def test_deliveries_are_read_and_sent_again(call, post, receiver):
    post.webhook(receiver)
    post.happened(new_id())
    post.carried()
    (webhook,) = call("GET", "/webhooks")[1]["items"]
    (delivery,) = call("GET", f"/webhooks/{webhook['webhook']}/deliveries")[1]["items"]
    assert (delivery["state"], delivery["last_status"]) == ("delivered", 200)
    status, again = call("POST", f"/webhooks/deliveries/{delivery['delivery']}/redeliver", {})
    assert (status, again["state"]) == (200, "waiting")
    post.later(days=20_000)  # the API lives in the present
    assert post.carried() == 1
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [delivery["notice"]] * 2


# A fixed id: every process that runs tests must name them alike.
NOWHERE = public_id("whk", "01900000-0000-7000-8000-00000000000a")


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/webhooks/whk_1", None, (422, "malformed_id")),
        ("GET", f"/webhooks/{NOWHERE}", None, (404, "unknown_webhook")),
        (
            "GET",
            f"/webhooks/{NOWHERE}/deliveries",
            None,
            (404, "unknown_webhook"),
        ),
        ("POST", f"/webhooks/{NOWHERE}/secret", {}, (404, "unknown_webhook")),
        ("POST", "/webhooks", {"name": "x"}, (422, "invalid_input")),
        (
            "POST",
            "/webhooks",
            {"name": "x", "url": "ftp://a.example", "kinds": ["*"]},
            (422, "webhook_url_refused"),
        ),
        (
            "POST",
            "/webhooks",
            {"name": "x", "url": "https://a.example", "kinds": ["order.*"]},
            (422, "unknown_notice_kind"),
        ),
    ],
)
def test_bad_calls_are_refused_by_code(call, method, path, body, expected):
    status, problem = call(method, path, body)
    assert (status, problem["code"]) == expected
    assert webhooks_list() == []


def test_a_key_without_the_scope_sees_nothing(call):
    _, key = apikey_create(actor=SYSTEM, name="till", source="till", scopes=(Scope.EVENTS_WRITE,))
    keys_forgotten()
    status, problem = call("GET", "/webhooks", Authorization=f"Bearer {key}")
    assert (status, problem["code"]) == (403, "scope_missing")


@pytest.fixture
def desk(post, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for username, role in (("li", "owner"), ("ann", "cashier")):
        staff_create(
            actor=SYSTEM,
            username=username,
            display_name=username,
            password=PASSWORD,
            role=role,
            language="en",
        )

    def signed_in(username):
        client = Client()
        client.post("/console/sign-in/", {"username": username, "password": PASSWORD})
        return client

    return signed_in


def test_an_owner_makes_one_looks_and_sends_again(desk, post, receiver):
    li = desk("li")
    assert "No webhooks yet" in li.get("/console/webhooks/").content.decode()
    asked = {"name": "ERP", "url": receiver.url, "do": "create"}
    asked["kinds"] = ["event.applied", "redemption.settled"]
    made = li.post("/console/webhooks/", asked).content.decode()
    assert "whsec_" in made
    (webhook,) = webhooks_list()
    assert (webhook.name, webhook.kinds) == ("ERP", ("event.applied", "redemption.settled"))
    address = f"/console/webhooks/{webhook.webhook}/"
    assert "whsec_" not in li.get(address).content.decode()
    post.later(days=20_000)  # the console lives in the present
    post.happened(new_id())
    receiver.status = 500
    post.carried()
    seen = li.get(address).content.decode()
    assert "500 not today" in seen
    assert "failing" in li.get("/console/webhooks/").content.decode()
    for deed in ("pause", "resume", "send-held", "nonsense"):
        assert li.post(address, {"do": deed}).status_code == 302
    assert "whsec_" in li.post(address, {"do": "rotate"}).content.decode()
    li.cookies["django_language"] = "zh-hans"
    assert "投递记录" in li.get(address).content.decode()


def test_bad_input_is_told_and_nothing_is_made(desk):
    li = desk("li")
    asked = {"name": "ERP", "url": "gopher://x", "kinds": "*", "do": "create"}
    answer = li.post("/console/webhooks/", asked)
    assert answer.status_code == 422
    assert "must be https" in answer.content.decode()
    assert webhooks_list() == []
    assert li.get("/console/webhooks/whk_1/").status_code == 302


def test_a_cashier_has_no_business_here(desk):
    ann = desk("ann")
    assert ann.get("/console/webhooks/").status_code == 403
    assert ann.post("/console/webhooks/", {"name": "x"}).status_code == 403
