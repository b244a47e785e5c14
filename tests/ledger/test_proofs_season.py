"""Whatever happens in a shop, in whatever order, the proof finds nothing and an export verifies.

The days are those of the state machine, which knows nothing of the proof.
"""

import io

import pytest

from regulars.foundation.database.provision import superuser_connection
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.ledger.book.services import asset_create, assets_forgotten, assets_known
from regulars.ledger.proofs.export import export_written
from regulars.ledger.proofs.proving import checks_run
from regulars.ledger.proofs.standalone import verifier
from tests.ledger.machine.engines import DatabaseBook
from tests.ledger.machine.kinds import KINDS, asset_terms
from tests.ledger.test_state_machine import played


class ProvedBook(DatabaseBook):
    """A book whose last day is proved before the next one begins."""

    database = None
    judged = 0

    def __init__(self, assets):
        self.day_proved()
        super().__init__(assets)

    @classmethod
    def day_proved(cls):
        with (
            superuser_connection(cls.database.places, cls.database.name) as connection,
            connection.transaction(),
        ):
            for result in checks_run([connection], []):
                assert result.holds, f"{result.code}: {result.first.sentence()}"
                cls.judged += result.judged
            export = io.StringIO()
            export_written(connection, export)
            verifier.verify(export.getvalue().encode().splitlines(keepends=True))


@pytest.fixture
def proved_book(clean_database):
    assets_forgotten()
    for name in KINDS:
        asset_create(**asset_terms(name))
    with unit_of_work() as unit:
        assets = dict(assets_known(unit))
    ProvedBook.database, ProvedBook.judged = clean_database, 0
    yield lambda: ProvedBook(assets)
    pool_close()


def test_every_day_of_the_machine_proves_clean(proved_book):
    played(proved_book, days=15, steps=40)
    ProvedBook.day_proved()
    assert ProvedBook.judged > 2_000
