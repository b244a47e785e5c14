"""Shopify's paid orders and refunds, with exact figures."""

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.profiles.errors import UnknownMember
from regulars.members.profiles.selectors import member_find
from regulars.members.profiles.services import identifier_add

# Two teas at 12.30 less 1.60, a pot at 18.00; 6.00 freight. The goods are 41.00.
ORDER = {
    "id": 820982911946154508,
    "name": "#1001",
    "currency": "CNY",
    "financial_status": "paid",
    "created_at": "2025-03-01T11:58:00+08:00",
    "processed_at": "2025-03-01T11:59:00+08:00",
    "taxes_included": True,
    "total_price": "47.00",
    "email": "mei@example.com",
    "phone": None,
    "customer": {
        "id": 115310627314723954,
        "first_name": "小雨",
        "last_name": "梅",
        "phone": "+8613800138000",
        "default_address": {"phone": None},
    },
    "line_items": [
        {
            "id": 866550311766439020,
            "sku": "TEA-1",
            "quantity": 2,
            "price": "12.30",
            "total_discount": "0.00",
            "discount_allocations": [{"amount": "1.60", "discount_application_index": 0}],
        },
        {
            "id": 141249953214522974,
            "sku": "POT-1",
            "quantity": 1,
            "price": "18.00",
            "discount_allocations": [],
        },
    ],
    "shipping_lines": [{"price": "6.00", "discounted_price": "6.00"}],
    "refunds": [],
}
REFUND = {
    "id": 929361464,
    "order_id": 820982911946154508,
    "created_at": "2025-03-01T12:00:00+08:00",
    "processed_at": "2025-03-01T12:00:00+08:00",
    "refund_line_items": [
        {
            "id": 1,
            "line_item_id": 141249953214522974,
            "quantity": 1,
            "subtotal": 18.0,
            "total_tax": 0,
        }
    ],
    "order_adjustments": [],
    "transactions": [{"amount": "18.00", "kind": "refund", "status": "success"}],
}


def changed(body, **changes):
    return copy.deepcopy(body) | changes


def test_a_paid_order_earns_on_the_goods(web, shop):
    shopify = web("shopify")
    status, answer = shopify.send("orders/paid", ORDER)
    assert (status, answer["status"]) == (200, "applied"), answer
    assert len(answer["receipts"]) == 1
    assert shop.of("mei").balance == 41
    assert shop.rows("rules_purchase") == 1


def test_the_same_order_any_number_of_times_counts_once(web, shop):
    shopify = web("shopify")
    _, first = shopify.send("orders/paid", ORDER)
    shop.on(shop.at.date(), 13)
    _, again = shopify.send("orders/paid", changed(ORDER, note="a new note"))
    assert again == first
    assert shop.of("mei").balance == 41


def test_one_line_goes_back_with_its_beans(web, shop):
    shopify = web("shopify")
    shopify.send("orders/paid", ORDER)
    status, answer = shopify.send("refunds/create", REFUND)
    assert (status, answer["status"]) == (200, "applied"), answer
    assert shop.of("mei").balance == 23
    assert shopify.send("refunds/create", REFUND)[1] == answer
    assert shop.of("mei").balance == 23


def test_a_refund_before_its_order_waits(web, shop):
    shopify = web("shopify")
    assert shopify.send("refunds/create", REFUND)[0] == 200
    shopify.send("orders/paid", ORDER)
    assert shop.of("mei").balance == 23


def test_money_back_for_no_line_leaves_the_freight_out(web, shop):
    shopify = web("shopify")
    shopify.send("orders/paid", ORDER)
    back = changed(
        REFUND,
        refund_line_items=[],
        transactions=[
            {"amount": "16.50", "kind": "refund", "status": "success"},
            {"amount": "99.00", "kind": "refund", "status": "failure"},
        ],
        order_adjustments=[{"kind": "shipping_refund", "amount": "-6.00"}],
    )
    assert shopify.send("refunds/create", back)[0] == 200
    # 10.50 of 41.00: floor(41 × 10.50 ÷ 41.00) = 10 beans go back.
    assert shop.of("mei").balance == 31


def test_a_refund_of_nothing_is_ignored(web, shop):
    shopify = web("shopify")
    back = changed(REFUND, refund_line_items=[], transactions=[])
    assert shopify.send("refunds/create", back)[1]["status"] == "ignored"
    assert shop.rows("rules_event") == 0


def test_a_cancelled_order_gives_everything_back_once(web, shop):
    shopify = web("shopify")
    shopify.send("orders/paid", ORDER)
    off = changed(ORDER, cancelled_at="2025-03-01T12:00:00+08:00")
    assert shopify.send("orders/cancelled", off)[1]["status"] == "applied"
    assert shop.of("mei").balance == 0
    unpaid = changed(off, id=5, financial_status="voided")
    assert shopify.send("orders/cancelled", unpaid)[1]["status"] == "ignored"


STRANGER = {"id": 77, "first_name": "Oz", "last_name": "Oz", "phone": "13912345678"}


