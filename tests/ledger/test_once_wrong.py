"""What the ledger once did wrong, each as the smallest story that showed it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from regulars.foundation import clock, ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.amounts import AmountOutOfRange
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import InvalidInput
from regulars.ledger.book import services
from regulars.ledger.book.errors import (
    EntryNotReversible,
    ReversalExceeds,
    UnknownEntry,
    UnknownHolder,
)
from regulars.ledger.book.types import (
    AfterDays,
    Credit,
    Debit,
    ExpiryPolicy,
    FixedDate,
    Inactivity,
    MakeHold,
    PeriodEnd,
    Shortfall,
    Target,
)

IDLE_FOR_THREE_DAYS = ExpiryPolicy(inactivity=Inactivity(days=3))


def lots_of(book, who):
    """What lies in a member's lots, as the database adds it up."""
    with unit_of_work() as unit:
        sql = "SELECT coalesce(sum(remaining), 0)::bigint FROM ledger_lot WHERE holder_id = %s"
        return unit.fetch(sql, book.names[who])[0][0]


def test_two_spendings_in_one_entry_come_back_whole(book):
    """Balance was 100 and the lots held 90: the second use of a lot hid the first."""
    book.asset()
    book.earn("mei", 100)
    points = book.assets["points"]
    paid = book.one(book.request("mei", "redeem", Debit(points, 10), Debit(points, 20)))
    book.reverse("mei", paid.entry_id, up_to=25, credit=False)
    assert (book.of("mei").balance, lots_of(book, "mei")) == (95, 95)
    book.reverse("mei", paid.entry_id, credit=False)
    assert (book.of("mei").balance, lots_of(book, "mei")) == (100, 100)


def test_a_gift_cannot_be_reversed_by_giver_or_receiver(book):
    """Mei had her 40 back while Bo kept them."""
    book.asset()
    book.earn("mei", 100)
    gift = book.give("mei", "bo", 40)
    with pytest.raises(EntryNotReversible):
        book.reverse("mei", gift.entry_id)
    with pytest.raises(UnknownEntry):
        book.reverse("bo", gift.entry_id)
    assert (book.of("mei").balance, book.of("bo").balance) == (60, 40)


def test_a_reversal_cannot_be_reversed(book):
    """100 came back without a lot to hold them."""
    book.asset()
    earned = book.earn("mei", 100)
    taken_back = book.reverse("mei", earned.entry_id)
    with pytest.raises(EntryNotReversible):
        book.reverse("mei", taken_back.entry_id)
    assert (book.of("mei").balance, lots_of(book, "mei")) == (0, 0)


def test_an_expiry_cannot_be_reversed(book):
    """Expired lots never come back, whoever asks."""
    book.asset(expiry=ExpiryPolicy(AfterDays(1)))
    book.earn("mei", 100)
    book.on(date(2025, 3, 3))
    assert book.expire() == 1
    with unit_of_work() as unit:
        expiry = unit.fetch("SELECT id FROM ledger_entry WHERE kind = 'expire'")[0][0]
    with pytest.raises(EntryNotReversible):
        book.reverse("mei", expiry)
    assert (book.of("mei").balance, lots_of(book, "mei")) == (0, 0)


def test_a_settled_hold_does_not_revive_what_died_of_inactivity(book):
    """The settling counted as a movement first: 90 dead points were spendable again."""
    book.asset(expiry=IDLE_FOR_THREE_DAYS)
    book.earn("mei", 100)
    held = book.hold("mei", 10, days=20)
    book.on(date(2025, 3, 10))
    book.settle("mei", held.hold_id, 4)
    assert (book.of("mei").balance, book.of("mei").spendable) == (0, 0)


def test_a_refund_does_not_revive_what_died_of_inactivity(book):
    """With refunds counted as movements, 90 dead points were spendable again."""
    movements = ("earn", "refund")
    book.asset(expiry=ExpiryPolicy(inactivity=Inactivity(days=3, movements=movements)))
    book.earn("mei", 100)
    spent = book.spend("mei", 10)
    book.on(date(2025, 3, 10))
    book.reverse("mei", spent.entry_id, credit=False)
    assert (book.of("mei").balance, book.of("mei").spendable) == (0, 0)


def test_goodwill_to_a_cleared_account_is_alive(book):
    """Points of a kind that is no movement were dead on arrival."""
    book.asset(expiry=IDLE_FOR_THREE_DAYS)
    book.earn("mei", 100)
    book.on(date(2025, 3, 10))
    book.one(book.request("mei", "adjust", Credit(book.assets["points"], 7)))
    assert (book.of("mei").balance, book.of("mei").spendable) == (7, 7)
    book.on(date(2025, 3, 14))
    assert book.of("mei").spendable == 0


