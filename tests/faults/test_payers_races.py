"""An order is paid again while he whose points paid for it spends them, over real HTTP."""

from datetime import UTC, datetime

import pytest

from tests.faults.house import key, wrong_outcomes
from tests.faults.sums import moved, rows
from tests.faults.test_races import found_in_rounds

CLIENTS = [2, 8, 32]


def now():
    return datetime.now(UTC).isoformat()


def cancelled(document, part):
    event = {"event_id": key(), "kind": "order.cancelled", "occurred_at": now()}
    return event | {"document": document, "part": part}


def bought_and_cancelled(house):
    """What Mei bought for ¥100.00 and Bo paid with his 100 beans: all of it went back.

    Answers her, him, and the event that says that it was paid again.
    """
    mei, bo = house.member(), house.member(100)
    sale = house.sale(mei, 10_000)
    document = sale["document"]
    pay = {"member": {"id": house.public(bo)}, "points": 100, "document": document}
    steps = [
        lambda till: till.post("/redemptions", pay, key=key()),
        lambda till: till.post("/events", sale),
        lambda till: till.post("/events", cancelled(document, "1")),
    ]
    replies = house.together("", 1, lambda till, _: [step(till) for step in steps])[0]
    assert wrong_outcomes(replies, {"done": 3}) + house.wrong_sums(bo, 100) == []
    return mei, bo, sale | {"event_id": key(), "part": "2", "occurred_at": now()}


def paid_again_against_spending(house, sabotage, clients):
    """Bo's beans pay for one thing: for Mei's order again, or for what one of the tills sells."""
    mei, bo, again = bought_and_cancelled(house)
    document = again["document"]

    def work(till, place):
        if place == clients // 2:
            return till.post("/events", again)
        return till.redeem(house.public(bo), 100, key=key())

    replies = house.together(sabotage, clients, work)
    wrong = wrong_outcomes(replies, {"done": 1, "409 insufficient_balance": clients - 1})
    is_paid = replies[clients // 2].outcome == "done"
    wrong += stands(document, is_cancelled=not is_paid)
    wrong += house.wrong_sums(mei, 100 if is_paid else 0) + house.wrong_sums(bo, 0)
    taken = moved(house.id(bo), "redeemed") - moved(house.id(bo), "redeemed", credit=True)
    wrong += [] if taken == 100 else [f"{taken} beans paid for something"]
    # Cancelled once more, the order gives back what paid for it, and only that.
    house.together("", 1, lambda till, _: till.post("/events", cancelled(document, "2")))
    wrong += stands(document, is_cancelled=True)
    return wrong + house.wrong_sums(mei, 0) + house.wrong_sums(bo, 100 if is_paid else 0)


def stands(document, *, is_cancelled):
    found = rows("SELECT cancelled FROM rules_purchase WHERE document = %s", document)
    return [] if found == [(is_cancelled,)] else [f"cancelled: {found}, not {is_cancelled}"]


@pytest.mark.parametrize("clients", CLIENTS)
def test_points_pay_for_an_order_again_or_for_something_else(house, clients):
    assert paid_again_against_spending(house, "", clients) == []


def test_without_the_lock_of_holders_they_pay_for_both(house):
    assert found_in_rounds(paid_again_against_spending, house, "holder-lock", 32)
