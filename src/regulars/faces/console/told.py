"""A member's birthday and own fields as they read."""

from datetime import date

from django.utils.translation import gettext as _

from regulars.foundation.webkit.blocks import Fact
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.templatetags.webkit import day, short_day
from regulars.members.fields.selectors import birthday_of, fields_list, member_fields
from regulars.members.fields.types import FieldKind, FieldView, Value

LEAP_YEAR = 2000


def birthday_shown(member_id: str, *, with_year: bool) -> str:
    """The birthday; the year only for who may see it and where it is known."""
    found = birthday_of(member_id)
    if found is None:
        return UNKNOWN
    if with_year and found.year is not None:
        return day(date(found.year, found.month, found.day))
    return short_day(date(LEAP_YEAR, found.month, found.day))


def field_facts(member_id: str, *, personal: bool) -> list[Fact]:
    """The merchant's own fields that say something of this member."""
    values = member_fields(member_id, personal=personal)
    fields = fields_list(active_only=True)
    return [
        Fact(merchant_text(each.name), _value(each, values[each.code]))
        for each in fields
        if each.code in values
    ]


def _value(field: FieldView, value: Value) -> str:
    if field.kind is FieldKind.YES_NO:
        return _("yes") if value is True else _("no")
    if field.kind is FieldKind.CHOICE:
        return merchant_text(field.choices.get(str(value), {"en": str(value)}))
    if field.kind is FieldKind.DATE:
        return day(date.fromisoformat(str(value)))
    if field.kind is FieldKind.NUMBER:
        return amount_text(int(value))
    return str(value)
