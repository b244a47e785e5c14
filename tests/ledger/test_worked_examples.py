"""Worked examples: what happened to real shops and real programs, with the figures that are right.

Each is proved at its end: the prover recomputes the whole book from its first entry.
"""

from datetime import date, timedelta

import pytest

from regulars.foundation import clock, ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.amounts import AmountOutOfRange
from regulars.foundation.errors import KeyReused
from regulars.ledger.book import services
from regulars.ledger.book.errors import (
    AssetNotTransferable,
    HolderFrozen,
    InsufficientBalance,
    ReversalExceeds,
)
from regulars.ledger.book.types import (
    AfterDays,
    AfterMonths,
    AssetKind,
    Credit,
    Debit,
    ExpiryPolicy,
    Inactivity,
    MakeHold,
    Shortfall,
    SpendOrder,
    Target,
)
from regulars.ledger.proofs.services import ledger_prove


@pytest.fixture(autouse=True)
def proved(book, tmp_path):
    """Nothing that a story does may leave the book wrong."""
    yield
    with clock.stopped_at(book.now):
        results = ledger_prove(roots_file=tmp_path / "roots.jsonl")
    assert [result.first.sentence() for result in results if result.first is not None] == []


def figures(book, who="mei", asset="points"):
    position = book.of(who, asset)
    return position.balance, position.spendable, position.debt


def lines(result):
    return [(p.credit, p.amount, p.counter, p.balance_after) for p in result.postings]


# --- refunds ------------------------------------------------------------------------------------


