"""Many tills at the same instant, over real HTTP, against two web workers.

Each scenario answers what it found wrong. With its protection taken out of the server the same
scenario must find something: else it looks at nothing.
"""

import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.services import lots_expire
from tests.faults.house import key, wrong_outcomes
from tests.faults.sums import entries, moved, rows

CLIENTS = [2, 8, 32]
CONTROL_SECONDS = 60
SAME_KEY = 50


def found_in_rounds(scenario, *arguments):
    """What a scenario finds in the first round in which it finds anything.

    Most find it at once; the slowest needs every second round, and now and then eight together.
    """
    deadline = time.monotonic() + CONTROL_SECONDS
    wrong = scenario(*arguments)
    while not wrong and time.monotonic() < deadline:
        wrong = scenario(*arguments)
    return wrong


def last_points(house, sabotage, clients):
    """Enough for three payments of 100, and everybody pays 100."""
    enough = min(3, clients - 1)
    name = house.member(100 * enough)
    replies = house.together(
        sabotage, clients, lambda till, _: till.redeem(house.public(name), 100, key=key())
    )
    expected = {"done": enough, "409 insufficient_balance": clients - enough}
    return wrong_outcomes(replies, expected) + house.wrong_sums(name, 0)


@pytest.mark.parametrize("clients", CLIENTS)
def test_the_last_points_are_spent_once_and_the_losers_are_told(house, clients):
    assert last_points(house, "", clients) == []


def test_without_the_lock_of_holders_the_last_points_are_spent_twice(house):
    assert found_in_rounds(last_points, house, "holder-lock", 32)


def same_event(house, sabotage):
    """One sale of ¥100.00, sent by fifty tills under one event id."""
    name = house.member()
    body = house.sale(name, 10_000)
    replies = house.together(sabotage, SAME_KEY, lambda till, _: till.post("/events", body))
    wrong = wrong_outcomes(replies, {"done": 1, "again": SAME_KEY - 1})
    if len({reply.body for reply in replies}) != 1:
        wrong.append("the receipts differ")
    if (earned := entries(house.id(name), "earn")) != 1:
        wrong.append(f"{earned} earnings")
    return wrong + house.wrong_sums(name, 100)


def test_one_event_sent_by_fifty_tills_counts_once_and_all_get_the_same_bytes(house):
    assert same_event(house, "") == []


def test_without_unique_keys_one_event_counts_twice(house):
    assert found_in_rounds(same_event, house, "unique-keys,document-lock")


def same_redemption(house, sabotage):
    """One payment of 10 beans out of 1,000, sent by fifty tills under one Idempotency-Key."""
    name = house.member(1000)
    own = key()
    replies = house.together(
        sabotage, SAME_KEY, lambda till, _: till.redeem(house.public(name), 10, key=own)
    )
    wrong = wrong_outcomes(replies, {"done": 1, "again": SAME_KEY - 1})
    if len({reply.body for reply in replies}) != 1:
        wrong.append("the receipts differ")
    return wrong + house.wrong_sums(name, 990)


def test_one_payment_sent_by_fifty_tills_counts_once_and_all_get_the_same_bytes(house):
    assert same_redemption(house, "") == []


def test_without_unique_keys_one_payment_counts_twice(house):
    assert found_in_rounds(same_redemption, house, "unique-keys,document-lock")


def same_refund(house, sabotage, clients):
    """¥40.00 of ¥100.00 come back once, though every till has an event of its own for it."""
    name = house.member()
    sale = house.sale(name, 10_000)
    house.together("", 1, lambda till, _: till.post("/events", sale))
    when = house.refund(sale["document"], 4_000, "1")
    replies = house.together(
        sabotage, clients, lambda till, _: till.post("/events", when | {"event_id": key()})
    )
    wrong = wrong_outcomes(replies, {"done": 1, "again": clients - 1})
    if len({reply.body for reply in replies}) != 1:
        wrong.append("the receipts differ")
    return wrong + house.wrong_sums(name, 60)


@pytest.mark.parametrize("clients", CLIENTS)
def test_the_same_refund_from_many_tills_is_done_once(house, clients):
    assert same_refund(house, "", clients) == []


def test_without_document_lock_and_unique_keys_a_refund_is_done_twice(house):
    assert found_in_rounds(same_refund, house, "unique-keys,document-lock", 32)


def refund_in_parts(house, sabotage, clients):
    """Every till brings another part, ¥1.00 each, of a sale that earned 100 beans."""
    name = house.member()
    sale = house.sale(name, 10_000)
    house.together("", 1, lambda till, _: till.post("/events", sale))
    replies = house.together(
        sabotage,
        clients,
        lambda till, place: till.post("/events", house.refund(sale["document"], 100, f"p{place}")),
    )
    refunded = rows(
        "SELECT refunded_minor FROM rules_purchase WHERE document = %s", sale["document"]
    )
    wrong = [] if refunded == [(100 * clients,)] else [f"refunded {refunded}"]
    wrong += wrong_outcomes(replies, {"done": clients})
    return wrong + house.wrong_sums(name, 100 - clients)


