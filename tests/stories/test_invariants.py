"""The eight invariants that every membership model must keep, as stories."""

import json
from datetime import UTC, date, datetime
from itertools import permutations
from threading import Barrier, Thread

import pytest

from regulars.foundation import clock
from regulars.foundation.actors import job
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import KeyReused, RegularsError
from regulars.rules.adjustments.services import points_adjust
from regulars.rules.adjustments.types import Adjustment
from regulars.rules.intake.errors import BelowMinimum, DocumentReused, RefundExceedsPayment
from regulars.rules.intake.types import Receipt

SUMS = """
    SELECT a.balance, coalesce(sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END), 0)
    FROM ledger_account a JOIN ledger_posting p USING (holder_id, asset_id)
    GROUP BY a.id
"""


def test_1_every_balance_is_the_sum_of_its_movements(shop):
    shop.one(shop.sale("mei", 123_456, "R-1"))
    shop.one(shop.redemption("mei", 1000, "R-2"))
    shop.one(shop.sale("bo", 500))
    shop.one(shop.refund("R-1", 23_456))
    with unit_of_work() as unit:
        rows = unit.fetch(SUMS)
    assert sorted(balance for balance, _ in rows) == [0, 5]
    assert all(balance == total for balance, total in rows)


def test_2_the_same_key_has_the_same_result_and_one_entry(shop):
    sale = shop.sale("mei", 10_000, "R-1", event_id="e-1")
    first, again = shop.send(sale)[0], shop.send(sale)[0]
    assert (again.body, again.event_id, again.replayed) == (first.body, first.event_id, True)
    assert (shop.of("mei").balance, shop.rows("ledger_entry")) == (100, 1)
    other = shop.sale("mei", 10_001, "R-9", event_id="e-1")
    assert isinstance(shop.send(other)[0], KeyReused)
    # The same receipt under another event id is still one purchase.
    same_document = shop.sale("mei", 10_000, "R-1", event_id="e-2")
    assert shop.send(same_document)[0].body == first.body
    changed_document = shop.sale("mei", 9_000, "R-1", event_id="e-3")
    assert isinstance(shop.send(changed_document)[0], DocumentReused)
    assert (shop.of("mei").balance, shop.rows("ledger_entry")) == (100, 1)


def test_2_also_inside_one_batch(shop):
    sale = shop.sale("mei", 10_000, "R-1", event_id="e-1")
    answers = shop.send(sale, sale, sale)
    assert [answer.replayed for answer in answers] == [False, True, True]
    assert len({answer.body for answer in answers}) == 1
    assert shop.of("mei").balance == 100


def test_3_nothing_spendable_is_ever_negative_and_a_debt_has_its_own_name(shop):
    shop.one(shop.sale("mei", 150_000, "R-1"))
    shop.one(shop.redemption("mei", 1500))
    shop.one(shop.refund("R-1", 150_000))
    position = shop.of("mei")
    assert (position.balance, position.spendable, position.debt) == (-1500, 0, 1500)
    refused = shop.send(shop.redemption("mei", 1))[0]
    assert isinstance(refused, RegularsError)
    shop.one(shop.sale("mei", 160_000))
    position = shop.of("mei")
    assert (position.balance, position.spendable, position.debt) == (100, 100, 0)


def test_4_a_part_refund_takes_and_gives_back_pro_rata(shop):
    shop.one(shop.sale("mei", 200_000))
    shop.one(shop.redemption("mei", 1000, "R-2"))
    shop.one(shop.sale("mei", 9_999, "R-2"))
    assert shop.of("mei").balance == 1000 + 99
    # A third of ¥99.99: floor(99 × 3333 ÷ 9999) = 33 taken, floor(1000 × 3333 ÷ 9999) = 333 back.
    shop.one(shop.refund("R-2", 3_333, "a"))
    assert shop.of("mei").balance == 1099 - 33 + 333
    shop.one(shop.refund("R-2", 3_333, "b"))
    assert shop.of("mei").balance == 1099 - 66 + 666
    shop.one(shop.refund("R-2", 3_333, "c"))
    assert shop.of("mei").balance == 2000
    with pytest.raises(RefundExceedsPayment):
        shop.one(shop.refund("R-2", 1, "d"))
    assert shop.of("mei").balance == 2000


