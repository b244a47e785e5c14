"""WooCommerce's orders as they are at each change, with exact figures."""

import copy

import pytest
from django.test import Client

# Two teas for 20.00 and a pot for 15.50 after discounts; 5.00 freight.
ORDER = {
    "id": 727,
    "number": "727",
    "status": "processing",
    "currency": "CNY",
    "prices_include_tax": False,
    "date_created_gmt": "2025-03-01T03:50:00",
    "date_modified_gmt": "2025-03-01T03:58:00",
    "date_paid_gmt": "2025-03-01T03:58:00",
    "discount_total": "4.50",
    "shipping_total": "5.00",
    "shipping_tax": "0.00",
    "total": "40.50",
    "total_tax": "0.00",
    "customer_id": 26,
    "billing": {
        "first_name": "Mei",
        "last_name": "",
        "email": "mei@example.com",
        "phone": "138 0013 8000",
    },
    "line_items": [
        {
            "id": 315,
            "sku": "TEA-1",
            "quantity": 2,
            "subtotal": "24.50",
            "total": "20.00",
            "total_tax": "0.00",
        },
        {
            "id": 316,
            "sku": "",
            "quantity": 1,
            "subtotal": "15.50",
            "total": "15.50",
            "total_tax": "0.00",
        },
    ],
    "refunds": [],
}


def changed(**changes):
    return copy.deepcopy(ORDER) | changes


def test_a_paid_order_earns_once_however_often_it_changes(web, shop):
    woo = web("woocommerce")
    unpaid = changed(status="pending", date_paid_gmt=None)
    assert woo.send("order.created", unpaid)[1]["status"] == "ignored"
    assert woo.send("order.updated", ORDER)[1]["status"] == "applied"
    done = changed(status="completed", date_modified_gmt="2025-03-01T03:59:00")
    assert woo.send("order.updated", done)[1]["status"] == "applied"
    assert shop.of("mei").balance == 35
    assert shop.rows("rules_purchase") == 1


def test_each_refund_counts_once(web, shop):
    woo = web("woocommerce")
    woo.send("order.updated", ORDER)
    first = changed(
        refunds=[{"id": 900, "reason": "", "total": "-10.00"}],
        date_modified_gmt="2025-03-01T03:59:00",
    )
    assert woo.send("order.updated", first)[0] == 200
    # floor(35 × 10.00 ÷ 35.50) = 9 go back.
    assert shop.of("mei").balance == 26
    second = changed(
        refunds=[{"id": 900, "total": "-10.00"}, {"id": 901, "total": "-5.50"}],
        date_modified_gmt="2025-03-01T04:00:00",
    )
    assert len(woo.send("order.updated", second)[1]["receipts"]) == 3
    # floor(35 × 15.50 ÷ 35.50) = 15 in all.
    assert shop.of("mei").balance == 20
    whole = changed(
        status="refunded",
        refunds=[*second["refunds"], {"id": 902, "total": "-25.00"}],
        date_modified_gmt="2025-03-01T04:00:01",
    )
    status, answer = woo.send("order.updated", whole)
    assert (status, shop.of("mei").balance) == (200, 0), answer
    assert woo.send("order.updated", whole)[1] == answer


def test_an_order_is_called_off_and_taken_up_again_any_number_of_times(web, shop):
    """35 beans, none, 35, none: and every message may come twice."""
    woo = web("woocommerce")
    told = [
        ("processing", "2025-03-01T03:58:00", 35),
        ("cancelled", "2025-03-01T03:58:10", 0),
        ("processing", "2025-03-01T03:58:20", 35),
        ("completed", "2025-03-01T03:58:30", 35),
        ("cancelled", "2025-03-01T03:58:40", 0),
    ]
    for status, at, beans in told:
        order = changed(status=status, date_modified_gmt=at)
        for _ in range(2):
            assert woo.send("order.updated", order)[1]["status"] == "applied"
            assert shop.of("mei").balance == beans, (status, at)
    woo.send("order.updated", changed(status="processing", date_modified_gmt=told[2][1]))
    assert shop.of("mei").balance == 0


def test_prices_with_tax_are_what_was_paid(web, shop):
    lines = copy.deepcopy(ORDER["line_items"])
    lines[0] |= {"total": "17.70", "total_tax": "2.30"}
    web("woocommerce").send("order.updated", changed(prices_include_tax=True, line_items=lines))
    assert shop.of("mei").balance == 35


def test_a_refund_holds_tax_that_the_goods_dont(web, shop):
    """33.00 were paid for 30.00 of goods shown without tax: of 11.00 given back 10.00 are goods."""
    woo = web("woocommerce")
    lines = [ORDER["line_items"][0] | {"total": "30.00", "total_tax": "3.00"}]
    taxed = changed(line_items=lines, total="38.00", refunds=[{"id": 1, "total": "-11.00"}])
    assert woo.send("order.updated", taxed)[0] == 200
    assert shop.of("mei").balance == 20


def test_an_edited_order_is_refused_by_name(web, shop):
    woo = web("woocommerce")
    woo.send("order.updated", ORDER)
    lines = [ORDER["line_items"][0] | {"total": "25.00"}]
    status, problem = woo.send("order.updated", changed(line_items=lines))
    assert (status, problem["code"]) == (409, "key_reused")
    assert shop.of("mei").balance == 35


def test_the_first_call_of_a_new_address_is_answered(web):
    woo = web("woocommerce")
    answer = Client().post(
        woo.view.address, b"webhook_id=3", content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "ignored")


@pytest.mark.parametrize("shape", ["woocommerce", "shopify"])
def test_who_does_not_know_the_secret_moves_nothing(web, shop, shape):
    shop_there = web(shape)
    topic = {"woocommerce": "order.updated", "shopify": "orders/paid"}[shape]
    status, problem = shop_there.send(topic, ORDER, secret="another secret altogether")
    assert (status, problem["code"]) == (401, "signature_wrong")
    for missing in ("", "é", "x" * 5000):
        header = {"X-WC-Webhook-Signature": missing, "X-Shopify-Hmac-Sha256": missing}
        status, problem = shop_there.send(topic, ORDER, **header)
        assert (status, problem["code"]) == (401, "signature_wrong")
    assert shop.rows("rules_event") == 0


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"nonsense", b'{"id": NaN}', b"[" * 100_000])
def test_what_is_no_order_is_refused(web, shop, raw):
    status, problem = web("woocommerce").send("order.updated", None, raw=raw)
    assert (status, problem["code"]) == (422, "order_unreadable")
