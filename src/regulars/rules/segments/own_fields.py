"""Members' own fields as facts: `member.fields.pet == 'dog'`.

Only fields that are not personal: the values that a rule read stand on its receipts, and personal
ones are sealed and must be emptied by an erasure.
"""

from typing import LiteralString

from regulars.members.fields.selectors import fields_of_all
from regulars.members.fields.types import FieldKind, FieldView
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import (
    FactDeclaration,
    FactTable,
    FactValue,
    TableFact,
    fact_source_register,
    table_declared,
)

PREFIX = "member.fields."
LANGUAGES = ("zh-Hans", "en")

# Each field is a query of its own; its number is ours, and the only thing that differs.
VALUES: dict[FieldKind, LiteralString] = {
    FieldKind.NUMBER: "value::bigint",
    FieldKind.YES_NO: "value = 'true'",
    FieldKind.TEXT: "value",
    FieldKind.DATE: "value",
    FieldKind.CHOICE: "value",
}
ASKED: tuple[LiteralString, LiteralString, LiteralString] = (
    "SELECT holder_id AS member_id, ",
    """ AS told FROM (
        SELECT member_id AS holder_id, value FROM members_field_value
        WHERE value IS NOT NULL AND field_id = """,
    """
    ) AS told WHERE true /* members */""",
)
TYPES: dict[FieldKind, tuple[ValueType, FactValue]] = {
    FieldKind.NUMBER: (ValueType.INT, 0),
    FieldKind.YES_NO: (ValueType.BOOL, False),
    FieldKind.TEXT: (ValueType.TEXT, ""),
    FieldKind.DATE: (ValueType.TEXT, ""),
    FieldKind.CHOICE: (ValueType.TEXT, ""),
}


def own_field_facts() -> list[FactDeclaration]:
    """A fact for each field that is not personal, hidden ones too: programs may read them yet."""
    return [
        declaration
        for number, field in fields_of_all()
        if not field.is_personal
        for declaration in _declared(number, field)
    ]


def _declared(number: int, field: FieldView) -> list[FactDeclaration]:
    sql = "".join([ASKED[0], VALUES[field.kind], ASKED[1], str(number), ASKED[2]])
    kind, missing = TYPES[field.kind]
    any_name = next(iter(field.name.values()), field.code)
    fact = TableFact(
        name=f"{PREFIX}{field.code}",
        type=kind,
        column="told",
        missing=missing,
        label={language: field.name.get(language, any_name) for language in LANGUAGES},
    )
    return table_declared(FactTable(f"member_field_{number}", sql), (fact,))


fact_source_register(own_field_facts)
