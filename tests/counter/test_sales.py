"""Sales at the counter, to the fen and to the bean."""

from datetime import timedelta

import msgspec
import pytest

from regulars.commerce.counter.errors import (
    ApprovalNeeded,
    CashTooLittle,
    DiscountTooLarge,
    NoShiftOpen,
    PointsNeedServer,
    PointsRateChanged,
    SaleDoesNotAddUp,
    UnknownTender,
)
from regulars.commerce.counter.selectors import shift_open_at, shift_sheet, ticket_get
from regulars.commerce.counter.services import sale_rehearsed
from regulars.commerce.counter.types import AssetSum, Movement, Tendered, TicketLine
from regulars.foundation.errors import KeyReused
from regulars.foundation.rights import RightMissing
from regulars.ledger.book.errors import InsufficientBalance
from regulars.organization.overrides.errors import PinRefused
from tests.counter.conftest import TODAY, Counter

NOTHING = {"commerce_ticket": 0, "commerce_tender": 0}


def nothing_moved(counter: Counter, beans=2050):
    assert {table: counter.shop.rows(table) for table in NOTHING} == NOTHING
    assert counter.shop.of("mei").balance == beans


@pytest.fixture
def mei(counter):
    """Mei with 2,050 beans: ¥2,000.00 bought in the web shop, and the bonus for a large one."""
    counter.shop.one(counter.shop.sale("mei", 200_000, "W-1"))
    counter.open()
    return counter


def test_a_sale_with_points_cash_and_change(mei):
    ticket = mei.sell(12_850, member="mei", points=500, points_minor=500, cash=12_350, given=15_000)
    assert ticket.number == f"{mei.till.terminal}-000001"
    assert (ticket.total_minor, ticket.net_minor, ticket.points_minor) == (12_850, 12_350, 500)
    cash, points = ticket.tenders
    assert (cash.kind, cash.amount_minor, cash.change_minor) == ("cash", 12_350, 2_650)
    assert (points.kind, points.amount_minor) == ("points", 500)
    assert ticket.movements == (
        Movement("beans", "redeem", -500, 1_550),
        Movement("beans", "earn", 123, 1_673),
    )
    assert mei.shop.of("mei").balance == 1_673
    assert ticket.member_id == str(mei.shop.members["mei"])


def test_the_receipts_balance_stays_the_one_of_its_own_entry(mei):
    first = mei.sell(1_000, member="mei")
    mei.sell(5_000, member="mei")
    assert ticket_get(first.number).movements == (Movement("beans", "earn", 10, 2_060),)
    assert mei.shop.of("mei").balance == 2_110


def test_a_walk_in_pays_by_two_tenders(mei):
    tenders = (Tendered("wechat", 3_000), Tendered("cash", 2_990, 3_000))
    ticket = mei.sell(5_990, tenders=tenders)
    assert (ticket.member_id, ticket.movements) == (None, ())
    assert [(each.kind, each.amount_minor) for each in ticket.tenders] == [
        ("cash", 2_990),
        ("wechat", 3_000),
    ]
    assert mei.shop.of("mei").balance == 2_050


def test_rounding_off_and_discount_are_on_the_receipt_and_earn_nothing(mei):
    ticket = mei.sell(12_850, member="mei", rounding_minor=50, discount_minor=800)
    assert (ticket.goods_minor, ticket.total_minor) == (12_850, 12_000)
    assert ticket.movements == (Movement("beans", "earn", 120, 2_170),)


def test_lines_carry_their_categories_and_their_share_of_what_was_paid(mei):
    mei.sell(TicketLine(6_000, "tea"), TicketLine(4_000), discount_minor=1_000, member="mei")
    assert mei.shop.of("mei").balance == 2_140
    stored = msgspec.json.decode(
        msgspec.json.encode(ticket_get(f"{mei.till.terminal}-000001").lines)
    )
    assert stored == [{"amount_minor": 6_000, "category": "tea"}, {"amount_minor": 4_000}]


def test_pressed_twice_counts_once(mei):
    sale = mei.content(12_000, member="mei")
    assert mei.take(sale) == mei.take(sale)
    assert mei.shop.rows("commerce_ticket") == 1
    assert mei.shop.of("mei").balance == 2_170


