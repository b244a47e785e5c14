import json
from datetime import date

import pytest

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.idempotency.services import orm_fetch
from regulars.organization.stores.services import stores_forgotten
from regulars.presets.installer.services import preset_install
from tests.shop import shop_opened

LI = Actor(ActorKind.STAFF, "li")


@pytest.fixture
def empty_shop(clean_database):
    """A shop in Shanghai at noon on 1 March 2025 that has set up nothing yet."""
    stores_forgotten()
    shop = shop_opened(date(2025, 3, 1))
    yield shop
    shop.close()
    stores_forgotten()


@pytest.fixture
def install(empty_shop):
    """Installs a preset at the shop's time."""

    def done(code, **more):
        with empty_shop.time():
            return preset_install(actor=LI, code=code, **more)

    return done


def audited():
    """The audit's lines about presets: what was done to which, and to which parts."""
    rows = orm_fetch(
        "SELECT action, subject, details FROM audit_record"
        " WHERE action LIKE 'preset.%%' ORDER BY recorded_at, id"
    )
    return [(action, subject, json.loads(details)) for action, subject, details in rows]