def test_4_lines_take_back_what_they_earned(shop):
    lines = [("1", "books", 5_000), ("2", "tea", 5_000)]
    receipt = shop.one(shop.sale("mei", 10_000, "R-1", lines=lines))
    assert receipt["entries"][0]["movements"][0]["amount"] == 150  # books earn double
    shop.one(shop.refund("R-1", 5_000, "a", lines=[("1", 5_000)]))
    assert shop.of("mei").balance == 50
    shop.one(shop.refund("R-1", 5_000, "b", lines=[("2", 5_000)]))
    assert shop.of("mei").balance == 0


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_4_the_end_does_not_depend_on_the_order_of_arrival(shop, order):
    lines = [("1", "books", 5_000), ("2", "tea", 5_000)]
    events = [
        shop.sale("mei", 10_000, "R-1", lines=lines),
        shop.refund("R-1", 1_000, "a", lines=[("1", 1_000)]),
        shop.refund("R-1", 3_000, "b"),
    ]
    for place in order:
        shop.one(events[place])
        shop.one(events[place])  # each arrives twice
    # Line 1 gave back 10.00 and 3/9 of what it had left, line 2 a third: 100 × (1000 + 4000/3) ÷
    # 5000 + 50 × 5000/3 ÷ 5000 = 46.67 + 16.67 = 63.33 → 63 of 150.
    assert shop.of("mei").balance == 150 - 63


def test_5_expired_points_never_return(shop):
    shop.on(date(2024, 6, 1))
    shop.one(shop.sale("mei", 100_000))
    shop.on(date(2025, 12, 31))
    held = shop.one(shop.redemption("mei", 1000, "R-2"))
    shop.one(shop.sale("mei", 9_000, "R-2"))
    shop.on(date(2026, 1, 2))
    shop.expire()
    shop.one(shop.refund("R-2", 9_000))
    assert held["redemption"]["points"] == 1000
    assert (shop.of("mei").balance, shop.of("mei").spendable) == (0, 0)


def test_6_fifty_tills_and_one_last_thousand(shop):
    shop.one(shop.sale("mei", 100_000))
    answers, gate = [], Barrier(25)
    requests = [shop.redemption("mei", 1000) for _ in range(50)]

    def till(mine):
        gate.wait()
        answers.extend(process_at(shop, request) for request in mine)

    threads = [Thread(target=till, args=(requests[n::25],)) for n in range(25)]
    with clock.stopped_at(shop.now):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(isinstance(answer, Receipt) for answer in answers) == 1
    assert {type(answer).__name__ for answer in answers} - {"Receipt"} <= {
        "InsufficientBalance",
        "BelowMinimum",
    }
    assert shop.of("mei").balance == 0


def process_at(shop, request):
    return shop.send(request)[0]


def test_7_every_change_names_actor_rule_and_reason(shop):
    receipt = shop.one(shop.sale("mei", 10_000))
    assert receipt["programs"] == ["beans@1"]
    assert receipt["entries"][0]["movements"][0]["rule"] == "beans@1/base"
    assert receipt["explanation"][0]["fired"] is True
    with unit_of_work() as unit:
        rows = unit.fetch(
            "SELECT e.actor, e.event_id, p.rule FROM ledger_entry e "
            "JOIN ledger_posting p ON p.entry_id = e.id"
        )
    assert [(actor, rule) for actor, _, rule in rows] == [("job:test", "beans@1/base")]


WHO_WHICH_WHY = """
    SELECT e.kind, e.actor, p.rule, e.event_id IS NOT NULL, v.receipt IS NOT NULL, r.text
    FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
    LEFT JOIN rules_event v ON v.id = e.event_id
    LEFT JOIN ledger_reason r ON r.entry_id = e.id
    ORDER BY e.seq, p.ordinal
"""


def test_7_what_is_paid_given_back_adjusted_and_expired_names_them_too(shop):
    shop.one(shop.sale("mei", 200_000, "R-1"))
    shop.one(shop.redemption("mei", 1000, "R-2"))
    shop.one(shop.sale("mei", 5_000, "R-2"))
    shop.one(shop.refund("R-2", 5_000))
    with shop.time():
        sorry = Adjustment(shop.members["mei"], "beans", 7, "Sorry for the cold tea")
        points_adjust(sorry, key="k1", actor=job("li"))
    shop.on(date(2027, 1, 1))
    shop.expire()
    with unit_of_work() as unit:
        found = unit.fetch(WHO_WHICH_WHY)
    # Kind, who, which rule of which version or which event, whether its receipt is there, why.
    assert found == [
        ("earn", "job:test", "beans@1/base", True, True, None),
        ("redeem", "job:test", "beans@1/redemption", True, True, None),
        ("earn", "job:test", "beans@1/base", True, True, None),
        ("refund", "job:test", "order.refunded", True, True, None),
        ("return", "job:test", "order.refunded", True, True, None),
        ("adjust", "job:li", "", False, False, "Sorry for the cold tea"),
        ("expire", "job:expiry", "", False, False, None),
    ]


