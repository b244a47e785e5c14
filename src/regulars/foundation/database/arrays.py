"""Array parameters made ready for the wire, for statements that store many rows at once.

A driver adapts a list item by item, in Python; a batch has thousands of items, so this is worth a
module. Ids, texts, instants and days travel in PostgreSQL's binary form, which the server takes
over as it is; numbers as a literal such as `{1,2,3}`. Both are parameters, never part of a
statement. Binary layout: dimensions, has-nulls, element type, length, lower bound, then each
element after its length (-1 for null), all big-endian (PostgreSQL's `array_recv`).
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import Dumper

ArrayMaker = Callable[[Any], object]

_HEAD = struct.Struct(">iiIii")
_INSTANT = struct.Struct(">iq")
_DAY = struct.Struct(">ii")
_JSON_HEAD = struct.Struct(">iB")
_UUID_TYPE, _TIMESTAMPTZ_TYPE, _DATE_TYPE, _TEXT_TYPE, _JSONB_TYPE = 2950, 1184, 1082, 25, 3802
_ID_LENGTH = "00000010"
_NULL_LENGTH = "ffffffff"
_NULL = b"\xff\xff\xff\xff"
_LENGTHS_KNOWN = 2048
_LENGTHS = tuple([length.to_bytes(4, "big") for length in range(_LENGTHS_KNOWN)])
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()


class BinaryArray(bytes):
    """An array parameter in PostgreSQL's binary form."""

    __slots__ = ()


class _BinaryArrayDumper(Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: BinaryArray) -> bytes:
        return obj


def arrays_registered(connection: psycopg.Connection) -> None:
    """Teaches a connection to send binary arrays; their type is what the statement casts to."""
    connection.adapters.register_dumper(BinaryArray, _BinaryArrayDumper)


def columns_as_arrays(
    makers: Sequence[ArrayMaker], rows: Iterable[tuple[object, ...]]
) -> tuple[object, ...]:
    """The parameters of a statement that stores `rows`: one array per column."""
    columns = zip(*rows, strict=True)
    return tuple([make(column) for make, column in zip(makers, columns, strict=True)])


def plain_array(values: Iterable[object]) -> str:
    """Integers or booleans, some perhaps missing: values whose text needs no quoting."""
    if isinstance(values, list | tuple) and _all_alike(values):
        text = "NULL" if values[0] is None else str(values[0])
        return "{" + f"{text}," * (len(values) - 1) + text + "}"
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def int_array(values: Iterable[int]) -> str:
    """Integers only, none missing."""
    if isinstance(values, list | tuple) and _all_alike(values):
        return "{" + f"{values[0]}," * (len(values) - 1) + f"{values[0]}" + "}"
    return "{" + ",".join(map(str, values)) + "}"


def id_array(values: Iterable[str]) -> BinaryArray:
    """UUIDs in canonical text, none missing."""
    ids = values if isinstance(values, list | tuple) else list(values)
    if not ids:
        return _array(_UUID_TYPE, 0, b"")
    digits = f"{_ID_LENGTH}{_ID_LENGTH.join(ids)}".replace("-", "")
    return _array(_UUID_TYPE, len(ids), bytes.fromhex(digits))


def optional_id_array(values: Sequence[str | None]) -> BinaryArray:
    """UUIDs in canonical text; a missing one becomes NULL."""
    digits = "".join([_NULL_LENGTH if each is None else _ID_LENGTH + each for each in values])
    return _array(_UUID_TYPE, len(values), bytes.fromhex(digits.replace("-", "")))


def text_array(values: Sequence[str | None]) -> BinaryArray:
    """Texts of any content; a missing one becomes NULL."""
    return _array(_TEXT_TYPE, len(values), b"".join([_text(value) for value in values]))


def text_bytes_array(values: Sequence[bytes]) -> BinaryArray:
    """Texts that are UTF-8 already, none missing."""
    return _array(_TEXT_TYPE, len(values), b"".join([_sized(value) for value in values]))


def word_array(values: Sequence[str | None]) -> BinaryArray:
    """Texts of which there are few different ones, such as kinds; a missing one becomes NULL."""
    return _array(_TEXT_TYPE, len(values), _elements(_word, values))


def json_array(values: Sequence[bytes]) -> BinaryArray:
    """Encoded JSON documents for a jsonb column, none missing."""
    parts = [_JSON_HEAD.pack(len(value) + 1, 1) + value for value in values]
    return _array(_JSONB_TYPE, len(values), b"".join(parts))


def instant_array(values: Sequence[datetime | None]) -> BinaryArray:
    """Aware instants, exact to the microsecond; a missing one becomes NULL."""
    return _array(_TIMESTAMPTZ_TYPE, len(values), _elements(_instant, values))


def date_array(values: Sequence[date]) -> BinaryArray:
    """Calendar days, none missing."""
    return _array(_DATE_TYPE, len(values), _elements(_day, values))


def _all_alike(values: Sequence[object]) -> bool:
    """Whether a column says the same all the way down, as many do: then it is written once."""
    return len(values) > 1 and values.count(values[0]) == len(values)


def _elements(made: Callable[[Any], bytes], values: Sequence[Any]) -> bytes:
    if _all_alike(values):
        return made(values[0]) * len(values)
    return b"".join([made(each) for each in values])


def _array(element_type: int, length: int, elements: bytes) -> BinaryArray:
    dimensions = (1, 1, element_type, length, 1) if length else (0, 0, element_type)
    head = _HEAD.pack(*dimensions) if length else struct.pack(">iiI", *dimensions)
    return BinaryArray(head + elements)


@lru_cache(maxsize=4096)
def _instant(value: datetime | None) -> bytes:
    # The same instant goes into several tables of one batch.
    if value is None:
        return _NULL
    since = value - _EPOCH
    return _INSTANT.pack(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


@lru_cache(maxsize=1024)
def _day(value: date) -> bytes:
    return _DAY.pack(4, value.toordinal() - _EPOCH_DAY)


def _text(value: str | None) -> bytes:
    if value is None:
        return _NULL
    return _sized(value.encode())


def _sized(encoded: bytes) -> bytes:
    length = len(encoded)
    head = _LENGTHS[length] if length < _LENGTHS_KNOWN else length.to_bytes(4, "big")
    return head + encoded


_word = lru_cache(maxsize=4096)(_text)
