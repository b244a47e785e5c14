"""The first page for other days and stores, for a beginning, and what it says needs attention."""

from datetime import date

from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.services import record
from regulars.ledger.days.services import days_sum, expiring_measure
from regulars.ledger.proofs.services import ledger_seal
from regulars.organization.apikeys.selectors import apikeys_list
from regulars.organization.apikeys.services import apikey_revoke
from regulars.organization.staff.services import role_grant, role_withdraw
from regulars.rules.purchases.services import days_close
from tests.console.conftest import TODAY, enrolled
from tests.console.test_today import figures, rows, two_saturdays


def a_week(shop):
    """Sales on five days of two weeks, at two stores."""
    shop.store("s2")
    for day, store, net in (
        (date(2025, 2, 20), "s1", 30_000),
        (date(2025, 2, 27), "s2", 8_000),
        (date(2025, 3, 1), "s1", 10_000),
        (date(2025, 3, 4), "s2", 6_000),
        (TODAY, "s1", 12_000),
    ):
        shop.on(day, 10)
        shop.one(shop.sale("mei", net, store=store))
    shop.on(TODAY)


def test_seven_days_stand_beside_the_seven_before(li, shop):
    a_week(shop)
    page = li.text("?period=7d")
    found = figures(page)
    assert found["Sales"] == ("¥180.00", "0.0%", "before ¥180.00")
    assert found["Tickets"] == ("2", "0.0%", "before 2")
    assert found["Average ticket"] == ("¥90.00", "0.0%", "before ¥90.00")
    assert found["Issued"] == ("180", "0.0%", "before 180")
    assert rows(page)[-1] == ["7 days", "¥180.00", "100.0%", "2"]
    assert "compared with 23 Feb – 1 Mar" in page


def test_a_month_and_a_day_before_today(li, shop):
    a_week(shop)
    found = figures(li.text("?period=month"))
    assert found["Sales"] == ("¥280.00", "n/a", "before ¥0.00")
    shop.on(date(2025, 3, 9))
    found = figures(li.text("?period=yesterday"))
    assert found["Sales"] == ("¥120.00", "+20.0%", "last week ¥100.00")
    assert found["Held by members (liability)"][:2] == ("710", "+34.0%")
    found = figures(li.text("?period=30d"))
    assert found["Sales"] == ("¥660.00", "n/a", "before ¥0.00")


def test_an_odd_period_is_today(li, shop):
    a_week(shop)
    assert figures(li.text("?period=%00&store=nowhere"))["Sales"][0] == "¥120.00"


def test_one_store_alone_and_beside_the_others(li, shop):
    a_week(shop)
    page = li.text("?period=30d")
    assert "Each store" in page and 'href="?period=30d&amp;store=s2"' in page
    found = figures(li.text("?period=30d&store=s2"))
    assert found["Sales"][0] == "¥140.00" and found["Tickets"][0] == "2"
    assert found["Members"][0] == "0", "Mei's last purchase was at the other store"
    assert figures(li.text("?store=s1"))["Members"][0] == "1"


def test_a_chains_small_stores_are_one_row(li, shop):
    a_week(shop)
    for number in range(3, 23):
        shop.store(f"s{number}")
    shop.one(shop.sale(None, 900, store="s22"))
    page = li.text("?period=30d")
    # 22 stores: three sold something, 17 of the others have a row, two are told together.
    assert page.count('href="?period=30d&amp;store=') == 20
    assert 'href="?period=30d&amp;store=s22"' in page
    assert "The other 2 stores" in page


def test_the_same_figures_when_the_days_are_summed(li, shop, tmp_path):
    a_week(shop)
    before = {name: figures(li.text(f"?period={name}")) for name in ("today", "7d", "30d")}
    with shop.time():
        days_close()
        ledger_seal(roots_file=tmp_path / "roots")
        days_sum()
    assert {name: figures(li.text(f"?period={name}")) for name in before} == before


