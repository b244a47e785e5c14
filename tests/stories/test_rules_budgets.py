"""A budget that all share: cut into slots for speed, and still exact to the point."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count

import pytest
from django.db import connections

from regulars.foundation.database.arrays import id_array, int_array
from regulars.foundation.database.session import unit_of_work
from regulars.rules.limits import services as limits
from regulars.rules.limits.types import SLOTS, SlotTooSmall

TILLS = 6
FIGURES = """
    SELECT sum(used)::bigint, sum(granted)::bigint, min(maximum), count(*)
    FROM rules_shared_count
"""
# What sales remember: the budget's counter has no month.
REMEMBERED = """
    SELECT coalesce(sum((use->>2)::bigint - (use->>3)::bigint), 0)::bigint
    FROM rules_purchase, jsonb_array_elements(uses::jsonb) AS use WHERE use->>1 IS NULL
"""


def budget(amount, code="base", **parts):
    return {
        "code": code,
        "name": {"zh-Hans": "购物返豆", "en": "Beans"},
        "on": "order.paid",
        "earn": {"asset": "beans", "rate": {"amount": 1, "per_minor": 100}},
        "limits": [{"per": "all", "window": "total", "amount": amount}],
    } | parts


def figures():
    """(used, granted, maximum): never was more granted than there is, nor more used."""
    with unit_of_work() as unit:
        ((used, granted, maximum, slots),) = unit.fetch(FIGURES)
        ((remembered,),) = unit.fetch(REMEMBERED)
    assert slots == SLOTS
    assert used == remembered
    return used, granted, maximum


@pytest.fixture
def tills(monkeypatch):
    """One sale after the other, each from a till that has the next slot."""
    turns = count()
    monkeypatch.setattr(limits, "slot_taken", lambda: next(turns) * 7 % SLOTS)


def given(receipt):
    return sum(
        move["amount"] for entry in receipt.get("entries", ()) for move in entry["movements"]
    )


def test_whatever_slot_a_till_has_the_budget_goes_in_the_order_of_sales(shop, tills):
    shop.publish(rules=[budget(1_000)])
    left = 1_000
    for number in range(60):
        wanted = 3 + number % 50
        receipt = shop.one(shop.sale("mei", wanted * 100, f"R-{number}"))
        assert given(receipt) == min(wanted, left)
        left -= given(receipt)
        used, granted, maximum = figures()
        assert (used, maximum) == (1_000 - left, 1_000)
        assert granted <= 1_000
    assert left == 0
    # What a refund gives back is there for whoever comes next, whatever slot.
    shop.one(shop.refund("R-10", 1_300))
    assert figures()[0] == 987
    assert given(shop.one(shop.sale("bo", 1_000))) == 10
    assert given(shop.one(shop.sale("oz", 1_000))) == 3
    receipt = shop.one(shop.sale("oz", 1_000))
    assert [(note["code"], note["params"]["left"]) for note in receipt["explanation"]] == [
        ("limit_reached", 0)
    ]


def test_a_batch_sees_what_its_own_sales_took(shop, tills):
    shop.publish(rules=[budget(SLOTS * 20)])
    for turn in range(3):
        sales = [shop.sale("mei", 1_000, f"R-{turn}-{n}") for n in range(SLOTS - 4)]
        assert not [each for each in shop.send(*sales) if isinstance(each, Exception)]
    assert figures()[0] == shop.of("mei").balance == SLOTS * 20


def test_a_smaller_and_a_larger_budget_count_from_what_was_used(shop, tills):
    shop.publish(rules=[budget(1_000)])
    for number in range(10):
        shop.one(shop.sale("mei", 3_000, f"R-{number}"))
    shop.publish(rules=[budget(310)])
    assert [given(shop.one(shop.sale("mei", 700, f"S-{n}"))) for n in range(3)] == [7, 3, 0]
    shop.publish(rules=[budget(320)])
    assert [given(shop.one(shop.sale("mei", 700, f"T-{n}"))) for n in range(3)] == [7, 3, 0]
    assert figures() == (320, 320, 320)


def test_what_is_paid_again_takes_again_though_others_used_the_budget_up(shop, tills):
    shop.publish(rules=[budget(200)])
    sale = shop.sale("mei", 10_000, "R-1")
    shop.one(sale)
    shop.one(shop.cancel("R-1"))
    assert given(shop.one(shop.sale("bo", 20_000))) == 200
    shop.on(date(2025, 3, 2))
    shop.one(shop.sale("mei", 10_000, "R-1", part="again"))
    assert (shop.of("mei").balance, figures()[0]) == (100, 300)
    for _ in range(3):
        assert given(shop.one(shop.sale("oz", 1_000))) == 0


def in_a_thread(work, *arguments):
    """Which own fields there are is asked through Django, whose connections are a thread's own."""
    try:
        return work(*arguments)
    finally:
        connections.close_all()


