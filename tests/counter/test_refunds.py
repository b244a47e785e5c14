"""Giving back: by the same mix of money and points, and what was earned is taken back."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from regulars.commerce.counter.errors import (
    ApprovalNeeded,
    NoSale,
    ReasonMissing,
    RefundTooLarge,
    RefundWholeOnly,
    UnknownTicket,
    VoidTooLate,
)
from regulars.commerce.counter.refunding import Share, share_of
from regulars.commerce.counter.selectors import shift_open_at, ticket_get
from regulars.commerce.counter.services import refund_make, refund_planned, shift_close
from regulars.commerce.counter.types import Movement, Tendered, TenderView, TicketKind
from regulars.foundation.rights import RightMissing
from regulars.organization.overrides.errors import OverrideOwn
from regulars.organization.overrides.services import pin_set
from tests.counter.conftest import PIN
from tests.counter.shapes import sale_of


@pytest.fixture
def sold(counter):
    """Receipt 1: ¥128.50, 500 beans for ¥5.00 and ¥123.50 in cash, 123 beans earned."""
    counter.shop.one(counter.shop.sale("mei", 200_000, "W-1"))
    counter.open()
    counter.ticket = counter.sell(
        12_850, member="mei", points=500, points_minor=500, cash=12_350, given=15_000
    )
    return counter


def test_thirty_yuan_go_back_in_cash_and_beans(sold):
    refund = sold.refund(sold.ticket.number, 3_000)
    assert (refund.kind, refund.total_minor, refund.original) == (
        TicketKind.REFUND,
        3_000,
        sold.ticket.number,
    )
    assert refund.tenders == (TenderView("cash", -2_884), TenderView("points", -116))
    assert refund.movements == (
        Movement("beans", "refund", -28, 1_645),
        Movement("beans", "return", 116, 1_761),
    )
    assert sold.shop.of("mei").balance == 1_761
    assert ticket_get(sold.ticket.number).left_minor == 9_850


def test_it_is_told_before_anybody_confirms_it(sold):
    content = sold.back(sold.ticket.number, 3_000)
    with sold.shop.time():
        plan = refund_planned(actor=sold.ann, till=sold.till, refund=content)
    assert (plan.net_minor, plan.points, plan.points_minor) == (2_884, 116, 116)
    assert [(each.kind, each.amount) for each in plan.movements] == [
        ("refund", -28),
        ("return", 116),
    ]
    assert sold.shop.of("mei").balance == 1_673
    assert sold.shop.rows("commerce_ticket") == 1
    with sold.shop.time():
        made = refund_make(actor=sold.ann, till=sold.till, refund=content)
    assert made.movements == plan.movements


def test_a_return_is_dated_by_the_server(sold):
    content = sold.back(sold.ticket.number, 3_000)
    yesterday = msgspec.structs.replace(content, occurred_at=sold.shop.now - timedelta(days=1))
    with sold.shop.time():
        made = refund_make(actor=sold.ann, till=sold.till, refund=yesterday)
        assert made.occurred_at == sold.shop.now
        assert refund_make(actor=sold.ann, till=sold.till, refund=yesterday) == made
    assert ticket_get(sold.ticket.number).left_minor == 9_850


def test_three_parts_give_back_exactly_everything(sold):
    parts = [sold.refund(sold.ticket.number, amount) for amount in (3_000, 3_333, 6_517)]
    assert sum(each.total_minor for each in parts) == 12_850
    assert sum(each.net_minor for each in parts) == 12_350
    assert sum(each.points for each in parts) == 500
    assert sold.shop.of("mei").balance == 2_050
    with pytest.raises(RefundTooLarge):
        sold.refund(sold.ticket.number, 1)


def test_several_tenders_get_back_what_they_gave(sold):
    tenders = (Tendered("cash", 4_000), Tendered("card", 6_000))
    ticket = sold.sell(10_000, tenders=tenders)
    first = sold.refund(ticket.number, 3_333)
    assert first.tenders == (TenderView("cash", -1_333), TenderView("card", -2_000))
    second = sold.refund(ticket.number, 6_667)
    assert second.tenders == (TenderView("cash", -2_667), TenderView("card", -4_000))


def test_a_void_undoes_everything_with_li_beside(sold):
    with pytest.raises(ApprovalNeeded):
        sold.refund(sold.ticket.number, 0, is_void=True, reason="wrong member")
    with pytest.raises(ReasonMissing):
        sold.refund(sold.ticket.number, 0, is_void=True, by="li")
    void = sold.refund(sold.ticket.number, 0, is_void=True, reason="wrong member", by="li")
    assert (void.kind, void.total_minor, void.approved_by) == (
        TicketKind.VOID,
        12_850,
        sold.li.id,
    )
    assert void.tenders == (TenderView("cash", -12_350), TenderView("points", -500))
    assert sold.shop.of("mei").balance == 2_050
    with pytest.raises(RefundTooLarge):
        sold.refund(sold.ticket.number, 100)
    with pytest.raises(VoidTooLate):
        sold.refund(sold.ticket.number, 0, is_void=True, reason="again", by="li")


def test_after_the_handover_a_sale_is_refunded_in_the_shift_that_is_open_then(sold):
    before = shift_open_at(sold.till.terminal)
    with sold.shop.time():
        shift_close(actor=sold.ann, till=sold.till, shift=before.id, counted=())
    after = sold.open()
    with pytest.raises(VoidTooLate):
        sold.refund(sold.ticket.number, 0, is_void=True, reason="x", by="li")
    refund = sold.refund(sold.ticket.number, 12_850)
    assert (sold.ticket.shift, refund.shift) == (before.id, after.id)
    assert sold.shop.of("mei").balance == 2_050


def test_above_the_limit_li_is_needed(sold):
    ticket = sold.sell(20_001)
    with pytest.raises(ApprovalNeeded):
        sold.refund(ticket.number, 20_001)
    assert sold.refund(ticket.number, 20_000).approved_by is None
    assert ticket_get(ticket.number).left_minor == 1


def test_cut_into_pieces_it_is_still_above_the_limit(sold):
    ticket = sold.sell(40_000)
    for _ in range(2):
        assert sold.refund(ticket.number, 10_000).approved_by is None
    with pytest.raises(ApprovalNeeded):
        sold.refund(ticket.number, 1)
    assert ticket_get(ticket.number).left_minor == 20_000
    assert sold.refund(ticket.number, 1, by="li").approved_by == sold.li.id
    assert sold.refund(ticket.number, 1, actor=sold.li).approved_by is None
    assert ticket_get(ticket.number).left_minor == 19_998


def test_above_the_limit_a_manager_needs_another_one_too(sold):
    """Li is alone at first: there is nobody whom she could ask. Then there is Lin."""
    ticket = sold.sell(60_000)
    assert sold.refund(ticket.number, 20_001, actor=sold.li).approved_by is None
    lin = sold.person("lin")
    with sold.shop.time():
        pin_set(actor=lin, pin=PIN)
    with pytest.raises(ApprovalNeeded):
        sold.refund(ticket.number, 1, actor=sold.li)
    with pytest.raises(OverrideOwn):
        sold.refund(ticket.number, 1, actor=sold.li, by="li")
    assert sold.refund(ticket.number, 1, actor=sold.li, by="lin").approved_by == lin.id
    assert ticket_get(ticket.number).left_minor == 39_998


def test_a_manager_voids_a_large_sale_with_another_one_and_a_small_one_alone(sold):
    lin = sold.person("lin")
    with sold.shop.time():
        pin_set(actor=lin, pin=PIN)
    large, small = sold.sell(20_001), sold.sell(20_000)
    wrong = {"is_void": True, "reason": "wrong goods", "actor": sold.li}
    with pytest.raises(ApprovalNeeded):
        sold.refund(large.number, 0, **wrong)
    assert sold.refund(large.number, 0, by="lin", **wrong).approved_by == lin.id
    assert sold.refund(small.number, 0, **wrong).approved_by is None


def test_paid_with_beans_alone_it_goes_back_whole(sold):
    ticket = sold.sell(1_500, member="mei", points=1_500, points_minor=1_500)
    with pytest.raises(RefundWholeOnly):
        sold.refund(ticket.number, 100)
    assert sold.refund(ticket.number, 1_500).points == 1_500
    assert sold.shop.of("mei").balance == 1_673


def test_what_is_no_sale_of_this_store_is_not_refunded(sold):
    refund = sold.refund(sold.ticket.number, 3_000)
    with pytest.raises(NoSale):
        sold.refund(refund.number, 100)
    with pytest.raises(UnknownTicket):
        sold.refund("9-999999", 100)
    with pytest.raises(RightMissing):
        sold.refund(sold.ticket.number, 100, actor=sold.person("oz"))
    assert sold.shop.rows("commerce_ticket") == 2


@settings(max_examples=100, deadline=None)
@given(
    net=some.integers(1, 5_000_000),
    points=some.integers(0, 200_000),
    value=some.integers(1, 200_000),
    parts=some.lists(some.integers(1, 1_000_000), max_size=6),
)
def test_what_goes_back_in_parts_never_comes_to_more_than_the_whole(net, points, value, parts):
    """Each part is worth at least what was asked for, and all together exactly what was paid."""
    sale = sale_of(net, points, value if points else 0)
    back, last = 0, Share(0, 0, 0)
    for part in [*parts, sale.total_minor]:
        asked = min(back + part, sale.total_minor)
        share = share_of(sale, asked)
        assert asked <= share.total_minor <= sale.total_minor
        assert share.net_minor >= last.net_minor
        assert share.points >= last.points
        assert share_of(sale, share.total_minor) == share
        back, last = share.total_minor, share
        if back == sale.total_minor:
            break
    assert last == Share(sale.net_minor, sale.points, sale.points_minor)
