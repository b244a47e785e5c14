"""Two holders become one: every lot keeps its dates, and what was once done can still be undone."""

import io
from datetime import date

import pytest

from regulars.foundation import clock, ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book import services
from regulars.ledger.book.errors import (
    ForfeitRefused,
    HolderFrozen,
    HolderMerged,
    MergeDebtOpen,
    MergeHoldOpen,
    SameHolder,
)
from regulars.ledger.book.types import AfterDays, AssetKind, ExpiryPolicy, Forfeit, Merge
from regulars.ledger.proofs.export import ledger_export
from regulars.ledger.proofs.services import ledger_prove
from regulars.ledger.proofs.standalone.verifier import verify


def merged(book, who="mei", into="bo"):
    merge = Merge(
        key=ids.new_id(),
        from_id=book.names[who],
        into_id=book.names[into],
        occurred_at=book.now,
        business_date=book.today,
        actor=SYSTEM,
    )
    with clock.stopped_at(book.now), unit_of_work() as unit:
        return services.holders_merge(unit, merge)


def forfeited(book, who="mei"):
    forfeit = Forfeit(
        key=ids.new_id(),
        holder_id=book.names[who],
        occurred_at=book.now,
        business_date=book.today,
        actor=SYSTEM,
    )
    with clock.stopped_at(book.now), unit_of_work() as unit:
        return services.holder_forfeit(unit, forfeit)


def lots(book, who):
    with unit_of_work() as unit:
        return unit.fetch(
            "SELECT amount, earned_at::date::text, (expires_at - interval '1 day')::date::text, "
            "parent_id IS NOT NULL FROM ledger_lot WHERE holder_id = %s AND is_open "
            "ORDER BY expires_at, amount",
            book.names[who],
        )


def moved_to(book, counter):
    return book.settlement().get(counter, 0)


@pytest.fixture
def proved(book, tmp_path):
    """After each story our prover and the independent verifier agree with the books."""
    yield book
    results = ledger_prove(roots_file=tmp_path / "roots")
    assert {each.code: each.first.sentence() for each in results if not each.holds} == {}
    export = io.StringIO()
    ledger_export(export)
    verify(export.getvalue().encode().splitlines(keepends=True))


def test_all_that_mei_had_is_bos_with_its_dates(proved):
    proved.asset(expiry=ExpiryPolicy(AfterDays(30)))
    proved.earn("mei", 100)
    proved.earn("bo", 50)
    proved.on(date(2025, 3, 5))
    proved.earn("mei", 40, available_at=proved.now.replace(day=9))
    result = merged(proved)
    assert result.moved == {proved.assets["points"]: 140}
    assert (proved.of("mei").balance, proved.of("bo").balance) == (0, 190)
    assert (proved.of("bo").spendable, proved.of("bo").pending) == (150, 40)
    assert lots(proved, "bo") == [
        (50, "2025-03-01", "2025-03-31", False),
        (100, "2025-03-01", "2025-03-31", True),
        (40, "2025-03-05", "2025-04-04", True),
    ]
    with pytest.raises(HolderMerged):
        proved.earn("mei", 1)


def test_what_mei_had_spent_comes_back_to_bo_with_its_dates(proved):
    proved.asset(expiry=ExpiryPolicy(AfterDays(30)))
    proved.earn("mei", 100)
    spent = proved.spend("mei", 60)
    merged(proved)
    proved.on(date(2025, 3, 7))
    back = proved.reverse("mei", spent.entry_id, credit=False, up_to=25, key="first")
    assert back.holder_id == proved.names["mei"]
    assert (proved.of("mei").balance, proved.of("bo").balance) == (0, 65)
    assert proved.reverse("mei", spent.entry_id, credit=False, up_to=25, key="first").replayed
    proved.reverse("mei", spent.entry_id)
    assert proved.of("bo").balance == 100
    assert {each[2] for each in lots(proved, "bo")} == {"2025-03-31"}


def test_what_mei_had_earned_is_taken_back_from_bo_her_own_lots_first(proved):
    proved.asset()
    first = proved.earn("mei", 100)
    proved.earn("bo", 30)
    merged(proved)
    proved.reverse("mei", first.entry_id, up_to=70)
    assert [each[0] for each in lots(proved, "bo")] == [30, 100]
    assert proved.of("bo").balance == 60
    proved.spend("bo", 50)
    proved.reverse("mei", first.entry_id)
    # 30 of the 100 were still to be taken back; 10 were left, and nobody owes the other 20.
    assert (proved.of("bo").balance, proved.of("bo").debt) == (0, 0)
    assert moved_to(proved, "unrecovered") == -20


