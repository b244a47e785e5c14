"""The doors for reading fields, their values and birthdays."""

from typing import LiteralString
from uuid import UUID

from regulars.foundation.database.session import unit_aside
from regulars.foundation.personal import decrypt
from regulars.members.fields.models import Field, FieldValue, MemberBirthday
from regulars.members.fields.types import Birthday, FieldKind, FieldView, Value
from regulars.members.fields.values import value_told
from regulars.members.profiles.selectors import uuid_of

# Of each member who told it: the month, and the days to the next birthday. Who was born on the
# 29th of February has it on the 1st of March in other years.
BIRTHDAYS: LiteralString = """
    SELECT holder_id AS member_id, birth_month, days_to FROM (
        SELECT member_id AS holder_id, month AS birth_month,
            CASE WHEN this_year >= %(today)s::date THEN this_year - %(today)s::date
                ELSE next_year - %(today)s::date END AS days_to
        FROM members_birthday, LATERAL (
            SELECT make_date(extract(year FROM %(today)s::date)::int, month, 1) + (day - 1)
                    AS this_year,
                make_date(extract(year FROM %(today)s::date)::int + 1, month, 1) + (day - 1)
                    AS next_year
        ) AS falls
    ) AS birthdays WHERE true /* members */
"""


FIELDS_OF_ALL: LiteralString = """
    SELECT id, code, name, kind, choices, is_required, is_personal, is_active
    FROM members_field ORDER BY id
"""


def fields_list(*, active_only: bool = False) -> list[FieldView]:
    """All fields in the order of their codes."""
    rows = Field.objects.filter(is_active=True) if active_only else Field.objects.all()
    return [view_of(each) for each in rows.order_by("code")]


def fields_of_all() -> list[tuple[int, FieldView]]:
    """All fields with their numbers, for who asks about many members at once.

    Asked while events are judged: over a connection that tells when the database is lost.
    """
    with unit_aside() as unit:
        rows = unit.fetch(FIELDS_OF_ALL)
    return [
        (number, FieldView(code, name, FieldKind(kind), must, personal, active, dict(choices)))
        for number, code, name, kind, choices, must, personal, active in rows
    ]


def member_fields(member_id: str | UUID, *, personal: bool = True) -> dict[str, Value]:
    """What a member's fields say, by their codes; without the personal ones if so asked."""
    fields = {each.id: each for each in Field.objects.filter(is_active=True).order_by("code")}
    values = {
        each.field_id: each for each in FieldValue.objects.filter(member_id=uuid_of(member_id))
    }
    return {
        field.code: value_told(FieldKind(field.kind), _opened(values[key]))
        for key, field in fields.items()
        if key in values and (personal or not field.is_personal)
    }


def birthday_of(member_id: str | UUID) -> Birthday | None:
    """A member's birthday; None when nobody knows it."""
    found = MemberBirthday.objects.filter(member_id=uuid_of(member_id)).first()
    if found is None:
        return None
    year = int(decrypt(found.year_sealed, str(found.seal))) if found.year_sealed else None
    return Birthday(found.month, found.day, year)


def view_of(field: Field) -> FieldView:
    """A field as other rooms see it."""
    return FieldView(
        code=field.code,
        name=field.name,
        kind=FieldKind(field.kind),
        is_required=field.is_required,
        is_personal=field.is_personal,
        is_active=field.is_active,
        choices=dict(field.choices),
    )


def _opened(row: FieldValue) -> str:
    return decrypt(row.sealed, str(row.id)) if row.sealed is not None else str(row.value)


__all__ = [
    "BIRTHDAYS",
    "birthday_of",
    "fields_list",
    "fields_of_all",
    "member_fields",
    "view_of",
]
