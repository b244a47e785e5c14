"""From a condition to one query over all members.

Comparisons, and / or / not, membership in lists, whole-number arithmetic and beginnings of texts
become SQL when every fact they read stands in a table. Everything else is `NotAQuery`, and is
asked member by member (see `asking`). Constants travel as parameters, never inside the text.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

from regulars.rules.expressions.types import Call, Const, Items, Name, Node, ValueType
from regulars.rules.facts import FactColumn, FactDeclaration, FactTable

_COMPARISONS = {"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">="}
_ARITHMETIC = {"_+_": "+", "_-_": "-", "_*_": "*"}
_CASTS = {ValueType.INT: "bigint", ValueType.TEXT: "text", ValueType.BOOL: "boolean"}


class NotAQuery(Exception):
    """The condition asks something that has no form as a query."""


class Query:
    """The condition of a tree over the facts' tables, with its parameters."""

    def __init__(self, tree: Node, facts: Mapping[str, FactDeclaration]) -> None:
        self._facts = facts
        self._tables: dict[str, FactTable] = {}
        self.params: dict[str, Any] = {}
        self.where = self._truth(tree)
        # A table whose members alone can pass is joined plainly: far fewer rows to look at.
        self._needed = {name for name in self._tables if self._fails_without(tree, name)}

    def members(self, everybody: LiteralString) -> LiteralString:
        """The query of the ids of all members (those of `everybody`) for whom it holds."""
        parts = ["SELECT m.id FROM (", everybody, ") AS m"]
        for name, table in sorted(self._tables.items()):
            kind = "JOIN" if name in self._needed and not table.for_all else "LEFT JOIN"
            on = "true" if table.for_all else f"{name}.member_id = m.id"
            parts += [kind, "(", table.sql, ") AS", name, "ON", on]
        parts += ["WHERE", self.where]
        return " ".join(parts)

    def _truth(self, node: Node) -> str:
        if isinstance(node, Const) and isinstance(node.value, bool):
            return "true" if node.value else "false"
        if isinstance(node, Name):
            return self._column(node.name, ValueType.BOOL)
        if not isinstance(node, Call):
            raise NotAQuery
        function, arguments = node.function, node.arguments
        if function in ("_&&_", "_||_"):
            word = " AND " if function == "_&&_" else " OR "
            return "(" + word.join([self._truth(each) for each in arguments]) + ")"
        if function == "!_":
            return f"(NOT {self._truth(arguments[0])})"
        if function in _COMPARISONS:
            left, right = (self._value(each, ValueType.INT) for each in arguments)
            return f"({left} {_COMPARISONS[function]} {right})"
        if function in ("_==_", "_!=_"):
            kind = self._kind(arguments[0])
            left, right = (self._value(each, kind) for each in arguments)
            return f"({left} {'=' if function == '_==_' else '<>'} {right})"
        if function == "@in":
            return self._membership(*arguments)
        if function == "startsWith":
            text, start = (self._value(each, ValueType.TEXT) for each in arguments)
            return f"starts_with({text}, {start})"
        raise NotAQuery

    def _membership(self, item: Node, of: Node) -> str:
        if isinstance(of, Items):
            kind = self._kind(item)
            items = ", ".join([self._value(each, kind) for each in of.items])
            return f"({self._value(item, kind)} IN ({items}))" if items else "false"
        if isinstance(of, Name):
            codes = self._column(of.name, ValueType.TEXTS)
            return f"({self._value(item, ValueType.TEXT)} = ANY({codes}))"
        raise NotAQuery

    def _value(self, node: Node, kind: ValueType) -> str:
        if isinstance(node, Const):
            return self._constant(node.value, kind)
        if isinstance(node, Name):
            return self._column(node.name, kind)
        if kind is ValueType.BOOL:
            return self._truth(node)
        if isinstance(node, Call) and kind is ValueType.INT:
            if node.function == "-_":
                return f"(- {self._value(node.arguments[0], kind)})"
            if node.function in _ARITHMETIC:
                left, right = (self._value(each, kind) for each in node.arguments)
                return f"({left} {_ARITHMETIC[node.function]} {right})"
        raise NotAQuery

    def _constant(self, value: object, kind: ValueType) -> str:
        wanted = {ValueType.INT: int, ValueType.TEXT: str, ValueType.BOOL: bool}.get(kind)
        if type(value) is not wanted or (isinstance(value, str) and "\0" in value):
            raise NotAQuery
        name = f"value_{len(self.params)}"
        self.params[name] = value
        return f"%({name})s::{_CASTS[kind]}"

    def _column(self, name: str, kind: ValueType) -> str:
        fact = self._facts.get(name)
        if fact is None or fact.column is None or fact.type is not kind:
            raise NotAQuery
        found: FactColumn = fact.column
        self._tables[found.table.name] = found.table
        place = f"{found.table.name}.{found.column}"
        if kind is ValueType.TEXTS:
            return f"coalesce({place}, '{{}}')"
        return f"coalesce({place}, {self._constant(found.missing, kind)})"

    def _kind(self, node: Node) -> ValueType:
        if isinstance(node, Name) and node.name in self._facts:
            return self._facts[node.name].type
        if isinstance(node, Const):
            kinds = {bool: ValueType.BOOL, int: ValueType.INT, str: ValueType.TEXT}
            found = kinds.get(type(node.value))
            if found is None:
                raise NotAQuery
            return found
        if isinstance(node, Call):
            return ValueType.INT if node.function in {*_ARITHMETIC, "-_"} else ValueType.BOOL
        raise NotAQuery

    def _fails_without(self, node: Node, table: str) -> bool:
        """Whether it can't hold for a member who has no row in this table; a safe guess."""
        if not isinstance(node, Call):
            return False
        if node.function == "_&&_":
            return any(self._fails_without(each, table) for each in node.arguments)
        if node.function == "_||_":
            return all(self._fails_without(each, table) for each in node.arguments)
        if node.function in ("_>=_", "_>_", "_==_", "_<_", "_<=_") and len(node.arguments) == 2:
            left, right = node.arguments
            if isinstance(left, Name) and isinstance(right, Const):
                return not self._missing_passes(left.name, node.function, right.value, table)
        if node.function == "@in":
            item, of = node.arguments
            return self._in_fails_without(item, of, table)
        return False

    def _in_fails_without(self, item: Node, of: Node, table: str) -> bool:
        if isinstance(of, Name):
            column = self._facts[of.name].column
            return column is not None and column.table.name == table
        if not (isinstance(item, Name) and isinstance(of, Items)):
            return False
        column = self._facts[item.name].column
        values = [each.value for each in of.items if isinstance(each, Const)]
        return column is not None and column.table.name == table and column.missing not in values

    def _missing_passes(self, name: str, function: str, value: object, table: str) -> bool:
        column = self._facts[name].column
        if column is None or column.table.name != table:
            return True
        missing = column.missing
        if function == "_==_":
            return missing == value
        if not (isinstance(missing, int) and isinstance(value, int)):
            return True
        return {
            "_>=_": missing >= value,
            "_>_": missing > value,
            "_<_": missing < value,
            "_<=_": missing <= value,
        }[function]


def query_of(tree: Node, facts: Mapping[str, FactDeclaration]) -> Query | None:
    """The tree as a query, or None when some of it has no such form."""
    try:
        return Query(tree, facts)
    except NotAQuery:
        return None
