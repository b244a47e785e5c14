"""A version holds for its time: from when, until when, and which of several."""

from datetime import UTC, datetime, timedelta

import pytest

from regulars.foundation import clock, known
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import InvalidInput
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import FactDeclaration, FactLoad, fact_register, facts_forgotten
from regulars.rules.programs import in_force
from regulars.rules.programs.errors import (
    EndsInPast,
    ProgramUnreadable,
    UnknownProgram,
    UnknownVersion,
    VersionEnded,
)
from regulars.rules.programs.selectors import program_get, programs_in_force
from regulars.rules.programs.services import (
    program_end,
    programs_forgotten,
)
from tests.rules.office import LI, NOW, holding, kept, later, published
from tests.rules.promises import earn, rule


def test_the_second_version_supersedes_the_first(office):
    published()
    with clock.stopped_at(later(days=1)):
        second = published(rules=[rule(earn=earn(2, 100))])
    assert second.version == 2
    assert holding(NOW) == ["beans@1"]
    assert holding(later(hours=23)) == ["beans@1"]
    assert holding(later(days=1)) == ["beans@2"]
    with clock.stopped_at(later(days=2)):
        states = [(each.version, each.state) for each in program_get("beans").versions]
    assert states == [(2, "in_force"), (1, "superseded")]


def test_a_version_holds_for_the_days_of_its_own_zone(office):
    published(valid_from="2025-03-01", valid_until="2025-03-31")
    start = datetime(2025, 2, 28, 16, tzinfo=UTC)
    end = datetime(2025, 3, 31, 16, tzinfo=UTC)
    instant = timedelta(microseconds=1)
    assert holding(start - instant) == []
    assert holding(start) == ["beans@1"]
    assert holding(end - instant) == ["beans@1"]
    assert holding(end) == []


@pytest.mark.parametrize(
    ("zone", "text", "starts"),
    [
        ("Asia/Shanghai", "2025-03-01", datetime(2025, 2, 28, 16, tzinfo=UTC)),
        ("Asia/Tokyo", "2025-03-01", datetime(2025, 2, 28, 15, tzinfo=UTC)),
        ("America/New_York", "2025-03-09", datetime(2025, 3, 9, 5, tzinfo=UTC)),
        ("America/New_York", "2025-03-10", datetime(2025, 3, 10, 4, tzinfo=UTC)),
        ("Asia/Shanghai", "2025-11-11T20:00", datetime(2025, 11, 11, 12, tzinfo=UTC)),
        ("Pacific/Kiritimati", "2025-03-01", datetime(2025, 2, 28, 10, tzinfo=UTC)),
    ],
)
def test_a_local_date_is_the_first_instant_of_its_day(office, zone, text, starts):
    version = published(time_zone=zone, valid_from=text)
    assert version.valid_from == starts
    assert holding(starts) == ["beans@1"]
    assert holding(starts - timedelta(microseconds=1)) == []


def test_a_festival_version_gives_way_to_the_ordinary_one_again(office):
    published()
    festival = [rule(earn=earn(10, 100))]
    published(rules=festival, valid_from="2025-03-08T10:00", valid_until="2025-03-08T22:00")
    assert holding(datetime(2025, 3, 8, 1, 59, tzinfo=UTC)) == ["beans@1"]
    assert holding(datetime(2025, 3, 8, 2, tzinfo=UTC)) == ["beans@2"]
    assert holding(datetime(2025, 3, 8, 14, tzinfo=UTC)) == ["beans@1"]
    assert [each.state for each in program_get("beans").versions] == ["scheduled", "in_force"]


def test_several_programs_hold_in_the_order_of_their_codes(office):
    for code in ("visits", "beans", "a-welcome"):
        published(code)
    assert holding() == ["a-welcome@1", "beans@1", "visits@1"]


