"""Reads the checked tree of an expression, so that rules can be explained and bounded.

The tree comes as the protocol-buffer message `cel.expr.CheckedExpr`. Only a dozen of its fields
matter here, so that a reader of the wire format is smaller than a dependency on the message's
classes. Numbers below are the field numbers of the published message.
"""

from collections.abc import Iterator

from regulars.rules.expressions.types import (
    Call,
    Const,
    Fold,
    Items,
    Name,
    Node,
    Other,
    Threshold,
)

VALUE_OF_ANY, EXPR_OF_CHECKED = 2, 4
CONST, IDENT, SELECT, CALL, LIST, STRUCT, COMPREHENSION = 3, 4, 5, 6, 7, 8, 9
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_AT_LEAST = {"_>=_": 0, "_>_": 1}
_AT_MOST = {"_<=_": 0, "_<_": 1}

Field = tuple[int, int | bytes]


def tree_of(serialized: bytes) -> Node:
    """The tree of a checked expression as the library serializes it: wrapped in an `Any`."""
    for number, wrapped in _fields(serialized):
        if number == VALUE_OF_ANY:
            for inner, value in _fields(_bytes(wrapped)):
                if inner == EXPR_OF_CHECKED:
                    return _node(_bytes(value))
    raise ValueError("the serialized expression has no tree")


def nodes(tree: Node) -> Iterator[Node]:
    """The tree's nodes, from the root down."""
    yield tree
    for part in parts(tree):
        yield from nodes(part)


def parts(tree: Node) -> tuple[Node, ...]:
    """The nodes directly inside this one."""
    if isinstance(tree, Call):
        return tree.arguments
    if isinstance(tree, Items):
        return tree.items
    if isinstance(tree, Fold | Other):
        return tree.parts
    return ()


def conjuncts(tree: Node) -> list[Node]:
    """The parts of `a && b && c`; a tree of another kind is its only part."""
    if isinstance(tree, Call) and tree.function == "_&&_":
        return [part for argument in tree.arguments for part in conjuncts(argument)]
    return [tree]


def thresholds(tree: Node) -> tuple[Threshold, ...]:
    """What the expression demands at least, as far as it is `variable >= number && …`."""
    found = [_threshold(part) for part in conjuncts(tree)]
    return tuple(each for each in found if each)


def _threshold(tree: Node) -> Threshold | None:
    if not (isinstance(tree, Call) and len(tree.arguments) == 2):
        return None
    left, right = tree.arguments
    steps = _AT_LEAST
    if isinstance(left, Const):
        left, right, steps = right, left, _AT_MOST
    if not (isinstance(left, Name) and isinstance(right, Const) and tree.function in steps):
        return None
    if type(right.value) is not int:
        return None
    return Threshold(left.name, right.value + steps[tree.function])


def _node(message: bytes) -> Node:
    for number, value in _fields(message):
        if number == CONST:
            return _constant(_bytes(value))
        if number == IDENT:
            return Name(_texts(_bytes(value), 1)[0])
        if number == SELECT:
            return Other(_nodes(_bytes(value), 1))
        if number == CALL:
            return _call(_bytes(value))
        if number == LIST:
            return Items(_nodes(_bytes(value), 1))
        if number == STRUCT:
            entries = [inner for field, inner in _fields(_bytes(value)) if field == 2]
            return Other(tuple(node for each in entries for node in _nodes(_bytes(each), 3, 4)))
        if number == COMPREHENSION:
            return Fold(_nodes(_bytes(value), 2, 4, 5, 6, 7))
    return Other(())


def _call(message: bytes) -> Call:
    return Call(_texts(message, 2)[0], _nodes(message, 1, 3))


def _nodes(message: bytes, *numbers: int) -> tuple[Node, ...]:
    return tuple(_node(_bytes(value)) for number, value in _fields(message) if number in numbers)


def _texts(message: bytes, wanted: int) -> list[str]:
    return [_bytes(value).decode() for number, value in _fields(message) if number == wanted]


def _constant(message: bytes) -> Node:
    """A literal. Fractions and bytes are nobody's business but the library's: `0.0 == -0.0`."""
    for number, value in _fields(message):
        if number == 2:
            return Const(bool(value))
        if number == 3 and isinstance(value, int):
            return Const(value - 2**64 if value >= 2**63 else value)
        if number == 4 and isinstance(value, int):
            return Const(value)
        if number == 6:
            return Const(_bytes(value).decode("utf-8", "replace"))
        if number in (5, 7):
            return Other(())
    return Const(None)


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise TypeError("a message was expected, a number was found")
    return value


def _fields(message: bytes) -> Iterator[Field]:
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, place = _varint(message, place)
            yield number, value
            continue
        length = {_FIXED64: 8, _FIXED32: 4}.get(kind)
        if kind == _BYTES:
            length, place = _varint(message, place)
        if length is None:
            raise ValueError(f"unknown wire kind {kind}")
        yield number, message[place : place + length]
        place += length


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7
