"""Small steps from a web shop's JSON to exact values; what can't be read is refused by its field.

Money comes as text ("12.30") or as a number; either is taken exactly, never through a float.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from regulars.foundation.amounts import AMOUNT_MAX, currency_exponent
from regulars.foundation.errors import Told
from regulars.rules.inbound.errors import OrderUnreadable

Fields = Mapping[str, Any]
_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")
NUMBER_MAX = 60
TEXT_MAX = 128


def body_parsed(body: bytes) -> Fields:
    """The message as an object, with every number that has a point exact."""
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise OrderUnreadable(field="body", problem=Told("is no JSON", "不是 JSON")) from None
    if not isinstance(value, dict):
        raise OrderUnreadable(field="body", problem=Told("is no object", "不是对象"))
    return value


def _no_number(_text: str) -> None:
    raise ValueError


def minor_of(value: object, field: str, currency: str) -> int:
    """An amount in minor units, exactly: "12.30" is 1230 where a hundredth is the smallest coin."""
    text = str(value) if isinstance(value, str | int | Decimal) else ""
    if isinstance(value, bool) or not _AMOUNT.fullmatch(text):
        raise OrderUnreadable(
            field=field, problem=Told("is no amount such as 12.30", "不是如 12.30 的金额")
        )
    minor = Decimal(text).scaleb(currency_exponent(currency))
    if minor != minor.to_integral_value():
        raise OrderUnreadable(
            field=field,
            problem=Told(f"has parts smaller than {currency} knows", f"小于 {currency} 的最小单位"),
        )
    if abs(minor) > AMOUNT_MAX:
        raise OrderUnreadable(field=field, problem=Told("is too large", "过大"))
    return int(minor)


def objects_of(fields: Fields, name: str) -> list[Fields]:
    """A list of objects, empty when it is missing."""
    value = fields.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise OrderUnreadable(field=name, problem=Told("is no list of objects", "不是对象列表"))
    return value


def object_of(fields: Fields, name: str) -> Fields:
    """An object, empty when it is missing."""
    value = fields.get(name) or {}
    if not isinstance(value, dict):
        raise OrderUnreadable(field=name, problem=Told("is no object", "不是对象"))
    return value


def number_of(fields: Fields, name: str) -> str:
    """An id, which may come as a number or as text; refuses a missing one."""
    value = fields.get(name)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", text):
        raise OrderUnreadable(field=name, problem=Told("is no number", "不是编号"))
    return text


def text_of(fields: Fields, name: str) -> str:
    """A text of at most 128 characters; empty when it is missing."""
    value = fields.get(name)
    return value.strip()[:TEXT_MAX] if isinstance(value, str) else ""


def quantity_of(fields: Fields, name: str = "quantity") -> int:
    """How many; a whole number from zero on."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= AMOUNT_MAX:
        raise OrderUnreadable(field=name, problem=Told("is no whole number", "不是整数"))
    return value


def instant_of(fields: Fields, *names: str, is_utc: bool = False) -> datetime:
    """The first instant that is given; `is_utc` for those that come without a zone."""
    for name in names:
        text = fields.get(name)
        if not text:
            continue
        try:
            at = datetime.fromisoformat(str(text))
        except ValueError:
            raise OrderUnreadable(field=name, problem=Told("is no time", "不是时间")) from None
        if at.tzinfo is None and is_utc:
            at = at.replace(tzinfo=UTC)
        if at.tzinfo is None:
            raise OrderUnreadable(field=name, problem=Told("has no time zone", "没有时区"))
        return at.astimezone(UTC)
    raise OrderUnreadable(field=names[0], problem=Told("is missing", "缺失"))
