"""One order, paid, refunded in part, cancelled and paid again: however these arrive, one end."""

import json
import random
from contextlib import suppress
from datetime import date, timedelta
from itertools import permutations

import msgspec
import pytest

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.ledger.proofs.services import ledger_prove
from regulars.rules.intake import resolve

LIMITED = {
    "code": "base",
    "name": {"zh-Hans": "购物返豆", "en": "Beans"},
    "on": "order.paid",
    "earn": {"asset": "beans", "rate": {"amount": 1, "per_minor": 100}},
    "limits": [{"per": "member", "window": "month", "amount": 500}],
}


# Two rules that give with the same last day, and between them one with another.
DATED = [
    {
        "code": code,
        "name": LIMITED["name"],
        "on": "order.paid",
        "earn": {
            "asset": "beans",
            "rate": {"amount": amount, "per_minor": 100},
            "expiry": {"kind": "after_days", "days": days},
        },
    }
    for code, amount, days in (("base", 1, 30), ("bonus", 3, 90), ("extra", 1, 30))
]


@pytest.fixture
def proved(shop, tmp_path):
    yield shop
    results = ledger_prove(roots_file=tmp_path / "roots")
    assert {each.code: each.first.sentence() for each in results if not each.holds} == {}


def hours_ago(shop, hours):
    return shop.now - timedelta(hours=hours)


def story(shop, document="R-1", net_minor=10_000):
    """Paid at 8, 30 % given back at 9, cancelled at 10, paid again at 11; told from noon on."""
    sale = shop.sale("mei", net_minor, document, occurred_at=hours_ago(shop, 4))
    return {
        "paid": sale,
        "refunded": shop.refund(document, 3_000, occurred_at=hours_ago(shop, 3)),
        "cancelled": shop.cancel(document, occurred_at=hours_ago(shop, 2)),
        "again": again(shop, sale, hours=1),
    }


def again(shop, sale, part="2", hours=1):
    return msgspec.structs.replace(
        sale,
        event_id=f"{sale.event_id}-{part}",
        part=part,
        occurred_at=hours_ago(shop, hours),
        member=None,
    )


def stands(shop, document="R-1"):
    with unit_of_work() as unit:
        return unit.fetch(
            "SELECT refunded_minor, cancelled FROM rules_purchase WHERE document = %s", document
        )


ORDERS = list(permutations(["paid", "refunded", "cancelled", "again"]))


@pytest.mark.parametrize("repeated", [False, True])
def test_every_order_of_arrival_ends_in_one_state(proved, repeated):
    for number, order in enumerate(ORDERS):
        before = proved.of("mei").balance
        events = story(proved, f"R-{number}")
        for name in order:
            proved.one(events[name])
            if repeated:
                proved.one(events[name])
        assert proved.of("mei").balance - before == 70, order
        assert stands(proved, f"R-{number}") == [(3_000, False)], order
    assert proved.rows("rules_waiting_refund") == 0


def test_without_what_waits_the_order_of_arrival_decides(shop, monkeypatch):
    """The negative control: what came before its sale is forgotten."""
    monkeypatch.setattr(resolve, "WAITING", f"{resolve.WAITING} LIMIT 0")
    for number, order in enumerate(ORDERS):
        events = story(shop, f"R-{number}")
        for name in order:
            with suppress(RegularsError):
                shop.one(events[name])
    ends = {tuple(stands(shop, f"R-{number}")) for number in range(len(ORDERS))}
    assert len(ends) > 1


def last_days(shop):
    """What Mei has, by its last day."""
    with unit_of_work() as unit:
        return unit.fetch(
            "SELECT sum(remaining)::int FROM ledger_lot WHERE remaining > 0"
            " GROUP BY expires_at ORDER BY expires_at"
        )


def test_what_several_rules_gave_is_given_again_with_its_dates(proved):
    proved.on(date(2025, 2, 28))
    proved.publish(rules=DATED)
    proved.on(date(2025, 3, 1))
    by_rule = "SELECT p.rule, sum(p.amount)::int FROM ledger_posting p JOIN ledger_entry e"
    by_rule += " ON e.id = p.entry_id WHERE e.kind = 'earn' GROUP BY 1 ORDER BY 1"
    paid = proved.sale("mei", 10_000, "R-0", occurred_at=hours_ago(proved, 4))
    for event in (paid, proved.cancel("R-0"), again(proved, paid, hours=0)):
        proved.one(event)
    assert last_days(proved) == [(200,), (300,)]
    with unit_of_work() as unit:
        assert [amount for _, amount in unit.fetch(by_rule)] == [200, 600, 200]