@pytest.mark.parametrize("off", [-timedelta(days=3), timedelta(days=1)])
def test_with_the_server_there_a_sale_is_dated_by_it(mei, off):
    sale = mei.content(12_000, member="mei", occurred_at=mei.shop.now + off)
    ticket = mei.take(sale)
    assert (ticket.occurred_at, ticket.business_date) == (mei.shop.now, TODAY)
    mei.shop.at += timedelta(hours=1)
    assert mei.take(sale) == ticket
    assert mei.shop.of("mei").balance == 2_170


def test_another_sale_under_the_same_count_is_refused(mei):
    sale = mei.content(12_000, member="mei")
    mei.take(sale)
    with pytest.raises(KeyReused):
        mei.take(msgspec.structs.replace(sale, lines=(TicketLine(12_000, "tea"),)))
    assert mei.shop.rows("commerce_ticket") == 1


def test_more_points_than_there_are_sell_nothing_at_all(mei):
    with pytest.raises(InsufficientBalance):
        mei.sell(12_850, member="mei", points=2_051, points_minor=2_051)
    nothing_moved(mei)


MISFITS = (
    ({"tenders": (Tendered("cash", 12_849),)}, SaleDoesNotAddUp),
    ({"tenders": (Tendered("cash", 12_850, 12_000),)}, CashTooLittle),
    ({"tenders": (Tendered("gold", 12_850),)}, UnknownTender),
    ({"tenders": (Tendered("cash", 6_000), Tendered("cash", 6_850))}, UnknownTender),
    ({"tenders": (Tendered("card", 12_850, 20_000),)}, UnknownTender),
    ({"discount_minor": 12_851, "tenders": (Tendered("cash", 1),)}, DiscountTooLarge),
    ({"points": 500, "points_minor": 600, "member": "mei"}, PointsRateChanged),
    ({"points": 500, "points_minor": 500}, PointsNeedServer),
    ({"points": 500, "points_minor": 500, "member": "mei", "is_offline": True},
     PointsNeedServer),
    ({"discount_minor": 2_001}, ApprovalNeeded),
)  # fmt: skip


def test_what_does_not_fit_is_refused_and_nothing_moves(mei):
    for more, refusal in MISFITS:
        with pytest.raises(refusal):
            mei.sell(12_850, **more)
        nothing_moved(mei)


def test_who_may_not_sell_sells_nothing(mei):
    with pytest.raises(RightMissing):
        mei.sell(1_000, actor=mei.person("oz"))
    nothing_moved(mei)


def test_without_a_shift_nothing_is_sold(counter):
    with pytest.raises(NoShiftOpen):
        counter.sell(1_000, member="mei")
    nothing_moved(counter, beans=0)


def test_a_discount_above_the_limit_needs_li(mei):
    ticket = mei.sell(12_850, discount_minor=2_001, by="li")
    assert ticket.approved_by == mei.li.id
    with pytest.raises(PinRefused):
        mei.sell(12_850, discount_minor=2_001, by="oz")
    assert mei.sell(12_850, discount_minor=2_001, actor=mei.li).approved_by is None


def test_what_a_sale_would_earn_is_told_and_nothing_moves(mei):
    with mei.shop.time():
        told = sale_rehearsed(actor=mei.ann, till=mei.till, sale=mei.content(12_850, member="mei"))
        joining = sale_rehearsed(
            actor=mei.ann, till=mei.till, sale=mei.content(25_000), enrolling=True
        )
    assert told == [Movement("beans", "earn", 128, 2_178)]
    assert [(each.amount, each.balance_after) for each in joining] == [(250, 250), (50, 300)]
    nothing_moved(mei)
    assert mei.shop.rows("members_member") == 2


def test_the_shifts_sheet_is_the_sum_of_its_receipts(mei):
    mei.sell(12_850, member="mei", points=500, points_minor=500, cash=12_350, given=15_000)
    mei.sell(5_990, tenders=(Tendered("wechat", 3_000), Tendered("cash", 2_990)))
    sheet = shift_sheet(shift_open_at(mei.till.terminal).id)
    assert (sheet.sales, sheet.sales_minor, sheet.members) == (2, 18_840, 1)
    assert [(each.kind, each.expected_minor) for each in sheet.tenders] == [
        ("cash", 20_000 + 12_350 + 2_990),
        ("wechat", 3_000),
        ("points", 500),
    ]
    assert sheet.assets == (AssetSum("beans", 123, 500, 0, 0),)
