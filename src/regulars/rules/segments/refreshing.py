"""Keeping whom a segment holds: what is kept becomes what is asked, in one statement."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, LiteralString

from regulars.foundation.actors import job
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.members.tags.selectors import tag_get
from regulars.members.tags.services import tags_set_statement, tags_take_statement
from regulars.rules.facts import parameters_at
from regulars.rules.segments.asking import asked_of_all, in_batches, question_of
from regulars.rules.segments.selectors import segments_held, segments_listed
from regulars.rules.segments.types import Refreshed, SegmentView

ACTOR = job("segments.refresh")

KEEP: tuple[LiteralString, LiteralString] = (
    "WITH found AS MATERIALIZED (",
    """
    ), gone AS (
        DELETE FROM rules_segment_member s
        WHERE segment_id = %(segment)s
          AND NOT EXISTS (SELECT FROM found f WHERE f.id = s.holder_id)
        RETURNING 1
    ), come AS (
        INSERT INTO rules_segment_member (holder_id, segment_id, since)
        SELECT id, %(segment)s, %(at)s FROM found
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM found), (SELECT count(*) FROM come), (SELECT count(*) FROM gone)
    """,
)
LISTED: LiteralString = "SELECT id FROM unnest(%(found)s::uuid[]) AS row(id)"
COUNTED: LiteralString = """
    UPDATE rules_segment SET member_count = %s, refreshed_at = %s WHERE id = %s AND revision = %s
"""
EMPTY: LiteralString = "DELETE FROM rules_segment_member WHERE segment_id = %s"
IN_SEGMENT: LiteralString = """
    SELECT holder_id FROM rules_segment_member WHERE segment_id = %(segment)s
"""
FRESH: LiteralString = """
    SELECT holder_id FROM rules_segment_member
    WHERE segment_id = %(segment)s AND since > %(entered_after)s
"""
NOBODY: LiteralString = "SELECT NULL::uuid WHERE false"
ENTERED: LiteralString = """
    INSERT INTO rules_segment_member (holder_id, segment_id, since)
    SELECT %s::uuid, unnest(%s::smallint[]), %s ON CONFLICT DO NOTHING
"""
LEFT: LiteralString = """
    DELETE FROM rules_segment_member
    WHERE holder_id = %s::uuid AND segment_id <> ALL(%s::smallint[])
"""


def segment_refreshed(unit: Unit, segment: SegmentView, at: datetime) -> Refreshed:
    """Finds and keeps a segment's members as of `at`, with its tag, in the caller's unit."""
    question = question_of(segment.condition)
    params: dict[str, Any] = {"segment": segment.id, **question.params, **parameters_at(at)}
    if question.query is not None:
        found: LiteralString = question.members
    else:
        ids = [each for batch in in_batches(unit, question, at) for each in batch]
        found, params["found"] = LISTED, id_array(ids)
    row = asked_of_all(unit, " ".join([KEEP[0], found, KEEP[1]]), params)[0]
    refreshed = Refreshed(*row)
    statements = [
        Statement(COUNTED, (refreshed.members, at, segment.id, segment.revision)),
        *_tagging(segment, at),
    ]
    unit.flight(statements)
    return refreshed


def segment_emptied(unit: Unit, segment: SegmentView) -> None:
    """Takes everybody out of a segment, and its tag off them."""
    statements = [Statement(EMPTY, (segment.id,))]
    if segment.tag:
        statements.append(_taken(segment, NOBODY, {}))
    unit.flight(statements)


def member_refreshed(unit: Unit, member_id: str, at: datetime) -> list[SegmentView]:
    """The segments that hold one member at this moment; what was kept is put right."""
    segments = segments_listed(unit)
    held = segments_held(unit, member_id, segments, at)
    ids = "{" + ",".join(map(str, sorted(held))) + "}"
    unit.flight(
        [Statement(ENTERED, (member_id, ids, at)), Statement(LEFT, (member_id, ids))],
    )
    return [segment for segment in segments if segment.id in held]


def _tagging(segment: SegmentView, at: datetime) -> list[Statement]:
    """The segment's tag for those in it; with a number of days, for so long after they entered."""
    if not segment.tag:
        return []
    params: dict[str, Any] = {"segment": segment.id}
    members = IN_SEGMENT
    if segment.tag_days:
        members = FRESH
        params["entered_after"] = at - timedelta(days=segment.tag_days)
    given = tags_set_statement(
        tag=tag_get(segment.tag),
        source=f"segment:{segment.code}",
        reason="",
        actor=ACTOR,
        expires_at=None,
        members=members,
        params=params,
    )
    return [given, _taken(segment, members, params)]


def _taken(segment: SegmentView, staying: LiteralString, params: Mapping[str, Any]) -> Statement:
    tag = tag_get(segment.tag or "")
    source = f"segment:{segment.code}"
    return tags_take_statement(tag=tag, source=source, staying=staying, params=params)
