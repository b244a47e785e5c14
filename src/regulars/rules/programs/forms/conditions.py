"""A condition's lines as an expression, and an expression's lines. Pure.

Every list of lines has one expression. An expression that is more than lines of lines has none:
it stays a text.
"""

import json
from collections.abc import Mapping, Sequence

from regulars.foundation.amounts import currency_exponent
from regulars.rules.expressions.types import Call, Const, Items, Name, Node, ValueType
from regulars.rules.programs.forms.numbers import decimal_plain, decimal_read
from regulars.rules.programs.forms.types import Ask, Asks, Joint, Operator
from regulars.rules.programs.texts import is_money

EVERYTHING = "true"
BIRTH_MONTH = "member.birth_month"
MONTH = "business.month"
LISTED_MAX = 50
SEPARATORS = (",", "，", "、")

ORDERED = {
    Operator.AT_LEAST: ">=",
    Operator.MORE_THAN: ">",
    Operator.AT_MOST: "<=",
    Operator.LESS_THAN: "<",
}
_COMPARED = {
    "_>=_": Operator.AT_LEAST,
    "_>_": Operator.MORE_THAN,
    "_<=_": Operator.AT_MOST,
    "_<_": Operator.LESS_THAN,
}
_MIRRORED = {"_>=_": "_<=_", "_>_": "_<_", "_<=_": "_>=_", "_<_": "_>_"}
_JOINTS = {"_&&_": Joint.ALL, "_||_": Joint.ANY}

OPERATORS: Mapping[ValueType, tuple[Operator, ...]] = {
    ValueType.INT: (*ORDERED, Operator.ONE_OF, Operator.NONE_OF),
    ValueType.TEXT: (Operator.ONE_OF, Operator.NONE_OF),
    ValueType.TEXTS: (Operator.INCLUDES, Operator.EXCLUDES),
    ValueType.BOOL: (Operator.YES, Operator.NO),
}
WITHOUT_VALUE = (Operator.YES, Operator.NO, Operator.THIS_MONTH)

Types = Mapping[str, ValueType]


class LineWrong(Exception):
    """A line that can't be compiled: its place (“0”, “2.1”) and what is wrong with it."""

    def __init__(self, place: str, english: str, chinese: str) -> None:
        super().__init__(english)
        self.place = place
        self.text = {"en": english, "zh-Hans": chinese}


def condition_text(asks: Asks, types: Types, currency: str) -> str:
    """The expression of these lines. Raises `LineWrong` for the first line that is incomplete."""
    if not asks.lines:
        return EVERYTHING
    return _joined(asks, types, currency, "")


def _joined(asks: Asks, types: Types, currency: str, place: str) -> str:
    joint = " && " if asks.joint is Joint.ALL else " || "
    parts = []
    for number, line in enumerate(asks.lines):
        here = f"{place}{number}"
        if isinstance(line, Asks):
            if not line.lines:
                raise LineWrong(here, "add a line or remove the group", "请添加条件或删除该组")
            inner = _joined(line, types, currency, f"{here}.")
            several = len(line.lines) > 1 or " || " in inner
            parts.append(f"({inner})" if several else inner)
        else:
            text = _line(line, types, currency, here)
            alone = len(asks.lines) == 1 or asks.joint is Joint.ANY
            parts.append(text if alone or " || " not in text else f"({text})")
    return joint.join(parts)


def _line(ask: Ask, types: Types, currency: str, place: str) -> str:
    kind = types.get(ask.variable)
    if kind is None:
        raise LineWrong(place, "choose what the condition is about", "请选择条件针对什么")
    if ask.operator is Operator.THIS_MONTH and ask.variable == BIRTH_MONTH:
        return f"{BIRTH_MONTH} == {MONTH}"
    if ask.operator not in OPERATORS[kind]:
        raise LineWrong(place, "choose how to compare", "请选择比较方式")
    if kind is ValueType.BOOL:
        return ask.variable if ask.operator is Operator.YES else f"!{ask.variable}"
    return _compared_text(ask, kind, currency, place)


def _compared_text(ask: Ask, kind: ValueType, currency: str, place: str) -> str:
    values = [_literal(ask.variable, each, kind, currency, place) for each in ask.values if each]
    if not values:
        raise LineWrong(place, "fill in a value", "请填写数值或选择内容")
    if len(values) > LISTED_MAX:
        raise LineWrong(place, f"name at most {LISTED_MAX} values", f"最多填写 {LISTED_MAX} 项")
    if ask.operator in ORDERED:
        return f"{ask.variable} {ORDERED[ask.operator]} {values[0]}"
    if kind is ValueType.TEXTS:
        return _included(ask, values)
    if len(values) == 1:
        sign = "==" if ask.operator is Operator.ONE_OF else "!="
        return f"{ask.variable} {sign} {values[0]}"
    listed = f"{ask.variable} in [{', '.join(values)}]"
    return listed if ask.operator is Operator.ONE_OF else f"!({listed})"


def _included(ask: Ask, values: Sequence[str]) -> str:
    told = " || ".join([f"{each} in {ask.variable}" for each in values])
    return told if ask.operator is Operator.INCLUDES else f"!({told})"


def _literal(variable: str, text: str, kind: ValueType, currency: str, place: str) -> str:
    if kind is not ValueType.INT:
        return json.dumps(text, ensure_ascii=False)
    scale = currency_exponent(currency) if is_money(variable) else 0
    number = decimal_read(text, scale)
    if number is None and scale:
        raise LineWrong(
            place,
            f"write an amount with at most {scale} decimals",
            f"请填写金额，最多 {scale} 位小数",
        )
    if number is None:
        raise LineWrong(place, "write a whole number", "请填写整数")
    return str(number)