def test_every_order_of_arrival_ends_in_one_state_with_several_rules(proved):
    proved.on(date(2025, 2, 28))
    proved.publish(rules=DATED)
    proved.on(date(2025, 3, 1))
    for number, order in enumerate(ORDERS, 1):
        events = story(proved, f"R-{number}")
        for name in order:
            proved.one(events[name])
        assert proved.of("mei").balance == 350 * number, order
        assert stands(proved, f"R-{number}") == [(3_000, False)], order


def test_without_being_paid_again_it_stays_cancelled(proved):
    for number, order in enumerate(permutations(["paid", "refunded", "cancelled"])):
        events = story(proved, f"R-{number}")
        for name in order:
            proved.one(events[name])
        assert proved.of("mei").balance == 0, order
        assert stands(proved, f"R-{number}") == [(3_000, True)], order


def test_a_whole_story_in_one_batch_ends_like_one_by_one(proved):
    answers = []
    for number, order in enumerate(ORDERS):
        events = story(proved, f"R-{number}")
        answers += [events[name] for name in order]
    refused = [each for each in proved.send(*answers) if isinstance(each, RegularsError)]
    assert refused == []
    assert proved.of("mei").balance == 24 * 70


def test_the_last_of_many_turns_counts(proved):
    sale = proved.sale("mei", 10_000, "R-1", occurred_at=hours_ago(proved, 9))
    turns = [
        proved.cancel("R-1", occurred_at=hours_ago(proved, 8)),
        again(proved, sale, "2", hours=7),
        proved.cancel("R-1", part="2", occurred_at=hours_ago(proved, 6)),
        again(proved, sale, "3", hours=5),
    ]
    for place, balance in ((4, 100), (3, 0)):
        for number, order in enumerate(permutations(turns[:place])):
            document = f"R-{place}-{number}"
            before = proved.of("mei").balance
            for event in (sale, *order):
                own = msgspec.structs.replace(
                    event, document=document, event_id=f"{document}-{event.event_id}"
                )
                proved.one(own)
            assert proved.of("mei").balance - before == balance, (place, number)


def test_what_was_written_off_or_owed_is_not_given_twice(proved):
    proved.one(proved.sale("mei", 100_000, "R-1", occurred_at=hours_ago(proved, 4)))
    proved.one(proved.redemption("mei", 600))
    assert proved.of("mei").balance == 400
    events = story(proved, "R-1", 100_000)
    proved.one(proved.cancel("R-1", occurred_at=hours_ago(proved, 2)))
    proved.one(again(proved, events["paid"]))
    assert (proved.of("mei").balance, proved.of("mei").debt) == (400, 0)
    proved.one(proved.cancel("R-1", part="2"))
    assert proved.of("mei").balance - proved.of("mei").debt <= 0


def test_points_paid_for_it_are_paid_again(proved):
    proved.one(proved.sale("mei", 900_000, occurred_at=hours_ago(proved, 9)))
    for number, order in enumerate(ORDERS):
        before = proved.of("mei").balance
        at = hours_ago(proved, 4)
        proved.one(proved.redemption("mei", 200, f"R-{number}", occurred_at=at))
        events = story(proved, f"R-{number}")
        for name in order:
            proved.one(events[name])
        # 200 paid, 30 % of them back; 100 earned, 30 of them taken back.
        assert proved.of("mei").balance - before == 70 - 140, order


def test_points_that_come_after_the_end_of_their_sale_are_not_taken(proved):
    proved.one(proved.sale("mei", 900_000, occurred_at=hours_ago(proved, 9)))
    for document, end in (("R-1", proved.cancel("R-1")), ("R-2", proved.refund("R-2", 10_000))):
        proved.one(proved.sale("mei", 10_000, document, occurred_at=hours_ago(proved, 4)))
        proved.one(end)
        late = proved.redemption("mei", 200, document, occurred_at=hours_ago(proved, 3))
        (refusal,) = proved.send(late)
        assert refusal.code == "document_ended", document
        assert proved.of("mei").balance == 9000


def all_given_back(shop, document, chance):
    """A sale, sometimes points paid for it, and refunds until nothing is left, in any order."""
    net = chance.randrange(1, 5_000)
    events = [shop.sale("mei", net, document)]
    if chance.random() < 0.5:
        events.append(shop.redemption("mei", chance.randrange(1, 99), document))
    for part in range(4):
        back = net if part == 3 else chance.randrange(net + 1)
        events.append(shop.refund(document, back, str(part)))
        net -= back
    chance.shuffle(events)
    return events


