"""Mei's shop with a few sales, a data folder of its own, and empty databases to restore into."""

from contextlib import contextmanager
from datetime import date

import pytest

from regulars.foundation.database.provision import database_create, superuser_connection
from regulars.foundation.database.session import pool_close
from regulars.foundation.settings import settings_load
from regulars.ledger.book.services import assets_forgotten
from regulars.ledger.proofs.services import ledger_seal
from regulars.organization.apikeys.services import keys_forgotten
from regulars.rules.programs.services import programs_forgotten
from tests.foundation.clusters import TestDatabase, django_pointed_at
from tests.shop import shop_opened


@pytest.fixture
def shop(clean_database):
    """Mei and Bo, beans, and two sales: 100.00 and 55.00."""
    shop = shop_opened(date(2025, 3, 1))
    shop.store()
    shop.member("mei", phone="13800138000")
    shop.member("bo")
    shop.publish()
    yield shop
    shop.close()


@pytest.fixture
def settings_here(tmp_path):
    """The settings of a deployment whose data folder is the test's."""
    return settings_load().model_copy(update={"data_dir": tmp_path / "data"})


@pytest.fixture
def sealed(shop, settings_here):
    """Two sales, the first sealed and its root published."""
    first = shop.sale("mei", 10000, "R-1", event_id="e-1")
    shop.one(first)
    ledger_seal(roots_file=settings_here.roots_file)
    second = shop.sale("bo", 5500, "R-2", event_id="e-2")
    shop.one(second)
    return [first, second]


@pytest.fixture
def elsewhere(clean_database):
    """An empty database beside the shop's, which Django uses meanwhile."""
    database = TestDatabase(clean_database.places, f"{clean_database.name}_elsewhere")

    @contextmanager
    def pointed():
        with django_pointed_at(database.places, database.name):
            nothing_remembered()
            yield database
        nothing_remembered()

    empty_made(database)
    yield pointed
    database.drop()


def empty_made(database):
    """As the first start of an installation makes it: no table at all."""
    database.drop()
    with superuser_connection(database.places) as connection:
        database_create(connection, database.name)


def nothing_remembered():
    """As in a process that has just begun."""
    pool_close()
    assets_forgotten()
    programs_forgotten()
    keys_forgotten()
