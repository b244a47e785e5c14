"""Columns arrive as they are: all alike, all different, some missing, none at all."""

from datetime import UTC, date, datetime, timedelta

import pytest

from regulars.foundation.database import arrays
from regulars.foundation.database.session import unit_of_work

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
DAY = date(2025, 3, 1)
LONG = "熟" * 3000  # more bytes than lengths that are known by heart

CASES = {
    "text": (arrays.text_array, ["", "a", None, "熟客", LONG, "{\"',\\}"]),
    "word": (arrays.word_array, ["earn", "redeem", None]),
    "whole": (arrays.int_array, [0, -5, 2**62]),
    "plain": (arrays.plain_array, [7, None, 8]),
    "flags": (arrays.plain_array, [True, False]),
    "instant": (arrays.instant_array, [NOON, None, NOON + timedelta(microseconds=1)]),
    "day": (arrays.date_array, [DAY, DAY + timedelta(days=400)]),
}
TYPES = {
    "text": "text",
    "word": "text",
    "whole": "bigint",
    "plain": "smallint",
    "flags": "boolean",
    "instant": "timestamptz",
    "day": "date",
}


def columns(values):
    """Each value alone, each several times over, all of them in their order, and none."""
    yield []
    for value in values:
        yield [value]
        yield [value] * 4
    yield values
    yield [values[0], values[0], values[-1]]
    yield [values[-1], values[0], values[0]]


@pytest.mark.parametrize("kind", CASES)
def test_a_column_arrives_as_it_is(clean_database, kind):
    make, values = CASES[kind]
    with unit_of_work() as unit:
        for column in columns(values):
            assert unit.fetch(f"SELECT %s::{TYPES[kind]}[]", make(column)) == [(column,)]


def test_texts_that_are_bytes_already_arrive_as_texts(clean_database):
    texts = ["", "a", "熟客", LONG]
    with unit_of_work() as unit:
        made = arrays.text_bytes_array([each.encode() for each in texts])
        assert unit.fetch("SELECT %s::text[]", made) == [(texts,)]
