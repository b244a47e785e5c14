"""A whole year through the intake comes to what an independent computation says, to the point."""

from datetime import date
from os import devnull
from pathlib import Path

import pytest

from regulars.ledger.proofs.services import ledger_prove
from regulars.rules.imports.datasets import DATASETS
from tests.imports.comparing import DATASET, booked, expired, given, imported
from tests.imports.independent import households_played, months_of, sales_of

THROUGH = date(2018, 3, 31)
# With it a refund comes after its points were spent, and another after they had died.
SEED_THAT_SHOWS_ALL = 2049


def compared(folder, *, seed, batch_size):
    """Imports and compares everything there is to compare; answers the played households."""
    view = imported(folder, seed=seed, batch_size=batch_size)
    facts = given(folder, seed=seed)
    sales = sales_of(folder)
    # What the import takes it reads itself: a basket that it passed over would be missed nowhere.
    assert {sale.document for sale in sales} == facts.documents
    households = households_played(sales, facts.extras, facts.arrivals)
    assert view.rejected == 0
    assert [each for one in households.values() for each in one.impossible] == []
    total = {
        name: sum(one.totals[name] for one in households.values())
        for name in ("earned", "taken_back", "spent", "given_back", "given_back_dead")
    }

    found = booked(households)
    assert found.months == months_of(sales)
    assert found.accounts == {
        number: (one.balance, one.debt)
        for number, one in households.items()
        if one.totals["earned"]
    }
    assert found.moved == {
        ("earn", True, "issued"): total["earned"],
        ("refund", False, "issued"): total["taken_back"],
        ("redeem", False, "redeemed"): total["spent"],
        ("return", True, "redeemed"): total["given_back"],
        **(
            {("return", False, "expired"): total["given_back_dead"]}
            if total["given_back_dead"]
            else {}
        ),
    }
    assert view.counts["net_minor"] == sum(sale.net for sale in sales)
    assert view.counts["lines"] == sum(len(sale.cents) for sale in sales)
    assert view.counts["points_earn"] == total["earned"]

    died = {number: one.expired(THROUGH) for number, one in households.items()}
    expired()
    found = booked(households)
    assert found.moved[("expire", False, "expired")] == sum(died.values())
    assert found.accounts == {
        number: (one.balance, one.debt)
        for number, one in households.items()
        if one.totals["earned"]
    }
    # Nothing is sealed here; the checkout may have a demo shop's roots.
    results = ledger_prove(roots_file=Path(devnull))
    assert [result.code for result in results if not result.holds] == []
    return households, facts


def test_a_small_year_comes_to_the_cent_and_to_the_point(empty_shop, small_year):
    households, facts = compared(small_year, seed=SEED_THAT_SHOWS_ALL, batch_size=200)
    # The comparison is worth what it meets on its way.
    assert {extra.kind for extra in facts.extras} == {"pay", "refund", "cancel"}
    true = {sale.document: sale.at for sale in sales_of(small_year)}
    assert any(arrived != true[each] for each, arrived in facts.arrivals.items())
    met = {name for one in households.values() for name, n in one.totals.items() if n}
    assert met >= {"earned", "taken_back", "spent", "given_back", "given_back_dead", "owed"}
    assert DATASETS[DATASET].expire_through == THROUGH


@pytest.mark.long
def test_the_real_year_comes_to_the_cent_and_to_the_point(empty_shop, real_year):
    households, facts = compared(real_year, seed=2017, batch_size=1000)
    # As the year is described by those who gave it away.
    assert (len(households), len(facts.documents)) == (2_469, 155_848)
    assert sum(len(sale.cents) for sale in sales_of(real_year)) == 1_469_307