def test_a_stranger_walks_in(web, shop):
    shopify = web("shopify")
    status, _ = shopify.send("orders/paid", changed(ORDER, customer=STRANGER))
    assert status == 200
    with pytest.raises(UnknownMember):
        member_find("phone", "13912345678")
    assert shop.rows("rules_purchase") == 1
    # Enrolled meanwhile: the same message still says the same.
    shop.member("oz", phone="13912345678")
    status, _ = shopify.send("orders/paid", changed(ORDER, customer=STRANGER))
    assert (status, shop.of("oz").balance) == (200, 0)


def test_a_stranger_is_enrolled_where_the_connection_says_so(web, shop):
    shopify = web("shopify", unknown="enrol")
    shopify.send("orders/paid", changed(ORDER, customer=STRANGER))
    oz = member_find("external_id", "shopify:77")
    assert member_find("phone", "13912345678").id == oz.id
    assert oz.display_name == "Oz Oz"
    shop.members["oz"] = oz.id
    assert shop.of("oz").balance == 41
    assert shop.rows("rules_event WHERE kind = 'member.enrolled'") == 1
    # Known by the web shop's number when the phone is another next time.
    other = STRANGER | {"phone": "not a phone"}
    shopify.send("orders/paid", changed(ORDER, id=6, customer=other))
    assert shop.of("oz").balance == 82
    assert shop.rows("rules_event WHERE kind = 'member.enrolled'") == 1


def test_a_guest_without_a_number_is_a_walk_in(web, shop):
    shopify = web("shopify", unknown="enrol")
    assert shopify.send("orders/paid", changed(ORDER, customer=None))[0] == 200
    assert shop.rows("members_member") == 1


def line(**changes):
    first, second = copy.deepcopy(ORDER["line_items"])
    return [first | changes, second]


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"currency": "USD"}, "currency_mismatch", "CNY"),
        ({"line_items": line(price="12.305")}, "order_unreadable", "smaller than CNY"),
        ({"line_items": line(price="12,30")}, "order_unreadable", "line_items.price"),
        ({"line_items": line(price=None)}, "order_unreadable", "line_items.price"),
        ({"line_items": line(price="1e3")}, "order_unreadable", "line_items.price"),
        ({"line_items": line(price=True)}, "order_unreadable", "line_items.price"),
        ({"line_items": line(price="9" * 15)}, "order_unreadable", "too large"),
        ({"line_items": line(quantity=1.5)}, "order_unreadable", "quantity"),
        ({"line_items": line(quantity=-1)}, "order_unreadable", "quantity"),
        (
            {"line_items": line(discount_allocations=[{"amount": "99.00"}])},
            "order_unreadable",
            "discount above its price",
        ),
        ({"line_items": "none"}, "order_unreadable", "line_items"),
        ({"id": None}, "order_unreadable", "id"),
        ({"processed_at": "yesterday"}, "order_unreadable", "processed_at"),
        ({"processed_at": "2025-03-01T12:00:00"}, "order_unreadable", "no time zone"),
        ({"processed_at": "2025-03-02T12:00:00+08:00"}, "event_in_future", "clock"),
        ({"customer": [1]}, "order_unreadable", "customer"),
    ],
)
def test_what_cant_be_booked_is_told_to_the_shops_log(web, shop, changes, code, said):
    status, problem = web("shopify").send("orders/paid", changed(ORDER, **changes))
    assert (status, problem["code"]) == (422, code), problem
    assert said in problem["detail"]
    assert shop.rows("rules_event") == 0
    assert shop.of("mei").balance == 0


def test_amounts_as_numbers_are_exact(web, shop):
    shopify = web("shopify")
    raw = (
        b'{"id": 9, "currency": "CNY", "processed_at": "2025-03-01T12:00:00+08:00", '
        b'"customer": {"id": 1, "phone": "13800138000"}, '
        b'"line_items": [{"id": 1, "quantity": 3, "price": 1.10}]}'
    )
    assert shopify.send("orders/paid", None, raw=raw)[0] == 200
    assert shop.of("mei").balance == 3


def test_eight_copies_at_once_make_one_member_and_one_sale(web, shop):
    shopify = web("shopify", unknown="enrol")
    order = changed(ORDER, customer=STRANGER)

    def sent(_):
        try:
            return shopify.send_now("orders/paid", order)
        finally:
            connections.close_all()

    with shop.time(), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(sent, range(8)))
    assert {status for status, _ in answers} == {200}, answers
    assert len({answer["receipts"][0] for _, answer in answers}) == 1
    assert shop.rows("rules_purchase") == 1
    assert shop.rows("members_member") == 2
    shop.members["oz"] = member_find("external_id", "shopify:77").id
    assert shop.of("oz").balance == 41


def test_a_buyer_is_found_by_the_e_mail_address_too(web, shop):
    with shop.time(), unit_of_work() as unit:
        identifier_add(
            unit=unit,
            actor=SYSTEM,
            member_id=shop.members["mei"],
            kind="email",
            value="mei@example.com",
        )
    shopify = web("shopify", unknown="enrol")
    guest = changed(ORDER, customer=None, phone=None, email="MEI@example.com")
    assert shopify.send("orders/paid", guest)[0] == 200
    stranger = changed(ORDER, id=778, customer=None, phone=None, email="bo@example.com")
    assert shopify.send("orders/paid", stranger)[0] == 200
    # The stranger's is a walk-in sale: an address alone makes nobody a member.
    assert (shop.of("mei").balance > 0, shop.rows("members_member")) == (True, 1)
