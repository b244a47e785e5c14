"""The five verbs as a shopkeeper would tell them."""

from datetime import date

import pytest

from regulars.foundation.errors import KeyReused
from regulars.ledger.book.errors import (
    AssetNotTransferable,
    HoldClosed,
    InsufficientBalance,
    ReversalExceeds,
    UnknownHolder,
)
from regulars.ledger.book.services import holder_freeze
from regulars.ledger.book.types import (
    AfterDays,
    AfterMonths,
    Debit,
    EndOfYear,
    ExpiryPolicy,
    Inactivity,
    Shortfall,
)


def test_mei_earns_and_spends(book):
    book.asset()
    book.earn("mei", 120)
    result = book.spend("mei", 50)
    assert result.postings[0].balance_after == 70
    assert (book.of("mei").balance, book.of("mei").spendable) == (70, 70)


def test_more_than_there_is_is_refused_and_nothing_moves(book):
    book.asset()
    book.earn("mei", 120)
    with pytest.raises(InsufficientBalance) as refusal:
        book.spend("mei", 121)
    assert refusal.value.context == {"asset": "points", "spendable": 120, "requested": 121}
    assert book.of("mei").balance == 120


def test_one_key_has_one_effect(book):
    book.asset()
    first = book.earn("mei", 120, key="receipt 7")
    again = book.earn("mei", 120, key="receipt 7")
    assert (again.entry_id, again.postings) == (first.entry_id, first.postings)
    assert again.replayed and not first.replayed
    with pytest.raises(KeyReused):
        book.earn("mei", 121, key="receipt 7")
    assert book.of("mei").balance == 120


def test_a_batch_is_judged_cumulatively(book):
    book.asset()
    book.earn("mei", 100)
    asset = book.assets["points"]
    from_mei = [book.request("mei", "redeem", Debit(asset, 60)) for _ in range(2)]
    first, second = book.run(*from_mei)
    assert first.postings[0].balance_after == 40
    assert isinstance(second, InsufficientBalance)
    assert book.of("mei").balance == 40


def test_lots_go_by_earliest_expiry_and_dead_ones_are_never_spent(book):
    book.asset(expiry=ExpiryPolicy(AfterDays(1)))
    book.earn("mei", 100)
    book.on(date(2025, 3, 2))
    book.earn("mei", 50)
    book.spend("mei", 80)
    book.on(date(2025, 3, 3))
    assert (book.of("mei").balance, book.of("mei").spendable) == (70, 50)
    with pytest.raises(InsufficientBalance):
        book.spend("mei", 51)
    assert book.expire() == 1
    assert (book.of("mei").balance, book.of("mei").spendable) == (50, 50)
    assert book.expire() == 0


def test_beans_die_at_the_end_of_the_next_year_and_never_come_back(book):
    book.asset(expiry=ExpiryPolicy(EndOfYear(1)))
    book.on(date(2014, 1, 5))
    book.earn("mei", 500)
    book.on(date(2014, 12, 30))
    book.earn("mei", 700)
    book.on(date(2015, 3, 1))
    redeemed = book.spend("mei", 1000)
    assert book.of("mei").spendable == 200
    book.on(date(2015, 12, 31))
    assert book.of("mei").spendable == 200
    book.on(date(2016, 1, 1))
    assert book.of("mei").spendable == 0
    book.expire()
    book.on(date(2016, 1, 10))
    book.reverse("mei", redeemed.entry_id, credit=False)
    assert (book.of("mei").balance, book.of("mei").spendable) == (0, 0)


def test_a_refund_takes_its_own_lot_then_others_then_makes_a_debt(book):
    book.asset()
    earned = book.earn("mei", 100)
    book.spend("mei", 90)
    book.earn("mei", 30)
    book.reverse("mei", earned.entry_id)
    position = book.of("mei")
    assert (position.balance, position.debt, position.spendable) == (-60, 60, 0)
    book.earn("mei", 50)
    assert (book.of("mei").balance, book.of("mei").debt) == (-10, 10)
    book.earn("mei", 50)
    assert (book.of("mei").balance, book.of("mei").spendable) == (40, 40)


def test_a_merchant_may_write_the_shortfall_off(book):
    book.asset(shortfall=Shortfall.WRITE_OFF)
    earned = book.earn("mei", 100)
    book.spend("mei", 90)
    result = book.reverse("mei", earned.entry_id)
    assert [(p.credit, p.amount, p.counter) for p in result.postings] == [
        (True, 90, "unrecovered"),
        (False, 100, "issued"),
    ]
    assert (book.of("mei").balance, book.of("mei").debt) == (0, 0)


