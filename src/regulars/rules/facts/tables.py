"""Facts that are one query: asked of a batch's members in the intake, of everybody in segments.

One text serves both, so that a rule and a segment never disagree about a member.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

import msgspec

from regulars.foundation import clock
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Rows, Statement
from regulars.foundation.shop.selectors import shop_known
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts.registry import fact_register
from regulars.rules.facts.types import (
    FactColumn,
    FactDeclaration,
    FactLoad,
    FactProvider,
    FactTable,
    FactValue,
    FactValues,
)

MARK: LiteralString = "/* members */"
SOME: LiteralString = "AND holder_id = ANY(%(members)s::uuid[])"


class TableFact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of a table: the name that conditions say, and the column it stands in."""

    name: str
    type: ValueType
    column: str
    missing: FactValue
    label: dict[str, str]
    moving: bool = False
    can_look_back: bool = False


def table_register(table: FactTable, facts: Sequence[TableFact]) -> None:
    """Makes a table's facts known to rules and to segments."""
    for declaration in table_declared(table, facts):
        fact_register(declaration)


def table_declared(table: FactTable, facts: Sequence[TableFact]) -> list[FactDeclaration]:
    """The declarations of a table's facts, for who makes them known later."""
    columns = {each.name: FactColumn(table, each.column, each.missing) for each in facts}
    provider = _provider(table, columns)
    return [
        FactDeclaration(
            name=each.name,
            type=each.type,
            moving=each.moving,
            can_look_back=each.can_look_back,
            provider=provider,
            label=each.label,
            column=columns[each.name],
        )
        for each in facts
    ]


def parameters_at(at: datetime) -> dict[str, Any]:
    """The parameters that every table may read."""
    zone = shop_known().time_zone
    return {"at": at, "today": clock.business_date(at, zone), "zone": zone}


def _provider(table: FactTable, columns: dict[str, FactColumn]) -> FactProvider:
    def load(names: Sequence[str], member_ids: Sequence[str], at: datetime) -> FactLoad:
        params = parameters_at(at)
        if not table.for_all:
            params["members"] = id_array(member_ids)
        statement = Statement(_asking(table, [columns[name].column for name in names]), params)

        def parse(rows: Sequence[Rows]) -> FactValues:
            defaults = [columns[name].missing for name in names]
            found = {row[0]: _named(names, row[1:], defaults) for row in rows[0]}
            # A table that is true of everybody has its one row under nobody's id.
            others = found.get(None) or dict(zip(names, defaults, strict=True))
            return {member_id: found.get(member_id, others) for member_id in member_ids}

        return FactLoad((statement,), parse)

    return load


def _named(
    names: Sequence[str], row: Sequence[Any], defaults: Sequence[FactValue]
) -> dict[str, FactValue]:
    values: dict[str, FactValue] = {}
    for name, each, missing in zip(names, row, defaults, strict=True):
        if each is None:
            values[name] = missing
        else:
            values[name] = tuple(each) if isinstance(each, list) else each
    return values


def _asking(table: FactTable, columns: Sequence[str]) -> str:
    """The query for some members: what stands in the table's text, and in no caller's hand."""
    owner = "NULL::uuid" if table.for_all else "t.member_id"
    asked = ", ".join([owner, *[f"t.{column}" for column in columns]])
    return " ".join(["SELECT", asked, "FROM (", table.sql.replace(MARK, SOME), ") AS t"])
