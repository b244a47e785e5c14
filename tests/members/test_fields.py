"""The merchant's own fields of members, and birthdays: checked, sealed, exported, emptied."""

from datetime import UTC, date, datetime

import pytest

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.texts import TextNotAllowed
from regulars.members.fields.errors import (
    BirthdayRefused,
    ChoicesExpected,
    FieldCodeMalformed,
    FieldExists,
    FieldMissing,
    FieldValueRefused,
    UnknownField,
    UnknownFieldKind,
)
from regulars.members.fields.models import FieldValue, MemberBirthday
from regulars.members.fields.selectors import birthday_of, fields_list, member_fields
from regulars.members.fields.services import (
    birthday_set,
    field_define,
    field_update,
    member_fields_set,
)
from regulars.members.fields.types import Birthday
from regulars.members.lifecycle.services import member_erase, member_export, member_merge
from regulars.members.profiles.errors import MemberErased
from regulars.members.profiles.services import member_enrol
from regulars.rules.facts import facts_load, facts_loaded

NOW = datetime(2025, 3, 8, 4, tzinfo=UTC)
CHOICES = {
    "tiny": {"en": "Tiny"},
    "small": {"en": "Small", "zh-Hans": "小"},
    "large": {"en": "Large"},
}


def defined(code, kind, **more):
    name = {"en": code.title(), "zh-Hans": "字段"}
    return field_define(actor=SYSTEM, code=code, name=name, kind=kind, **more)


@pytest.fixture
def mei(committed_shop):
    """Mei, and a field of each kind; her pet's name is hers, her size is not personal."""
    defined("pet", "text")
    defined("children", "number")
    defined("wedding", "date")
    defined("size", "choice", choices=CHOICES, is_personal=False)
    defined("drives", "yes_no")
    with clock.stopped_at(NOW):
        yield member_enrol(actor=SYSTEM, display_name="李小梅", external_id="mei")


def said(member, **values):
    with unit_of_work() as unit:
        member_fields_set(unit=unit, actor=SYSTEM, member_id=member.id, values=values)


def born(member, month, day, year=None):
    with unit_of_work() as unit:
        birthday_set(
            unit=unit, actor=SYSTEM, member_id=member.id, birthday=Birthday(month, day, year)
        )


ALL = {"pet": "豆豆", "children": 2, "wedding": "2019-05-20", "size": "large", "drives": False}


def test_each_kind_is_kept_and_told_as_it_was_given(mei):
    said(mei, **ALL)
    assert member_fields(mei.id) == ALL
    assert member_fields(mei.id, personal=False) == {"size": "large"}
    said(mei, pet=None, children=-3)
    assert member_fields(mei.id) == {key: ALL[key] for key in ("wedding", "size", "drives")} | {
        "children": -3
    }
    noted = AuditRecord.objects.filter(subject=mei.public_id, action="member.updated")
    assert "豆豆" not in str(list(noted.values()))
    assert noted.latest("recorded_at", "id").details == {
        "fields": ["fields.children", "fields.pet"]
    }


def test_what_is_personal_is_sealed_in_its_row(mei):
    said(mei, **ALL)
    born(mei, 4, 30, 1990)
    kept = str(list(FieldValue.objects.values("value", "sealed")))
    assert "large" in kept
    assert "豆豆" not in kept
    assert "2019-05-20" not in kept
    assert "1990" not in str(MemberBirthday.objects.values("month", "day", "year_sealed").get())


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"pet": ""}, FieldValueRefused),
        ({"pet": 3}, FieldValueRefused),
        ({"pet": "a\0"}, TextNotAllowed),
        ({"children": "2"}, FieldValueRefused),
        ({"children": True}, FieldValueRefused),
        ({"children": 2**60}, FieldValueRefused),
        ({"wedding": "20190520"}, FieldValueRefused),
        ({"wedding": "2019-02-30"}, FieldValueRefused),
        ({"size": "huge"}, FieldValueRefused),
        ({"drives": 1}, FieldValueRefused),
        ({"shoe": 38}, UnknownField),
    ],
)
def test_a_wrong_value_changes_nothing(mei, values, refusal):
    said(mei, **ALL)
    with pytest.raises(refusal):
        said(mei, **{"size": "small", **values})
    assert member_fields(mei.id) == ALL


