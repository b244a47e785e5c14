from datetime import date

import pytest

from regulars.entitlements.tiers.services import ladder_save, ladders_forgotten
from regulars.foundation.actors import Actor, ActorKind
from tests.shop import shop_opened

LI = Actor(ActorKind.STAFF, "li")


def names(chinese, english):
    return {"zh-Hans": chinese, "en": english}


def level(code, threshold, **more):
    return {"code": code, "name": names(code, code.title()), "threshold": threshold, **more}


INSIDER = {
    "code": "insider",
    "name": names("年度等级", "Insider"),
    "qualifier": {"by": "calendar_spend"},
    "validity": {"type": "end_of_next_year"},
    "levels": [level("insider", 0), level("vib", 35_000), level("rouge", 100_000)],
}


def saved(shop, **changes):
    with shop.time():
        return ladder_save(actor=LI, content=INSIDER | changes)


@pytest.fixture
def shop(clean_database):
    """A shop in Shanghai on 1 March 2025 with the beans program, Mei and Bo, and no ladder."""
    ladders_forgotten()
    shop = shop_opened(date(2020, 1, 1))
    shop.store()
    shop.publish()
    shop.member("mei")
    shop.member("bo")
    shop.on(date(2025, 3, 1))
    yield shop
    shop.close()
    ladders_forgotten()
