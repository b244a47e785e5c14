"""The declaration of a kind as a JSON Schema and as an example, for who sends such events."""

from typing import Any

from regulars.foundation.amounts import AMOUNT_MAX
from regulars.rules.eventkinds.types import EventField, EventKindView, FieldType
from regulars.rules.eventkinds.values import INTEGER_MAX, TEXT_MAX

DIALECT = "https://json-schema.org/draft/2020-12/schema"
KEY = {"type": "string", "minLength": 1, "maxLength": 128}
MEMBER_BY = ("id", "external_id", "phone", "card")
_SHAPES: dict[FieldType, dict[str, Any]] = {
    FieldType.TEXT: {"type": "string", "minLength": 1, "maxLength": TEXT_MAX},
    FieldType.INTEGER: {"type": "integer", "minimum": -INTEGER_MAX, "maximum": INTEGER_MAX},
    FieldType.MONEY: {"type": "integer", "minimum": 0, "maximum": AMOUNT_MAX},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.YES_NO: {"type": "boolean"},
}
_EXAMPLES: dict[FieldType, Any] = {
    FieldType.TEXT: "A12",
    FieldType.INTEGER: 4,
    FieldType.MONEY: 12800,
    FieldType.DATE: "2026-03-01",
    FieldType.YES_NO: True,
}


def kind_schema(kind: EventKindView) -> dict[str, Any]:
    """What an event of this kind must look like, as a JSON Schema (2020-12)."""
    required = [field.code for field in kind.fields if field.is_required]
    data: dict[str, Any] = {
        "type": "object",
        "properties": {field.code: _field(field) for field in kind.fields},
        "required": required,
        "additionalProperties": False,
    }
    return {
        "$schema": DIALECT,
        "title": kind.name.get("en") or next(iter(kind.name.values()), kind.code),
        "type": "object",
        "properties": {
            "event_id": KEY,
            "kind": {"const": kind.code},
            "occurred_at": {"type": "string", "format": "date-time"},
            "member": {
                "type": "object",
                "properties": dict.fromkeys(MEMBER_BY, KEY),
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            "store": {"type": "string", "maxLength": 128},
            "document": KEY,
            "data": data,
        },
        "required": [
            "event_id", "kind", "occurred_at", "member", *(["data"] if required else []),
        ],
        "additionalProperties": False,
    }  # fmt: skip


def kind_example(kind: EventKindView, currency: str, occurred_at: str) -> dict[str, Any]:
    """An event of this kind with every field filled in."""
    example: dict[str, Any] = {
        "event_id": f"{kind.code.replace('.', '-').replace('_', '-')}-0001",
        "kind": kind.code,
        "occurred_at": occurred_at,
        "member": {"phone": "+8613800138000"},
    }
    if kind.fields:
        example["data"] = {field.code: _example(kind, field, currency) for field in kind.fields}
    return example


def _field(field: EventField) -> dict[str, Any]:
    shape = _SHAPES.get(field.type) or {"type": "string", "enum": list(field.choices)}
    name = field.name.get("en") or next(iter(field.name.values()), field.code)
    return {**shape, "title": name}


def _example(kind: EventKindView, field: EventField, currency: str) -> Any:
    if kind.is_built_in and field.code == "currency":
        return currency
    if field.type is FieldType.CHOICE:
        return next(iter(field.choices))
    return _EXAMPLES[field.type]