def test_members_by_how_active_they_are(li, shop):
    enrolled(shop, "gu", "Gu")
    for day in (1, 8, 15, 22):
        shop.on(date(2025, 2, day))
        shop.one(shop.sale("mei", 1_000))
    shop.one(shop.sale("gu", 1_000))
    found = figures(li.text())
    assert [found[name][0] for name in ("Members", "Active", "Dormant", "Churned")] == [
        "3", "2", "0", "0",
    ]  # fmt: skip
    shop.on(date(2025, 3, 9))
    found = figures(li.text())
    assert found["Dormant"][0] == "1", "Mei came every 7 days, and not for 15"
    assert (found["Active"][0], found["Churned"][0]) == ("1", "0"), "Gu; nobody is counted twice"
    assert found["Members"] == ("3", "1 without a purchase yet"), "Bo"
    shop.on(date(2025, 5, 24))
    found = figures(li.text())
    assert found["Active"] == ("0", "0.0%") and found["Dormant"] == ("2", "66.7%")
    shop.on(date(2026, 2, 23))
    found = figures(li.text())
    assert found["Churned"][0] == "2" and found["Dormant"][0] == "0"


def test_what_points_cost_and_what_expires_soon(li, shop):
    two_saturdays(shop)
    found = figures(li.text())
    # 264 beans at 100 for ¥1, of ¥270.00.
    assert found["Cost of what was issued"] == ("¥2.64", "+164.0%", "0.98% of sales")
    assert found["Expiring within 30 days"][0] == "—"
    shop.on(date(2026, 12, 20))
    with shop.time():
        expiring_measure()
    assert figures(li.text())["Expiring within 30 days"] == ("364", "worth ¥3.64")


def test_a_new_shop_is_led_to_its_first_sale(li, shop):
    assert "Next steps" not in li.text(), "all is set up: only the sale is missing"
    with shop.time():
        apikey_revoke(actor=SYSTEM, prefix=apikeys_list()[0].prefix)
    page = li.text()
    assert "Next steps" in page and "Connect another till or the web shop" in page
    assert '<a href="/pos/">Sell at the counter</a>' in page, "no till and no key: either will do"
    shop.one(shop.sale("mei", 1_000))
    assert "Next steps" not in li.text()


def test_a_budget_in_money_is_left_in_money(li, shop):
    shop.publish(limits=[{"per": "all", "window": "month", "asset": "beans", "value_minor": 100}])
    shop.one(shop.sale("mei", 9_000))
    assert "90% of the budget this month is used, ¥0.10 is left" in li.text()


def test_what_needs_attention_is_named_with_what_to_do(li, shop):
    shop.publish(
        limits=[{"per": "all", "window": "month", "asset": "beans", "amount": 100}],
    )
    shop.one(shop.sale("mei", 9_000))
    page = li.text()
    assert "Last backup: never · run “regulars backup”" in page
    assert "90% of the budget this month is used, 10 is left" in page
    shop.one(shop.sale("mei", 9_000))
    assert "the budget this month is used up" in li.text()
    with shop.time():
        record(actor=SYSTEM, action="database.backed_up", subject="database")
    assert "regulars backup" not in li.text()


def test_who_does_not_look_after_the_server_is_not_sent_to_it(desk):
    desk.sign_in("ann")
    page = desk.text()
    assert "backup" not in page
    assert "regulars doctor" not in page


def test_who_has_one_store_sees_that_store_only(desk, shop, staff):
    a_week(shop)
    ann = str(staff["ann"].id)
    with shop.time():
        role_grant(actor=SYSTEM, staff_id=ann, role="cashier", store="s2")
        role_withdraw(actor=SYSTEM, staff_id=ann, role="cashier")
    desk.sign_in("ann")
    found = figures(desk.text("?period=30d"))
    assert found["Sales"][0] == "¥140.00"
    assert "Issued" not in found and "Needs attention" not in desk.text()
    assert figures(desk.text("?period=30d&store=s1"))["Sales"][0] == "¥140.00"
