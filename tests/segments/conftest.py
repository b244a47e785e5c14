from datetime import date

import pytest

from regulars.foundation.actors import Actor, ActorKind
from tests.shop import shop_opened

LI = Actor(ActorKind.STAFF, "li")


@pytest.fixture
def shop(clean_database):
    """A shop in Shanghai on 1 July 2025 with the beans program and nobody in it."""
    shop = shop_opened(date(2024, 1, 1))
    shop.store()
    shop.publish()
    shop.on(date(2025, 7, 1))
    yield shop
    shop.close()


def bought(shop, name, *purchases):
    """Purchases of a member, enrolled when needed: (day, minor units) each."""
    today = shop.at
    if name not in shop.members:
        shop.member(name)
    for day, net_minor in purchases:
        shop.on(day)
        shop.one(shop.sale(name, net_minor))
    shop.at = today