def test_8_time_comes_from_the_shops_clock(shop):
    shop.store("paris", "Europe/Paris")
    late = datetime(2025, 3, 1, 22, 30, tzinfo=UTC)  # 2 March in Shanghai, 1 March in Paris
    shop.at = late
    in_shanghai = shop.one(shop.sale("mei", 100, store="s1"))
    in_paris = shop.one(shop.sale("mei", 100, store="paris"))
    assert (in_shanghai["business_date"], in_paris["business_date"]) == (
        "2025-03-02",
        "2025-03-01",
    )


def test_a_refusal_leaves_no_trace(shop):
    shop.one(shop.sale("mei", 10_000, "R-1"))
    before = {table: shop.rows(table) for table in TABLES}
    bad = [
        shop.sale("nobody", 100),
        shop.sale("mei", 100, currency="USD"),
        shop.sale("mei", 100, lines=[("1", "tea", 99)]),
        shop.sale("mei", 100, lines=[("1", "tea", 50), ("1", "tea", 50)]),
        shop.sale("mei", 100, store="nowhere"),
        shop.sale("mei", 100, occurred_at=datetime(2025, 3, 2, 5, tzinfo=UTC)),
        shop.sale("mei", 100, occurred_at=datetime(2025, 1, 2, 5, tzinfo=UTC)),
        shop.refund("R-1", 10_001),
        shop.refund("R-1", 1, lines=[("9", 1)]),
        shop.redemption("mei", 10_000),
    ]
    answers = shop.send(*bad)
    assert [getattr(answer, "code", None) for answer in answers] == [
        "unknown_member",
        "currency_mismatch",
        "lines_do_not_add_up",
        "line_repeated",
        "unknown_store",
        "event_in_future",
        "event_too_old",
        "refund_exceeds_payment",
        "unknown_line",
        "below_minimum_balance",
    ]
    assert {table: shop.rows(table) for table in TABLES} == before
    assert shop.of("mei").balance == 100


def test_the_culprit_alone_gets_the_error(shop):
    items = [shop.sale("mei", 100), shop.sale("bo", 100), shop.sale("oz", 100)]
    items.insert(1, shop.sale("mei", 100, "R-\u0000"))
    answers = shop.send(*items)
    assert [isinstance(answer, Receipt) for answer in answers] == [True, False, True, True]
    assert [shop.of(name).balance for name in ("mei", "bo", "oz")] == [1, 1, 1]


def test_a_walk_in_customer_is_a_sale_without_a_member(shop):
    receipt = shop.one(shop.sale(None, 8_800, "R-1"))
    assert "member" not in receipt
    assert (shop.rows("rules_purchase"), shop.rows("ledger_entry")) == (1, 0)
    shop.one(shop.refund("R-1", 8_800))
    assert json.loads(shop.send(shop.sale(None, 8_800, "R-2"))[0].body)["status"] == "applied"


def test_a_hold_waits_for_its_sale_and_is_released_with_a_cancellation(shop):
    shop.one(shop.sale("mei", 200_000))
    held = shop.one(shop.redemption("mei", 1500, "R-2", hold_seconds=900))
    assert held["redemption"]["state"] == "held"
    assert (shop.of("mei").spendable, shop.of("mei").held) == (500, 1500)
    refused = shop.send(shop.redemption("mei", 501))[0]
    assert isinstance(refused, BelowMinimum)
    assert refused.context == {"asset": "beans", "minimum": 1000, "spendable": 500}
    shop.one(shop.sale("mei", 0, "R-2"))
    shop.one(shop.cancel("R-2"))
    assert (shop.of("mei").spendable, shop.of("mei").held) == (2000, 0)


TABLES = (
    "ledger_entry",
    "ledger_posting",
    "ledger_lot",
    "ledger_account",
    "rules_event",
    "rules_event_key",
    "rules_purchase",
    "rules_redemption",
    "outbox_notice",
)