@pytest.mark.parametrize("clients", CLIENTS)
def test_parts_of_a_refund_from_many_tills_add_up(house, clients):
    assert refund_in_parts(house, "", clients) == []


def test_without_locks_parts_of_a_refund_are_lost(house):
    assert found_in_rounds(refund_in_parts, house, "holder-lock,document-lock", 32)


def points_against_their_refund(house, sabotage, clients):
    """Every till but one pays 10 beans for a sale while that one gives back all of it."""
    name = house.member(1000)
    sale = house.sale(name, 10_000)
    house.together("", 1, lambda till, _: till.post("/events", sale))
    refund = house.refund(sale["document"], 10_000, "1")
    pay = {"member": {"id": house.public(name)}, "points": 10, "document": sale["document"]}

    def work(till, place):
        if place == clients // 2:
            return till.post("/events", refund)
        return till.post("/redemptions", pay, key=key())

    replies = house.together(sabotage, clients, work)
    done = sum(reply.outcome == "done" for reply in replies)
    wrong = wrong_outcomes(replies, {"done": done, "409 document_ended": clients - done})
    wrong += wrong_amount(house, name, "redeemed", 10 * (done - 1))
    return wrong + house.wrong_sums(name, 1000)


@pytest.mark.parametrize("clients", CLIENTS)
def test_points_paid_while_their_sale_is_refunded_come_back_or_are_not_taken(house, clients):
    assert points_against_their_refund(house, "", clients) == []


def test_without_the_lock_of_documents_points_are_taken_for_a_sale_that_is_over(house):
    assert found_in_rounds(points_against_their_refund, house, "unique-keys,document-lock", 8)


def returns_with_two_payers(house, sabotage, clients):
    """Mei bought what Bo paid 10 beans for and Bo what she paid for; it all goes back at once."""
    names = house.member(1000), house.member(1000)
    refunds = []
    for place in range(clients):
        buyer, payer = names[place % 2], names[1 - place % 2]
        sale = house.sale(buyer, 10_000)
        pay = {"member": {"id": house.public(payer)}, "points": 10, "document": sale["document"]}
        refunds.append(house.refund(sale["document"], 10_000, "1"))
        house.together("", 1, lambda till, _, body=pay: till.post("/redemptions", body, key=key()))
        house.together("", 1, lambda till, _, body=sale: till.post("/events", body))
    replies = house.together(
        sabotage, clients, lambda till, place: till.post("/events", refunds[place])
    )
    wrong = wrong_outcomes(replies, {"done": clients})
    return wrong + [each for name in names for each in house.wrong_sums(name, 1000)]


@pytest.mark.parametrize("clients", CLIENTS)
def test_what_two_members_paid_for_each_other_goes_back_to_each(house, clients):
    assert returns_with_two_payers(house, "", clients) == []


def test_without_the_lock_of_holders_what_others_paid_is_lost(house):
    assert found_in_rounds(returns_with_two_payers, house, "holder-lock", 32)


def one_order_at_once(house, sabotage, clients):
    """Paid, ¥30.00 given back, cancelled and paid again: everything arrives at the same instant.

    Each till sends one of the four, so that each is sent several times under its own event id.
    """
    name = house.member()
    events = order_lived(house, house.sale(name, 10_000))
    house.together(sabotage, clients, lambda till, place: till.post("/events", events[place % 4]))
    # Whoever was refused because something passed it sends it again, as tills do.
    replies = house.together("", 4, lambda till, place: till.post("/events", events[place]))
    wrong = wrong_outcomes(replies, {"again": 4})
    stands = rows(
        "SELECT refunded_minor, cancelled FROM rules_purchase WHERE document = %s",
        events[0]["document"],
    )
    wrong += [] if stands == [(3_000, False)] else [f"the sale stands as {stands}"]
    return wrong + house.wrong_sums(name, 70)


def test_every_order_of_the_steps_of_an_order_ends_in_one_state(house):
    orders = list(permutations(range(4)))
    names = [house.member() for _ in orders]
    lives = [order_lived(house, house.sale(name, 10_000)) for name in names]

    def send(till, place):
        return [till.post("/events", lives[place][step]) for step in orders[place]]

    replies = house.together("", len(orders), send)
    for order, name, answers in zip(orders, names, replies, strict=True):
        assert wrong_outcomes(answers, {"done": 4}) + house.wrong_sums(name, 70) == [], order


def order_lived(house, sale):
    """The four events of one order, an hour apart."""
    hours = [(datetime.now(UTC) - timedelta(hours=each)).isoformat() for each in (4, 3, 2, 1)]
    paid = sale | {"occurred_at": hours[0]}
    document = sale["document"]
    refunded = house.refund(document, 3_000, "1") | {"occurred_at": hours[1]}
    cancelled = {
        "event_id": f"cancel-{document}",
        "kind": "order.cancelled",
        "occurred_at": hours[2],
        "document": document,
    }
    again = paid | {"event_id": f"again-{document}", "part": "2", "occurred_at": hours[3]}
    return [paid, refunded, cancelled, again]