def test_a_program_ends_when_li_says_so(office):
    published()
    ended = program_end(actor=LI, code="beans", ends_at=later(days=2), reason="closing")
    assert [(each.version, each.valid_until) for each in ended] == [(1, later(days=2))]
    assert holding(later(days=2) - timedelta(microseconds=1)) == ["beans@1"]
    assert holding(later(days=2)) == []
    record = AuditRecord.objects.get(action="program.ended")
    assert (record.actor, record.reason) == ("staff:li", "closing")
    with clock.stopped_at(later(days=3)):
        assert program_get("beans").versions[0].state == "ended"
        with pytest.raises(VersionEnded):
            program_end(actor=LI, code="beans")
        assert published().version == 2


def test_an_end_can_be_moved_forward_but_not_back(office):
    published()
    program_end(actor=LI, code="beans", ends_at=later(days=9))
    program_end(actor=LI, code="beans", ends_at=later(days=2))
    before = kept()
    for days in (2, 5, 9, 20):
        with pytest.raises(VersionEnded):
            program_end(actor=LI, code="beans", ends_at=later(days=days))
    assert kept() == before
    assert holding(later(days=2)) == []


def test_ending_a_program_ends_all_that_would_come_back(office):
    published()
    with clock.stopped_at(later(days=1)):
        published(rules=[rule(earn=earn(2, 100))])
        one = program_end(actor=LI, code="beans", version=2, ends_at=later(days=2))
        assert [each.version for each in one] == [2]
        assert holding(later(days=2)) == ["beans@1"]
        rest = program_end(actor=LI, code="beans", ends_at=later(days=3))
        assert [each.version for each in rest] == [1]
        assert holding(later(days=3)) == []


def test_an_end_in_the_past_or_without_a_zone_is_refused(office):
    published()
    before = kept()
    with pytest.raises(EndsInPast):
        program_end(actor=LI, code="beans", ends_at=later(seconds=-1))
    with pytest.raises(InvalidInput):
        program_end(actor=LI, code="beans", ends_at=datetime(2025, 4, 1))  # noqa: DTZ001
    with pytest.raises(UnknownVersion):
        program_end(actor=LI, code="beans", version=2)
    with pytest.raises(UnknownProgram):
        program_end(actor=LI, code="pearls")
    assert kept() == before
    assert holding(later(days=365)) == ["beans@1"]


def test_a_past_year_may_be_given_its_program_for_an_import(office):
    published(valid_from="2017-01-01", valid_until="2017-12-31")
    assert holding(datetime(2017, 6, 1, tzinfo=UTC)) == ["beans@1"]
    assert holding() == []


def test_another_process_sees_a_version_within_two_seconds(office, monkeypatch):
    present = [1000.0]
    monkeypatch.setattr(known, "monotonic", lambda: present[0])
    assert holding() == []
    monkeypatch.setattr("regulars.rules.programs.publishing.programs_forgotten", lambda: None)
    published()
    present[0] += 1.9
    assert holding() == []
    present[0] += 0.2
    assert holding() == ["beans@1"]


def test_between_boundaries_nothing_is_asked_of_the_database(office, monkeypatch):
    monkeypatch.setattr(known, "monotonic", lambda: 1000.0)
    published()

    class NoUnit:
        def fetch(self, *_):
            raise AssertionError("the database was asked")

    assert holding() == ["beans@1"]
    for minutes in range(100):
        assert programs_in_force(NoUnit(), later(minutes=minutes))[0].label == "beans@1"


def test_a_version_that_this_installation_cannot_read_stops_the_door_not_the_points(office):
    fact_register(
        FactDeclaration(
            name="hat_size",
            type=ValueType.INT,
            moving=False,
            can_look_back=False,
            provider=lambda *_: FactLoad((), lambda _: {}),
        )
    )
    try:
        published(rules=[rule(when="hat_size > 50")])
        with unit_of_work() as unit:
            assert programs_in_force(unit, NOW)[0].facts_needed == {"hat_size"}
    finally:
        facts_forgotten(["hat_size"])
    in_force._Compiled.programs.clear()
    programs_forgotten()
    with pytest.raises(ProgramUnreadable) as refusal:
        holding()
    assert (refusal.value.status, refusal.value.context["version"]) == (503, 1)
    assert "hat_size" in refusal.value.sentence()
    # A version whose time is over bothers nobody.
    assert holding(later(days=-1)) == []
