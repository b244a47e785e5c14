"""What a value of each kind of field may be, and how it is kept as text; pure."""

from datetime import date

from regulars.foundation.errors import Told
from regulars.foundation.texts import day_text, text_checked
from regulars.members.fields.errors import BirthdayRefused, FieldValueRefused
from regulars.members.fields.types import Birthday, FieldKind, FieldView, Value

TEXT_MAX = 500
NUMBER_MAX = 2**53 - 1
LEAP_YEAR = 2024
YEAR_MIN = 1900
EXPECTED = {
    FieldKind.TEXT: Told("a text that is not empty", "非空文本"),
    FieldKind.NUMBER: Told("a whole number", "整数"),
    FieldKind.DATE: Told("a date like 2025-03-01", "日期，如 2025-03-01"),
    FieldKind.CHOICE: Told("the code of one of the choices", "选项之一的编码"),
    FieldKind.YES_NO: Told("true or false", "true 或 false"),
}


def value_kept(field: FieldView, value: object) -> str:
    """The text under which a value is kept. Errors: field_value_refused, text_not_allowed, …"""
    kept: str | None = None
    if field.kind is FieldKind.TEXT:
        kept = text_checked(value, field.code, maximum=TEXT_MAX) if isinstance(value, str) else ""
    elif field.kind is FieldKind.YES_NO:
        kept = str(value).lower() if isinstance(value, bool) else None
    elif field.kind is FieldKind.NUMBER:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        kept = str(value) if is_number and abs(int(str(value))) <= NUMBER_MAX else None
    elif field.kind is FieldKind.CHOICE:
        kept = value if isinstance(value, str) and value in field.choices else None
    elif isinstance(value, str):
        kept = day_text(value)
    if not kept:
        raise FieldValueRefused(field=field.code, expected=EXPECTED[field.kind])
    return kept


def value_told(kind: FieldKind, kept: str) -> Value:
    """The value behind its text."""
    if kind is FieldKind.NUMBER:
        return int(kept)
    if kind is FieldKind.YES_NO:
        return kept == "true"
    return kept


def birthday_checked(birthday: Birthday, today: date) -> Birthday:
    """A birthday that can be. Errors: birthday_refused."""
    year = birthday.year
    try:
        day = date(LEAP_YEAR if year is None else year, birthday.month, birthday.day)
    except (ValueError, OverflowError):
        day = date.max
    if day == date.max or (year is not None and (year < YEAR_MIN or day > today)):
        raise BirthdayRefused(month=birthday.month, day=birthday.day, year=year or "–")
    return birthday
