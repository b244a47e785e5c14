"""Sales that were made while the server was away: they arrive once, and none is dropped."""

from datetime import timedelta

import msgspec
import pytest

from regulars.commerce.counter.errors import TicketSettled, TicketUnsettled
from regulars.commerce.counter.selectors import shift_sheet, tickets_troubled, troubles_count
from regulars.commerce.counter.services import ticket_named, ticket_settle
from regulars.commerce.counter.types import Movement
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.cards.services import card_bind, card_report_lost, cards_make
from regulars.rules.intake.errors import UnknownMember


@pytest.fixture
def back(counter):
    """The server is back after an hour; a shift is open."""
    counter.open()
    counter.then = counter.shop.now - timedelta(hours=1)
    return counter


def late(counter, *amounts, **more):
    return counter.content(*amounts, is_offline=True, occurred_at=counter.then, **more)


def test_a_typed_phone_earns_when_the_sale_arrives(back):
    sale = late(back, 12_850, phone="138 0013 8000")
    ticket = back.take(sale)
    assert ticket.member_id == str(back.shop.members["mei"])
    assert ticket.movements == (Movement("beans", "earn", 128, 128),)
    assert (ticket.trouble, ticket.is_offline, ticket.occurred_at) == ("", True, back.then)
    assert back.take(sale) == ticket
    assert back.shop.of("mei").balance == 128


def test_the_seller_is_who_stood_there_not_who_is_signed_in_now(back):
    sale = late(back, 1_000, sold_by=back.ann.id)
    assert back.take(sale, actor=back.li).staff_id == back.ann.id
    stranger = late(back, 1_000, sold_by=back.person("oz").id)
    assert back.take(stranger, actor=back.li).staff_id == back.li.id


def test_an_unknown_phone_is_kept_counted_and_settled(back):
    sale = late(back, 12_850, phone="13700137000")
    ticket = back.take(sale)
    assert (ticket.trouble, ticket.member_id, ticket.movements) == ("unknown_member", None, ())
    assert ticket_named(ticket.number, "s1") == "13700137000"
    assert [each.number for each in tickets_troubled("s1")] == [ticket.number]
    assert (troubles_count("s1"), troubles_count("s2")) == (1, 0)
    sheet = shift_sheet(ticket.shift)
    assert (sheet.sales_minor, sheet.troubles) == (12_850, 1)
    assert back.take(sale) == ticket
    with pytest.raises(TicketUnsettled):
        back.refund(ticket.number, 100)
    with back.shop.time():
        settled = ticket_settle(
            actor=back.ann, till=back.till, number=ticket.number, member=back.id_of("mei")
        )
    assert (settled.trouble, settled.member_id) == ("", str(back.shop.members["mei"]))
    assert troubles_count("s1") == 0
    assert settled.movements == (Movement("beans", "earn", 128, 128),)
    assert ticket_named(ticket.number, "s1") == ""
    assert shift_sheet(ticket.shift).sales_minor == 12_850
    with pytest.raises(TicketSettled), back.shop.time():
        ticket_settle(actor=back.ann, till=back.till, number=ticket.number)
    assert back.take(sale) == settled
    assert back.refund(ticket.number, 12_850).movements == (Movement("beans", "refund", -128, 0),)


@pytest.mark.parametrize(
    ("away", "trouble"),
    [(-timedelta(days=31), "event_too_old"), (timedelta(hours=1), "event_in_future")],
)
def test_what_a_wrong_clock_dated_is_settled_as_of_its_arrival(back, away, trouble):
    back.then = back.shop.now + away
    ticket = back.take(late(back, 12_850, member="mei"))
    assert (ticket.trouble, back.shop.of("mei").balance) == (trouble, 0)
    with back.shop.time():
        settled = ticket_settle(
            actor=back.ann, till=back.till, number=ticket.number, member=back.id_of("mei")
        )
    assert (settled.trouble, settled.occurred_at) == ("", back.then)
    assert settled.movements == (Movement("beans", "earn", 128, 128),)


def test_what_is_settled_after_two_months_earns_as_of_then(back):
    ticket = back.take(late(back, 12_850, phone="13700137000"))
    back.shop.at += timedelta(days=60)
    with back.shop.time():
        settled = ticket_settle(
            actor=back.ann, till=back.till, number=ticket.number, member=back.id_of("mei")
        )
    assert settled.movements == (Movement("beans", "earn", 128, 128),)


def test_it_may_be_settled_as_nobodys(back):
    ticket = back.take(late(back, 12_850, card="NO-SUCH-1"))
    assert ticket.trouble == "unknown_card"
    with back.shop.time():
        settled = ticket_settle(actor=back.ann, till=back.till, number=ticket.number)
    assert (settled.trouble, settled.member_id, settled.movements) == ("", None, ())


def test_a_lost_card_is_a_thing_to_settle(back):
    with back.shop.time(), unit_of_work() as unit:
        mei = str(back.shop.members["mei"])
        cards_make(unit=unit, actor=SYSTEM, name="first", prefix="CC", first=1, count=1, digits=6)
        card_bind(unit=unit, actor=SYSTEM, member_id=mei, number="CC000001")
        card_report_lost(unit=unit, actor=SYSTEM, member_id=mei, number="CC000001")
    assert back.take(late(back, 500, card="CC000001")).trouble == "card_lost"


def test_with_the_server_there_an_unknown_phone_sells_nothing(back):
    with pytest.raises(UnknownMember):
        back.sell(12_850, phone="13700137000")
    assert back.shop.rows("commerce_ticket") == 0


def test_a_sale_in_trouble_that_comes_with_other_content_is_refused(back):
    sale = late(back, 12_850, phone="13700137000")
    back.take(sale)
    with pytest.raises(Exception, match="other content"):
        back.take(msgspec.structs.replace(sale, phone="13700137001"))
    assert back.shop.rows("commerce_ticket") == 1
