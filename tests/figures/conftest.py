"""A shop whose days are summed."""

from datetime import date

import pytest

from tests.shop import shop_opened


@pytest.fixture
def shop(clean_database):
    """Two stores, beans, and Mei and Bo, from 1 February 2025 on."""
    shop = shop_opened(date(2025, 2, 1))
    shop.store("s1")
    shop.store("s2")
    shop.publish()
    shop.member("mei", store="s1")
    shop.member("bo", store="s2")
    yield shop
    shop.close()