def test_reward_or_donate(book):
    """N06: receipts of 87.50 and 40.00 give 127 points; 100 go to the animals, 40 come back."""
    book.asset()
    book.earn("mei", 8750 // 100)
    second = book.earn("mei", 4000 // 100)
    assert figures(book) == (127, 127, 0)
    donation = Debit(book.assets["points"], 100, counter="partner:animal-welfare")
    book.one(book.request("mei", "donate", donation))
    assert figures(book) == (27, 27, 0)
    book.reverse("mei", second.entry_id)
    assert figures(book) == (-13, 0, 13)
    with pytest.raises(InsufficientBalance):
        book.spend("mei", 1)
    assert book.settlement()["partner:animal-welfare"] == 100
    book.earn("mei", 20)
    assert figures(book) == (7, 7, 0)


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ([(1, 3), (2, 3), (3, 3)], [68, 34, 0]),  # of 101: 33, then 34, then 34 go
        ([(1, 2), (1, 1)], [51, 0]),
        ([(1, 101)] * 3, [100, 100, 100]),  # the same refund told three times
        ([(99, 100), (100, 100)], [2, 0]),
    ],
)
def test_a_refund_in_parts_takes_what_is_right_of_the_whole(book, parts, left):
    """101 points were earned; refunded so far, rounded down once, is what is gone."""
    book.asset()
    earned = book.earn("mei", 101)
    seen = []
    for refunded, paid in parts:
        book.reverse("mei", earned.entry_id, up_to=101 * refunded // paid)
        seen.append(book.of("mei").balance)
    assert seen == left


def test_buying_and_returning_all_day_brings_nothing(book):
    """The loop that paid: buy, return, keep the points. Thirty times, and the balance is 0."""
    book.asset()
    for _ in range(30):
        bought = book.earn("mei", 77)
        book.reverse("mei", bought.entry_id)
    assert figures(book) == (0, 0, 0)


def test_points_paid_with_come_back_and_are_never_taken_twice(book):
    """Mei pays with 60 of 100, earns 9, and returns everything: 100 again, not 91 and not 40."""
    book.asset()
    book.earn("mei", 100)
    paid = book.spend("mei", 60)
    earned = book.earn("mei", 9)
    book.reverse("mei", paid.entry_id, credit=False)
    book.reverse("mei", earned.entry_id)
    assert figures(book) == (100, 100, 0)
    assert book.reverse("mei", paid.entry_id).entry_id is None
    with pytest.raises(ReversalExceeds):
        book.reverse("mei", paid.entry_id, up_to=61, credit=False)
    assert figures(book) == (100, 100, 0)


def test_an_exchange_comes_back_whole(book):
    """500 points were exchanged for one coffee, in one entry; half of it is half of nothing."""
    book.asset()
    book.asset("coffee", kind=AssetKind.COUNT)
    points, coffee = book.assets["points"], book.assets["coffee"]
    book.earn("mei", 800)
    exchange = book.request("mei", "exchange", Debit(points, 500), Credit(coffee, 1))
    swapped = book.one(exchange)
    assert (figures(book), figures(book, asset="coffee")) == ((300, 300, 0), (1, 1, 0))
    half = (Target(points, credit=False, amount=250), Target(coffee, credit=True, amount=0))
    book.reverse_to("mei", swapped.entry_id, *half)
    assert (figures(book), figures(book, asset="coffee")) == ((550, 550, 0), (1, 1, 0))
    book.reverse("mei", swapped.entry_id)
    assert (figures(book), figures(book, asset="coffee")) == ((800, 800, 0), (0, 0, 0))


def test_a_debt_is_paid_by_gifts_and_goodwill_too(book):
    """Mei owes 60; Bo's gift of 25 and a goodwill of 50 leave her 15 to spend."""
    book.asset()
    earned = book.earn("mei", 60)
    book.spend("mei", 60)
    book.earn("bo", 40)
    book.reverse("mei", earned.entry_id)
    assert figures(book) == (-60, 0, 60)
    book.give("bo", "mei", 25)
    assert figures(book) == (-35, 0, 35)
    book.one(book.request("mei", "adjust", Credit(book.assets["points"], 50)))
    assert (figures(book), figures(book, "bo")) == ((15, 15, 0), (15, 15, 0))


def test_the_merchant_bears_what_he_said_he_would(book):
    """Of 100 earned 70 are spent; the refund takes the 30 and writes 70 off, on the receipt."""
    book.asset(shortfall=Shortfall.WRITE_OFF)
    earned = book.earn("mei", 100)
    book.spend("mei", 70)
    result = book.reverse("mei", earned.entry_id)
    assert lines(result) == [(True, 70, "unrecovered", 100), (False, 100, "issued", 0)]
    book.earn("mei", 10)
    assert figures(book) == (10, 10, 0)


# --- lots and dates -----------------------------------------------------------------------------


def test_the_balance_does_not_collapse_at_expiry(book):
    """100 until day 1, 50 until day 9, 80 spent: on day 2 there are 50, not 20 less than none."""
    book.asset()
    points = book.assets["points"]
    for amount, days in ((100, 1), (50, 9)):
        until = book.now + timedelta(days=days)
        credit = Credit(points, amount, by_policy=False, expires_at=until)
        book.one(book.request("mei", "earn", credit))
    book.spend("mei", 80)
    book.on(date(2025, 3, 3))
    assert figures(book) == (70, 50, 0)
    book.expire()
    assert figures(book) == (50, 50, 0)


@pytest.mark.parametrize(
    ("order", "left"),
    [
        # 10 earned on the 1st until the 20th, 20 on the 2nd until the 10th, 30 on the 3rd for
        # ever; 25 are spent. What is left dies:
        (SpendOrder.EARLIEST_EXPIRY, [("2025-03-21", 5)]),
        (SpendOrder.EARNED_FIRST, [("2025-03-11", 5)]),
        (SpendOrder.EARNED_LAST, [("2025-03-11", 20), ("2025-03-21", 10)]),
    ],
)
def test_which_points_go_first(book, order, left):
    book.asset(order=order)
    points = book.assets["points"]
    for day, amount, until in ((1, 10, 20), (2, 20, 10), (3, 30, None)):
        book.on(date(2025, 3, day))
        dies_at = until and book.now.replace(day=until + 1, hour=0)
        credit = Credit(points, amount, by_policy=False, expires_at=dies_at)
        book.one(book.request("mei", "earn", credit))
    book.spend("mei", 25)
    dying = [(instant.date().isoformat(), amount) for instant, amount in book.of("mei").expiring]
    assert (book.of("mei").spendable, dying) == (35, left)


def test_a_gift_keeps_its_dates_and_its_order(book):
    """Mei gives 15 of 10 (until the 11th) and 20 (until the 12th): Bo's die 10 and 5."""
    book.asset(expiry=ExpiryPolicy(AfterDays(10)))
    book.earn("mei", 10)
    book.on(date(2025, 3, 2))
    book.earn("mei", 20)
    book.give("mei", "bo", 15)
    noon_free = [(instant.day - 1, amount) for instant, amount in book.of("bo").expiring]
    assert noon_free == [(11, 10), (12, 5)]
    assert [amount for _, amount in book.of("mei").expiring] == [15]


def test_a_return_after_expiry_gives_back_only_what_would_still_live(book):
    """150 of 200 were spent, 100 of them from January's lot: on 1 March only 50 come back."""
    book.asset(expiry=ExpiryPolicy(AfterMonths(1)))
    book.on(date(2025, 1, 31))
    book.earn("mei", 100)
    book.on(date(2025, 2, 10))
    book.earn("mei", 100)
    paid = book.spend("mei", 150)
    book.on(date(2025, 3, 1))
    result = book.reverse("mei", paid.entry_id)
    assert lines(result) == [(True, 150, "redeemed", 200), (False, 100, "expired", 100)]
    assert figures(book) == (100, 100, 0)


def test_points_of_tomorrow_cannot_be_spent_today(book):
    """100 are announced for the 8th: until then not one of them is spent, held or given."""
    book.asset()
    book.earn("mei", 100, available_at=book.now.replace(day=8))
    for attempt in (
        lambda: book.spend("mei", 1),
        lambda: book.hold("mei", 1),
        lambda: book.give("mei", "bo", 1),
    ):
        with pytest.raises(InsufficientBalance):
            attempt()
    book.on(date(2025, 3, 8))
    book.spend("mei", 100)
    assert figures(book) == (0, 0, 0)


def test_a_refund_takes_the_points_of_its_own_sale(book):
    """The sale of the 2nd is returned: the 10 of the 1st, which die sooner, stay."""
    book.asset(expiry=ExpiryPolicy(AfterDays(10)))
    book.earn("mei", 10)
    book.on(date(2025, 3, 2))
    second = book.earn("mei", 20)
    book.reverse("mei", second.entry_id, up_to=15)
    assert [(at.day - 1, amount) for at, amount in book.of("mei").expiring] == [(11, 10), (12, 5)]


def test_goodwill_is_no_visit(book):
    """Points of a resting account die on the 4th, whatever the merchant adds meanwhile."""
    book.asset(expiry=ExpiryPolicy(inactivity=Inactivity(days=3)))
    book.earn("mei", 100)
    book.on(date(2025, 3, 3))
    book.one(book.request("mei", "adjust", Credit(book.assets["points"], 7)))
    book.on(date(2025, 3, 4))
    assert figures(book) == (107, 107, 0)
    book.on(date(2025, 3, 5))
    assert figures(book) == (107, 0, 0)


# --- holds --------------------------------------------------------------------------------------


def test_the_sixth_basket_waits(book):
    """Holds of 1,000 on 5,000 points: five are made, the sixth is refused, none fails later."""
    book.asset()
    book.earn("mei", 5000)
    baskets = [book.hold("mei", 1000) for _ in range(5)]
    with pytest.raises(InsufficientBalance) as refusal:
        book.hold("mei", 1000)
    assert refusal.value.context["spendable"] == 0
    for basket in baskets:
        book.settle("mei", basket.hold_id, 1000)
    assert figures(book) == (0, 0, 0)


def test_two_baskets_in_one_request_are_judged_together(book):
    """70 and 70 of 100 in one batch: one is served."""
    book.asset()
    book.earn("mei", 100)

    def basket() -> MakeHold:
        return MakeHold(
            key=ids.new_id(),
            holder_id=book.names["mei"],
            asset_id=book.assets["points"],
            amount=70,
            expires_at=book.now + timedelta(hours=1),
            occurred_at=book.now,
            actor=SYSTEM,
        )

    first, second = book.run(basket(), basket())
    assert first.amount == 70
    assert isinstance(second, InsufficientBalance)
    assert (book.of("mei").held, book.of("mei").spendable) == (70, 30)


def test_a_hold_is_paid_even_when_a_refund_came_between(book):
    """60 of 100 are held when the sale they came from is returned: the basket is still paid."""
    book.asset()
    earned = book.earn("mei", 100)
    basket = book.hold("mei", 60)
    book.reverse("mei", earned.entry_id)
    assert (figures(book), book.of("mei").held) == ((0, 0, 60), 60)
    book.settle("mei", basket.hold_id, 60)
    assert (figures(book), book.of("mei").held) == ((-60, 0, 60), 0)


# --- refusals leave no trace ----------------------------------------------------------------------


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1, 10**30, 0.1, "12", True, None])
def test_an_amount_is_a_whole_positive_number(book, amount):
    book.asset()
    book.earn("mei", 5)
    for movement in (Credit, Debit):
        with pytest.raises(AmountOutOfRange):
            book.one(book.request("mei", "earn", movement(book.assets["points"], amount)))
    with pytest.raises(AmountOutOfRange):
        book.hold("mei", amount)
    assert figures(book) == (5, 5, 0)


