from datetime import date

import pytest

from regulars.foundation.database.session import pool_close
from regulars.ledger.book.services import assets_forgotten
from tests.ledger.book import Book


@pytest.fixture
def book(clean_database):
    """An empty ledger on 1 March 2025 with Mei, Bo and Oz."""
    assets_forgotten()
    book = Book(date(2025, 3, 1))
    book.open("mei", "bo", "oz")
    yield book
    pool_close()
