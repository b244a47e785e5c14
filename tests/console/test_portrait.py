"""A member's page: what they own, until when, and why each movement was as it was."""

import re
from datetime import date

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.fields.services import birthday_set, field_define, member_fields_set
from regulars.members.fields.types import Birthday
from tests.console.conftest import TODAY

BO = "HH-000123"


def text_of(page):
    """The page as a person reads it, spaces run together."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def portrait(li, shop, name, more=""):
    return text_of(li.text(f"members/{shop.members[name]}/{more}"))


def test_a_new_members_page_says_what_comes_next(li, shop):
    page = portrait(li, shop, "mei")
    assert "梅小雨" in page and "138****8000" in page
    assert "1 Feb 2025, 12:00" in page
    assert "Nothing collected yet" in page
    assert "No movements yet" in page and "No purchases yet" in page


def test_each_movement_says_why_it_was_as_much(li, shop):
    lines = [("1", "books", 6_000), ("2", "tea", 4_000)]
    shop.one(shop.sale("mei", 10_000, "R-1", lines=lines, store="s1"))
    page = portrait(li, shop, "mei")
    assert "Earned with a purchase +160 beans" in page
    assert "160 afterwards" in page and "R-1" in page
    assert "Beans for every purchase Earned 160 beans on ¥100.00; 60 of them by multipliers" in page
    # What did not fire is told too, and how much more it would have taken.
    assert "Bonus over 200 Not this time: the amount paid is ¥100.00, ¥200.00 is needed" in page
    assert "¥100.00 more" in page
    assert "2 lines" in page


def test_what_several_rules_gave_is_one_amount(li, shop):
    shop.one(shop.sale("mei", 30_000, "R-1"))
    page = portrait(li, shop, "mei")
    # 300 for the purchase and 50 more: the reasons tell them apart.
    assert "Earned with a purchase +350 beans" in page
    assert "Earned 300 beans on ¥300.00" in page and "Earned 50 beans" in page


def test_the_reasons_in_chinese(li, shop):
    shop.one(shop.sale("mei", 10_000, "R-1"))
    page = portrait(li.read_in("zh-hans"), shop, "mei")
    assert "消费获得 +100 豆" in page
    assert "购物返豆 按实付 ¥100.00 获得 100 豆" in page
    assert "满 200 加赠 未满足：实付金额为 ¥100.00，需达到 ¥200.00，还差 ¥100.00" in page
    assert "CEL" not in page and "posting" not in page and "holder" not in page


def test_held_value_is_shown_apart_from_what_can_be_spent(li, shop):
    shop.one(shop.sale(BO, 120_000))
    shop.one(shop.redemption(BO, 300, hold_seconds=600))
    page = portrait(li, shop, "bo")
    assert "beans · spendable 950" in page
    assert "On hold 300" in page
    assert "31 Dec 2026" in page and "300 on hold" in page
    shop.on(TODAY, 12, 11)
    page = portrait(li, shop, "bo")
    assert "beans · spendable 1,250" in page and "On hold" not in page


def test_a_debt_is_shown_and_nothing_can_be_spent(li, shop):
    shop.one(shop.sale("mei", 100_000, "R-1"))
    shop.one(shop.redemption("mei", 1_050))
    shop.one(shop.refund("R-1", 100_000))
    page = portrait(li, shop, "mei")
    assert "beans · spendable 0" in page
    assert "Owed 1,050" in page and "pays it back first" in page
    assert "Taken back for a return" in page
    assert "What the returned part of R-1 had earned was taken back." in page
    assert "Paid with points −1,050 beans" in page
    assert "1,050 beans paid ¥10.50." in page
    assert "¥1,000.00 returned" in page


def test_what_expires_first_stands_first(li, shop):
    shop.on(date(2025, 12, 31))
    shop.one(shop.sale("mei", 10_000))
    shop.on(date(2026, 1, 1))
    shop.one(shop.sale("mei", 5_000))
    page = portrait(li, shop, "mei")
    lots = page.split("What expires when", 1)[1].split("Purchases", 1)[0]
    assert lots.index("31 Dec 2026") < lots.index("31 Dec 2027")
    assert "100 after 31 Dec 2026" in page
    shop.on(date(2027, 1, 1))
    page = portrait(li, shop, "mei")
    assert "beans · spendable 50" in page, "dead points can't be spent before the job ran either"
    assert "expired" in page
    shop.expire()
    page = portrait(li, shop, "mei")
    assert "Expired · past its last day −100 beans" in page
    assert "The last valid day had passed" in page


def test_the_timeline_is_read_page_by_page_without_a_gap(li, shop):
    for number in range(1, 61):
        shop.one(shop.sale("mei", number * 100, f"R-{number:03}"))
    seen, where = [], f"members/{shop.members['mei']}/"
    path = f"{where}?tab=timeline"
    for _ in range(3):
        page = li.text(path)
        story = page.split('<ol class="timeline">')[1].split("</ol>")[0]
        seen += re.findall(r"R-\d{3}", story)
        older = re.search(r'href="(\?tab=timeline&amp;before=\d+)"', page)
        path = where + older.group(1).replace("&amp;", "&") if older else ""
    assert seen == [f"R-{number:03}" for number in range(60, 0, -1)]
    assert path == ""


def test_no_entry_is_cut_in_two_by_the_end_of_a_page(li, shop):
    for number in range(1, 21):
        shop.one(shop.sale("mei", 20_000, f"R-{number:03}"))
    shop.one(shop.sale("mei", 100, "R-021"))
    where = f"members/{shop.members['mei']}/?tab=timeline"
    first = li.text(where)
    older = re.search(r"before=\d+", first).group(0)
    stories = [
        page.split('<ol class="timeline">')[1].split("</ol>")[0]
        for page in (first, li.text(f"{where}&{older}"))
    ]
    # 200 by one rule and 50 by another; a cut entry would show one of them.
    assert [story.count("+250 ") for story in stories] == [12, 8]
    assert not re.search(r"\+(50|200) ", "".join(stories))


def test_htmx_gets_the_next_part_alone(li, shop):
    for number in range(1, 28):
        shop.one(shop.sale("mei", 100 * number, f"R-{number:03}"))
    where = f"members/{shop.members['mei']}/?tab=timeline"
    older = re.search(r"before=\d+", li.text(where)).group(0)
    part = li.get(f"{where}&{older}", **{"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "Purchases" not in part
    assert re.findall(r"R-\d{3}", part) == ["R-002", "R-001"]


@pytest.mark.parametrize("who", ["mem_00000000000000000000000000", "nobody", "mem_x", "<b>"])
def test_nobodys_page_does_not_exist(li, who):
    assert li.get(f"members/{who}/").status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1.5", "٣"])
def test_an_odd_place_in_the_timeline_is_its_beginning(li, shop, before):
    shop.one(shop.sale("mei", 1_000, "R-1"))
    assert "R-1" in portrait(li, shop, "mei", f"?tab=timeline&before={before}")


def test_the_head_says_who_she_is_and_how_she_buys(li, shop):
    with unit_of_work() as unit:
        member_id = shop.members["mei"]
        born = Birthday(month=3, day=9, year=1990)
        birthday_set(unit=unit, actor=SYSTEM, member_id=member_id, birthday=born)
    with shop.time():
        names = {"en": "Favourite tea", "zh-Hans": "最爱的茶"}
        field_define(actor=SYSTEM, code="tea", name=names, kind="text")
        with unit_of_work() as unit:
            values = {"tea": "oolong"}
            member_fields_set(unit=unit, actor=SYSTEM, member_id=member_id, values=values)
    for day in (1, 8, 15, 22):
        shop.on(date(2025, 2, day))
        shop.one(shop.sale("mei", 1_000))
    shop.on(TODAY)
    page = portrait(li, shop, "mei")
    assert "Birthday 9 Mar 1990" in page and "Favourite tea oolong" in page
    assert "Own purchase cycle every 7 days" in page and "14 days ago" in page
    assert "Purchases 4 ¥40.00" in page
    assert "13800138000" not in page


def test_who_may_not_change_members_sees_less(desk, shop, staff):
    with unit_of_work() as unit:
        born = Birthday(month=3, day=9, year=1990)
        birthday_set(unit=unit, actor=SYSTEM, member_id=shop.members["mei"], birthday=born)
    desk.sign_in("ann")
    page = text_of(desk.text(f"members/{shop.members['mei']}/"))
    assert "Birthday 9 Mar" in page and "1990" not in page
    assert "Give or take points" not in page and "Data" not in page.split("Consents")[1][:20]


def test_each_tab_has_its_address(li, shop):
    lines = [("1", "books", 6_000), ("2", "tea", 4_000)]
    shop.one(shop.sale("mei", 10_000, "R-1", lines=lines, store="s1"))
    shop.one(shop.refund("R-1", 1_500))
    page = portrait(li, shop, "mei", "?tab=purchases")
    assert "R-1" in page and "books" in page and "¥60.00" in page
    assert "¥15.00 returned" in page and "Returned: ¥15.00" in page
    for tab, words in (
        ("assets", "What expires when"),
        ("timeline", "Why this many"),
        ("cards", "Signed in nowhere"),
        ("tags", "In no segment"),
        ("consents", "No consents"),
        ("data", "Great changes"),
        ("log", "Enrolled"),
        ("nonsense", "Movements"),
    ):
        assert words in portrait(li, shop, "mei", f"?tab={tab}"), tab


def test_purchases_are_read_page_by_page_without_a_gap(li, shop):
    for number in range(1, 28):
        shop.one(shop.sale("mei", number * 100, f"R-{number:03}"))
    where = f"members/{shop.members['mei']}/"
    first = li.text(f"{where}?tab=purchases")
    older = re.search(r'href="(\?tab=purchases&amp;before=[^"]+)"', first).group(1)
    part = li.get(where + older.replace("&amp;", "&"), **{"HX-Request": "true"})
    text = first.split("Purchases")[-1] + part.content.decode()
    seen = re.findall(r"R-\d{3}", text)
    assert list(dict.fromkeys(seen)) == [f"R-{number:03}" for number in range(27, 0, -1)]
    assert "<html" not in part.content.decode()
