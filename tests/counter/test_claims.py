"""A receipt of nobody is given to the member who bought: that day, once, as if she was known."""

import threading
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest

from regulars.commerce.counter import claiming
from regulars.commerce.counter.errors import ClaimTooLate, TicketClaimed, TicketUnsettled
from regulars.commerce.counter.selectors import ticket_get
from regulars.commerce.counter.services import ticket_claim
from regulars.commerce.counter.types import Movement
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.rights import RightMissing
from regulars.rules.purchases.selectors import sales_by_day
from tests.counter.conftest import TODAY
from tests.counter.test_face import Page
from tests.counter.test_races import together


@pytest.fixture
def sold(counter):
    """A sale of ¥250.00 to nobody at noon: 250 beans, and 50 more above ¥200."""
    counter.open()
    counter.ticket = counter.sell(25_000)
    counter.shop.on(TODAY, 18)
    return counter


def claimed(counter, number=None, name="mei", actor=None):
    with counter.shop.time():
        return ticket_claim(
            actor=actor or counter.ann,
            till=counter.till,
            number=number or counter.ticket.number,
            member=counter.id_of(name),
        )


def figures(counter):
    """Tickets, net, and of members: tickets, net."""
    with counter.shop.time(), unit_of_work() as unit:
        day = sales_by_day(unit, TODAY, TODAY)[0]
    return (day.tickets, day.net_minor, day.member_tickets, day.member_net_minor)


def test_she_gets_what_she_would_have_got_and_every_figure_counts_once(sold):
    assert figures(sold) == (1, 25_000, 0, 0)
    ticket = claimed(sold)
    assert ticket.member_id == str(sold.shop.members["mei"])
    assert ticket.movements == (
        Movement("beans", "earn", 250, 250),
        Movement("beans", "earn", 50, 300),
    )
    assert (ticket.occurred_at, ticket.claimed_at) == (sold.ticket.occurred_at, sold.shop.now)
    assert sold.shop.of("mei").balance == 300
    assert figures(sold) == (1, 25_000, 1, 25_000)
    assert ticket.tenders == sold.ticket.tenders


def test_asked_again_it_is_the_same_and_nobody_else_gets_it(sold):
    assert claimed(sold) == claimed(sold)
    with pytest.raises(TicketClaimed):
        claimed(sold, name="bo")
    known = sold.sell(1_000, member="mei")
    for name in ("mei", "bo"):
        with pytest.raises(TicketClaimed):
            claimed(sold, known.number, name)
    assert (sold.shop.of("mei").balance, sold.shop.of("bo").balance) == (310, 0)


def test_a_claimed_receipt_is_refunded_and_voided_like_any_of_hers(sold):
    other = sold.sell(5_000)
    for number in (sold.ticket.number, other.number):
        claimed(sold, number)
    refund = sold.refund(sold.ticket.number, 10_000)
    assert (refund.member_id, sum(each.amount for each in refund.movements)) == (
        str(sold.shop.members["mei"]),
        -120,
    )
    sold.refund(other.number, 0, is_void=True, reason="wrong", by="li")
    assert sold.shop.of("mei").balance == 180


def test_after_the_day_or_a_return_it_is_too_late(sold):
    sold.refund(sold.ticket.number, 100)
    with pytest.raises(ClaimTooLate):
        claimed(sold)
    late = sold.sell(5_000)
    sold.shop.on(TODAY + timedelta(days=1), 0, 1)
    with pytest.raises(ClaimTooLate):
        claimed(sold, late.number)
    with pytest.raises(RightMissing):
        claimed(sold, late.number, actor=sold.person("oz"))
    assert sold.shop.of("mei").balance == 0


def test_what_is_to_be_settled_is_settled_and_not_claimed(sold):
    unknown = sold.sell(5_000, is_offline=True, phone="13700137000")
    with pytest.raises(TicketUnsettled):
        claimed(sold, unknown.number)


def test_at_the_till_she_is_enrolled_after_paying(sold):
    page = Page(sold)
    shown = page.ask(f"tickets/{sold.ticket.number}")["ticket"]
    assert shown["is_claimable"]
    texts = page.ask("consents")["texts"]
    agreed = {each["purpose"]: each["version"] for each in texts}
    joined = page.ask("enrol", {"phone": "13700137000", "name": "Kim", "agreed": agreed})
    asked = {"number": sold.ticket.number, "member": joined["id"]}
    ticket = page.ask("claim", asked)["ticket"]
    assert [(each["amount"], each["after"]) for each in ticket["moved"]] == [
        ("+250", "250"),
        ("+50", "300"),
    ]
    assert not ticket["is_claimable"]
    assert not ticket_get(sold.ticket.number).trouble


def claimed_by_both(counter, monkeypatch):
    """Mei and Bo claim one receipt, each after both have looked at it."""
    looked = threading.Barrier(2)
    real = claiming.process_within

    def waiting(*arguments, **more):
        if not looked.broken and looked.n_waiting < 2:
            with suppress(threading.BrokenBarrierError):
                looked.wait(3)
        return real(*arguments, **more)

    monkeypatch.setattr(claiming, "process_within", waiting)
    deeds = [
        lambda name=name: ticket_claim(
            actor=counter.ann,
            till=counter.till,
            number=counter.ticket.number,
            member=counter.id_of(name),
        )
        for name in ("mei", "bo")
    ]
    answers = together(counter.shop, *deeds)
    return answers, sorted(counter.shop.of(name).balance for name in ("mei", "bo"))


def test_two_at_once_and_one_of_them_gets_it(sold, monkeypatch):
    answers, balances = claimed_by_both(sold, monkeypatch)
    assert [type(each) for each in answers if isinstance(each, Exception)] == [TicketClaimed]
    assert balances == [0, 300]


def test_without_the_documents_one_number_both_would_get_it(sold, monkeypatch):
    """The control: under numbers of their own, and unlooked at, both claims are booked."""
    counted = count(1)
    monkeypatch.setattr(claiming, "claimed_document", lambda number: f"{number}-{next(counted)}")
    monkeypatch.setattr(claiming, "off_key", lambda number: f"{number}-off-{next(counted)}")
    monkeypatch.setattr(claiming, "FREE", AnyRow())
    _, balances = claimed_by_both(sold, monkeypatch)
    assert balances == [300, 300]


class AnyRow:
    """Equal to whatever the receipt says of itself."""

    __hash__ = None

    def __eq__(self, other):
        return True
