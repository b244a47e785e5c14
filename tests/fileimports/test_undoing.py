"""Undoing a whole import by ledger entries, and the refusal once something was built on it."""

from datetime import date

import pytest

from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.selectors import outstanding
from regulars.members.profiles.errors import UnknownMember
from regulars.members.profiles.selectors import member_find
from regulars.rules.fileimports import selectors, services, undoing
from regulars.rules.fileimports.errors import ImportBuiltOn, ImportStateUnfit
from tests.fileimports.conftest import GOOD, LI, added, checked, finished, imported, owned


def test_an_undone_import_leaves_nothing_owed_and_the_numbers_free(shop):
    shop.member("bo", phone="13912345678", external_id="B1")
    done = imported(shop, GOOD.replace("V0002,", ","))
    assert (done.counts["taken"], done.counts["new"]) == (3, 2)
    with shop.time():
        undone = services.import_undo(actor=LI, import_id=done.id)
    assert undone.state == "undone"
    with unit_of_work() as unit:
        assert set(outstanding(unit).values()) <= {0}
    with pytest.raises(UnknownMember):
        member_find("phone", "13800138000")
    # Bo was a member before and stays one, with nothing of the import.
    assert owned(shop, "external_id", "B1") == {}
    shop.one(shop.sale("B1", 10_000))
    again = imported(shop, GOOD.replace("V0002,", ","))
    assert again.id != done.id
    assert owned(shop, "phone", "13800138000") == {
        "beans": 1_200,
        "principal": 15_050,
        "bonus": 2_000,
    }
    with pytest.raises(ImportStateUnfit):
        services.import_undo(actor=LI, import_id=done.id)


def test_what_is_undone_early_in_the_morning_stands_on_the_shops_day(shop):
    """At seven in Shanghai it is yesterday still in Greenwich."""
    done = imported(shop, "会员编号,积分\nmei,5\n")
    shop.on(date(2025, 7, 2), hour=7)
    with shop.time():
        services.import_undo(actor=LI, import_id=done.id)
    with unit_of_work() as unit:
        days = unit.fetch("SELECT kind, business_date FROM ledger_entry ORDER BY seq")
    assert days == [("opening", date(2025, 7, 1)), ("opening_undone", date(2025, 7, 2))]


@pytest.mark.parametrize("business", ["spent", "bought"])
def test_what_was_built_on_is_not_undone_and_the_first_member_is_named(shop, business):
    done = imported(shop, "会员编号,积分\nmei,5000\nbo,7\n")
    mei = member_find("external_id", "mei")
    if business == "spent":
        shop.one(shop.redemption("mei", 1_000))
    else:
        shop.one(shop.sale("mei", 50))
    with shop.time(), pytest.raises(ImportBuiltOn) as refusal:
        services.import_undo(actor=LI, import_id=done.id)
    assert refusal.value.context == {"count": 1, "members": mei.public_id}
    assert selectors.import_get(done.id).state == "finished"
    assert owned(shop, "external_id", "bo") == {"beans": 7}
    # Nobody stayed frozen.
    shop.one(shop.sale("bo", 10_000))


def test_a_broken_off_undoing_goes_on(shop, monkeypatch):
    lines = "".join(f"m{number},5\n" for number in range(30))
    done = imported(shop, f"会员编号,积分\n{lines}")
    monkeypatch.setattr(undoing, "CHUNK", 10)
    real, calls = undoing.members_withdraw, []

    def dies_in_the_second(*args, **more):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*args, **more)

    monkeypatch.setattr(undoing, "members_withdraw", dies_in_the_second)
    with shop.time(), pytest.raises(KeyboardInterrupt):
        services.import_undo(actor=LI, import_id=done.id)
    assert selectors.import_get(done.id).state == "undoing"
    with unit_of_work() as unit:
        assert sum(outstanding(unit).values()) == 100
    shop.on(date(2025, 7, 2))
    with shop.time():
        services.import_undo(actor=LI, import_id=done.id)
    with unit_of_work() as unit:
        assert sum(outstanding(unit).values()) == 0
    assert shop.rows("ledger_entry") == 60


SALES = (
    "订单号,会员编号,时间,金额,退款单号\n"
    "R1,mei,2025-03-01 09:30,120.50,\n"
    "R2,mei,2025-03-02,80.00,\n"
    "R1,mei,2025-03-05,20.50,T1\n"
    "R3,oz,2025-03-05,1.00,\n"
)


def test_past_sales_and_refunds_come_in_once_and_go_when_undone(shop):
    shop.member("mei")
    half = checked(shop, added(shop, SALES))
    with shop.time():
        services.import_start(actor=LI, import_id=half.id)
        with pytest.raises(ImportStateUnfit):
            services.import_undo(actor=LI, import_id=half.id)
    done = finished(shop, half)
    assert done.kind == "sales"
    assert {name: done.counts[name] for name in ("sales", "refunds", "taken:sales")} == {
        "sales": 2,
        "refunds": 1,
        "taken:sales": 20_050,
    }
    assert done.counts["taken:refunds"] == 2_050
    assert [(each.row, each.code) for each in selectors.rejected_list(done.id)] == [
        (5, "import_member_unknown")
    ]
    spent = "SELECT sum(net_minor - refunded_minor)::int FROM rules_purchase WHERE NOT cancelled"
    with unit_of_work() as unit:
        assert unit.fetch(spent) == [(18_000,)]
    with shop.time():
        services.import_undo(actor=LI, import_id=done.id)
    with unit_of_work() as unit:
        assert unit.fetch(spent) == [(None,)]
        assert sum(outstanding(unit).values()) == 0
