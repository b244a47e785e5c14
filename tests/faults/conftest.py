import pytest

from tests.faults.house import House


@pytest.fixture(scope="module")
def house(django_db_setup, worker_database, django_db_blocker, tmp_path_factory):
    """A shop for races on this worker's database; every test makes its own members."""
    with django_db_blocker.unblock():
        opened = House(worker_database, tmp_path_factory.mktemp("house"))
        try:
            yield opened
        finally:
            opened.close()
            worker_database.clean()