def test_parts_of_a_refund_add_up_and_never_exceed(book):
    book.asset()
    earned = book.earn("mei", 101)
    book.reverse("mei", earned.entry_id, up_to=33)
    book.reverse("mei", earned.entry_id, up_to=67)
    assert book.of("mei").balance == 34
    with pytest.raises(ReversalExceeds):
        book.reverse("mei", earned.entry_id, up_to=102)
    book.reverse("mei", earned.entry_id, up_to=101)
    assert book.of("mei").balance == 0
    assert book.reverse("mei", earned.entry_id).entry_id is None


def test_a_partial_return_refills_lots_in_reverse_order_of_use(book):
    book.asset(expiry=ExpiryPolicy(AfterMonths(1)))
    book.on(date(2025, 1, 31))
    book.earn("mei", 100)
    book.on(date(2025, 2, 10))
    book.earn("mei", 100)
    used = book.spend("mei", 150)
    book.reverse("mei", used.entry_id, up_to=60, credit=False)
    assert [amount for _, amount in book.of("mei").expiring] == [10, 100]
    book.on(date(2025, 3, 1))
    book.reverse("mei", used.entry_id, credit=False)
    assert (book.of("mei").spendable, book.of("mei").balance) == (100, 110)


def test_a_hold_keeps_its_lots_alive_until_it_ends(book):
    book.asset(expiry=ExpiryPolicy(AfterDays(1)))
    book.earn("mei", 100)
    held = book.hold("mei", 60, days=9)
    assert (book.of("mei").spendable, book.of("mei").held) == (40, 60)
    with pytest.raises(InsufficientBalance):
        book.spend("mei", 41)
    book.on(date(2025, 3, 5))
    assert book.expire() == 1
    assert (book.of("mei").balance, book.of("mei").held) == (60, 60)
    book.settle("mei", held.hold_id, 25)
    assert (book.of("mei").balance, book.of("mei").held) == (0, 0)
    with pytest.raises(HoldClosed):
        book.settle("mei", held.hold_id, 25)


def test_a_lapsed_hold_counts_as_released_at_every_read(book):
    book.asset()
    book.earn("mei", 100)
    held = book.hold("mei", 60, days=2)
    book.on(date(2025, 3, 4))
    assert (book.of("mei").spendable, book.of("mei").held) == (100, 0)
    with pytest.raises(HoldClosed):
        book.settle("mei", held.hold_id, 60)
    book.spend("mei", 100)
    assert book.of("mei").balance == 0


def test_what_a_release_frees_repays_a_debt(book):
    book.asset()
    earned = book.earn("mei", 100)
    held = book.hold("mei", 100, days=9)
    book.reverse("mei", earned.entry_id)
    assert (book.of("mei").balance, book.of("mei").debt, book.of("mei").held) == (0, 100, 100)
    book.release("mei", held.hold_id)
    position = book.of("mei")
    assert (position.balance, position.debt, position.spendable) == (0, 0, 0)


def test_value_given_keeps_its_dates(book):
    book.asset(expiry=ExpiryPolicy(AfterDays(10)))
    book.earn("mei", 100)
    book.on(date(2025, 3, 5))
    book.give("mei", "bo", 40)
    assert (book.of("mei").balance, book.of("bo").spendable) == (60, 40)
    book.on(date(2025, 3, 12))
    assert book.of("bo").spendable == 0


def test_what_must_stay_stays(book):
    book.asset(transferable=False)
    book.earn("mei", 100)
    with pytest.raises(AssetNotTransferable):
        book.give("mei", "bo", 40)
    assert (book.of("mei").balance, book.of("bo").balance) == (100, 0)


def test_inactivity_moves_the_end_of_everything(book):
    policy = ExpiryPolicy(inactivity=Inactivity(months=12, movements=("earn", "redeem")))
    book.asset(expiry=policy)
    book.on(date(2024, 3, 1))
    book.earn("mei", 14)
    book.on(date(2024, 3, 10))
    book.spend("mei", 4)
    book.on(date(2025, 3, 10))
    assert book.of("mei").spendable == 10
    book.on(date(2025, 3, 11))
    assert book.of("mei").spendable == 0
    book.earn("mei", 5)
    assert (book.of("mei").balance, book.of("mei").spendable) == (5, 5)


def test_points_may_become_available_later(book):
    book.asset()
    later = book.now.replace(day=8)
    book.earn("mei", 100, available_at=later)
    assert (book.of("mei").balance, book.of("mei").spendable, book.of("mei").pending) == (
        100,
        0,
        100,
    )
    book.on(date(2025, 3, 8))
    assert book.of("mei").spendable == 100


def test_frozen_and_unknown_members_are_refused(book):
    book.asset()
    book.earn("mei", 100)
    holder_freeze(holder_id=book.names["mei"], frozen=True)
    with pytest.raises(Exception, match="frozen"):
        book.spend("mei", 1)
    book.names["nobody"] = "00000000-0000-7000-8000-000000000000"
    with pytest.raises(UnknownHolder):
        book.earn("nobody", 1)
    assert book.of("mei").balance == 100