def test_one_bad_movement_spoils_the_entry_and_no_other(book):
    """A batch of three: the middle one asks too much of its second asset; nothing of it stays."""
    book.asset()
    book.asset("stamps")
    points, stamps = book.assets["points"], book.assets["stamps"]
    book.earn("mei", 10)
    good = [book.request("mei", "redeem", Debit(points, 3)) for _ in range(2)]
    bad = book.request("mei", "redeem", Debit(points, 3), Debit(stamps, 1))
    first, middle, last = book.run(good[0], bad, good[1])
    assert isinstance(middle, InsufficientBalance)
    assert [first.postings[0].balance_after, last.postings[0].balance_after] == [7, 4]
    assert (figures(book), figures(book, asset="stamps")) == ((4, 4, 0), (0, 0, 0))


def test_a_key_belongs_to_its_member(book):
    """Mei's key 7 is not Bo's key 7; Mei's own, with another amount, is refused."""
    book.asset()
    book.earn("mei", 10, key="7")
    book.earn("bo", 20, key="7")
    with pytest.raises(KeyReused):
        book.earn("mei", 20, key="7")
    assert (figures(book), figures(book, "bo")) == ((10, 10, 0), (20, 20, 0))


def test_a_frozen_member_gets_refunds_and_nothing_else(book):
    """Frozen, Mei can't earn, spend, give or be given; a return is a fact all the same."""
    book.asset()
    earned = book.earn("mei", 100)
    book.earn("bo", 10)
    services.holder_freeze(holder_id=book.names["mei"], frozen=True)
    for attempt in (
        lambda: book.earn("mei", 1),
        lambda: book.spend("mei", 1),
        lambda: book.hold("mei", 1),
        lambda: book.give("mei", "bo", 1),
        lambda: book.give("bo", "mei", 1),
    ):
        with pytest.raises(HolderFrozen):
            attempt()
    book.reverse("mei", earned.entry_id, up_to=40)
    assert (figures(book), figures(book, "bo")) == ((60, 60, 0), (10, 10, 0))
    services.holder_freeze(holder_id=book.names["mei"], frozen=False)
    book.spend("mei", 60)
    assert figures(book) == (0, 0, 0)


def test_growth_stays_with_whom_it_grew(book):
    book.asset("growth", kind=AssetKind.GROWTH, transferable=False)
    book.earn("mei", 100, "growth")
    with pytest.raises(AssetNotTransferable):
        book.give("mei", "bo", 1, "growth")
    assert (figures(book, asset="growth"), figures(book, "bo", "growth")) == (
        (100, 100, 0),
        (0, 0, 0),
    )
