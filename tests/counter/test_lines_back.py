"""Giving back single items of a sale, or parts of one, and what another store of the group sold."""

from datetime import timedelta

import msgspec
import pytest

from regulars.commerce.counter.errors import (
    RefundTooLarge,
    ReturnLinesWrong,
    ReturnLineTooLarge,
    UnknownTicket,
)
from regulars.commerce.counter.selectors import shift_sheet, ticket_at, ticket_get
from regulars.commerce.counter.services import (
    refund_make,
    refund_planned,
    shift_open,
    terminal_open,
)
from regulars.commerce.counter.types import (
    LineBack,
    LineView,
    Movement,
    TenderView,
    TicketKind,
    TicketLine,
)
from regulars.foundation.actors import SYSTEM
from regulars.foundation.rights import RightMissing
from regulars.organization.devices.services import device_present, device_register
from regulars.organization.stores.services import store_group_create, store_update
from tests.counter.conftest import TODAY
from tests.counter.test_face import Page

DOUBLE_TEA = {
    "code": "tea",
    "name": {"en": "Tea twice", "zh-Hans": "茶饮双倍"},
    "on": "order.paid",
    "earn": {
        "asset": "beans",
        "rate": {"amount": 1, "per_minor": 100},
        "multipliers": [{"when": 'line.category == "tea"', "thousandths": 2000}],
    },
}


@pytest.fixture
def sold(counter):
    """Receipt 1 of Mei: tea ¥60.00 and a cup ¥40.00, ¥10.00 off: ¥54.00 and ¥36.00, 90 beans."""
    counter.open()
    counter.ticket = counter.sell(
        TicketLine(6_000, "tea"), TicketLine(4_000), discount_minor=1_000, member="mei"
    )
    return counter


@pytest.fixture
def branch(sold):
    """A till of store s2, where Li works, in one group with s1."""
    sold.shop.store("s2")
    with sold.shop.time():
        store_group_create(actor=SYSTEM, code="east", name={"en": "East", "zh-Hans": "华东"})
        for code in ("s1", "s2"):
            store_update(actor=SYSTEM, code=code, group="east")
        _, secret = device_register(actor=SYSTEM, name="Till 9", kind="till", store="s2")
        sold.far = terminal_open(actor=sold.li, device=device_present(text=secret))
        sold.far_shift = shift_open(actor=sold.li, till=sold.far, float_minor=10_000)
    return sold


def back(counter, *lines, amount=None):
    """What Mei brings back: (line, worth) each."""
    named = tuple([LineBack(*each) for each in lines])
    total = sum(each.amount_minor for each in named) if amount is None else amount
    return counter.back(counter.ticket.number, total, lines=named)


def made(counter, content, actor=None, till=None):
    with counter.shop.time():
        return refund_make(actor=actor or counter.ann, till=till or counter.till, refund=content)


def test_the_cup_comes_back_for_what_it_came_to(sold):
    assert sold.shop.of("mei").balance == 90
    assert ticket_get(sold.ticket.number).lines_left == [5_400, 3_600]
    content = back(sold, (2, 3_600))
    with sold.shop.time():
        plan = refund_planned(actor=sold.ann, till=sold.till, refund=content)
    assert plan.lines == (LineView(3_600, "", 2, 3_600),)
    refund = made(sold, content)
    assert (refund.total_minor, refund.lines) == (3_600, plan.lines)
    assert refund.movements == plan.movements == (Movement("beans", "refund", -36, 54),)
    assert ticket_get(sold.ticket.number).lines_left == [5_400, 0]


def test_the_tea_that_earned_twice_takes_back_twice(counter):
    """A return that names its items takes back what these earned; without, a share of all."""
    counter.shop.on(TODAY - timedelta(days=1))
    counter.shop.publish(rules=[DOUBLE_TEA])
    counter.shop.on(TODAY)
    counter.open()
    for amount, lines, taken in ((4_000, (2,), -40), (6_000, (1,), -120), (4_000, (), -64)):
        counter.ticket = counter.sell(TicketLine(6_000, "tea"), TicketLine(4_000), member="mei")
        assert counter.ticket.movements[0].amount == 160
        named = tuple([LineBack(line, amount) for line in lines])
        content = counter.back(counter.ticket.number, amount, lines=named)
        assert made(counter, content).movements[0].amount == taken


