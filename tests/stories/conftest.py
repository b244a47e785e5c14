from datetime import date

import pytest

from tests.shop import shop_opened


@pytest.fixture
def shop(clean_database):
    """A shop in Shanghai on 1 March 2025 with the beans program, and Mei, Bo and Oz."""
    shop = shop_opened(date(2014, 1, 1))
    shop.store()
    shop.publish()
    for name in ("mei", "bo", "oz"):
        shop.member(name)
    shop.on(date(2025, 3, 1))
    yield shop
    shop.close()
