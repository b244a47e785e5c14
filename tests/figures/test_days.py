"""Sums of days are what the sales and entries say, at every moment, and `prove` says so."""

from datetime import date

import pytest

from regulars.foundation.database.session import unit_of_work
from regulars.ledger.days.selectors import day_gained_by, days_gained, expiring, owed
from regulars.ledger.days.services import days_sum, expiring_measure
from regulars.ledger.proofs.services import ledger_prove, ledger_seal
from regulars.rules.purchases.selectors import sales_by_day, sales_by_store
from regulars.rules.purchases.services import days_close

FEBRUARY = (date(2025, 2, 1), date(2025, 2, 28))


def sales(since=FEBRUARY[0], until=FEBRUARY[1], store=None):
    with unit_of_work() as unit:
        days = sales_by_day(unit, since, until, store=store)
    return [
        (day.business_date.day, day.tickets, day.net_minor, day.refunded_minor, day.member_tickets)
        for day in days
    ]


def rows(statement):
    with unit_of_work() as unit:
        return unit.fetch(statement)


def run(statement):
    with unit_of_work() as unit:
        unit.fetch(statement)


def three_days(shop):
    shop.on(date(2025, 2, 3))
    shop.one(shop.sale("mei", 10_000, "R-1", store="s1"))
    shop.one(shop.sale(None, 5_000, store="s2"))
    shop.on(date(2025, 2, 4))
    shop.one(shop.sale("bo", 7_000, "R-2", store="s2"))
    shop.on(date(2025, 2, 6))
    shop.one(shop.sale("mei", 2_000, "R-3"))


THREE = [(3, 2, 15_000, 0, 1), (4, 1, 7_000, 0, 1), (6, 1, 2_000, 0, 1)]


def closed(shop):
    with shop.time():
        return days_close()


def test_days_that_are_over_are_read_from_their_sums(shop):
    three_days(shop)
    assert sales() == THREE
    assert closed(shop) == date(2025, 2, 4)
    assert rows("SELECT business_date, store_id, tickets FROM rules_sales_day ORDER BY 1, 2") == [
        (date(2025, 2, 3), 1, 1),
        (date(2025, 2, 3), 2, 1),
    ]
    assert sales() == THREE
    run("UPDATE rules_sales_day SET tickets = 41 WHERE store_id = 2")
    assert sales()[0] == (3, 42, 15_000, 0, 1), "a day that is over is not counted again"


def test_one_store_and_each_store(shop):
    three_days(shop)
    shop.on(date(2025, 2, 20))
    closed(shop)
    assert sales(store=2) == [(3, 1, 5_000, 0, 0), (4, 1, 7_000, 0, 1)]
    assert sales(store=0) == [(6, 1, 2_000, 0, 1)]
    with unit_of_work() as unit:
        stores = sales_by_store(unit, *FEBRUARY)
    assert [(each.business_date.day, each.store_id, each.net_minor) for each in stores] == [
        (3, 1, 10_000),
        (3, 2, 5_000),
        (4, 2, 7_000),
        (6, 0, 2_000),
    ]


def test_a_late_return_and_a_late_sale_count_at_once(shop):
    three_days(shop)
    shop.on(date(2025, 2, 20))
    closed(shop)
    shop.one(shop.refund("R-1", 3_000))
    shop.one(shop.cancel("R-2"))
    shop.one(shop.sale("bo", 900, occurred_at=shop.now.replace(day=5)))
    late = [(3, 2, 15_000, 3_000, 1), (5, 1, 900, 0, 1), (6, 1, 2_000, 0, 1)]
    assert shop.rows("rules_sales_touched") == 3
    assert sales() == late
    closed(shop)
    assert shop.rows("rules_sales_touched") == 0
    assert sales() == late


def test_a_sale_of_today_marks_nothing(shop):
    three_days(shop)
    shop.one(shop.refund("R-3", 500))
    assert shop.rows("rules_sales_touched") == 0


def beans(shop, since=FEBRUARY[0], until=FEBRUARY[1]):
    with unit_of_work() as unit:
        gained = days_gained(unit, since, until)
        total = owed(unit)
    found = {}
    for each in gained:
        key = (each.business_date.day, each.counter, each.program)
        found[key] = found.get(key, 0) + each.amount
    return found, list(total.values())


def summed(tmp_path):
    ledger_seal(roots_file=tmp_path / "roots")
    return days_sum()


def test_what_was_gained_is_the_same_before_and_after_summing(shop, tmp_path):
    three_days(shop)
    shop.one(shop.refund("R-1", 5_000))
    expected = {
        (3, "issued", "beans"): 100,
        (4, "issued", "beans"): 70,
        (6, "issued", "beans"): 20,
        (6, "issued", ""): -50,
    }
    assert beans(shop) == (expected, [140])
    assert summed(tmp_path) == 4
    assert beans(shop) == (expected, [140])
    shop.one(shop.sale("bo", 1_000))
    expected[6, "issued", "beans"] += 10
    assert beans(shop) == (expected, [150]), "an entry after the sums counts at once"
    assert summed(tmp_path) == summed(tmp_path) == 5
    assert beans(shop) == (expected, [150])
    with unit_of_work() as unit:
        assert unit.fetch("SELECT sum(gained) FROM ledger_day_total")[0][0] == 150


def test_a_day_up_to_an_hour(shop, tmp_path):
    shop.on(date(2025, 2, 3), 9)
    shop.one(shop.sale("mei", 10_000))
    ten = shop.now.replace(hour=2)
    shop.on(date(2025, 2, 3), 15)
    shop.one(shop.sale("mei", 20_000))
    summed(tmp_path)
    with unit_of_work() as unit:
        assert list(day_gained_by(unit, date(2025, 2, 3), ten).values()) == [100]
        assert list(day_gained_by(unit, date(2025, 2, 3), shop.now).values()) == [300]


def test_what_expires_within_thirty_days(shop):
    shop.on(date(2025, 12, 20))
    shop.one(shop.sale("mei", 10_000))
    shop.on(date(2026, 12, 10))
    shop.one(shop.sale("mei", 3_000))
    with shop.time():
        expiring_measure()
    with unit_of_work() as unit:
        assert [each.amount for each in expiring(unit).values()] == [100]


def proved(tmp_path):
    results = ledger_prove(roots_file=tmp_path / "roots")
    return {each.code: each.first for each in results if not each.holds}


def test_the_sums_are_proved(shop, tmp_path):
    three_days(shop)
    shop.on(date(2025, 2, 20))
    closed(shop)
    summed(tmp_path)
    shop.one(shop.refund("R-1", 3_000))
    assert proved(tmp_path) == {}


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("sales_days", "UPDATE rules_sales_day SET net_minor = 1 WHERE store_id = 2"),
        ("sales_days", "DELETE FROM rules_sales_day WHERE store_id = 2"),
        ("day_totals", "UPDATE ledger_day_total SET gained = gained + 1"),
        ("day_totals", "DELETE FROM ledger_day_total WHERE business_date = '2025-02-04'"),
    ],
)
def test_a_wrong_sum_is_found(shop, tmp_path, code, statement):
    three_days(shop)
    shop.on(date(2025, 2, 20))
    closed(shop)
    summed(tmp_path)
    run(statement)
    assert list(proved(tmp_path)) == [code]
