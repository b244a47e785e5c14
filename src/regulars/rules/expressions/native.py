"""Conditions of a plain form as functions of our own, which answer in a fraction of the time.

Comparisons of numbers and texts, membership in lists, and / or / not of these: what most rules say.
The tree was checked by the library before, so that types agree, and none of these operators can
fail; a test asks the library and the function the same and compares. Whatever else a condition
says is left to the library.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from regulars.rules.expressions.types import Call, Const, Items, Name, Node, ValueType

Answering = Callable[[Sequence[Any]], bool]

_OF_NUMBERS = {"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">="}
_OF_EQUALS = {"_==_": "==", "_!=_": "!="}
_JOINED = {"_&&_": "and", "_||_": "or"}
_SCALARS = (ValueType.INT, ValueType.TEXT, ValueType.BOOL)


class _Left(Exception):
    """A part has no plain form: the library answers."""


def answering(
    tree: Node, variables: Sequence[str], types: Mapping[str, ValueType]
) -> Answering | None:
    """What answers the condition for the values of `variables`, or None if it is not so plain."""
    places = {name: (f"v[{place}]", types[name]) for place, name in enumerate(variables)}
    try:
        text, kind = _written(tree, places)
    except _Left:
        return None
    if kind is not ValueType.BOOL:
        return None
    # Written here from operators, places and quoted constants alone.
    made: Answering = eval(f"lambda v: {text}", {"__builtins__": {}})  # noqa: S307
    return made


def _written(node: Node, places: Mapping[str, tuple[str, ValueType]]) -> tuple[str, ValueType]:
    """A part in Python, with its type."""
    if isinstance(node, Name) and node.name in places:
        return places[node.name]
    if isinstance(node, Const):
        return _constant(node)
    if isinstance(node, Call):
        return _called(node, places), ValueType.BOOL
    raise _Left


def _constant(node: Const) -> tuple[str, ValueType]:
    value = node.value
    if isinstance(value, bool):
        return repr(value), ValueType.BOOL
    if isinstance(value, int):
        return repr(value), ValueType.INT
    if isinstance(value, str):
        return repr(value), ValueType.TEXT
    raise _Left


def _called(call: Call, places: Mapping[str, tuple[str, ValueType]]) -> str:
    name, parts = call.function, call.arguments
    if name == "!_" and len(parts) == 1:
        text, kind = _written(parts[0], places)
        if kind is ValueType.BOOL:
            return f"(not {text})"
    elif len(parts) == 2 and name == "@in":
        return _among(parts[0], parts[1], places)
    elif len(parts) == 2:
        (left, kind), (right, other) = [_written(part, places) for part in parts]
        if name in _JOINED and kind is other is ValueType.BOOL:
            return f"({left} {_JOINED[name]} {right})"
        if name in _OF_NUMBERS and kind is other is ValueType.INT:
            return f"({left} {_OF_NUMBERS[name]} {right})"
        if name in _OF_EQUALS and kind is other and kind in _SCALARS:
            return f"({left} {_OF_EQUALS[name]} {right})"
    raise _Left


def _among(one: Node, many: Node, places: Mapping[str, tuple[str, ValueType]]) -> str:
    text, kind = _written(one, places)
    if isinstance(many, Items):
        constants = [_written(each, {}) for each in many.items if isinstance(each, Const)]
        same = all(each is kind for _, each in constants)
        if same and kind in _SCALARS and len(constants) == len(many.items):
            listed = "".join([f"{each}, " for each, _ in constants])
            return f"({text} in ({listed}))"
    elif isinstance(many, Name) and kind is ValueType.TEXT:
        list_text, list_kind = _written(many, places)
        if list_kind is ValueType.TEXTS:
            return f"({text} in {list_text})"
    raise _Left