def test_a_chain_of_merges_leads_to_the_last(proved):
    proved.asset()
    earned = proved.earn("mei", 100)
    merged(proved, "mei", "bo")
    merged(proved, "bo", "oz")
    proved.reverse("mei", earned.entry_id, up_to=40)
    assert [proved.of(each).balance for each in ("mei", "bo", "oz")] == [0, 0, 60]


def test_a_hold_moves_and_is_settled_where_it_is(proved):
    proved.asset()
    proved.earn("mei", 100)
    held = proved.hold("mei", 40)
    result = merged(proved)
    assert list(result.holds) == [held.hold_id]
    assert (proved.of("bo").held, proved.of("bo").spendable) == (40, 60)
    proved.settle("mei", result.holds[held.hold_id], 40)
    assert proved.of("bo").balance == 60


def test_a_debt_is_paid_by_the_other_or_nothing_moves(proved):
    proved.asset()
    earned = proved.earn("mei", 30)
    proved.spend("mei", 30)
    proved.reverse("mei", earned.entry_id)
    proved.earn("bo", 10)
    with pytest.raises(MergeDebtOpen):
        merged(proved)
    assert (proved.of("mei").debt, proved.of("bo").balance) == (30, 10)
    proved.earn("bo", 40)
    merged(proved)
    assert (proved.of("mei").balance, proved.of("mei").debt, proved.of("bo").balance) == (0, 0, 20)


def test_what_arrives_repays_the_debt_of_the_one_who_stays(proved):
    proved.asset()
    earned = proved.earn("bo", 30)
    proved.spend("bo", 30)
    proved.reverse("bo", earned.entry_id)
    proved.earn("mei", 100)
    merged(proved)
    assert (proved.of("bo").balance, proved.of("bo").debt) == (70, 0)


def test_a_hold_past_its_last_day_stands_in_the_way(proved):
    proved.asset(expiry=ExpiryPolicy(AfterDays(1)))
    proved.earn("mei", 40)
    proved.hold("mei", 40, days=9)
    proved.on(date(2025, 3, 5))
    with pytest.raises(MergeHoldOpen):
        merged(proved)
    assert proved.of("mei").held == 40


def test_nobody_is_merged_into_herself_twice_or_while_frozen(proved):
    proved.asset()
    with pytest.raises(SameHolder):
        merged(proved, "mei", "mei")
    with unit_of_work() as unit:
        services.holder_frozen_set(unit, proved.names["oz"], frozen=True)
    for who, into in (("oz", "bo"), ("bo", "oz")):
        with pytest.raises(HolderFrozen):
            merged(proved, who, into)
    merged(proved)
    with pytest.raises(HolderMerged):
        merged(proved, "mei", "bo")
    with pytest.raises(HolderMerged):
        merged(proved, "bo", "mei")


def test_who_leaves_gives_up_her_points_and_a_refund_still_finds_her(proved):
    proved.asset()
    earned = proved.earn("mei", 100)
    spent = proved.spend("mei", 30)
    assert forfeited(proved) == {proved.assets["points"]: 70}
    assert (proved.of("mei").balance, moved_to(proved, "forfeited")) == (0, 70)
    with pytest.raises(HolderFrozen):
        proved.earn("mei", 1)
    proved.reverse("mei", spent.entry_id)
    proved.reverse("mei", earned.entry_id, up_to=30)
    assert proved.of("mei").balance == 0


def test_who_has_principal_a_debt_or_a_hold_can_not_leave(proved):
    proved.asset("points")
    proved.asset("balance", kind=AssetKind.PRINCIPAL)
    for who, asset in (("mei", "balance"), ("bo", "points"), ("oz", "points")):
        proved.earn(who, 50, asset)
    proved.hold("bo", 20)
    proved.spend("oz", 50)
    earned = proved.earn("oz", 7)
    proved.spend("oz", 7)
    proved.reverse("oz", earned.entry_id)
    for who in ("mei", "bo", "oz"):
        with pytest.raises(ForfeitRefused):
            forfeited(proved, who)
    assert moved_to(proved, "forfeited") == 0
