"""Fields, their values, and birthdays as other rooms see them."""

from enum import StrEnum

import msgspec

Value = str | int | bool


class FieldKind(StrEnum):
    """What a value may be: a date is written like 2025-03-01, a choice by its code."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


class FieldView(msgspec.Struct, frozen=True):
    """A field of the merchant's own. Values of a personal one are sealed, and emptied by erase."""

    code: str
    name: dict[str, str]
    kind: FieldKind
    is_required: bool
    is_personal: bool
    is_active: bool
    choices: dict[str, dict[str, str]]


class Birthday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day of the year, with the year of birth where it is known."""

    month: int
    day: int
    year: int | None = None
