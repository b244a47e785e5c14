"""N04: a shop's beans. 100 beans are worth ¥1; they live to the end of the next year."""

from datetime import date

import pytest

from regulars.rules.intake.errors import BelowMinimum


def test_beans_are_earned_redeemed_expired_and_clawed_back(shop):
    shop.on(date(2014, 1, 5))
    shop.one(shop.sale("mei", 50_000, "R-1"))
    assert shop.of("mei").spendable == 500
    shop.on(date(2014, 12, 30))
    shop.one(shop.sale("mei", 70_000, "R-2"))
    assert shop.of("mei").spendable == 1200

    # ¥10.00 off a ¥300 order: the oldest beans go first.
    shop.on(date(2015, 3, 1))
    redeemed = shop.one(shop.redemption("mei", 1000, "R-3"))
    assert redeemed["redemption"]["value_minor"] == 1000
    assert redeemed["balances"] == [{"asset": "beans", "balance": 200}]
    paid = shop.one(shop.sale("mei", 29_000, "R-3"))
    assert paid["entries"][0]["movements"][0]["amount"] == 290
    assert [amount for _, amount in shop.of("mei").expiring] == [200, 290]

    # The last day is still good; after it the 2014 beans are gone.
    shop.on(date(2015, 12, 31), hour=23, minute=59)
    assert shop.of("mei").spendable == 490
    shop.on(date(2016, 1, 1), hour=0)
    assert shop.of("mei").spendable == 290
    shop.expire()
    assert shop.of("mei").balance == 290

    # The order is refunded after its beans died: none come back, what it earned is taken.
    shop.on(date(2016, 1, 10))
    refund = shop.refund("R-3", 29_000)
    receipt = shop.one(refund, imported=True)
    movements = [
        (move["direction"], move["amount"], move["counter"])
        for entry in receipt["entries"]
        for move in entry["movements"]
    ]
    assert movements == [
        ("out", 290, "issued"),
        ("in", 1000, "redeemed"),
        ("out", 1000, "expired"),
    ]
    assert (shop.of("mei").balance, shop.of("mei").spendable) == (0, 0)


def test_less_than_a_thousand_beans_buy_nothing(shop):
    shop.one(shop.sale("mei", 99_900))
    with pytest.raises(BelowMinimum) as refusal:
        shop.one(shop.redemption("mei", 100))
    assert refusal.value.context == {"asset": "beans", "minimum": 1000, "spendable": 999}
    assert shop.of("mei").balance == 999