def broken_rounds(shop, rounds=40):
    """After which orders of buying, paying and returning Mei has another balance than before."""
    chance = random.Random(20250301)
    shop.one(shop.sale("mei", 500_000, occurred_at=hours_ago(shop, 9)))
    broken = []
    for number in range(rounds):
        before = shop.of("mei").balance
        events = all_given_back(shop, f"R-{number}", chance)
        answers = [shop.send(event)[0] for event in events]
        if shop.of("mei").balance != before:
            broken.append([getattr(answer, "code", "booked") for answer in answers])
    return broken


def test_buying_paying_and_returning_in_any_order_leaves_everything_as_it_was(proved):
    assert broken_rounds(proved) == []


def test_without_the_look_at_the_sale_points_would_be_taken_for_nothing(shop, monkeypatch):
    monkeypatch.setattr(resolve, "_ended_refused", lambda *_: None)
    assert broken_rounds(shop) != []


def test_points_paid_for_a_sale_that_is_paid_again_come_back_with_the_next_cancellation(proved):
    proved.one(proved.sale("mei", 900_000, occurred_at=hours_ago(proved, 9)))
    proved.one(proved.sale("mei", 10_000, "R-1", occurred_at=hours_ago(proved, 4)))
    proved.one(proved.cancel("R-1", occurred_at=hours_ago(proved, 3)))
    proved.one(proved.redemption("mei", 200, "R-1", occurred_at=hours_ago(proved, 2)))
    assert proved.of("mei").balance == 8800
    proved.one(proved.cancel("R-1", part="2", occurred_at=hours_ago(proved, 1)))
    assert proved.of("mei").balance == 9000
    proved.one(proved.cancel("R-1", part="3"))
    assert proved.of("mei").balance == 9000


def test_what_was_spent_since_can_not_pay_again(proved):
    proved.one(proved.sale("mei", 200_000, occurred_at=hours_ago(proved, 9)))
    proved.one(proved.redemption("mei", 2000, "R-1", occurred_at=hours_ago(proved, 5)))
    events = story(proved, "R-1")
    for name in ("paid", "cancelled"):
        proved.one(events[name])
    proved.one(proved.redemption("mei", 1500))
    refused = proved.send(events["again"])[0]
    assert refused.code == "insufficient_balance"
    assert (proved.of("mei").balance, stands(proved)) == (500, [(0, True)])


def test_a_limit_is_taken_again_though_it_is_full_by_now(proved):
    proved.on(date(2025, 2, 28))
    proved.publish(rules=[LIMITED])
    proved.on(date(2025, 3, 1))
    events = story(proved, "R-1", 40_000)
    proved.one(events["paid"])
    proved.one(events["cancelled"])
    assert proved.one(proved.sale("mei", 50_000, "R-2"))["balances"][0]["balance"] == 500
    proved.one(events["again"])
    assert proved.of("mei").balance == 900
    with unit_of_work() as unit:
        ((text,),) = unit.fetch("SELECT used FROM rules_member_count")
    assert list(json.loads(text).values()) == [900]
    assert "entries" not in proved.one(proved.sale("mei", 1_000, "R-3"))


def test_other_content_is_no_payment_of_the_same_sale(proved):
    events = story(proved)
    proved.one(events["paid"])
    proved.one(events["cancelled"])
    order = msgspec.structs.replace(events["again"].order, net_minor=9_999)
    refused = proved.send(msgspec.structs.replace(events["again"], order=order))[0]
    assert (refused.code, proved.of("mei").balance) == ("document_reused", 0)
    without_part = msgspec.structs.replace(events["again"], part="")
    assert proved.send(without_part)[0].code == "document_reused"


def test_a_second_payment_of_a_sale_that_stands_gives_nothing(proved):
    events = story(proved)
    proved.one(events["paid"])
    assert "entries" not in proved.one(events["again"])
    assert proved.of("mei").balance == 100
    assert proved.rows("rules_purchase") == 1


def test_a_refund_that_waited_keeps_its_own_day(proved):
    sale = proved.sale("mei", 10_000, "R-1", occurred_at=hours_ago(proved, 48))
    proved.one(proved.refund("R-1", 10_000))
    proved.one(sale)
    with unit_of_work() as unit:
        rows = unit.fetch("SELECT kind, business_date::text FROM ledger_entry ORDER BY seq")
    assert rows == [("earn", "2025-02-27"), ("refund", "2025-03-01")]
