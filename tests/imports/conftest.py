import pytest

from regulars.foundation.database.session import pool_close
from regulars.foundation.errors import RegularsError
from regulars.rules.imports.datasets import folder_found
from tests.imports.comparing import everything_forgotten
from tests.imports.year import year_made


@pytest.fixture
def empty_shop(clean_database):
    """A deployment without stores, members or programs."""
    everything_forgotten()
    yield clean_database
    pool_close()
    everything_forgotten()


@pytest.fixture(scope="session")
def small_year(tmp_path_factory):
    """The files of a small year: 60 households, some 1,300 baskets."""
    year = year_made(households=60, baskets_each=20)
    return year.write(tmp_path_factory.mktemp("year"))


@pytest.fixture(scope="session")
def real_year():
    """The folder of the real year; skipped where it is not installed."""
    try:
        return folder_found(None)
    except RegularsError as missing:
        pytest.skip(missing.sentence())