def test_no_item_gives_back_more_than_it_came_to(sold):
    made(sold, back(sold, (1, 2_000)))
    assert ticket_get(sold.ticket.number).lines_left == [3_400, 3_600]
    with pytest.raises(ReturnLineTooLarge) as refusal:
        made(sold, back(sold, (1, 3_401)))
    assert refusal.value.context["left"] == "¥34.00"
    wrong = (back(sold, (3, 100)), back(sold, (1, 50), (1, 50)), back(sold, (1, 50), amount=60))
    for content in wrong:
        with pytest.raises(ReturnLinesWrong):
            made(sold, content)
    assert made(sold, back(sold, (1, 3_400), (2, 3_600))).total_minor == 7_000
    with pytest.raises(RefundTooLarge):
        made(sold, back(sold, (2, 1)))
    assert (sold.shop.rows("commerce_ticket"), sold.shop.of("mei").balance) == (3, 0)


def test_after_a_part_without_items_only_what_is_left_comes_back(sold):
    sold.refund(sold.ticket.number, 5_000)
    assert ticket_get(sold.ticket.number).lines_left == [4_000, 3_600]
    made(sold, back(sold, (2, 3_600)))
    assert ticket_get(sold.ticket.number).lines_left == [400, 0]
    assert made(sold, back(sold, (1, 400))).movements == (Movement("beans", "refund", -4, 0),)


def test_paid_with_beans_too_every_item_gives_back_its_mix(counter):
    """Three items of ¥33.33, 1,000 beans for ¥10.00 and ¥89.99: to the last cent and bean."""
    counter.shop.one(counter.shop.sale("mei", 200_000, "W-1"))
    counter.open()
    counter.ticket = counter.sell(
        3_333, 3_333, 3_333, member="mei", points=1_000, points_minor=1_000, cash=8_999
    )
    assert counter.shop.of("mei").balance == 1_050 + 89
    parts = []
    for line in (3, 1, 2):
        left = ticket_get(counter.ticket.number).lines_left[line - 1]
        parts.append(made(counter, back(counter, (line, left))))
    assert [each.net_minor for each in parts] == [3_000, 3_000, 2_999]
    assert [each.points for each in parts] == [333, 333, 334]
    assert sum(each.total_minor for each in parts) == 9_999
    assert ticket_get(counter.ticket.number).left_minor == 0
    assert counter.shop.of("mei").balance == 2_050


def test_a_receipt_of_the_group_is_refunded_at_the_other_store(branch):
    content = back(branch, (2, 3_600))
    refund = made(branch, content, actor=branch.li, till=branch.far)
    assert (refund.kind, refund.store, refund.original) == (
        TicketKind.REFUND,
        "s2",
        branch.ticket.number,
    )
    assert refund.tenders == (TenderView("cash", -3_600),)
    assert refund.movements == (Movement("beans", "refund", -36, 54),)
    assert shift_sheet(branch.far_shift.id).tenders[0].expected_minor == 6_400
    assert shift_sheet(branch.ticket.shift).tenders[0].expected_minor == 29_000
    assert ticket_get(branch.ticket.number).left_minor == 5_400


def test_without_the_right_or_outside_the_group_nothing_is_given_back(branch):
    content = back(branch, (2, 3_600))
    with branch.shop.time():
        with pytest.raises(RightMissing):
            ticket_at(actor=branch.ann, store=branch.far.store, number=branch.ticket.number)
        with pytest.raises(RightMissing):
            refund_make(actor=branch.ann, till=branch.far, refund=content)
        alone = msgspec.structs.replace(branch.far.store, group=None)
        with pytest.raises(UnknownTicket):
            ticket_at(actor=branch.li, store=alone, number=branch.ticket.number)
        store_update(actor=SYSTEM, code="s1", group="")
        with pytest.raises(UnknownTicket):
            refund_make(actor=branch.li, till=branch.far, refund=content)
    assert branch.shop.rows("commerce_ticket") == 1
    assert branch.shop.of("mei").balance == 90


def test_the_till_shows_the_items_and_what_each_takes_back(sold):
    page = Page(sold)
    shown = page.ask(f"tickets/{sold.ticket.number}")["ticket"]["lines"]
    assert [(each["line"], each["name"], each["left_minor"]) for each in shown] == [
        (1, "tea", 5_400),
        (2, "Item 2", 3_600),
    ]
    asked = msgspec.to_builtins(back(sold, (2, 3_600)))
    plan = page.ask("refund-plan", {"refund": asked})
    assert [(each["title"], each["amount"], each["after"]) for each in plan["moved"]] == [
        ("Taken back", "−36", "54")
    ]
    made_number = page.ask("refund", {"refund": asked})["ticket"]["number"]
    assert "Item 2" in page.get(f"receipts/{made_number}/").content.decode()
