"""Connecting a web shop: what is asked, what is refused, what is kept secret."""

import msgspec
import pytest
from django.db import connection
from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import new_id, public_id
from regulars.organization.staff.services import staff_create
from regulars.rules.inbound.selectors import connections_list
from regulars.rules.inbound.services import inbound_connect, inbound_end
from tests.inbound.test_shopify import ORDER


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"shape": "magento"}, "connection_malformed"),
        ({"unknown": "perhaps"}, "connection_malformed"),
        ({"source": "Web Shop"}, "connection_malformed"),
        ({"store": "s9"}, "connection_malformed"),
        ({"secret": "short"}, "connection_malformed"),
        ({"name": ""}, "text_missing"),
    ],
)
def test_bad_input_is_refused_by_its_code(shop, changes, code):
    asked = {"name": "web", "shape": "shopify", "source": "web"}
    with pytest.raises(RegularsError) as refused:
        inbound_connect(actor=SYSTEM, **(asked | changes))
    assert refused.value.code == code
    assert connections_list() == []


def test_a_source_belongs_to_one_connection(shop):
    asked = {"name": "web", "shape": "woocommerce", "source": "web"}
    _, secret = inbound_connect(actor=SYSTEM, **asked)
    assert len(secret) == 64
    with pytest.raises(RegularsError) as refused:
        inbound_connect(actor=SYSTEM, **asked)
    assert refused.value.code == "source_taken"
    with connection.cursor() as cursor:
        cursor.execute("SELECT rules_inbound_connection::text FROM rules_inbound_connection")
        assert secret not in cursor.fetchone()[0]


def test_an_ended_connection_takes_nothing(web, shop):
    shopify = web("shopify")
    inbound_end(actor=SYSTEM, connection=shopify.view.connection)
    status, problem = shopify.send("orders/paid", ORDER)
    assert (status, problem["code"]) == (404, "unknown_connection")
    assert shop.rows("rules_event") == 0


def test_an_address_that_nobody_made(web):
    shopify = web("shopify")
    for there, code in ((public_id("ibc", new_id()), 404), ("x", 422)):
        shopify.view = msgspec.structs.replace(shopify.view, address=f"/api/v1/inbound/{there}")
        assert shopify.send("orders/paid", ORDER)[0] == code


PASSWORD = "plain-Tea-7781"


@pytest.fixture
def desk(shop, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client = Client()
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
        client.post("/console/sign-in/", {"username": username, "password": PASSWORD})
        client.cookies["django_language"] = "en"
        return client

    return signed_in


def test_an_owner_connects_a_web_shop_and_ends_it(desk):
    li = desk("li")
    asked = {
        "name": "Our WooCommerce",
        "shape": "woocommerce",
        "source": "web",
        "store": "s1",
        "unknown": "enrol",
        "do": "connect",
    }
    seen = li.post("/console/web-shops/", asked).content.decode()
    (made,) = connections_list()
    assert (made.name, made.unknown, made.store) == ("Our WooCommerce", "enrol", "s1")
    assert f"http://testserver{made.address}" in seen
    assert "The secret is shown only now." in seen
    again = li.post("/console/web-shops/", asked)
    assert again.status_code == 422
    assert "belongs to another connection" in again.content.decode()
    ended = {"do": "end", "connection": made.connection}
    assert li.post("/console/web-shops/", ended).status_code == 302
    assert not connections_list()[0].is_active
    assert li.post("/console/web-shops/", ended | {"connection": "x"}).status_code == 422
    li.cookies["django_language"] = "zh-hans"
    assert "连接网店" in li.get("/console/web-shops/").content.decode()


def test_a_cashier_connects_nothing(desk):
    assert desk("ann").get("/console/web-shops/").status_code == 403
