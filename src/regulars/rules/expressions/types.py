"""What an expression is made of, for those who compile, ask and explain one."""

from enum import StrEnum

import msgspec


class ValueType(StrEnum):
    """The types a variable may have. Amounts are integers; there are no fractions."""

    INT = "int"
    TEXT = "text"
    BOOL = "bool"
    TEXTS = "texts"


class Const(msgspec.Struct, frozen=True):
    """A literal: true, 12, "tea"."""

    value: bool | int | str | None


class Name(msgspec.Struct, frozen=True):
    """A variable, by its whole dotted name."""

    name: str


class Call(msgspec.Struct, frozen=True):
    """An operator or a function with its arguments, such as `_&&_` or `@in`."""

    function: str
    arguments: tuple["Node", ...]


class Items(msgspec.Struct, frozen=True):
    """A list written out."""

    items: tuple["Node", ...]


class Fold(msgspec.Struct, frozen=True):
    """A macro over a list (`all`, `exists`, …) with everything inside it."""

    parts: tuple["Node", ...]


class Other(msgspec.Struct, frozen=True):
    """Anything else, with what is inside it."""

    parts: tuple["Node", ...]


Node = Const | Name | Call | Items | Fold | Other


class Threshold(msgspec.Struct, frozen=True):
    """A condition needs at least `minimum` of this variable: what a “how much more” is about."""

    variable: str
    minimum: int
