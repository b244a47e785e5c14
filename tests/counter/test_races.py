"""Tills at the same moment. Each race is run again without its protection, and is lost then."""

import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from django.db import connections

from regulars.commerce.counter import refunding, selling, storing
from regulars.commerce.counter.errors import RefundTooLarge
from regulars.commerce.counter.models import ShiftCount, Ticket
from regulars.commerce.counter.selectors import shift_sheet
from regulars.commerce.counter.services import refund_make, sale_take, shift_close
from regulars.foundation.database.session import unit_of_work
from tests.foundation.servers import wait_until

PRESSES = 20
TILLS = 6
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
RETURNED = """
    SELECT coalesce(sum(p.amount), 0)::bigint FROM ledger_entry e
    JOIN ledger_posting p ON p.entry_id = e.id
    WHERE e.kind = 'return'
"""


def together(shop, *deeds):
    """What each deed answered, an error in its place. All start at one moment."""
    start = threading.Barrier(len(deeds))

    def one(deed):
        start.wait(10)
        try:
            return deed()
        except Exception as error:  # noqa: BLE001 - whatever happened is the answer
            return error
        finally:
            connections.close_all()

    with shop.time(), ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


@pytest.fixture
def ready(counter):
    counter.shop.one(counter.shop.sale("mei", 200_000, "W-1"))
    counter.shift = counter.open()
    return counter


def pressed(counter, sales):
    return together(
        counter.shop,
        *[
            lambda sale=sale: sale_take(actor=counter.ann, till=counter.till, sale=sale)
            for sale in sales
        ],
    )


def test_one_sale_pressed_twenty_times_counts_once(ready):
    sale = ready.content(12_850, member="mei", points=500, points_minor=500)
    answers = pressed(ready, [sale] * PRESSES)
    assert {getattr(each, "number", each) for each in answers} == {f"{ready.till.terminal}-000001"}
    assert ready.shop.of("mei").balance == 1_673
    assert shift_sheet(ready.shift.id).sales_minor == 12_850


def test_without_the_tills_own_number_it_counts_every_time(ready):
    sale = ready.content(1_000, member="mei")
    pressed(ready, [msgspec.structs.replace(sale, sequence=each) for each in range(1, 4)])
    assert ready.shop.of("mei").balance == 2_080


def refunded_by_all(counter, monkeypatch):
    """Six tills give back ¥30.00 of one receipt, each having looked before any has written."""
    ticket = counter.sell(12_850, member="mei", points=500, points_minor=500, cash=12_350)
    looked = threading.Barrier(TILLS)
    real, first = refunding.process_together, threading.local()

    def waiting(*arguments, **more):
        if not getattr(first, "seen", False):
            first.seen = True
            looked.wait(10)
        return real(*arguments, **more)

    monkeypatch.setattr(refunding, "process_together", waiting)
    contents = [counter.back(ticket.number, 3_000) for _ in range(TILLS)]
    answers = together(
        counter.shop,
        *[
            lambda content=content: refund_make(
                actor=counter.ann, till=counter.till, refund=content
            )
            for content in contents
        ],
    )
    made = Ticket.objects.filter(kind="refund")
    with unit_of_work() as unit:
        returned = unit.fetch(RETURNED)[0][0]
    return answers, sum(each.points for each in made), returned


def test_six_tills_give_back_one_receipt_no_more_than_it_cost(ready, monkeypatch):
    answers, on_receipts, in_the_ledger = refunded_by_all(ready, monkeypatch)
    refused = [each for each in answers if isinstance(each, Exception)]
    assert [type(each) for each in refused] == [RefundTooLarge, RefundTooLarge]
    assert sum(each.total_minor for each in answers if each not in refused) == 12_000
    assert on_receipts == in_the_ledger == 466


def test_without_looking_again_receipts_and_ledger_part(ready, monkeypatch):
    monkeypatch.setattr(refunding, "_still_so", lambda _unit, _sale: None)
    _, on_receipts, in_the_ledger = refunded_by_all(ready, monkeypatch)
    assert on_receipts != in_the_ledger


def held_up():
    """Whether somebody waits for a lock in this test's own database."""
    with unit_of_work() as unit:
        return bool(unit.fetch(WAITING)[0][0])


def sold_while_closing(counter, monkeypatch):
    """A sale has the shift in hand and is not yet durable when the shift is closed."""
    real, in_hand = selling.shift_shared, threading.Event()
    closed = threading.Event()

    def slow(unit, till):
        shift = real(unit, till)
        in_hand.set()
        wait_until(lambda: closed.is_set() or held_up())
        return shift

    monkeypatch.setattr(selling, "shift_shared", slow)
    sale = counter.content(1_000)

    def close():
        in_hand.wait(10)
        try:
            return shift_close(
                actor=counter.ann, till=counter.till, shift=counter.shift.id, counted=()
            )
        finally:
            closed.set()

    answers = together(
        counter.shop,
        lambda: sale_take(actor=counter.ann, till=counter.till, sale=sale),
        close,
    )
    assert not [each for each in answers if isinstance(each, Exception)]
    kept = ShiftCount.objects.get(shift_id=counter.shift.id, kind="cash").expected_minor
    return kept, shift_sheet(counter.shift.id).tenders[0].expected_minor


def test_a_shift_waits_for_the_sale_that_is_on_its_way(ready, monkeypatch):
    assert sold_while_closing(ready, monkeypatch) == (21_000, 21_000)


def test_without_the_lock_the_closed_shift_misses_it(ready, monkeypatch):
    monkeypatch.setattr(storing, "SHIFT", storing.SHIFT.replace("FOR SHARE", ""))
    assert sold_while_closing(ready, monkeypatch) == (20_000, 21_000)
