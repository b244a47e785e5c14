from datetime import date

import pytest

from regulars.faces.hotdoor import front
from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.organization.apikeys.services import apikey_create, keys_forgotten
from regulars.organization.apikeys.types import Scope
from regulars.organization.stores.services import stores_forgotten
from tests.api.calls import Caller
from tests.shop import shop_opened


@pytest.fixture
def shop(clean_database):
    """A shop in Shanghai at noon on 1 March 2025, with the beans program, Mei, Bo and Oz."""
    keys_forgotten()
    stores_forgotten()
    shop = shop_opened(date(2014, 1, 1))
    shop.store()
    shop.publish()
    for name in ("mei", "bo", "oz"):
        shop.member(name)
    shop.on(date(2025, 3, 1))
    with clock.stopped_at(shop.now):
        yield shop
    front.writing.stop()
    front.reading.stop()
    shop.close()


@pytest.fixture
def api_key(shop):
    """Makes keys: `api_key("till", Scope.EVENTS_WRITE)` answers "prefix.secret"."""

    def make(source="till", *scopes):
        _, text = apikey_create(
            actor=SYSTEM, name=f"{source}'s key", source=source, scopes=scopes or list(Scope)
        )
        return text

    return make


@pytest.fixture
def till(api_key):
    """A till with a key that may do everything."""
    return Caller(api_key("till"))
