"""Whatever a shop does in a day, its transactions lock in the one order, so that none waits for
another that waits for it.
"""

from datetime import date

import pytest

from regulars.commerce.counter import claiming
from regulars.commerce.counter.services import shift_close, ticket_claim
from regulars.commerce.counter.types import Counted
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.locks import LOCK_ORDER
from regulars.members.lifecycle.services import member_merge
from regulars.rules.adjustments.services import points_adjust
from regulars.rules.adjustments.types import Adjustment
from regulars.rules.intake.services import process_within
from regulars.rules.programs.services import starter_content
from regulars.rules.transfers.services import transfer_make
from regulars.rules.transfers.types import Gift
from tests.counter.conftest import TODAY, Counter
from tests.faults.locking import locks_watched, out_of_order
from tests.shop import shop_opened

BUDGET = [{"per": "all", "window": "total", "asset": "beans", "amount": 100_000}]


@pytest.fixture
def counter(clean_database, settings):
    """A shop with a counter, whose beans have a budget and may be given away."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    shop = shop_opened(date(2025, 2, 1))
    shop.store()
    starter = starter_content("beans")
    assets = [starter["assets"][0] | {"transferable": True}]
    free = starter["redemption"] | {"minimum_balance": 0}
    shop.publish(assets=assets, redemption=free, limits=BUDGET)
    for name in ("mei", "bo", "oz"):
        shop.member(name)
    shop.on(TODAY)
    yield Counter(shop)
    shop.close()


def day_lived(counter):
    """Sales, payments, returns, a gift, points by hand, a shift with all its receipts, a merge."""
    shop = counter.shop
    shop.one(shop.refund("W-2", 1_000))
    shop.send(shop.sale("mei", 200_000, "W-1"), shop.sale("oz", 3_000, "W-2"))
    shop.one(shop.redemption("mei", 100, "W-3", hold_seconds=600))
    shop.one(shop.sale("mei", 4_000, "W-3"))
    shop.one(shop.cancel("W-3"))
    shift = counter.open()
    sold = counter.sell(12_850, member="mei", points=500, points_minor=500, cash=12_350)
    counter.refund(sold.number, 3_000)
    nobodys = counter.sell(7_000)
    with shop.time():
        ticket_claim(
            actor=counter.ann, till=counter.till, number=nobodys.number, member=counter.id_of("bo")
        )
        points_adjust(
            Adjustment(shop.members["mei"], "beans", 5, "Sorry"), key="k1", actor=counter.li
        )
        gift = Gift(shop.members["mei"], shop.members["bo"], "beans", 10)
        transfer_make(gift, key="g1", source="till", actor=SYSTEM)
        counted = [Counted("cash", 0)]
        shift_close(
            actor=counter.ann, till=counter.till, shift=shift.id, counted=counted, note="a lot"
        )
        member_merge(
            from_id=shop.members["oz"],
            into_id=shop.members["bo"],
            reason="one person",
            key="m1",
            source="console",
            actor=SYSTEM,
        )
    shop.on(date(2027, 1, 1))
    shop.expire()


def test_everything_of_a_day_locks_in_the_one_order(counter):
    with locks_watched() as watch:
        day_lived(counter)
    assert watch.wrong == []
    assert watch.met == set(LOCK_ORDER), "the day must meet every lock there is"
    assert sum(len(locks) > 2 for locks in watch.transactions) > 5


def test_a_transaction_that_locks_the_other_way_round_is_named(counter):
    """A receipt is locked, and then its buyer, as a claim must not."""
    counter.open()
    sold = counter.sell(7_000)
    shop = counter.shop
    with locks_watched() as watch, shop.time(), unit_of_work() as unit:
        unit.fetch(claiming.LOCKED, sold.id)
        process_within(unit, [shop.sale("mei", 100)], source="till", actor=SYSTEM)
    assert watch.wrong == [
        "ledger_holder after commerce_ticket",
        "rules_document after commerce_ticket",
        "rules_shared_count after commerce_ticket",
    ]


def test_rows_that_are_held_already_may_be_written_later():
    held = [("ledger_holder", True), ("rules_shared_count", True), ("ledger_holder", False)]
    assert out_of_order(held) == []
    assert out_of_order([*held, ("ledger_holder", True)]) != []
