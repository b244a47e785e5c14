"""What an owner sees of her counters on the first page: tenders by store, and who sold how much."""

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from regulars.commerce.counter.selectors import (
    StaffTaken,
    Taken,
    differences_counted,
    staff_taken,
    tenders_taken,
)
from regulars.commerce.counter.types import Tendered
from regulars.foundation.database.session import unit_of_work
from regulars.organization.stores.selectors import stores_known
from tests.counter.conftest import PASSWORD, TODAY
from tests.counter.test_shifts import closed


def store_id():
    with unit_of_work() as unit:
        return next(store.id for store in stores_known(unit).values() if store.code == "s1")


@pytest.fixture
def day(counter):
    """Ann sells ¥100.00 to Mei in cash and ¥50.00 by card, of which Li gives ¥20.00 back;
    Li sells ¥30.00. Ann counts ¥5.00 too little."""
    counter.shift = counter.open(float_minor=20_000)
    counter.sell(10_000, member="mei")
    number = counter.sell(5_000, tenders=(Tendered("card", 5_000),)).number
    counter.refund(number, 2_000, actor=counter.li)
    counter.sell(3_000, actor=counter.li)
    return counter


def test_tenders_and_staff_are_summed_to_the_cent(day):
    store = store_id()
    assert tenders_taken(TODAY, TODAY, [store]) == [
        Taken(store, "card", 3_000),
        Taken(store, "cash", 13_000),
    ]
    ann, li = day.ann.id, day.li.id
    assert staff_taken(TODAY, TODAY, [store]) == [
        StaffTaken(ann, 2, 1, 15_000),
        StaffTaken(li, 1, 0, 1_000),
    ]
    assert differences_counted(TODAY, TODAY, [store]) == {}
    closed(day, day.shift, cash=32_500, card=3_000)
    assert differences_counted(TODAY, TODAY, [store]) == {store: -500}
    assert tenders_taken(TODAY, TODAY, []) == [] == staff_taken(TODAY, TODAY, [])


def test_the_first_page_asks_for_them_and_shows_them(day):
    closed(day, day.shift, cash=32_500, card=3_000)
    day.person("li")
    with day.shop.time():
        client = Client()
        client.post(
            reverse("console:sign-in"), {"username": "li", "password": PASSWORD}, follow=True
        )
        client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
        first = client.get(reverse("console:today"), {"period": "today"}).content.decode()
        assert f'hx-get="{reverse("console:today-takings")}?period=today"' in first
        part = client.get(reverse("console:today-takings")).content.decode()
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))
    assert "Cash Bank card Together Difference s1 ¥130.00 ¥30.00 ¥160.00 -¥5.00" in told.replace(
        "−", "-"
    )
    assert "¥150.00 2 1" in told and "¥10.00 1 0" in told


def test_an_owner_reads_it_in_chinese_and_finds_a_receipt_by_its_number(day):
    number = day.sell(4_200).number
    day.person("li")
    with day.shop.time():
        client = Client()
        client.post(
            reverse("console:sign-in"), {"username": "li", "password": PASSWORD}, follow=True
        )
        part = client.get(reverse("console:today-takings")).content.decode()
        found = client.get(reverse("console:search"), {"q": number}).content.decode()
        unknown = client.get(reverse("console:search"), {"q": f"{number}9"}).content.decode()
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))
    assert "门店 现金 银行卡 合计" in told
    assert "尚未清点" in told
    assert "员工 销售额 单数" in told
    assert f'href="/pos/receipts/{number}/"' in found
    assert f'href="/pos/receipts/{number}' not in unknown
