"""Whether an event says what its kind declares, and what it says."""

from collections.abc import Mapping
from typing import Any

from regulars.foundation.amounts import AMOUNT_MAX
from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.texts import day_text, text_checked
from regulars.rules.eventkinds.errors import EventDataRefused, EventKindRetired
from regulars.rules.eventkinds.types import EventField, EventKindView, FieldType, Said, Value

TEXT_MAX = 128
INTEGER_MAX = 2**53 - 1
CHOICES_TOLD = 12
EXPECTED: dict[FieldType, Told] = {
    FieldType.TEXT: Told(
        f"a text of 1 to {TEXT_MAX} characters",
        f"文本，1 到 {TEXT_MAX} 个字符",
    ),
    FieldType.INTEGER: Told("a whole number", "整数"),
    FieldType.MONEY: Told(
        "an amount in minor units, a whole number that is not negative",
        "以最小货币单位（分）计的非负整数",
    ),
    FieldType.DATE: Told("a date like 2025-03-01", "日期，如 2025-03-01"),
    FieldType.YES_NO: Told("true or false", "true 或 false"),
}


def event_told(kind: EventKindView, data: Mapping[str, Any] | None) -> Said:
    """What the event says. Errors: event_kind_retired; event_data_refused with all that is wrong.

    Values are taken as they are sent: a number in quotation marks is no number.
    """
    if not kind.is_active:
        raise EventKindRetired(kind=kind.code)
    given = data or {}
    told: dict[str, Value] = {}
    facts: dict[str, Any] = {}
    wrong: list[tuple[str, Told]] = []
    for field in kind.fields:
        if field.code not in given:
            if field.is_required:
                what = expected(field)
                missing = Told(f"is missing; give {what}", f"缺少，请填写{what.chinese}")
                wrong.append((field.code, missing))
            continue
        value = _kept(field, given[field.code])
        if value is None:
            what = expected(field)
            wrong.append((field.code, Told(f"give {what}", f"应填写{what.chinese}")))
        else:
            told[field.code] = facts[field.variable] = value
    known = {field.code for field in kind.fields}
    wrong += [_unknown(name, known) for name in given if name not in known]
    if wrong:
        raise _refusal(kind, wrong)
    amount = told.get(kind.amount) if kind.amount else None
    return Said(told, facts, amount if isinstance(amount, int) else 0)


def expected(field: EventField) -> Told:
    """What a value of this field is."""
    if field.type is not FieldType.CHOICE:
        return EXPECTED[field.type]
    codes = list(field.choices)
    listed = ", ".join(codes[:CHOICES_TOLD]) + (", …" if len(codes) > CHOICES_TOLD else "")
    return Told(f"one of: {listed}", f"下列之一：{listed}")


def _kept(field: EventField, value: object) -> Value | None:
    """The value, None if it is no value of this field."""
    if field.type is FieldType.YES_NO:
        return value if isinstance(value, bool) else None
    if field.type in (FieldType.INTEGER, FieldType.MONEY):
        return _number(value, is_money=field.type is FieldType.MONEY)
    if not isinstance(value, str):
        return None
    if field.type is FieldType.CHOICE:
        return value if value in field.choices else None
    if field.type is FieldType.DATE:
        return day_text(value)
    try:
        return text_checked(value, field.code, maximum=TEXT_MAX) or None
    except RegularsError:
        return None


def _number(value: object, *, is_money: bool) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    lowest, highest = (0, AMOUNT_MAX) if is_money else (-INTEGER_MAX, INTEGER_MAX)
    return value if lowest <= value <= highest else None


def _unknown(name: str, known: set[str]) -> tuple[str, Told]:
    listed = ", ".join(sorted(known)) or "–"
    shown = name[:40].replace("\0", "?")
    return shown, Told(
        f"there is no such field; leave it out or use one of: {listed}",
        f"没有此字段，请去掉；可用：{listed}",
    )


def _refusal(kind: EventKindView, wrong: list[tuple[str, Told]]) -> EventDataRefused:
    shown = wrong[:CHOICES_TOLD]
    return EventDataRefused(
        kind=kind.code,
        fields=[name for name, _ in shown],
        problems=Told(
            " ".join([f"data.{name}: {told}." for name, told in shown]),
            "".join([f"data.{name}：{told.chinese}。" for name, told in shown]),
        ),
    )
