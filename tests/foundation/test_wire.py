"""Flights: many statements in one round trip, whatever their size, and what becomes of errors."""

import psycopg
import pytest

from regulars.foundation.database import wire
from regulars.foundation.database.arrays import id_array, int_array, text_array
from regulars.foundation.database.session import (
    Statement,
    pool_close,
    statements_merged,
    unit_of_work,
)
from regulars.foundation.ids import new_id

pytestmark = pytest.mark.usefixtures("pool_of_our_own")

LARGE = 40_000


@pytest.fixture
def pool_of_our_own(clean_database):
    yield
    pool_close()


@pytest.fixture
def table():
    with unit_of_work() as unit:
        unit.fetch("CREATE TEMP TABLE flown (id uuid PRIMARY KEY, word text, number bigint)")
        yield unit
        unit.rollback()


STORE = """
    INSERT INTO flown SELECT unnest(%s::uuid[]), unnest(%s::text[]), unnest(%s::bigint[])
"""


def rows_of(count, word="tea"):
    ids = [new_id() for _ in range(count)]
    return (id_array(ids), text_array([word] * count), int_array(range(count)))


def test_much_goes_out_while_much_comes_back(table):
    """Both directions are larger than any buffer between: neither may wait for the other."""
    word = "茶" * 100
    answers = table.flight(
        [
            Statement("SELECT repeat('x', 1000) FROM generate_series(1, %s)", (LARGE,)),
            Statement(STORE, rows_of(LARGE, word)),
            Statement("SELECT word FROM flown ORDER BY number"),
            Statement(STORE, rows_of(LARGE, word)),
            Statement("SELECT count(*), sum(number)::bigint FROM flown"),
        ]
    )
    assert [len(rows) for rows in answers] == [LARGE, 0, LARGE, 0, 1]
    assert answers[2][-1] == (word,)
    assert answers[4] == [(2 * LARGE, LARGE * (LARGE - 1))]


def test_nothing_behind_an_error_is_executed_and_the_connection_lives_on():
    with unit_of_work() as unit:
        unit.fetch("CREATE TEMP TABLE kept (number int CHECK (number > 0))")
        unit.commit()
        flight = [
            Statement("INSERT INTO kept VALUES (%s)", (1,)),
            Statement("INSERT INTO kept VALUES (%s)", (-1,)),
            Statement("INSERT INTO kept VALUES (%s)", (2,)),
        ]
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            unit.flight(flight)
        assert error.value.diag.constraint_name == "kept_number_check"
        unit.rollback()
        assert unit.fetch("SELECT count(*) FROM kept") == [(0,)]
        # What was prepared in the flight that failed is prepared anew.
        unit.flight(flight[::2])
        assert unit.fetch("SELECT sum(number) FROM kept") == [(3,)]
        unit.fetch("DROP TABLE kept")


def test_a_statement_that_is_wrong_can_be_mended():
    with unit_of_work() as unit:
        for _ in range(2):
            with pytest.raises(psycopg.errors.UndefinedTable):
                unit.fetch("SELECT * FROM nowhere WHERE id = %s", 1)
            unit.rollback()
        assert unit.fetch("SELECT 1") == [(1,)]


def test_statements_that_were_prepared_are_forgotten_when_they_are_too_many(monkeypatch):
    monkeypatch.setattr(wire, "PREPARED_MAX", 5)
    with unit_of_work() as unit:
        for number in range(30):
            assert unit.fetch(f"SELECT {number}, %s::text", "a") == [(number, "a")]
        rows = unit.fetch("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'flight%%'")
        assert rows[0][0] <= 7


def test_parameters_by_name_by_place_and_percent_signs():
    with unit_of_work() as unit:
        by_name = {"a": 7, "b": "x", "unused": None}
        assert unit.fetch_named("SELECT %(a)s + %(a)s, %(b)s || '%%'", by_name) == [(14, "x%")]
        assert unit.fetch("SELECT %s::int, 5 %% 3, %s::text", None, "y") == [(None, 2, "y")]


def test_merged_statements_write_the_same(table):
    merged = statements_merged(
        [
            Statement(STORE, rows_of(3)),
            Statement("UPDATE flown SET word = %s WHERE number > %s", ("none", 10)),
            Statement(STORE, rows_of(2, "milk")),
        ]
    )
    assert len(merged) == 1
    table.flight(merged)
    found = table.fetch("SELECT word, count(*) FROM flown GROUP BY 1 ORDER BY 1")
    assert found == [("milk", 2), ("tea", 3)]


def test_texts_arrive_as_they_are(table):
    texts = ['a "quoted" \\ {text}', "NULL", "", "\n\t,", "🐉", None]
    rows = table.fetch("SELECT unnest(%s::text[])", text_array(texts))
    assert [row[0] for row in rows] == texts
    assert table.fetch("SELECT cardinality(%s::uuid[])", id_array([])) == [(0,)]
    with pytest.raises(psycopg.DataError):
        table.fetch("SELECT unnest(%s::text[])", text_array(["a\x00b"]))
