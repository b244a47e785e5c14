"""A whole year under a full program comes to what an independent computation says, to the point."""

from datetime import date
from os import devnull
from pathlib import Path

import pytest

from regulars.faces.bench.full_program import (
    GROWTH,
    INSIDER,
    Shop,
    birth_tag,
    program_opened,
)
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.proofs.services import ledger_prove
from regulars.members.profiles.selectors import identifier_digest, resolve_statement
from regulars.members.tags.selectors import tag_get
from regulars.members.tags.services import tags_set_statement
from regulars.members.tags.types import MANUAL
from regulars.rules.imports.happenings import member_code
from regulars.rules.imports.selectors import rejected_list
from regulars.rules.segments.services import segments_refresh
from tests.imports.comparing import DATASET, LI, expired, given, imported
from tests.imports.independent import months_of, sales_of
from tests.imports.independent_full import (
    Rules,
    birth_month,
    full_year_played,
    is_insider,
)

THROUGH = date(2018, 3, 31)
BEANS = "journey-beans"
ALL_RULES = {
    *("birthday", "midweek", "early", "base", "goods", "large", "pantry"),
    *("insiders", "gold", "weekend", "harvest", "pot", "night", "gift"),
}

MONTHS = """
    SELECT to_char(business_date, 'YYYY-MM'), count(*), sum(net_minor)::bigint
    FROM rules_purchase GROUP BY 1
"""
ACCOUNTS = """
    SELECT s.code, a.holder_id, a.balance, a.debt
    FROM ledger_account a JOIN ledger_asset s ON s.id = a.asset_id
"""
MOVED = """
    SELECT s.code, e.kind, p.credit, p.counter, sum(p.amount)::bigint
    FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
    JOIN ledger_asset s ON s.id = p.asset_id GROUP BY 1, 2, 3, 4
"""
SHARED = """
    SELECT period, sum(used)::bigint FROM rules_shared_count
    GROUP BY id, period HAVING sum(used) <> 0
"""
LEVELS = """
    SELECT m.holder_id, l.rank FROM entitlements_member_level m
    JOIN entitlements_level l ON l.id = m.level_id
"""
CHANGES = "SELECT change, count(*) FROM entitlements_level_change GROUP BY 1"
CHOSEN = "SELECT unnest(%(chosen)s::uuid[])"


def shop_of(stores, budget):
    """The grocer of the year."""
    return Shop(
        time_zone="America/New_York",
        asset=BEANS,
        fresh="PRODUCE",
        meat="MEAT",
        pantry="GROCERY",
        left_out=("FUEL", ""),
        stores=tuple(f"cj-{store}" for store in sorted(stores)),
        budget_minor=budget,
        validity={"valid_from": "2017-01-01", "valid_until": "2017-12-31"},
    )


def members_by_household(households):
    """The members' ids by the households' numbers."""
    digests = {identifier_digest("external_id", member_code(str(n))): n for n in households}
    with unit_of_work() as unit:
        found = unit.flight([resolve_statement(list(digests))])[0]
    return {digests[digest]: holder_id for digest, holder_id in found}


def tagged(members):
    """Says of each member in which month they were born, and of some that they are insiders."""
    wanted = {birth_tag(month): [] for month in range(1, 13)} | {INSIDER: []}
    for number, member_id in members.items():
        wanted[birth_tag(birth_month(number))].append(member_id)
        if is_insider(number):
            wanted[INSIDER].append(member_id)
    with unit_of_work() as unit:
        unit.flight(
            [
                tags_set_statement(
                    tag=tag_get(code),
                    source=MANUAL,
                    reason="made for the comparison",
                    actor=LI,
                    expires_at=None,
                    members=CHOSEN,
                    params={"chosen": id_array(chosen)},
                )
                for code, chosen in wanted.items()
            ]
        )
    segments_refresh()


