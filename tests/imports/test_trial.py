"""A trial of the full program over a year that was judged by it: to the point what was given."""

from datetime import date

from regulars.faces.bench.full_program import program_opened
from regulars.rules.simulate.services import simulation_run
from tests.imports.comparing import DATASET, LI, given, imported
from tests.imports.independent import sales_of
from tests.imports.test_full_program import members_by_household, shop_of, tagged

YEAR = {"since": date(2017, 1, 1), "until": date(2017, 12, 31)}
LEFT_OUT = {"base", "birthday", "gold", "insiders"}


def lived(folder):
    """The year without returns, judged by all rules."""
    households = {sale.household for sale in sales_of(folder, given(folder).documents)}
    program_opened(DATASET, shop_of({300, 302}, 300), LI)
    imported(folder, seed=None, prepared=lambda: tagged(members_by_household(households)))


def test_what_is_in_force_gives_in_a_trial_what_it_gave(empty_shop, small_year):
    """Also beside rules that can't be tried: these stand before others and use their limits."""
    lived(small_year)
    found = simulation_run(code=DATASET, version=1, **YEAR)
    assert {each.rule for each in found.not_replayed} == LEFT_OUT
    assert [each.amount for each in found.assets] == [each.really for each in found.assets]
    assert (found.winners, found.losers) == (0, 0)
    assert {each.rule for each in found.rules} >= {"midweek", "early", "pantry", "pot", "large"}
