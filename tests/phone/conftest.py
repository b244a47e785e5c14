import pytest

from regulars.members.lifecycle.erased_file import erased_file
from regulars.organization.stores.services import stores_forgotten
from tests.phone.phones import Carrier, opened


@pytest.fixture
def carrier(monkeypatch):
    carrier = Carrier()
    for place in ("regulars.members.signin.asking", "regulars.members.signin.sending"):
        monkeypatch.setattr(f"{place}.sms_provider", lambda: carrier)
    return carrier


@pytest.fixture
def shop(db, carrier):
    """The shop in a transaction that is rolled back."""
    yield opened(carrier)
    stores_forgotten()


@pytest.fixture
def open_shop(clean_database, carrier):
    """The same shop for everything with connections of its own: races, and units of work."""
    shop = opened(carrier)
    yield shop
    erased_file().unlink(missing_ok=True)
    shop.close()
    stores_forgotten()