def compared(folder, *, seed, batch_size, stores, budget):
    """Imports under the full program and compares; answers the households and the shop's rules."""
    facts = given(folder, seed=seed)
    sales = sales_of(folder)
    assert {sale.document for sale in sales} == facts.documents
    numbers = {sale.household for sale in sales}
    program_opened(DATASET, shop_of(stores, budget), LI)
    view = imported(
        folder,
        seed=seed,
        batch_size=batch_size,
        prepared=lambda: tagged(members_by_household(numbers)),
    )
    rules = Rules(stores, budget)
    households = full_year_played(
        sales, facts.extras, facts.arrivals, rules=rules, batch_size=batch_size
    )
    member_of = members_by_household(numbers)
    refused = sorted(f"pay-{each}" for one in households.values() for each in one.impossible)
    assert sorted(row.key for row in rejected_list(view.id, 100_000)) == refused

    balances_compared(households, member_of)
    total = totals_of(households)
    assert view.counts["points_earn"] == total["earned"] + total["grown"]
    movements_compared(total, sales)
    levels_compared(households, rules, member_of, total)

    died = sum(one.expired(THROUGH) for one in households.values())
    expired()
    with unit_of_work() as unit:
        moved = {tuple(row[:4]): row[4] for row in unit.fetch(MOVED)}
    assert moved[BEANS, "expire", False, "expired"] == died
    balances_compared(households, member_of)
    # Nothing is sealed here; the checkout may have a demo shop's roots.
    results = ledger_prove(roots_file=Path(devnull))
    assert [result.code for result in results if not result.holds] == []
    return households, rules


def balances_compared(households, member_of):
    """Every member's points, debt and growth."""
    with unit_of_work() as unit:
        found = {(code, holder_id): rest for code, holder_id, *rest in unit.fetch(ACCOUNTS)}
    wanted = {}
    for number, one in households.items():
        if one.totals["earned"]:
            wanted[BEANS, member_of[number]] = [one.balance, one.debt]
        if one.totals["grown"]:
            wanted[GROWTH, member_of[number]] = [one.growth, 0]
    assert found == wanted


def movements_compared(total, sales):
    """What was sold each month, and what moved of each asset and why."""
    with unit_of_work() as unit:
        moved = {tuple(row[:4]): row[4] for row in unit.fetch(MOVED)}
        months = {month: (tickets, net) for month, tickets, net in unit.fetch(MONTHS)}
    assert months == months_of(sales)
    assert moved == {
        key: amount
        for key, amount in {
            (BEANS, "earn", True, "issued"): total["earned"],
            (BEANS, "refund", False, "issued"): total["taken_back"],
            (BEANS, "redeem", False, "redeemed"): total["spent"],
            (BEANS, "return", True, "redeemed"): total["given_back"],
            (BEANS, "return", False, "expired"): total["given_back_dead"],
            (GROWTH, "earn", True, "issued"): total["grown"],
            (GROWTH, "refund", False, "issued"): total["shrunk"],
        }.items()
        if amount
    }


def levels_compared(households, rules, member_of, total):
    """What each month's budget was used for, and where everybody stands."""
    with unit_of_work() as unit:
        shared = dict(unit.fetch(SHARED))
        levels = dict(unit.fetch(LEVELS))
        changes = dict(unit.fetch(CHANGES))
    assert shared == {key[1]: used for key, used in rules.used.items() if used}
    assert levels == {
        member_of[number]: one.level for number, one in households.items() if one.totals["raised"]
    }
    assert (changes["raised"], changes.get("lowered", 0)) == (total["raised"], total["lowered"])


def totals_of(households):
    """What all of them earned, spent and lost."""
    names = ("earned", "taken_back", "spent", "given_back", "given_back_dead")
    names += ("grown", "shrunk", "raised", "lowered")
    return {name: sum(one.totals[name] for one in households.values()) for name in names}


def test_a_small_year_comes_to_the_point(empty_shop, small_year):
    households, rules = compared(
        small_year, seed=2049, batch_size=200, stores={300, 302}, budget=300
    )
    # The comparison is worth what it meets on its way: every rule, and every limit at its edge.
    met = {name for one in households.values() for name in one.met}
    assert met >= ALL_RULES
    edges = {"base cut", "pantry cut", "insiders cut", "pot cut"}
    edges |= {"birthday refused", "gold refused", "pot refused", "night refused"}
    assert met >= edges | {"pantry beats large"}
    assert max(rules.used.values()) == 300
    total = totals_of(households)
    assert min(total["lowered"], total["raised"], total["spent"], total["given_back"]) > 0
    assert {one.level for one in households.values()} == {1, 2, 3}


@pytest.mark.long
def test_the_real_year_comes_to_the_point(empty_shop, real_year):
    households, _ = compared(
        real_year, seed=2017, batch_size=1000, stores={367, 406, 356}, budget=40_000
    )
    met = {name for one in households.values() for name in one.met}
    assert met >= ALL_RULES
    assert met & {"pot cut", "pot refused"}
