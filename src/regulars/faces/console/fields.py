"""A member's name, birthday and own fields, as a form shows and takes them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.foundation import ids
from regulars.foundation.database.session import Unit, unit_retried
from regulars.foundation.webkit.forms import Asked, FilledForm, Form, form_filled
from regulars.foundation.webkit.pages import merchant_text, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.members.fields.selectors import birthday_of, fields_list, member_fields
from regulars.members.fields.services import birthday_set, member_fields_set
from regulars.members.fields.types import Birthday, FieldKind, FieldView, Value
from regulars.members.profiles.services import member_rename
from regulars.members.profiles.types import MemberView

DIGITS_MAX = 17
NAME_MAX = 120
VALUE_MAX = 500


def details_form(request: HttpRequest, member: MemberView) -> FilledForm:
    """What stands in the form; an empty place empties the field."""
    values, born = member_fields(member.id), birthday_of(member.id)
    fields = [_asked(each, values) for each in fields_list(active_only=True)]
    form = Form(
        "details",
        _("Name, birthday and fields"),
        _("Save"),
        (
            Asked(
                "display_name",
                pgettext("person", "Name"),
                maximum=NAME_MAX,
                required=False,
                initial=member.display_name,
            ),
            _part("birth_month", _("Birthday: month"), 12, born.month if born else None),
            _part("birth_day", _("Birthday: day"), 31, born.day if born else None),
            _part(
                "birth_year",
                _("Year of birth, where it is known"),
                9999,
                born.year if born else None,
            ),
            *fields,
            Asked("key", "", kind="hidden", required=False, initial=ids.new_id()),
        ),
        address=request.get_full_path(),
        places={"birthday_refused": "birth_month"},
    )
    return form_filled(form)


def details_kept(request: HttpRequest, member: MemberView, values: dict[str, Any]) -> str:
    """Keeps what was typed, all of it or nothing. Errors: those of the services."""
    fields = fields_list(active_only=True)
    told = {each.code: _typed(each, values.get(f"field_{each.code}")) for each in fields}
    birthday, actor = _birthday(values), staff_actor(request)
    is_born = birthday != birthday_of(member.id)

    def attempted(unit: Unit) -> None:
        same: dict[str, Any] = {"unit": unit, "actor": actor, "member_id": member.id}
        if values["display_name"] != member.display_name:
            member_rename(**same, display_name=values["display_name"])
        if is_born:
            birthday_set(**same, birthday=birthday)
        if fields:
            member_fields_set(**same, values=told)

    unit_retried(attempted)
    return ""


def _part(name: str, label: Text, highest: int, initial: int | None) -> Asked:
    return Asked(
        name, label, kind="number", required=False, lowest=1, highest=highest, initial=initial
    )


def _asked(field: FieldView, values: dict[str, Value]) -> Asked:
    found = values.get(field.code, "")
    options: list[tuple[str, Text]] = []
    if field.kind is FieldKind.YES_NO:
        options = [("", "—"), ("true", _("yes")), ("false", _("no"))]
        found = str(found).lower()
    if field.kind is FieldKind.CHOICE:
        options = [
            ("", "—"),
            *[(code, merchant_text(name)) for code, name in field.choices.items()],
        ]
    return Asked(
        f"field_{field.code}",
        merchant_text(field.name),
        options=tuple(options),
        required=field.is_required,
        maximum=VALUE_MAX,
        kind="date" if field.kind is FieldKind.DATE else "text",
        initial=found,
    )


def _typed(field: FieldView, found: object) -> Value | None:
    """The value that was typed; what can't be one is left to the service to refuse."""
    text = "" if found is None else str(found)
    if not text:
        return None
    if field.kind is FieldKind.NUMBER:
        return _number(text)
    if field.kind is FieldKind.YES_NO and text in {"true", "false"}:
        return text == "true"
    return text


def _birthday(values: dict[str, Any]) -> Birthday | None:
    month, day, year = (values.get(f"birth_{name}") for name in ("month", "day", "year"))
    if month is None and day is None and year is None:
        return None
    return Birthday(month or 0, day or 0, year)


def _number(text: str) -> int | str:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < DIGITS_MAX else text
