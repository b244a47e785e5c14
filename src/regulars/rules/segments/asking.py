"""Asking a condition of members: of everybody in one query where it can be, else in batches."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, LiteralString

import msgspec
from psycopg.errors import NumericValueOutOfRange

from regulars.foundation.database.session import Rows, Statement, Unit
from regulars.foundation.errors import Told
from regulars.members.profiles.selectors import EVERYBODY, EVERYBODY_AFTER
from regulars.rules.expressions.errors import EvaluationFailed
from regulars.rules.expressions.services import Condition, Language
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import (
    FactDeclaration,
    facts_known,
    facts_load,
    facts_loaded,
    facts_refreshed,
    parameters_at,
)
from regulars.rules.segments.querying import Query, query_of

BATCH = 5000
# A segment that asked for segments would have no first answer.
SEGMENTS_FACT = "member.segments"
UNREADABLE = frozenset({SEGMENTS_FACT})

COUNT: LiteralString = "SELECT count(*) FROM ("
# The planner can't know how many groups a query of facts gives, and a guess too low makes it ask
# member by member. Everybody is asked here: hashing is always right.
EVERYBODY_ASKED = (
    Statement("SET LOCAL enable_nestloop = off"),
    Statement("SET LOCAL enable_mergejoin = off"),
    Statement("SET LOCAL enable_sort = off"),
    Statement("SET LOCAL work_mem = '96MB'"),
    Statement("SET LOCAL max_parallel_workers_per_gather = 2"),
)
AS_BEFORE = (
    Statement("SET LOCAL enable_nestloop TO DEFAULT"),
    Statement("SET LOCAL enable_mergejoin TO DEFAULT"),
    Statement("SET LOCAL enable_sort TO DEFAULT"),
    Statement("SET LOCAL work_mem TO DEFAULT"),
    Statement("SET LOCAL max_parallel_workers_per_gather = 0"),
)


class Question(msgspec.Struct, frozen=True):
    """A segment's condition, ready to be asked. `query` is None where it must go in batches."""

    condition: Condition
    query: Query | None
    facts: dict[str, FactDeclaration]

    @property
    def params(self) -> dict[str, Any]:
        return self.query.params if self.query else {}

    @property
    def members(self) -> LiteralString:
        """The query of the ids of those for whom it holds."""
        if self.query is None:
            raise TypeError("this condition has no form as a query")
        return self.query.members(EVERYBODY)


def question_of(text: str, where: str = "condition") -> Question:
    """The question this text asks; refusals name `where`, line and column."""
    facts_refreshed()
    facts = {name: each for name, each in facts_known().items() if name not in UNREADABLE}
    return _question(text, where, tuple((name, facts[name].type) for name in sorted(facts)))


@lru_cache(maxsize=256)
def _question(text: str, where: str, types: tuple[tuple[str, ValueType], ...]) -> Question:
    known = facts_known()
    condition = _language(types).condition(text, where)
    facts = {name: known[name] for name in condition.variables}
    return Question(condition, query_of(condition.tree, facts), facts)


@lru_cache(maxsize=8)
def _language(types: tuple[tuple[str, ValueType], ...]) -> Language:
    return Language(dict(types))


def counted(unit: Unit, question: Question, at: datetime) -> int:
    """For how many members it holds at an instant."""
    if question.query is None:
        return sum([len(ids) for ids in in_batches(unit, question, at)])
    sql = f"{COUNT} {question.members} ) AS found"
    try:
        rows = asked_of_all(unit, sql, {**question.params, **parameters_at(at)})
    except NumericValueOutOfRange:
        raise EvaluationFailed(
            expression=question.condition.text, problem=Told("a number grows too large", "数字过大")
        ) from None
    return int(rows[0][0])


def asked_of_all(unit: Unit, sql: LiteralString, params: Mapping[str, Any]) -> Rows:
    """The rows of a query over everybody's facts."""
    statements = [*EVERYBODY_ASKED, Statement(sql, dict(params)), *AS_BEFORE]
    return unit.flight(statements)[len(EVERYBODY_ASKED)]


def in_batches(unit: Unit, question: Question, at: datetime) -> Iterator[list[str]]:
    """The ids of those for whom it holds, asked of a few thousand members at a time."""
    last = "00000000-0000-0000-0000-000000000000"
    while True:
        ids = [row[0] for row in unit.fetch(EVERYBODY_AFTER, last, BATCH)]
        if not ids:
            return
        yield held_by(unit, question, ids, at)
        last = ids[-1]


def held_by(unit: Unit, question: Question, ids: Sequence[str], at: datetime) -> list[str]:
    """Those of these members for whom it holds; one for whom it has no answer is not among them."""
    loads = facts_load(question.facts, ids, at)
    rows = unit.flight([statement for load in loads for statement in load.statements])
    values = facts_loaded(loads, rows, question.facts, ids)
    return [each for each in ids if _holds(question, values[each])]


def asked_of_one(
    unit: Unit, questions: Mapping[int, Question], member_id: str, at: datetime
) -> set[int]:
    """Which of several conditions hold for one member now, with each fact loaded once."""
    names = {name for question in questions.values() for name in question.facts}
    loads = facts_load(names, [member_id], at)
    rows = unit.flight([statement for load in loads for statement in load.statements])
    values = facts_loaded(loads, rows, names, [member_id])[member_id]
    return {key for key, question in questions.items() if _holds(question, values)}


def _holds(question: Question, values: Mapping[str, Any]) -> bool:
    condition = question.condition
    given = tuple([values[name] for name in condition.variables])
    try:
        return condition.constant if condition.constant is not None else condition.holds(given)
    except EvaluationFailed:
        return False
