"""Web shops over the API: connected, a new secret with an overlap, ended."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from regulars.foundation import clock
from tests.inbound.test_shopify import ORDER

ASKED = {"name": "web", "shape": "shopify", "source": "web", "store": "s1"}


@pytest.fixture
def connected(till):
    made = till.post("/web-shops", ASKED | {"secret": "first-secret-of-shop"}, key="k1")
    assert made.status == 201
    return made.json


def told(till, connection, secret, topic="orders/paid"):
    """A message as Shopify sends it, by the key-less door."""
    data = json.dumps(ORDER).encode()
    digest = hmac.new(secret.encode(), data, hashlib.sha256).digest()
    headers = {"X_SHOPIFY_TOPIC": topic, "X_SHOPIFY_HMAC_SHA256": base64.b64encode(digest).decode()}
    named = {f"HTTP_{name}": value for name, value in headers.items()}
    return till("POST", f"/inbound/{connection}", data, **named)


def test_the_secret_is_told_once(till, connected):
    again = till.post("/web-shops", ASKED | {"secret": "first-secret-of-shop"}, key="k1")
    assert connected["secret"] == "first-secret-of-shop"
    assert (again.status, again.json["secret"]) == (200, None)
    (listed,) = till.get("/web-shops").json["items"]
    assert listed == connected["web_shop"] == again.json["web_shop"]
    assert till.get(f"/web-shops/{listed['connection']}").json == listed
    taken = till.post("/web-shops", ASKED, key="k2")
    assert (taken.status, taken.code) == (409, "source_taken")


def test_the_secret_before_goes_on_for_a_day(shop, till, connected):
    connection = connected["web_shop"]["connection"]
    rotated = till.post(f"/web-shops/{connection}/secret", {}, key="k3")
    assert (rotated.status, len(rotated.json["secret"])) == (201, 64)
    for secret in ("first-secret-of-shop", rotated.json["secret"]):
        assert told(till, connection, secret).status == 200
    assert told(till, connection, "some other secret").code == "signature_wrong"
    with clock.stopped_at(shop.now + timedelta(hours=24)):
        assert told(till, connection, "first-secret-of-shop").code == "signature_wrong"
        assert told(till, connection, rotated.json["secret"]).status == 200


def test_an_ended_connection_takes_nothing_and_gets_no_secret(till, connected):
    connection = connected["web_shop"]["connection"]
    for key in ("k4", "k5"):
        ended = till.post(f"/web-shops/{connection}/end", {}, key=key)
        assert (ended.status, ended.json["is_active"]) == (200, False)
    assert told(till, connection, "first-secret-of-shop").code == "unknown_connection"
    assert till.post(f"/web-shops/{connection}/secret", {}, key="k6").code == "unknown_connection"
