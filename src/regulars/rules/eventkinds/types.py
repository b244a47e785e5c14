"""Kinds of events whose data is declared field by field, as other rooms see them."""

from enum import StrEnum
from typing import Any

import msgspec

Value = str | int | bool
PREFIX = "event."


class FieldType(StrEnum):
    """What a value may be: money in minor units, a date like 2025-03-01, a choice by its code."""

    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"


class EventField(msgspec.Struct, frozen=True):
    """A field of an event's `data`. Rules read it as `event.<code>`."""

    code: str
    name: dict[str, str]
    type: FieldType
    is_required: bool = False
    choices: dict[str, dict[str, str]] = {}

    @property
    def variable(self) -> str:
        """Its name in conditions."""
        return f"{PREFIX}{self.code}"


class EventKindView(msgspec.Struct, frozen=True):
    """A kind of event. `amount` is the money field that rules may give so much for every amount of.

    A kind that is not active is retired: its events are refused, what they gave stays.
    """

    code: str
    name: dict[str, str]
    fields: tuple[EventField, ...] = ()
    amount: str | None = None
    is_active: bool = True
    is_built_in: bool = False


class Said(msgspec.Struct, frozen=True):
    """What an event says, checked: by field for its receipt, by variable for rules."""

    data: dict[str, Value]
    facts: dict[str, Any]
    amount_minor: int