def sold_while_held(shop, sale, slots):
    """Whether a sale is booked while another batch holds these slots."""
    with unit_of_work() as unit:
        counter = unit.fetch("SELECT DISTINCT id FROM rules_shared_count")[0][0]
        unit.fetch(limits.LOCK_SHARED, id_array([counter] * len(slots)), int_array(slots))
        with ThreadPoolExecutor(1) as till:
            waiting = till.submit(in_a_thread, shop.send, sale)
            try:
                return bool(waiting.result(timeout=1.5))
            except TimeoutError:
                return False
            finally:
                unit.rollback()
                assert waiting.result(timeout=20)


def test_batches_with_a_budget_commit_side_by_side(shop, monkeypatch):
    monkeypatch.setattr(limits, "slot_taken", lambda: 5)
    shop.publish(rules=[budget(10_000)])
    shop.one(shop.sale("mei", 1_000))
    others = [slot for slot in range(SLOTS) if slot != 5]
    assert sold_while_held(shop, shop.sale("mei", 1_000), others)
    assert not sold_while_held(shop, shop.sale("mei", 1_000), [5])
    # More than its slot was granted: this sale needs to see the whole.
    assert not sold_while_held(shop, shop.sale("mei", 100_000), [3])
    assert figures()[0] == shop.of("mei").balance == 1_030
    # When nothing is left, nobody needs to wait for the others to know it.
    shop.one(shop.sale("mei", 2_000_000))
    shop.one(shop.sale("mei", 1_000))
    assert sold_while_held(shop, shop.sale("mei", 1_000), others)
    assert figures() == (10_000, 10_000, 10_000)


def rush(shop, amount, turn=0):
    """Tills that sell at once far more than the budget; answers what was given."""
    shop.publish(rules=[budget(amount, code=f"turn-{turn}")])
    names = [f"guest-{turn}-{n}" for n in range(TILLS)]
    for name in names:
        shop.member(name)
    sales = [[shop.sale(name, 700 + 100 * n) for n in range(12)] for name in names]
    with ThreadPoolExecutor(TILLS) as tills:
        list(tills.map(lambda mine: in_a_thread(lambda: [shop.one(e) for e in mine]), sales))
    return sum(shop.of(name).balance for name in names)


def test_tills_at_once_give_all_of_a_budget_and_not_a_point_more(shop):
    assert rush(shop, 800) == 800
    assert figures()[:2] == (800, 800)


def test_without_the_look_at_the_whole_a_budget_is_passed(shop, monkeypatch):
    """Slots alone, each with a limit of its own as large as the whole, would not do."""
    monkeypatch.setattr(
        limits, "MAKE_SHARED", limits.MAKE_SHARED.replace("maximum / %s", "maximum + 0 * %s")
    )
    assert rush(shop, 400) > 400


def test_what_is_left_and_too_little_for_a_gift_holds_up_nobody(shop, monkeypatch):
    """33 gifts of 30 leave 10 of 1,000: the next refusals need no look at the whole."""
    monkeypatch.setattr(limits, "slot_taken", lambda: 5)
    gifts = (("large", 30, ">="), ("small", 4, "<"))
    rules = [
        {
            "code": code,
            "name": {"zh-Hans": "赠豆", "en": "Gift"},
            "on": "order.paid",
            "when": f"order.net_minor {sign} 10000",
            "earn_flat": {"asset": "beans", "amount": amount},
        }
        for code, amount, sign in gifts
    ]
    maximum = {"asset": "beans", "per": "all", "window": "total", "amount": 1_000}
    shop.publish(rules=rules, limits=[maximum])
    for _ in range(33):
        assert given(shop.one(shop.sale("mei", 10_000))) == 30
    others = [slot for slot in range(SLOTS) if slot != 5]
    assert not sold_while_held(shop, shop.sale("mei", 10_000), others)
    assert figures() == (990, 990, 1_000)
    assert sold_while_held(shop, shop.sale("mei", 10_000), others)
    refused = shop.one(shop.sale("bo", 10_000))["explanation"]
    assert [note["params"]["left"] for note in refused if "left" in note["params"]] == [10]
    # Who asks for less gets it, and what is left then is as exact as before.
    assert [given(shop.one(shop.sale("oz", 9_900))) for _ in range(4)] == [4, 4, 0, 0]
    assert given(shop.one(shop.sale("mei", 10_000))) == 0
    assert figures() == (998, 998, 1_000)
    shop.one(shop.refund("R-event-1", 10_000))
    assert given(shop.one(shop.sale("mei", 10_000))) == 30


def test_few_counters_are_remembered_as_crowded(monkeypatch):
    monkeypatch.setattr(limits, "CROWDED_MAX", 3)
    limits._crowded.clear()
    for number in range(5):
        limits.slot_was_too_small(SlotTooSmall(f"counter-{number}"))
    assert list(limits._crowded) == ["counter-2", "counter-3", "counter-4"]
    limits._crowded.clear()
