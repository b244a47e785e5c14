"""The day's figures, to the cent, and honest where there is nothing to compare."""

import re
from datetime import date

from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.services import record
from tests.console.conftest import TODAY, enrolled

LAST_SATURDAY = date(2025, 3, 1)


def figures(page):
    """Each figure of the page by its label: value, change, what it was then."""
    found = {}
    for block in re.findall(r'<div class="figure.*?</div>', page, re.DOTALL):
        label = re.search(r"<dt>(.*?)</dt>", block).group(1)
        parts = re.findall(r"<(?:dd|span)[^>]*>([^<]*)</(?:dd|span)>", block)
        found[label] = tuple(part for part in parts if part.strip())
    return found


def rows(page):
    """The table beside the chart, as texts."""
    body = re.search(r'<table class="dense">.*?</table>', page, re.DOTALL).group(0)
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)[1:]
    ]


def two_saturdays(shop):
    shop.on(LAST_SATURDAY)
    shop.one(shop.sale("mei", 10_000))
    shop.one(shop.sale(None, 5_000))
    shop.on(TODAY)
    shop.one(shop.sale("mei", 25_000, "R-1"))
    shop.one(shop.sale(None, 5_000))
    shop.one(shop.refund("R-1", 3_000))
    enrolled(shop, "gu", "Gu")


def test_today_stands_beside_the_same_day_last_week(li, shop):
    two_saturdays(shop)
    found = figures(li.text())
    assert found["Sales"] == ("¥270.00", "+80.0%", "last week ¥150.00")
    assert found["Members&#x27; share of sales"] == ("81.5%", "+14.8 pp", "last week 66.7%")
    assert found["Tickets"] == ("2", "0.0%", "last week 2")
    assert found["New members"] == ("1", "n/a", "last week 0")
    # 250 for the money and 50 for over 200, of which 30 and 6 went back with the return.
    assert found["Issued"] == ("264", "+164.0%", "last week 100")
    assert found["Held by members (liability)"] == ("364", "+264.0%", "last week 100 · worth ¥3.64")


def test_a_share_of_nothing_is_not_zero(li):
    found = figures(li.text())
    assert found["Members&#x27; share of sales"] == ("n/a", "n/a", "last week n/a")
    assert found["Sales"] == ("¥0.00", "last week ¥0.00")


def test_half_a_day_is_compared_with_half_a_day(li, shop):
    shop.on(LAST_SATURDAY, 11)
    shop.one(shop.sale("mei", 10_000))
    shop.on(LAST_SATURDAY, 18)
    shop.one(shop.sale("mei", 40_000))
    enrolled(shop, "gu", "Gu")
    shop.on(TODAY, 10)
    shop.one(shop.sale("mei", 12_000))
    shop.on(TODAY, 12)
    found = figures(li.text())
    assert found["Sales"] == ("¥120.00", "+20.0%", "last week ¥100.00")
    assert found["New members"] == ("0", "last week 0")
    assert found["Issued"] == ("120", "+20.0%", "last week 100")
    assert found["Held by members (liability)"] == (
        "670",
        "+570.0%",
        "last week 100 · worth ¥6.70",
    )
    shop.on(TODAY, 20)
    found = figures(li.text())
    assert found["Sales"] == ("¥120.00", "−76.0%", "last week ¥500.00")
    assert found["New members"] == ("0", "−100.0%", "last week 1")


def test_what_expired_and_was_paid_with_is_counted_on_its_day(li, shop):
    shop.on(date(2025, 3, 7))
    shop.one(shop.sale("mei", 100_000))
    shop.on(TODAY)
    shop.one(shop.redemption("mei", 300))
    found = figures(li.text())
    assert found["Redeemed"][0] == "300"
    assert found["Held by members (liability)"][0] == "750"
    shop.on(date(2027, 1, 1))
    shop.expire()
    found = figures(li.text())
    assert found["Expired"][0] == "750"
    assert found["Held by members (liability)"][0] == "0"


def test_the_chart_and_its_table_tell_the_same_thirty_days(li, shop):
    two_saturdays(shop)
    page = li.text()
    table = rows(page)
    assert len(table) == 31
    assert table[0] == ["8 Mar", "¥270.00", "81.5%", "2"]
    assert table[7] == ["1 Mar", "¥150.00", "66.7%", "2"]
    assert table[1] == ["7 Mar", "¥0.00", "n/a", "0"]
    assert table[-1] == ["30 days", "¥420.00", "76.2%", "4"]
    assert page.count('class="whole"') == page.count('class="part"') == 30
    told = re.findall(r"<title>(8 Mar[^<]*)</title>", page)
    assert told == ["8 Mar: ¥270.00, members 81.5%, 2 tickets"]


def test_a_shop_without_sales_is_told_what_to_do_next(li):
    page = li.text()
    assert "No sales in these days" in page and "Sell at the counter" in page


def test_the_same_figures_in_chinese(li, shop):
    two_saturdays(shop)
    page = li.read_in("zh-hans").text()
    found = figures(page)
    assert found["销售额"] == ("¥270.00", "+80.0%", "上周 ¥150.00")
    assert found["会员消费占比"] == ("81.5%", "+14.8 个百分点", "上周 66.7%")
    assert "2025年3月8日 星期六" in page


def test_a_sale_late_at_night_belongs_to_the_shops_own_day(li, shop):
    shop.on(date(2025, 3, 7), 23, 59)
    shop.one(shop.sale("mei", 10_000))
    shop.on(TODAY, 0, 1)
    shop.one(shop.sale("mei", 20_000))
    assert figures(li.text())["Sales"][0] == "¥200.00"


def test_health_says_unknown_until_it_knows(li, shop):
    page = li.text()
    assert "Last proof of the books: never" in page and "Last backup: never" in page
    shop.on(date(2025, 3, 8), 9, 30)
    with shop.time():
        record(actor=SYSTEM, action="ledger.proved", subject="ledger")
    page = li.text()
    assert "Last proof of the books: 8 Mar 2025, 09:30" in page
    assert "Last backup: never" in page
