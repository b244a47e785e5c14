"""Many members at once: the good rows in, the bad ones named, a second run harmless."""

from datetime import UTC, datetime

import pytest

from regulars.foundation import clock, ids
from regulars.foundation.database.session import Unit, unit_of_work, unit_retried
from regulars.ledger.book.models import Holder
from regulars.members.profiles import selectors
from regulars.members.profiles.errors import (
    IdentifierTaken,
    InstantWithoutZone,
    InvalidPhone,
    MemberExists,
)
from regulars.members.profiles.models import Identifier, Member
from regulars.members.profiles.services import members_enrol_bulk
from regulars.members.profiles.types import Enrolled, NewMember
from regulars.organization.stores.errors import UnknownStore
from tests.members.test_enrolling import race, rows

MEI = NewMember("李小梅", "138 0013 8000", "web-7", "east")
BO = NewMember("陈波", "13900139000", "web-8")


def imported(*given):
    return unit_retried(lambda unit: members_enrol_bulk(unit, given))


def test_a_file_of_members_comes_in_whole(committed_shop):
    mei, bo, nobody = imported(MEI, BO, NewMember())
    assert (mei.is_new, bo.is_new, nobody.is_new) == (True, True, True)
    assert rows() == (3, 4, 3)
    found = selectors.member_find("phone", "13800138000")
    assert (found.id, found.display_name, found.home_store) == (mei.member_id, "李小梅", "east")
    assert found.phone_last4 == "8000" and found.external_ids == ("web-7",)
    assert {str(holder.id) for holder in Holder.objects.all()} == {
        each.member_id for each in (mei, bo, nobody)
    }


def test_the_same_file_again_changes_nothing(committed_shop):
    first = imported(MEI, BO)
    again = imported(MEI, BO)
    assert again == [Enrolled(each.member_id, is_new=False) for each in first]
    assert rows() == (2, 4, 2)


def test_bad_rows_are_named_and_the_good_ones_stored(committed_shop):
    results = imported(
        NewMember("Oz", phone="12345"),
        MEI,
        NewMember("Oz", store="west"),
        NewMember("Oz", joined_at=datetime(2025, 3, 1)),  # noqa: DTZ001 - the point of the row
        BO,
    )
    assert [type(each) for each in results] == [
        InvalidPhone,
        Enrolled,
        UnknownStore,
        InstantWithoutZone,
        Enrolled,
    ]
    assert rows() == (2, 4, 2)


def test_inside_one_file_a_number_belongs_to_the_first(committed_shop):
    first, twin, thief = imported(
        MEI,
        NewMember("Li Xiaomei", "+86 138 0013 8000", "web-7"),
        NewMember("Oz", "13800138000", "web-9"),
    )
    assert twin == Enrolled(first.member_id, is_new=False)
    assert isinstance(thief, IdentifierTaken)
    assert thief.context == {"kind": "phone"}
    assert rows() == (1, 2, 1)
    assert not Identifier.objects.filter(
        digest=selectors.identifier_digest("external_id", "web-9")
    ).exists()


def test_numbers_of_two_members_make_no_third(committed_shop):
    imported(MEI, BO)
    (mixed,) = imported(NewMember("Oz", MEI.phone, BO.external_id))
    assert isinstance(mixed, IdentifierTaken)
    assert rows() == (2, 4, 2)


def test_an_id_that_is_taken_is_refused(committed_shop):
    own = ids.new_id()
    taken = [NewMember("Mei", member_id=own), NewMember("Bo", member_id=own.upper())]
    first, second = imported(*taken)
    assert first == Enrolled(own, is_new=True)
    assert isinstance(second, MemberExists)
    assert isinstance(imported(taken[0])[0], MemberExists)
    assert rows() == (1, 0, 1)


def test_they_joined_when_the_file_says_or_else_now(committed_shop):
    noon = datetime(2025, 3, 1, 12, tzinfo=UTC)
    earlier = datetime(2019, 10, 1, 8, tzinfo=UTC)
    with clock.stopped_at(noon):
        now, then = imported(BO, NewMember("Mei", joined_at=earlier))
    assert selectors.member_get(now.member_id).joined_at == noon
    assert selectors.member_get(then.member_id).joined_at == earlier


@pytest.mark.parametrize("name", ['"', "\\", "{a,b}", "NULL", "O'Neil", "梅🌸", "a,b"])
def test_any_name_is_stored_as_it_is(committed_shop, name):
    (result,) = imported(NewMember(name))
    assert selectors.member_get(result.member_id).display_name == name


def test_nothing_is_stored_when_the_unit_rolls_back(committed_shop):
    with unit_of_work() as unit:
        assert members_enrol_bulk(unit, [MEI])[0].is_new
        unit.rollback()
    assert rows() == (0, 0, 0)


class WatchedUnit(Unit):
    """Keeps what is sent through it."""

    def __init__(self, connection):
        super().__init__(connection)
        self.flights = []

    def flight(self, statements):
        self.flights.append(statements)
        return super().flight(statements)


def test_a_batch_costs_two_round_trips_whatever_its_size(committed_shop):
    imported(NewMember())  # the process knows the shops from here on
    with unit_of_work() as plain:
        unit = WatchedUnit(plain._connection)
        members_enrol_bulk(unit, [NewMember(f"Mei {each}", None, str(each)) for each in range(500)])
        assert len(unit.flights) == 2
        unit.commit()
    assert Member.objects.count() == 501


def test_numbers_go_in_one_order_so_that_two_imports_never_lock_each_other_out(committed_shop):
    with unit_of_work() as plain:
        unit = WatchedUnit(plain._connection)
        members_enrol_bulk(unit, [NewMember("Mei", None, str(each)) for each in range(100)])
        unit.commit()
    (stored,) = [each for each in unit.flights[-1] if "members_identifier" in each.sql]
    with unit_of_work() as unit:
        digests = [row[0] for row in unit.fetch("SELECT unnest(%s::uuid[])", stored.params[1])]
    assert len(digests) == 100 and digests == sorted(digests)


def test_of_four_imports_of_one_file_each_member_comes_in_once(committed_shop):
    many = [NewMember(f"Mei {each}", external_id=f"web-{each}") for each in range(300)]
    orders = [many, many[::-1], many[100:] + many[:100], many]
    outcomes = race([lambda order=order: imported(*order) for order in orders])
    new = [each for outcome in outcomes for each in outcome if each.is_new]
    assert len(new) == 300
    assert rows() == (300, 300, 300)