def test_a_gift_to_a_new_account_does_not_last_for_ever(book):
    """An account that had never moved had no clock at all."""
    book.asset(expiry=IDLE_FOR_THREE_DAYS)
    book.earn("mei", 100)
    book.give("mei", "bo", 50)
    book.on(date(2025, 3, 4))
    assert book.of("bo").spendable == 50
    book.on(date(2025, 3, 5))
    assert book.of("bo").spendable == 0


def test_points_under_a_forgotten_hold_expire(book):
    """60 of 100 stayed in the books for ever: nobody ended the hold of a member who never came."""
    book.asset(expiry=ExpiryPolicy(AfterDays(3)))
    book.earn("mei", 100)
    book.hold("mei", 60, days=1)
    book.on(date(2025, 3, 10))
    book.expire()
    assert (book.of("mei").balance, lots_of(book, "mei")) == (0, 0)


def test_a_refund_is_shared_by_those_who_paid_for_the_points(book):
    """A target of 60 of 150 took 60 from each of two funds."""
    book.asset()
    points = book.assets["points"]
    shared = (Credit(points, 100), Credit(points, 50, counter="partner:x"))
    earned = book.one(book.request("mei", "earn", *shared))
    result = book.reverse("mei", earned.entry_id, up_to=61)
    assert [(p.counter, p.amount) for p in result.postings] == [("issued", 40), ("partner:x", 21)]
    book.reverse("mei", earned.entry_id, up_to=62)
    assert book.of("mei").balance == 88
    book.reverse("mei", earned.entry_id, up_to=150)
    assert book.of("mei").balance == 0


def test_a_target_that_the_entry_never_moved_is_refused(book):
    """It was left out in silence."""
    book.asset()
    book.asset("stamps")
    earned = book.earn("mei", 100)
    with pytest.raises(ReversalExceeds):
        book.reverse("mei", earned.entry_id, up_to=1, asset="stamps")
    assert book.of("mei").balance == 100


@pytest.mark.parametrize("amount", [0.5, "1", True, -1, 10**30])
def test_a_target_is_a_whole_number(book, amount):
    """Half a point reached the database, which refused the whole batch."""
    book.asset()
    earned = book.earn("mei", 100)
    with pytest.raises(AmountOutOfRange):
        book.reverse("mei", earned.entry_id, up_to=amount)
    assert book.of("mei").balance == 100


def test_one_movement_is_named_once(book):
    """The last of two targets won in silence."""
    book.asset()
    earned = book.earn("mei", 100)
    twice = (
        Target(book.assets["points"], credit=True, amount=10),
        Target(book.assets["points"], credit=True, amount=20),
    )
    with pytest.raises(InvalidInput, match="twice"):
        book.reverse_to("mei", earned.entry_id, *twice)
    assert book.of("mei").balance == 100


def test_what_was_spent_comes_back_before_what_was_earned_goes(book):
    """The merchant wrote 30 off and Mei kept 30: the earning was taken back first."""
    book.asset(shortfall=Shortfall.WRITE_OFF)
    points = book.assets["points"]
    book.earn("mei", 30)
    soon = Credit(points, 100, by_policy=False, expires_at=book.now + timedelta(days=9))
    both = book.one(book.request("mei", "earn", soon, Debit(points, 30)))
    book.spend("mei", 100)
    book.reverse("mei", both.entry_id)
    assert (book.of("mei").balance, lots_of(book, "mei")) == (0, 0)


def test_a_hold_on_points_of_the_next_minute_can_be_read(book):
    """A till two minutes ahead held them; reading the balance failed with an error."""
    book.asset()
    soon = book.now + timedelta(minutes=1)
    book.earn("mei", 100, available_at=soon)
    book.one(
        MakeHold(
            key=ids.new_id(),
            holder_id=book.names["mei"],
            asset_id=book.assets["points"],
            amount=60,
            expires_at=soon + timedelta(days=1),
            occurred_at=soon + timedelta(minutes=1),
            actor=SYSTEM,
        )
    )
    position = book.of("mei")
    assert (position.balance, position.held, position.pending, position.spendable) == (
        100,
        60,
        40,
        0,
    )


