"""The doors for defining fields and for saying what they say of a member."""

import re
from collections.abc import Mapping
from typing import LiteralString

from django.db import transaction

from regulars.foundation import clock, ids
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record, record_statement
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.ids import public_id
from regulars.foundation.personal import encrypt
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import texts_checked
from regulars.members.fields.errors import (
    ChoicesExpected,
    FieldCodeMalformed,
    FieldExists,
    FieldMissing,
    TooManyFields,
    UnknownField,
    UnknownFieldKind,
)
from regulars.members.fields.models import Field
from regulars.members.fields.selectors import view_of
from regulars.members.fields.types import Birthday, FieldKind, FieldView
from regulars.members.fields.values import birthday_checked, value_kept
from regulars.members.profiles.services import member_locked
from regulars.members.profiles.types import PUBLIC_PREFIX

FIELDS_MAX = 100
CHOICES_MAX = 50
NAME_MAX = 80
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")

REQUIRED_MISSING: LiteralString = """
    SELECT code FROM members_field AS f WHERE is_active AND is_required AND NOT EXISTS (
        SELECT 1 FROM members_field_value AS v WHERE v.member_id = %s AND v.field_id = f.id)
    ORDER BY code
"""
# A new row for each word: a seal opens in its own row only.
FORGET: LiteralString = "DELETE FROM members_field_value WHERE member_id = %s AND field_id = %s"
SAY: LiteralString = """
    INSERT INTO members_field_value (id, member_id, field_id, value, sealed, set_at)
    VALUES (%s, %s, %s, %s, %s, %s)
"""
NO_BIRTHDAY: LiteralString = "DELETE FROM members_birthday WHERE member_id = %s"
BIRTHDAY: LiteralString = """
    INSERT INTO members_birthday (member_id, month, day, seal, year_sealed, set_at)
    VALUES (%s, %s, %s, %s, %s, %s)
"""


@transaction.atomic
def field_define(
    *,
    actor: Actor,
    code: str,
    name: Mapping[str, str],
    kind: FieldKind | str,
    is_required: bool = False,
    is_personal: bool = True,
    choices: Mapping[str, Mapping[str, str]] | None = None,
) -> FieldView:
    """Adds a field to what is kept of members; kind, code and privacy can't change later.

    Errors: field_code_malformed, field_exists, unknown_field_kind, choices_expected,
    languages_expected, too_many_fields.
    """
    if not _CODE.fullmatch(code):
        raise FieldCodeMalformed
    if kind not in [each.value for each in FieldKind]:
        raise UnknownFieldKind(kind=str(kind)[:16], known=", ".join(FieldKind))
    chosen = _choices_checked(FieldKind(kind), choices or {})
    names = texts_checked(name, "name", maximum=NAME_MAX)
    field, is_new = Field.objects.get_or_create(
        code=code,
        defaults={
            "name": names,
            "kind": str(kind),
            "choices": list(chosen.items()),
            "is_required": is_required,
            "is_personal": is_personal,
            "created_at": clock.now(),
        },
    )
    if not is_new:
        raise FieldExists(field=code)
    if Field.objects.count() > FIELDS_MAX:
        raise TooManyFields(maximum=FIELDS_MAX)
    record(actor=actor, action="member_field.defined", subject=code, details={"kind": str(kind)})
    return view_of(field)


@transaction.atomic
def field_update(
    *,
    actor: Actor,
    code: str,
    name: Mapping[str, str] | None = None,
    is_required: bool | None = None,
    is_active: bool | None = None,
) -> FieldView:
    """Renames a field, demands it or no more, hides it or shows it again; values stay.

    Errors: unknown_field, languages_expected.
    """
    field = Field.objects.select_for_update().filter(code=code.replace("\0", "")).first()
    if field is None:
        raise unknown(code, list(Field.objects.order_by("code").values_list("code", flat=True)))
    changes: dict[str, object] = {}
    if name is not None:
        changes["name"] = texts_checked(name, "name", maximum=NAME_MAX)
    if is_required is not None:
        changes["is_required"] = is_required
    if is_active is not None:
        changes["is_active"] = is_active
    if changes:
        Field.objects.filter(id=field.id).update(**changes)
        details = {"fields": sorted(changes)}
        record(actor=actor, action="member_field.updated", subject=code, details=details)
    return view_of(Field.objects.get(id=field.id))


def member_fields_set(
    *, unit: Unit, actor: Actor, member_id: str, values: Mapping[str, object]
) -> None:
    """Says what fields say of a member; None empties one. Afterwards all required ones are full.

    Errors: unknown_field, field_value_refused, field_missing, unknown_member, member_merged, …
    """
    fields = {each.code: each for each in Field.objects.filter(is_active=True)}
    for code in values:
        if code not in fields:
            raise unknown(code, sorted(fields))
    now = clock.now()
    statements: list[Statement] = []
    for code, value in values.items():
        field = fields[code]
        statements.append(Statement(FORGET, (member_id, field.id)))
        if value is None:
            continue
        kept, row = value_kept(view_of(field), value), ids.new_id()
        sealed = encrypt(kept, row) if field.is_personal else None
        clear = None if field.is_personal else kept
        statements.append(Statement(SAY, (row, member_id, field.id, clear, sealed, now)))
    member_locked(unit, member_id)
    unit.flight(statements)
    missing = [row[0] for row in unit.fetch(REQUIRED_MISSING, member_id)]
    if missing:
        raise FieldMissing(fields=", ".join(missing))
    _noted(unit, actor, member_id, [f"fields.{code}" for code in sorted(values)])


def birthday_set(*, unit: Unit, actor: Actor, member_id: str, birthday: Birthday | None) -> None:
    """Keeps a member's birthday, or forgets it. Errors: birthday_refused, member_merged, …"""
    now = clock.now()
    statements = [Statement(NO_BIRTHDAY, (member_id,))]
    if birthday is not None:
        today = clock.business_date(now, shop_known().time_zone)
        kept, seal = birthday_checked(birthday, today), ids.new_id()
        year = encrypt(str(kept.year), seal) if kept.year is not None else None
        row = (member_id, kept.month, kept.day, seal, year, now)
        statements.append(Statement(BIRTHDAY, row))
    member_locked(unit, member_id)
    unit.flight(statements)
    _noted(unit, actor, member_id, ["birthday"])


def unknown(code: str, known: list[str]) -> UnknownField:
    """The refusal of a code, with those that would have done."""
    return UnknownField(field=str(code)[:40], known=", ".join(known) or "–")


def _choices_checked(
    kind: FieldKind, choices: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    wanted = 1 <= len(choices) <= CHOICES_MAX if kind is FieldKind.CHOICE else not choices
    if not wanted:
        raise ChoicesExpected(maximum=CHOICES_MAX)
    if not all(_CODE.fullmatch(code) for code in choices):
        raise FieldCodeMalformed
    return {
        code: texts_checked(name, f"choices.{code}", maximum=NAME_MAX)
        for code, name in choices.items()
    }


def _noted(unit: Unit, actor: Actor, member_id: str, fields: list[str]) -> None:
    subject = public_id(PUBLIC_PREFIX, member_id)
    details = {"fields": fields}
    unit.flight(
        [record_statement(actor=actor, action="member.updated", subject=subject, details=details)]
    )


__all__ = ["birthday_set", "field_define", "field_update", "member_fields_set"]
