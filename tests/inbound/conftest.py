"""A shop with beans (one for each whole yuan) and its two web shops."""

import base64
import hashlib
import hmac
import json
from datetime import date

import pytest
from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.rules.inbound.services import inbound_connect
from tests.shop import shop_opened

SECRET = "a-secret-of-the-web-shop"
HEADERS = {
    "shopify": ("X-Shopify-Topic", "X-Shopify-Hmac-Sha256"),
    "woocommerce": ("X-WC-Webhook-Topic", "X-WC-Webhook-Signature"),
}


@pytest.fixture
def shop(clean_database):
    shop = shop_opened(date(2025, 2, 1))
    shop.store()
    shop.member("mei", phone="13800138000")
    shop.publish()
    shop.on(date(2025, 3, 1))
    yield shop
    shop.close()


class WebShop:
    """A connected web shop: sends messages as the real one does."""

    def __init__(self, shop, shape, **settings):
        self.shop, self.shape = shop, shape
        asked = {"source": shape, "store": "s1"} | settings
        with shop.time():
            self.view, self.secret = inbound_connect(
                actor=SYSTEM, name=shape, shape=shape, secret=SECRET, **asked
            )

    def send(self, topic, body, **more):
        with self.shop.time():
            return self.send_now(topic, body, **more)

    def send_now(self, topic, body, *, secret=SECRET, raw=None, **headers):
        """For several threads, under one clock."""
        data = raw if raw is not None else json.dumps(body).encode()
        topic_header, signature_header = HEADERS[self.shape]
        digest = hmac.new(secret.encode(), data, hashlib.sha256).digest()
        answer = Client(enforce_csrf_checks=True).post(
            self.view.address,
            data,
            content_type="application/json",
            headers={
                "Accept-Language": "en",
                topic_header: topic,
                signature_header: base64.b64encode(digest).decode(),
            }
            | headers,
        )
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def web(shop):
    """Connects a web shop of a shape."""
    return lambda shape, **settings: WebShop(shop, shape, **settings)