def test_a_lapsed_hold_has_repaid_a_debt_at_every_read(book):
    """The page said: owes 60, can spend nothing. The till let Mei spend 40."""
    book.asset()
    earned = book.earn("mei", 60)
    book.spend("mei", 60)
    book.earn("mei", 100)
    book.hold("mei", 100, days=1)
    book.reverse("mei", earned.entry_id)
    assert (book.of("mei").debt, book.of("mei").held) == (60, 100)
    book.on(date(2025, 3, 3))
    position = book.of("mei")
    assert (position.balance, position.debt, position.held, position.spendable) == (40, 0, 0, 40)
    book.spend("mei", 40)
    assert book.of("mei").balance == 0


def test_dead_points_repay_nothing(book):
    """Points that were dead on arrival paid a debt."""
    book.asset(expiry=ExpiryPolicy(FixedDate(date(2025, 3, 1))))
    earned = book.earn("mei", 60)
    book.spend("mei", 60)
    book.reverse("mei", earned.entry_id)
    book.on(date(2025, 3, 3))
    book.earn("mei", 100)
    assert (book.of("mei").debt, book.of("mei").balance) == (60, 40)
    book.expire()
    assert (book.of("mei").debt, book.of("mei").balance) == (60, -60)


def test_a_till_ahead_of_time_does_not_revive_dead_points(book):
    """At 23:58 a till whose clock said 00:01 earned 5, and 100 dead points lived on."""
    book.asset(expiry=IDLE_FOR_THREE_DAYS)
    book.earn("mei", 100)
    points = Credit(book.assets["points"], 5)
    late, early = datetime(2025, 3, 4, 23, 58, tzinfo=UTC), datetime(2025, 3, 5, 0, 1, tzinfo=UTC)
    request = book.request("mei", "earn", points, at=early, day=date(2025, 3, 5))
    with clock.stopped_at(late), unit_of_work() as unit:
        services.verbs_run(unit, [request])
    book.on(date(2025, 3, 5))
    assert (book.of("mei").balance, book.of("mei").spendable) == (5, 5)


def test_a_retried_hold_is_answered_as_the_first_time(book):
    """After its release the retry said “released”."""
    book.asset()
    book.earn("mei", 100)
    first = book.hold("mei", 60, key="basket 7")
    book.release("mei", first.hold_id)
    again = book.hold("mei", 60, key="basket 7")
    assert (again.hold_id, again.state, again.replayed) == (first.hold_id, "open", True)


def test_expiry_has_the_same_date_whoever_posts_it(book):
    """A late visit dated the expiry on its own day, the nightly run on the day of death."""
    book.asset(expiry=IDLE_FOR_THREE_DAYS)
    book.earn("mei", 100)
    book.earn("bo", 100)
    book.on(date(2025, 3, 20))
    book.earn("mei", 1)
    book.expire()
    with unit_of_work() as unit:
        days = unit.fetch("SELECT business_date FROM ledger_entry WHERE kind = 'expire'")
    assert days == [(date(2025, 3, 5),), (date(2025, 3, 5),)]


@pytest.mark.parametrize(
    "policy",
    [
        ExpiryPolicy(PeriodEnd("fortnight")),
        ExpiryPolicy(AfterDays(-1)),
        ExpiryPolicy(AfterDays(10**9)),
        ExpiryPolicy(FixedDate(date.max)),
        ExpiryPolicy(inactivity=Inactivity(months=-1)),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(book, policy):
    """It was stored, and stopped the whole ledger at the next look."""
    with pytest.raises(InvalidInput):
        book.asset(expiry=policy)
    book.asset()
    book.earn("mei", 1)


def test_nobody_cannot_be_frozen(book):
    """Freezing an unknown member seemed to work."""
    with pytest.raises(UnknownHolder):
        services.holder_freeze(holder_id=ids.new_id(), frozen=True)


def test_the_expiry_run_may_come_twice_at_one_instant(book):
    """The rest of a lot, freed after the first run, had the same key: the second run failed."""
    book.asset(expiry=ExpiryPolicy(AfterDays(3)))
    book.earn("mei", 100)
    book.hold("mei", 60, days=9)
    book.on(date(2025, 3, 10))
    midnight = datetime(2025, 3, 10, tzinfo=UTC)
    posted = []
    for now in (midnight, midnight + timedelta(days=2)):
        with unit_of_work() as unit:
            services.lots_expire(unit, at=midnight, now=now, actor="job:expiry", limit=10)
        posted.append(lots_of(book, "mei"))
    assert posted == [60, 0]
