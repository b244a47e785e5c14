import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import pool_close
from regulars.members.profiles import services
from regulars.organization.stores.services import store_create, stores_forgotten


def shop_opened():
    stores_forgotten()
    store_create(
        actor=SYSTEM,
        code="east",
        name={"zh-Hans": "东门店", "en": "East Gate"},
        time_zone="Asia/Shanghai",
    )


@pytest.fixture
def shop(db):
    """One open shop, `east`, in a transaction that is rolled back."""
    shop_opened()
    yield
    stores_forgotten()


@pytest.fixture
def committed_shop(clean_database):
    """The same shop for units of work, which have connections of their own."""
    shop_opened()
    yield
    pool_close()
    stores_forgotten()


@pytest.fixture
def mei(shop):
    """Mei Li (李小梅), a member with a phone and a number in the web shop."""
    return services.member_enrol(
        actor=SYSTEM,
        display_name="李小梅",
        phone="138 0013 8000",
        external_id="web-7",
        store="east",
    )
