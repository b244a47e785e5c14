"""The answer of a write, given for the first time or again."""

import msgspec


class Answered(msgspec.Struct, frozen=True):
    """`status` and `body` are what the caller gets, and what every retry gets."""

    status: int
    body: str
    replayed: bool = False
