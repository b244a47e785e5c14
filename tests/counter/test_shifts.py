"""Shifts: opened with a float, closed with a count, and never changed again."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from regulars.commerce.counter.errors import (
    NoShiftOpen,
    ParkedGone,
    ShiftAlreadyOpen,
    ShiftClosed,
    UnknownTender,
)
from regulars.commerce.counter.selectors import (
    day_sheet,
    days_list,
    parked_list,
    shift_get,
    shift_open_at,
    shift_sheet,
    shifts_list,
)
from regulars.commerce.counter.services import (
    counter_rules_set,
    sale_park,
    sale_recall,
    shift_close,
    shift_open,
    terminal_open,
)
from regulars.commerce.counter.sheets import Written, summed
from regulars.commerce.counter.types import Counted, CounterRules, Tendered, TenderSum
from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.rights import RightMissing
from regulars.organization.devices.services import device_present, device_register
from tests.counter.conftest import TODAY


def closed(counter, shift, **counted):
    amounts = [Counted(kind, amount) for kind, amount in counted.items()]
    with counter.shop.time():
        return shift_close(
            actor=counter.ann, till=counter.till, shift=shift.id, counted=amounts, note="ok"
        )


@pytest.fixture
def busy(counter):
    """Float ¥200.00; ¥128.50 cash, ¥80.00 WeChat and cash, ¥30.00 of the first came back."""
    counter.shift = counter.open()
    first = counter.sell(12_850, member="mei", cash=12_850, given=20_000)
    counter.sell(8_000, tenders=(Tendered("wechat", 5_000), Tendered("cash", 3_000)))
    counter.refund(first.number, 3_000)
    counter.first = first
    return counter


def test_expected_counted_difference(busy):
    after = closed(busy, busy.shift, cash=32_800, wechat=5_000)
    sheet = shift_sheet(after.id)
    assert sheet.tenders == (
        TenderSum("cash", 15_850, -3_000, 32_850, 32_800),
        TenderSum("wechat", 5_000, 0, 5_000, 5_000),
    )
    assert [each.difference_minor for each in sheet.tenders] == [-50, 0]
    assert (sheet.sales, sheet.sales_minor, sheet.returns_minor) == (2, 20_850, 3_000)
    assert (after.closed_by, after.note, after.is_open) == (busy.ann.id, "ok", False)


def test_a_closed_shift_never_changes(busy):
    first = closed(busy, busy.shift, cash=32_850, wechat=5_000)
    before = shift_sheet(busy.shift.id)
    # Who didn't hear the answer and sends the same count again gets the same one.
    busy.shop.at += timedelta(minutes=1)
    assert closed(busy, busy.shift, cash=32_850, wechat=5_000) == first
    with pytest.raises(NoShiftOpen):
        busy.sell(1_000)
    with pytest.raises(ShiftClosed):
        closed(busy, busy.shift, cash=1)
    busy.open(50_000)
    busy.refund(busy.first.number, 9_850)
    assert shift_sheet(busy.shift.id) == before
    now = shift_sheet(shift_open_at(busy.till.terminal).id)
    assert now.tenders == (TenderSum("cash", 0, -9_850, 40_150, None),)


def test_one_shift_at_a_time(busy):
    with pytest.raises(ShiftAlreadyOpen):
        busy.open()
    assert shift_get(busy.shift.id).number == 1
    closed(busy, busy.shift)
    assert busy.open().number == 2


def test_what_is_no_tender_can_not_be_counted(busy):
    with pytest.raises(UnknownTender):
        closed(busy, busy.shift, points=100)
    assert shift_get(busy.shift.id).is_open


def test_the_day_is_the_sum_of_its_shifts(busy):
    open_day = day_sheet("s1", TODAY)
    assert [each.counted_minor for each in open_day.tenders] == [None, None]
    closed(busy, busy.shift, cash=32_850, wechat=5_000)
    second = busy.open(10_000)
    busy.sell(4_000, tenders=(Tendered("alipay", 4_000),))
    closed(busy, second, cash=10_000, alipay=3_900)
    sheet = day_sheet("s1", TODAY)
    assert (sheet.sales, sheet.sales_minor, sheet.net_minor) == (3, 24_850, 21_850)
    assert [(each.kind, each.expected_minor, each.counted_minor) for each in sheet.tenders] == [
        ("cash", 42_850, 42_850),
        ("wechat", 5_000, 5_000),
        ("alipay", 4_000, 3_900),
    ]


def test_a_shift_over_midnight_is_counted_on_the_day_it_is_closed(busy):
    tomorrow = TODAY + timedelta(days=1)
    busy.shop.on(tomorrow, 0, 30)
    busy.sell(1_000)
    assert (day_sheet("s1", TODAY).is_open, day_sheet("s1", tomorrow).is_open) == (True, True)
    closed(busy, busy.shift, cash=33_800, wechat=5_000)
    first, second = day_sheet("s1", TODAY), day_sheet("s1", tomorrow)
    assert (first.is_open, first.is_counted, first.sales_minor) == (False, False, 20_850)
    assert second.tenders == (
        TenderSum("cash", 1_000, 0, 33_850, 33_800),
        TenderSum("wechat", 0, 0, 5_000, 5_000),
    )


def test_a_late_sale_leaves_the_day_closed_and_is_counted_where_it_arrived(busy):
    closed(busy, busy.shift, cash=32_850, wechat=5_000)
    then, tomorrow = busy.shop.now, TODAY + timedelta(days=1)
    busy.shop.on(tomorrow)
    second = busy.open(0)
    busy.sell(500, is_offline=True, occurred_at=then)
    sheet = day_sheet("s1", TODAY)
    assert (sheet.is_open, sheet.sales_minor) == (False, 21_350)
    assert [(each.expected_minor, each.counted_minor) for each in sheet.tenders] == [
        (32_850, 32_850),
        (5_000, 5_000),
    ]
    assert days_list(stores=["s1"]) == [("s1", TODAY)]
    closed(busy, second, cash=500)
    assert days_list(stores=["s1"]) == [("s1", tomorrow), ("s1", TODAY)]
    assert day_sheet("s1", tomorrow).tenders == (TenderSum("cash", 0, 0, 500, 500),)


def test_lists_are_of_the_asked_stores_before_they_are_cut(busy):
    busy.shop.store("s2")
    busy.shop.on(TODAY, 13)
    with busy.shop.time():
        _, secret = device_register(actor=SYSTEM, name="Till 2", kind="till", store="s2")
        far = terminal_open(actor=busy.li, device=device_present(text=secret))
        shift_open(actor=busy.li, till=far, float_minor=0)
    assert [each.store for each in shifts_list(9, stores=["s1", "s2"])] == ["s2", "s1"]
    assert [each.store for each in shifts_list(1, stores=["s1"])] == ["s1"]
    assert shifts_list(stores=[]) == []
    assert days_list(1, stores=["s1", "s2"]) == [("s1", TODAY)]
    assert days_list(stores=["s2"]) == []


def test_a_blind_shift_says_so(counter):
    with counter.shop.time():
        counter_rules_set(actor=counter.li, store="s1", rules=CounterRules(is_blind=True))
        with pytest.raises(RightMissing):
            counter_rules_set(actor=counter.ann, store="s1", rules=CounterRules())
    assert counter.open().is_blind


def test_a_parked_sale_is_recalled_once_and_counted_at_the_end(busy):
    key = ids.new_id()
    with busy.shop.time():
        for _ in range(2):
            sale_park(actor=busy.ann, till=busy.till, key=key, label="red hat", content="{}")
        assert [each.label for each in parked_list("s1")] == ["red hat"]
        assert closed(busy, busy.shift).parked == 1
        assert sale_recall(actor=busy.ann, till=busy.till, key=key).content == "{}"
        with pytest.raises(ParkedGone):
            sale_recall(actor=busy.ann, till=busy.till, key=key)
    assert parked_list("s1") == []


KINDS = some.sampled_from(["cash", "card", "wechat", "alipay", "points"])
TICKETS = some.lists(
    some.tuples(
        some.sampled_from(["sale", "refund", "void"]),
        some.dictionaries(KINDS, some.integers(1, 10**6), min_size=1, max_size=3),
        some.integers(0, 500),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tickets=TICKETS, cut=some.integers(0, 25), float_minor=some.integers(0, 10**6))
def test_sums_are_those_of_the_receipts_however_they_are_cut(tickets, cut, float_minor):
    """Expected = float + what was taken − what was given back; two shifts add up to their day."""
    written = []
    for kind, paid, discount in tickets:
        sign = 1 if kind == "sale" else -1
        written.append(
            Written(
                kind=kind,
                total_minor=sum(paid.values()),
                discount_minor=discount,
                rounding_minor=0,
                has_trouble=False,
                has_member=False,
                tenders=tuple((name, sign * amount) for name, amount in paid.items()),
                movements=(),
            )
        )
    whole = summed(written, float_minor=float_minor)
    by_hand: dict[str, int] = {"cash": float_minor}
    for kind, paid, _ in tickets:
        for name, amount in paid.items():
            by_hand[name] = by_hand.get(name, 0) + (amount if kind == "sale" else -amount)
    assert {each.kind: each.expected_minor for each in whole.tenders} == by_hand
    assert whole.net_minor == sum(by_hand.values()) - float_minor
    parts = [summed(written[:cut], float_minor=float_minor), summed(written[cut:])]
    assert whole.net_minor == sum(each.net_minor for each in parts)
    for tender in whole.tenders:
        found = [t.expected_minor for p in parts for t in p.tenders if t.kind == tender.kind]
        assert sum(found) == tender.expected_minor


def test_the_log_says_what_the_rules_of_the_counter_were_and_are(counter):
    """Li lifts the limit of discounts from ¥20 to none, and lowers that of returns to ¥50."""
    with counter.shop.time():
        rules = CounterRules(discount_limit_minor=None, refund_limit_minor=5_000)
        counter_rules_set(actor=counter.li, store="s1", rules=rules)
        counter_rules_set(actor=counter.li, store="s1", rules=rules)
    told = AuditRecord.objects.filter(action="counter.rules_set").order_by("recorded_at", "id")
    assert [each.details for each in told] == [
        {"discount_limit_minor": "2000 → –", "refund_limit_minor": "20000 → 5000"},
        {},
    ]
