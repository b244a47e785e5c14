"""The drawer between two counts, and the day-end sheet that stays as it was made."""

from datetime import timedelta

import pytest

from regulars.commerce.counter.errors import (
    CashMoveNothing,
    CashMoveTooLarge,
    DayEndMade,
    DayStillOpen,
    NoShiftOpen,
    ReasonMissing,
)
from regulars.commerce.counter.selectors import day_sheet, shift_sheet
from regulars.commerce.counter.services import (
    cash_move,
    counter_rules_set,
    day_end_make,
    shift_close,
)
from regulars.commerce.counter.types import Counted, CounterRules, Later, Tendered
from regulars.foundation import ids
from regulars.foundation.errors import KeyReused
from regulars.foundation.rights import RightMissing
from tests.counter.conftest import TODAY
from tests.counter.test_face import Page


@pytest.fixture
def busy(counter):
    """Float ¥200.00, then ¥128.50 in cash and ¥50.00 by WeChat."""
    counter.shift = counter.open()
    counter.sell(12_850)
    counter.sell(5_000, tenders=(Tendered("wechat", 5_000),))
    return counter


def moved(counter, amount_minor, reason="change", *, key="", actor=None):
    with counter.shop.time():
        return cash_move(
            actor=actor or counter.ann,
            till=counter.till,
            key=key or ids.new_id(),
            amount_minor=amount_minor,
            reason=reason,
        )


def closed(counter, **counted):
    amounts = [Counted(kind, amount) for kind, amount in counted.items()]
    with counter.shop.time():
        shift_close(actor=counter.ann, till=counter.till, shift=counter.shift.id, counted=amounts)


def made(counter, day=TODAY, actor=None):
    with counter.shop.time():
        return day_end_make(actor=actor or counter.li, store="s1", day=day)


def expected(sheet, kind="cash"):
    return next(each.expected_minor for each in sheet.tenders if each.kind == kind)


def test_what_is_put_in_and_taken_out_is_expected_and_on_both_sheets(busy):
    moved(busy, 5_000, "change from the bank")
    moved(busy, -8_000, "milk, paid from the drawer")
    shift, day = shift_sheet(busy.shift.id), day_sheet("s1", TODAY)
    assert expected(shift) == 20_000 + 12_850 + 5_000 - 8_000 == 29_850
    assert (day.cash_in_minor, day.cash_out_minor, day.sales_minor) == (5_000, 8_000, 17_850)
    assert [(each.amount_minor, each.reason) for each in shift.moves] == [
        (5_000, "change from the bank"),
        (-8_000, "milk, paid from the drawer"),
    ]
    closed(busy, cash=29_850, wechat=5_000)
    assert [each.difference_minor for each in shift_sheet(busy.shift.id).tenders] == [0, 0]
    assert expected(day_sheet("s1", TODAY)) == 29_850


def test_pressed_twice_cash_moves_once(busy):
    key = ids.new_id()
    assert moved(busy, -1_000, key=key) == moved(busy, -1_000, key=key)
    with pytest.raises(KeyReused):
        moved(busy, -1_001, key=key)
    assert expected(shift_sheet(busy.shift.id)) == 31_850


def test_no_cash_moves_without_reason_amount_shift_or_right_nor_more_than_there_is(busy):
    for refusal, amount, reason in (
        (ReasonMissing, -100, " "),
        (CashMoveNothing, 0, "x"),
        (CashMoveTooLarge, -32_851, "all of it"),
    ):
        with pytest.raises(refusal):
            moved(busy, amount, reason)
    with pytest.raises(RightMissing):
        moved(busy, -100, actor=busy.person("oz"))
    assert moved(busy, -32_850).amount_minor == -32_850
    closed(busy)
    with pytest.raises(NoShiftOpen):
        moved(busy, 100)
    assert busy.shop.rows("commerce_cash_move") == 1


def test_where_counts_are_blind_nobody_learns_what_should_be_there(counter):
    with counter.shop.time():
        counter_rules_set(actor=counter.li, store="s1", rules=CounterRules(is_blind=True))
    counter.shift = counter.open(0)
    moved(counter, -500)
    assert expected(shift_sheet(counter.shift.id)) == -500


def test_the_made_sheet_stays_and_what_comes_later_stands_beside_it(busy):
    moved(busy, -2_850, "to the bank")
    with pytest.raises(DayStillOpen):
        made(busy)
    closed(busy, cash=30_000, wechat=4_900)
    before = made(busy)
    assert (before.sales, before.sales_minor, before.cash_out_minor) == (2, 17_850, 2_850)
    assert [each.difference_minor for each in before.tenders] == [0, -100]
    assert (before.made_by, before.made_at, before.later) == (busy.li.id, busy.shop.now, None)
    with pytest.raises(DayEndMade):
        made(busy)
    then = busy.shop.now
    busy.shop.on(TODAY + timedelta(days=1))
    busy.open(0)
    busy.sell(500, is_offline=True, occurred_at=then)
    after = day_sheet("s1", TODAY)
    assert after.later == Later(1, 500, 0, 0, (("cash", 500),))
    assert (after.sales, after.sales_minor, after.tenders) == (2, 17_850, before.tenders)
    assert busy.shop.rows("commerce_day_end") == 1


def test_who_may_not_and_a_day_to_come_make_no_sheet(busy):
    closed(busy)
    with pytest.raises(RightMissing):
        made(busy, actor=busy.ann)
    with pytest.raises(DayStillOpen):
        made(busy, day=TODAY + timedelta(days=1))
    assert busy.shop.rows("commerce_day_end") == 0


def test_the_till_moves_cash_and_the_paper_says_it(busy):
    page = Page(busy)
    key = ids.new_id()
    asked = {"key": key, "amount_minor": -8_000, "reason": "milk"}
    answer = page.ask("cash", asked)
    assert [(each["amount_minor"], each["reason"]) for each in answer["moves"]] == [
        (-8_000, "milk")
    ]
    assert page.ask("shift")["tenders"][0]["expected_minor"] == 24_850
    closed(busy, cash=24_850, wechat=5_000)
    li = Page(busy, "li")
    paper = li.get("days/s1/2025-03-08/").content.decode()
    assert "Not made yet" in paper
    assert "milk" in paper
    with busy.shop.time():
        answer = li.client.post("/pos/days/s1/2025-03-08/", headers={"accept-language": "en"})
    assert answer.url == "/pos/days/s1/2025-03-08/"
    paper = li.get("days/s1/2025-03-08/").content.decode()
    assert "Not made yet" not in paper
    assert "李经理" in paper
