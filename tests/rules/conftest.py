import pytest

from regulars.foundation import clock
from regulars.foundation.database.session import pool_close
from regulars.ledger.book.services import assets_forgotten
from regulars.rules.eventkinds import known
from regulars.rules.facts import registry
from regulars.rules.programs.services import programs_forgotten
from tests.rules.office import NOW


@pytest.fixture(autouse=True)
def facts_of_the_house(request, monkeypatch):
    """Where there is no shop, nobody asks the database which own fields members have."""
    if not {"office", "clean_database", "db"} & set(request.fixturenames):
        monkeypatch.setattr(registry, "_sources", [])
        monkeypatch.setattr(known._KINDS, "read", dict)


@pytest.fixture
def office(clean_database):
    """Li's office on 1 March 2025, noon in Shanghai, with an empty house."""
    assets_forgotten()
    programs_forgotten()
    with clock.stopped_at(NOW):
        yield
    pool_close()