@pytest.mark.parametrize("clients", [4, 32])
def test_all_steps_of_an_order_at_once_end_in_one_state(house, clients):
    for _ in range(3):
        assert one_order_at_once(house, "", clients) == []


def test_without_the_lock_of_documents_the_steps_of_an_order_pass_each_other(house):
    assert found_in_rounds(one_order_at_once, house, "holder-lock,document-lock", 32)


def gifts_both_ways(house, sabotage, clients):
    """Mei and Bo have 1,000 beans each; half of the tills give 10 one way, half the other."""
    mei, bo = house.member(1000), house.member(1000)
    ways = [(mei, bo), (bo, mei)]

    def give(till, place):
        giver, receiver = ways[place % 2]
        body = {"to": house.public(receiver), "asset": "beans", "points": 10}
        return [
            till.post(f"/members/{house.public(giver)}/transfers", body, key=key())
            for _ in range(3)
        ]

    replies = [each for some in house.together(sabotage, clients, give) for each in some]
    wrong = wrong_outcomes(replies, {"done": 3 * clients})
    for name in (mei, bo):
        wrong += house.wrong_sums(name, 1000)
        wrong += wrong_amount(house, name, "in_transit", 15 * clients)
    return wrong


def wrong_amount(house, name, counter, amount):
    found = moved(house.id(name), counter)
    return [] if found == amount else [f"{found} went to {counter} instead of {amount}"]


@pytest.mark.parametrize("clients", CLIENTS)
def test_gifts_in_both_directions_at_once_keep_every_bean(house, clients):
    assert gifts_both_ways(house, "", clients) == []


def test_without_the_lock_of_holders_gifts_lose_beans(house):
    assert found_in_rounds(gifts_both_ways, house, "holder-lock", 32)


def same_gift(house, sabotage):
    """One gift of 10 beans, sent by fifty tills under one Idempotency-Key."""
    mei, bo = house.member(1000), house.member(0)
    body = {"to": house.public(bo), "asset": "beans", "points": 10}
    path, own = f"/members/{house.public(mei)}/transfers", key()
    replies = house.together(sabotage, SAME_KEY, lambda till, _: till.post(path, body, key=own))
    wrong = wrong_outcomes(replies, {"done": 1, "again": SAME_KEY - 1})
    if len({reply.body for reply in replies}) != 1:
        wrong.append("the answers differ")
    return wrong + house.wrong_sums(mei, 990) + house.wrong_sums(bo, 10)


def test_one_gift_sent_by_fifty_tills_is_given_once(house):
    assert same_gift(house, "") == []


def test_without_unique_keys_one_gift_is_answered_differently(house):
    assert found_in_rounds(same_gift, house, "unique-keys,document-lock")


def expiry_against_spending(house, sabotage, clients, dies_at):
    """Six members with 100 beans that die while everybody spends 10 of each."""
    names = [house.member(100, dies_at=dies_at) for _ in range(6)]
    paid = threading.Semaphore(0)
    runs = threading.Thread(target=expiry_in_steps, args=(paid, clients, names, dies_at))

    def spend(till, _):
        replies = []
        for name in names:
            replies.append((name, till.redeem(house.public(name), 10, key=key())))
            paid.release()
        return replies

    runs.start()
    replies = [each for some in house.together(sabotage, clients, spend) for each in some]
    runs.join()
    wrong = []
    for name in names:
        mine = [reply for owner, reply in replies if owner == name]
        done = sum(reply.outcome == "done" for reply in mine)
        refused = {"409 insufficient_balance": clients - done}
        wrong += wrong_outcomes(mine, {"done": done} | refused)
        wrong += wrong_amount(house, name, "redeemed", 10 * done)
        wrong += wrong_amount(house, name, "expired", 100 - 10 * done)
        wrong += house.wrong_sums(name, 0)
    outcomes = {reply.outcome for _, reply in replies}
    return wrong if len(outcomes) > 1 else [*wrong, f"no race: {outcomes}"]


def expiry_in_steps(paid, clients, names, dies_at):
    """The expiry run, a lot at a time, each after some more payments; its clock is ahead."""
    died = 1
    while died:
        for _ in range(clients // 2):
            paid.acquire(timeout=5)
        with unit_of_work() as unit:
            died = lots_expire(unit, at=dies_at, now=datetime.now(UTC), actor=str(SYSTEM), limit=1)


@pytest.mark.parametrize("clients", CLIENTS)
def test_what_expires_while_it_is_spent_is_either_or(house, clients):
    assert expiry_against_spending(house, "", clients, datetime.now(UTC) + timedelta(hours=1)) == []


def test_without_the_lock_of_holders_beans_are_spent_and_expired(house):
    # Later than in the honest races: their run must not meet what this one spoils.
    later = datetime.now(UTC) + timedelta(hours=9)
    wrong = found_in_rounds(expiry_against_spending, house, "holder-lock", 8, later)
    assert wrong and not wrong[-1].startswith("no race")