def condition_asks(tree: Node, types: Types, currency: str) -> Asks | None:
    """The lines of an expression's tree; None when it says more than lines can."""
    if isinstance(tree, Const):
        return Asks() if tree.value is True else None
    reader = _Reader(types, currency)
    joint = _joint(tree) or Joint.ALL
    lines = reader.lines(tree, joint, is_top=True)
    if lines is None:
        return None
    if len(lines) == 1:
        # One line alone is the same by either joint.
        return Asks(Joint.ALL, lines)
    return Asks(joint, lines)


def _joint(node: Node) -> Joint | None:
    return _JOINTS.get(node.function) if isinstance(node, Call) else None


def _flat(node: Node, joint: Joint) -> list[Node]:
    if isinstance(node, Call) and _joint(node) is joint:
        return [part for each in node.arguments for part in _flat(each, joint)]
    return [node]


class _Reader:
    """Reads lines out of a tree, with the variables' types and the shop's currency."""

    def __init__(self, types: Types, currency: str) -> None:
        self._types = types
        self._currency = currency

    def lines(self, node: Node, joint: Joint, *, is_top: bool) -> tuple[Ask | Asks, ...] | None:
        found: list[Ask | Asks] = []
        for part in _flat(node, joint):
            line = self._part(part, is_top=is_top)
            if line is None:
                return None
            before = found[-1] if found else None
            if joint is Joint.ANY and _same_list(before, line):
                found[-1] = _both(found[-1], line)
            else:
                found.append(line)
        return tuple(found)

    def _part(self, node: Node, *, is_top: bool) -> Ask | Asks | None:
        inner = _joint(node)
        if inner is None:
            return self._ask(node)
        lines = self.lines(node, inner, is_top=False)
        if lines is None or (len(lines) > 1 and not is_top):
            return None
        return lines[0] if len(lines) == 1 else Asks(inner, lines)

    def _ask(self, node: Node) -> Ask | None:
        if isinstance(node, Name):
            is_flag = self._types.get(node.name) is ValueType.BOOL
            return Ask(node.name, Operator.YES) if is_flag else None
        if not isinstance(node, Call):
            return None
        if node.function == "!_":
            return self._negated(node.arguments[0])
        if node.function == "@in":
            return self._listed(*node.arguments)
        if len(node.arguments) == 2:
            return self._compared(node.function, *node.arguments)
        return None

    def _negated(self, node: Node) -> Ask | None:
        if isinstance(node, Name):
            is_flag = self._types.get(node.name) is ValueType.BOOL
            return Ask(node.name, Operator.NO) if is_flag else None
        asked = self.lines(node, Joint.ANY, is_top=False)
        if asked is None or len(asked) != 1 or isinstance(asked[0], Asks):
            return None
        ask = asked[0]
        turned = {Operator.ONE_OF: Operator.NONE_OF, Operator.INCLUDES: Operator.EXCLUDES}
        other = turned.get(ask.operator)
        # “not (x is 1)” is written x != 1; it stays a text as whoever wrote it meant it.
        if other is None or (other is Operator.NONE_OF and len(ask.values) < 2):
            return None
        return Ask(ask.variable, other, ask.values)

    def _listed(self, left: Node, right: Node) -> Ask | None:
        if isinstance(left, Const) and isinstance(right, Name):
            return self._made(right.name, Operator.INCLUDES, [left])
        if isinstance(left, Name) and isinstance(right, Items) and len(right.items) > 1:
            constants = [each for each in right.items if isinstance(each, Const)]
            if len(constants) == len(right.items):
                return self._made(left.name, Operator.ONE_OF, constants)
        return None

    def _compared(self, function: str, left: Node, right: Node) -> Ask | None:
        if isinstance(left, Name) and isinstance(right, Name):
            is_birthday = {left.name, right.name} == {BIRTH_MONTH, MONTH} and function == "_==_"
            return Ask(BIRTH_MONTH, Operator.THIS_MONTH) if is_birthday else None
        if isinstance(left, Const):
            left, right, function = right, left, _MIRRORED.get(function, function)
        if not (isinstance(left, Name) and isinstance(right, Const)):
            return None
        same = {"_==_": Operator.ONE_OF, "_!=_": Operator.NONE_OF}
        operator = _COMPARED.get(function) or same.get(function)
        return self._made(left.name, operator, [right]) if operator else None

    def _made(self, name: str, operator: Operator, constants: Sequence[Const]) -> Ask | None:
        kind = self._types.get(name)
        wanted = int if kind is ValueType.INT else str
        values = [each.value for each in constants]
        if kind is None or operator not in OPERATORS[kind]:
            return None
        if any(type(value) is not wanted or value == "" for value in values):
            return None
        # In the form several values stand in one box, with commas between them.
        if any(mark in str(value) for value in values for mark in SEPARATORS):
            return None
        return Ask(name, operator, tuple([self._shown(name, value) for value in values]))

    def _shown(self, name: str, value: object) -> str:
        if isinstance(value, int) and is_money(name):
            return decimal_plain(value, currency_exponent(self._currency))
        return str(value)


def _same_list(before: Ask | Asks | None, line: Ask | Asks) -> bool:
    if not isinstance(before, Ask) or not isinstance(line, Ask):
        return False
    is_list = before.operator is Operator.INCLUDES is line.operator
    return is_list and before.variable == line.variable


def _both(before: Ask | Asks, line: Ask | Asks) -> Ask | Asks:
    """“a is in it” and “b is in it”, either of them, are one line with two values."""
    if not isinstance(before, Ask) or not isinstance(line, Ask):
        return line
    return Ask(before.variable, before.operator, before.values + line.values)
