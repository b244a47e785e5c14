"""The ledger against a second one that counts coins, step by step, in whatever order.

The second ledger (`model`) foretells of every request whether it is refused, with which code, and
else every figure of the answer; after each step all balances are compared, and on the database
the books are added up by SQL. A run that did not meet every case often enough fails as well.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.ledger.book.services import asset_create, assets_forgotten, assets_known
from tests.ledger.machine.engines import DatabaseBook, MemoryBook
from tests.ledger.machine.kinds import KINDS, asset_terms, asset_views
from tests.ledger.machine.rules import LedgerMachine

# What a run must have met often enough, or it has tried too little and fails.
ACCEPTED = (
    "post accepted",
    "post replayed",
    "hold accepted",
    "hold replayed",
    "settle accepted",
    "settle replayed",
    "release accepted",
    "reverse accepted",
    "reverse replayed",
    "reverse had nothing to do",
    "freeze accepted",
    "thaw accepted",
    "time passes accepted",
    "nightly run accepted",
)
REFUSED = (
    "amount_out_of_range",
    "asset_not_transferable",
    "entry_not_reversible",
    "hold_closed",
    "hold_exceeded",
    "holder_frozen",
    "holder_merged",
    "insufficient_balance",
    "invalid_input",
    "key_reused",
    "reversal_exceeds",
    "reversal_shrinks",
    "same_holder",
    "unknown_asset",
    "unknown_entry",
    "unknown_hold",
    "unknown_holder",
)


def played(
    make_ledger: Callable[[], Any], *, days: int, steps: int, by_chance: bool = False
) -> Counter[str]:
    """Plays so many days of so many steps; answers how often each case was met."""
    day = {"make_ledger": staticmethod(make_ledger), "reached": Counter()}
    machine = type("Day", (LedgerMachine,), day)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=days,
            stateful_step_count=steps,
            derandomize=not by_chance,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return day["reached"]


def missed(reached: Counter[str], *, accepted: int, refused: int) -> list[str]:
    """The cases that a run met too seldom, in plain words."""
    wanted = {**dict.fromkeys(ACCEPTED, accepted), **dict.fromkeys(REFUSED, refused)}
    return [
        f"{case}: met {reached[case]} times, wanted {least}"
        for case, least in wanted.items()
        if reached[case] < least
    ]


@pytest.fixture
def database_book(clean_database):
    """Makes books of the one database; each day brings new people."""
    assets_forgotten()
    for name in KINDS:
        asset_create(**asset_terms(name))
    with unit_of_work() as unit:
        assets = dict(assets_known(unit))
    yield lambda: DatabaseBook(assets)
    pool_close()


def memory_book() -> MemoryBook:
    return MemoryBook(asset_views())


def test_the_ledger_answers_what_the_coin_counters_foretell(database_book):
    reached = played(database_book, days=40, steps=40)
    assert missed(reached, accepted=2, refused=1) == []


def test_the_decisions_alone_answer_what_the_coin_counters_foretell():
    reached = played(memory_book, days=300, steps=40)
    assert missed(reached, accepted=10, refused=5) == []


def test_a_run_that_tried_nothing_fails():
    assert len(missed(Counter(), accepted=1, refused=1)) == len(ACCEPTED) + len(REFUSED)


def season(make_ledger: Callable[[], Any], *, weeks: int, steps: int) -> Counter[str]:
    """Weeks of a hundred days each, by chance. A failure prints the shortest way to it."""
    reached: Counter[str] = Counter()
    for _ in range(weeks):  # each forgets the one before, or memory would fill up
        reached += played(make_ledger, days=100, steps=steps, by_chance=True)
    return reached


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_ledger_through_a_long_season(database_book):
    reached = season(database_book, weeks=15, steps=60)
    assert missed(reached, accepted=200, refused=20) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_decisions_alone_through_many_seasons():
    reached = season(memory_book, weeks=150, steps=60)
    assert missed(reached, accepted=200, refused=20) == []
