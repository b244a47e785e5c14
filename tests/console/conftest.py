"""A small shop, its staff, and the device at which they look at the console."""

from datetime import date

import pytest
from django.conf import settings as django_settings
from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.members.profiles.services import member_enrol
from regulars.organization.apikeys.services import apikey_create
from regulars.organization.staff.services import staff_create
from regulars.rules.programs.services import starter_content
from tests.shop import shop_opened

PASSWORD = "plain-Tea-7781"
TODAY = date(2025, 3, 8)  # a Saturday


@pytest.fixture
def quick_passwords(settings):
    """Hashing slowly on purpose is Django's matter, and would be most of these tests' time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def shop(clean_database, quick_passwords):
    """A shop in Shanghai at noon on Saturday 8 March 2025 with beans, Mei and Bo."""
    shop = shop_opened(date(2025, 2, 1))
    shop.store()
    rules = [
        *starter_content("beans")["rules"],
        {
            "code": "big",
            "name": {"en": "Bonus over 200", "zh-Hans": "满 200 加赠"},
            "on": "order.paid",
            "when": "order.net_minor >= 20000",
            "earn_flat": {"asset": "beans", "amount": 50},
        },
    ]
    shop.publish(rules=rules)
    enrolled(shop, "mei", "梅小雨", phone="13800138000", store="s1")
    enrolled(shop, "bo", "Bo Wang", phone="13912345678", external_id="HH-000123")
    shop.on(TODAY)
    yield shop
    shop.close()


def enrolled(shop, name, display_name, **numbers):
    """A member whose name on the screen is not the name of the story."""
    numbers.setdefault("external_id", name)
    with shop.time():
        member = member_enrol(actor=SYSTEM, display_name=display_name, **numbers)
    shop.members[name] = member.id
    return member


@pytest.fixture
def staff(shop):
    """Li (owner), Ann (cashier, reads English) and Oz, the auditor from outside."""
    people = {}
    for username, name, role, language in (
        ("li", "李经理", "owner", "zh-hans"),
        ("ann", "Ann", "cashier", "en"),
        ("oz", "Oz", "auditor", "en"),
    ):
        with shop.time():
            people[username] = staff_create(
                actor=SYSTEM,
                username=username,
                display_name=name,
                password=PASSWORD,
                role=role,
                language=language,
            )
    with shop.time():
        apikey_create(actor=SYSTEM, name="Till 1", source="till", scopes=("events:write",))
    return people


class Desk:
    """A browser without a screen: one person at one device, at the shop's time."""

    def __init__(self, shop, client):
        self.shop = shop
        self.client = client

    def sign_in(self, username, password=PASSWORD, **more):
        return self.post("sign-in/", {"username": username, "password": password, **more})

    def get(self, path="", **headers):
        with self.shop.time():
            return self.client.get(f"/console/{path}", headers=headers)

    def post(self, path, data=None):
        with self.shop.time():
            return self.client.post(f"/console/{path}", data or {})

    def text(self, path=""):
        answer = self.get(path)
        assert answer.status_code == 200, answer
        return answer.content.decode()

    def read_in(self, language):
        self.client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
        return self


@pytest.fixture
def desk(shop, staff):
    """A device at which nobody has signed in yet."""
    return Desk(shop, Client(enforce_csrf_checks=False))


@pytest.fixture
def li(desk):
    """Li's desk, in English so that a test can be read by everybody."""
    desk.sign_in("li")
    return desk.read_in("en")
