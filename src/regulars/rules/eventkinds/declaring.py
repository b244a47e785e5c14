"""What a declaration may be, and how it may change once others rely on it."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.texts import texts_checked
from regulars.rules.actions import followup_kinds
from regulars.rules.eventkinds.builtin import RESERVED
from regulars.rules.eventkinds.errors import (
    EventFieldRefused,
    EventKindIncompatible,
    EventKindMalformed,
    EventKindReserved,
)
from regulars.rules.eventkinds.types import EventField, FieldType
from regulars.rules.facts import is_possible_name

CODE_MAX = 32
NAME_MAX = 80
FIELDS_MAX = 30
CHOICES_MAX = 50
MONEY_SUFFIX = "_minor"
TAKEN = ("kind", "store")
# Kinds that stand for themselves; others of the first word are the merchant's.
ALONE = ("visit.checked_in",)
_CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")


def code_checked(code: str) -> None:
    """Errors: event_kind_malformed, event_kind_reserved."""
    if len(code) > CODE_MAX or not _CODE.fullmatch(code):
        raise EventKindMalformed(maximum=CODE_MAX)
    taken = {*RESERVED, *[kind.partition(".")[0] for kind in followup_kinds()]}
    if code in ALONE or code.partition(".")[0] in taken:
        raise EventKindReserved(kind=code, reserved=", ".join(sorted(taken)))


def fields_checked(fields: Sequence[EventField], amount: str | None) -> tuple[EventField, ...]:
    """The fields as they are kept. Errors: event_field_refused, languages_expected, …"""
    if len(fields) > FIELDS_MAX:
        raise _refused(
            fields[FIELDS_MAX].code,
            f"a kind has at most {FIELDS_MAX} fields; leave some out",
            f"最多 {FIELDS_MAX} 个字段，请减少",
        )
    kept: dict[str, EventField] = {}
    for field in fields:
        if field.code in kept:
            raise _refused(field.code, "stands there twice; remove one", "重复，请去掉一个")
        kept[field.code] = _field_checked(field)
    if amount is not None:
        paid = kept.get(amount)
        if paid is None or paid.type is not FieldType.MONEY or not paid.is_required:
            raise _refused(
                amount,
                "the amount that rules calculate with is a required field of money",
                "用于按金额计算的字段必须是必填的金额字段",
            )
    return tuple(kept.values())


def change_checked(before: Sequence[EventField], after: Sequence[EventField]) -> None:
    """Refuses what would turn away events that were right before. Errors: event_kind_incompatible.

    Fields and choices may be added, names changed, and a demand dropped.
    """
    changed = {field.code: field for field in after}
    for old in before:
        new = changed.get(old.code)
        if new is None:
            raise _incompatible(old.code, "can't be removed", "不能删除")
        if new.type is not old.type:
            raise _incompatible(old.code, f"stays of the type {old.type}", f"类型须保持 {old.type}")
        if new.is_required and not old.is_required:
            raise _incompatible(old.code, "can't become required", "不能改为必填")
        lost = [code for code in old.choices if code not in new.choices]
        if lost:
            raise _incompatible(
                old.code, f"the choice {lost[0]} can't be removed", f"不能删除选项 {lost[0]}"
            )
    known = {old.code for old in before}
    for new in after:
        if new.code not in known and new.is_required:
            raise _incompatible(
                new.code, "a field that is added can't be required", "新增字段不能为必填"
            )


def field_refusals(field: EventField) -> dict[str, RegularsError]:
    """All that is wrong with a field, by the part that is: `code`, `name`, `choices`, and
    `choices.<code>` of one choice. Nothing when it can be kept."""
    found: dict[str, RegularsError] = {}
    for part, check in _checks(field):
        try:
            check()
        except RegularsError as refusal:
            found[part] = refusal
    return found


def _field_checked(field: EventField) -> EventField:
    checked = {part: check() for part, check in _checks(field)}
    choices = {each: checked[f"choices.{each}"] for each in field.choices}
    return msgspec.structs.replace(field, name=checked["name"], choices=choices)


def _checks(field: EventField) -> list[tuple[str, Callable[[], Any]]]:
    """Each part of a field with what refuses it, else answers it as it is kept."""
    code = _shown(field)
    return [
        ("code", partial(_code_checked, field)),
        ("name", partial(texts_checked, field.name, f"{code}.name", maximum=NAME_MAX)),
        ("choices", partial(_choices_counted, field)),
        *[
            (f"choices.{each}", partial(_choice_checked, code, each, name))
            for each, name in field.choices.items()
        ],
    ]


def _shown(field: EventField) -> str:
    return field.code[:40].replace("\0", "?")


def _code_checked(field: EventField) -> None:
    code = _shown(field)
    if not _FIELD.fullmatch(field.code) or not is_possible_name(f"fact.{field.code}"):
        raise _refused(
            code,
            "a field's code has 1 to 40 lowercase letters, digits or underscores, starts with a "
            "letter and is no word of the language of conditions",
            "字段编码为 1 到 40 位小写字母、数字或下划线，以字母开头，且不能是条件语言的保留词",
        )
    if field.code in TAKEN:
        raise _refused(code, "every event has that already; choose another code", "系统已有，请换")
    if (field.type is FieldType.MONEY) != field.code.endswith(MONEY_SUFFIX):
        raise _refused(
            code,
            f"codes of money end with {MONEY_SUFFIX}, and no others do",
            f"金额字段的编码须以 {MONEY_SUFFIX} 结尾，其他字段不得如此",
        )


def _choices_counted(field: EventField) -> None:
    is_choice = field.type is FieldType.CHOICE
    if not (1 <= len(field.choices) <= CHOICES_MAX if is_choice else not field.choices):
        raise _refused(
            _shown(field),
            f"a field to choose from needs 1 to {CHOICES_MAX} choices, another none",
            f"选择类字段须有 1 到 {CHOICES_MAX} 个选项，其他类型不得有选项",
        )


def _choice_checked(code: str, choice: str, name: Mapping[str, str]) -> dict[str, str]:
    if not _FIELD.fullmatch(choice):
        raise _refused(
            code,
            "a choice's code has 1 to 40 lowercase letters, digits or underscores and starts "
            "with a letter",
            "选项编码为 1 到 40 位小写字母、数字或下划线，且以字母开头",
        )
    return texts_checked(name, f"{code}.choices.{choice}", maximum=NAME_MAX)


def _refused(field: str, english: str, chinese: str) -> EventFieldRefused:
    return EventFieldRefused(field=field, problem=Told(english, chinese))


def _incompatible(field: str, english: str, chinese: str) -> EventKindIncompatible:
    return EventKindIncompatible(field=field, problem=Told(english, chinese))