def test_what_a_field_expects_is_said_in_the_language_of_the_sentence(mei):
    with pytest.raises(FieldValueRefused) as refused:
        said(mei, size="small", children="two")
    assert refused.value.sentence() == "children: give a whole number."
    assert refused.value.sentence("zh-Hans") == "children：应填写整数。"
    assert refused.value.context == {"field": "children", "expected": "a whole number"}


def test_a_required_field_cannot_stay_empty(mei):
    said(mei, pet="豆豆")
    field_update(actor=SYSTEM, code="size", is_required=True)
    with pytest.raises(FieldMissing, match="size"):
        said(mei, pet="花花")
    assert member_fields(mei.id) == {"pet": "豆豆"}
    said(mei, pet="花花", size="small")
    with pytest.raises(FieldMissing):
        said(mei, size=None)
    field_update(actor=SYSTEM, code="size", is_active=False)
    assert member_fields(mei.id) == {"pet": "花花"}
    with pytest.raises(UnknownField):
        said(mei, size="large")


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (("Pet", "text", {}), FieldCodeMalformed),
        (("pet", "text", {}), FieldExists),
        (("cat", "picture", {}), UnknownFieldKind),
        (("cat", "choice", {}), ChoicesExpected),
        (("cat", "text", {"choices": CHOICES}), ChoicesExpected),
        (("cat", "choice", {"choices": {"A B": {"en": "A"}}}), FieldCodeMalformed),
    ],
)
def test_a_field_that_cannot_be_is_refused(mei, wish, refusal):
    code, kind, more = wish
    with pytest.raises(refusal):
        defined(code, kind, **more)
    assert len(fields_list()) == 5


@pytest.mark.parametrize(
    "day", [(13, 1), (0, 1), (2, 30), (2, 29, 2023), (3, 9, 2025), (1, 1, 1899), (4, 31)]
)
def test_a_day_that_never_was_is_no_birthday(mei, day):
    born(mei, 2, 29)
    with pytest.raises(BirthdayRefused):
        born(mei, *day)
    assert birthday_of(mei.id) == Birthday(2, 29)


def test_rules_know_the_month_and_the_days_to_the_birthday(mei):
    bo, oz = (
        member_enrol(actor=SYSTEM, display_name=name, external_id=name) for name in ("bo", "oz")
    )
    born(mei, 3, 8, 1990)
    born(bo, 2, 29)
    names, members = ["member.birth_month", "member.days_to_birthday"], [mei.id, bo.id, oz.id]
    found = []
    for at in (NOW, datetime(2027, 2, 27, 4, tzinfo=UTC), datetime(2028, 2, 27, 4, tzinfo=UTC)):
        loads = facts_load(names, members, at)
        with unit_of_work() as unit:
            rows = unit.flight([each for load in loads for each in load.statements])
        values = facts_loaded(loads, rows, names, members)
        found.append([tuple(values[each][name] for name in names) for each in members])
    year = (date(2026, 3, 1) - date(2025, 3, 8)).days
    assert found[0] == [(3, 0), (2, year), (0, -1)]
    assert found[1] == [(3, 9), (2, 2), (0, -1)], "the 1st of March"
    assert found[2] == [(3, 10), (2, 2), (0, -1)], "the 29th of February itself"


def test_a_merge_fills_gaps_and_an_erasing_empties_all(mei):
    old = member_enrol(actor=SYSTEM, display_name="Mei", external_id="old")
    said(old, pet="花花", children=1)
    born(old, 4, 30, 1990)
    said(mei, pet="豆豆")
    given = {"reason": "the same", "source": "test", "actor": SYSTEM}
    member_merge(from_id=old.id, into_id=mei.id, key="m", **given)
    assert member_fields(mei.id) == {"pet": "豆豆", "children": 1}
    assert birthday_of(mei.id) == Birthday(4, 30, 1990)
    assert member_export(member_id=mei.id, actor=SYSTEM)["profile"] == {
        "fields": {"pet": "豆豆", "children": 1},
        "birthday": {"month": 4, "day": 30, "year": 1990},
    }
    member_erase(member_id=mei.id, key="e", **given)
    assert not FieldValue.objects.exists()
    assert not MemberBirthday.objects.exists()
    with pytest.raises(MemberErased):
        said(mei, pet="豆豆")
