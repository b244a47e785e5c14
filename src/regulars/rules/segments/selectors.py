"""The doors for reading segments: the stored ones, live counts, and one member's."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from regulars.foundation import clock
from regulars.foundation.database.session import Unit
from regulars.members.consents.selectors import CONSENTING, MESSAGES
from regulars.members.profiles.selectors import WITH_PHONE
from regulars.members.tags.selectors import tags_named
from regulars.members.tallies.selectors import tally_read
from regulars.members.tallies.services import tally_register
from regulars.members.tallies.types import Tally
from regulars.rules.facts import parameters_at
from regulars.rules.programs.selectors import content_names, programs_naming
from regulars.rules.programs.types import ProgramView
from regulars.rules.segments.asking import asked_of_all, asked_of_one, counted, question_of
from regulars.rules.segments.errors import UnknownSegment
from regulars.rules.segments.rfm import GROUPS, GROUPS_OF_MEMBERS, Group
from regulars.rules.segments.types import SegmentView
from regulars.rules.segments.yardsticks import yardsticks_listed

CODES_SHOWN = 12
TAGS_FACT = "member.tags"

# The segments of each member as of their last refreshing, as a list of codes, for facts.
SEGMENTS_OF_MEMBERS: LiteralString = """
    SELECT holder_id AS member_id, array_agg(s.code) AS codes
    FROM rules_segment_member m JOIN rules_segment s ON s.id = m.segment_id
    WHERE true /* members */
    GROUP BY holder_id
"""
# True of a member `m` who was in a segment (by its code) at its last refreshing.
IS_IN_SEGMENT: LiteralString = """
    EXISTS (SELECT 1 FROM rules_segment_member x JOIN rules_segment s ON s.id = x.segment_id
        WHERE x.holder_id = m.id AND s.code = %(segment)s)
"""
SEGMENTS: LiteralString = """
    SELECT id, code, name, condition, revision, tag_id, tag_days, member_count, refreshed_at
    FROM rules_segment ORDER BY code
"""
MEMBERS: LiteralString = """
    SELECT holder_id FROM rules_segment_member
    WHERE segment_id = %s AND holder_id > %s::uuid ORDER BY holder_id LIMIT %s
"""
RFM_TALLY = "rfm"
_RFM_COUNTS: tuple[LiteralString, LiteralString] = (
    "SELECT code, count(*) FROM (",
    ") AS grouped WHERE code IS NOT NULL GROUP BY code",
)
REACHABLE_TALLY = "segments.reachable"
# Of each segment's members those with a phone who agree to messages; a segment without any counts
# as well, so that it is told from one that was not counted yet.
_REACHABLE_COUNTS: tuple[LiteralString, ...] = (
    """
    SELECT s.code, count(r.member_id) FROM rules_segment s
    LEFT JOIN rules_segment_member m ON m.segment_id = s.id
    LEFT JOIN (SELECT member_id FROM (
    """,
    CONSENTING,
    ") AS agreeing WHERE member_id IN (",
    WITH_PHONE,
    ")) AS r ON r.member_id = m.holder_id GROUP BY s.code",
)


def segments_listed(unit: Unit) -> list[SegmentView]:
    """All segments in the order of their codes, with the counts of their last refreshing."""
    rows = unit.fetch(SEGMENTS)
    tags = {tag.id: tag.code for tag in tags_named(unit)} if any(row[5] for row in rows) else {}
    return [SegmentView(*(*row[:5], tags.get(row[5]), *row[6:])) for row in rows]


def segment_get(unit: Unit, code: str) -> SegmentView:
    """One segment by its code; refuses another with `unknown_segment`."""
    segments = {segment.code: segment for segment in segments_listed(unit)}
    if code not in segments:
        shown = ", ".join(list(segments)[:CODES_SHOWN]) or "–"
        raise UnknownSegment(segment=code[:40], known=shown)
    return segments[code]


def segments_asking(segments: Sequence[SegmentView], tag: str) -> list[SegmentView]:
    """Those of some segments whose condition asks for a tag."""
    return [each for each in segments if content_names(each.condition, TAGS_FACT, tag)]


def programs_asking(tag: str) -> list[ProgramView]:
    """Programs whose draft, or a version that counts or will, asks for a tag."""
    return programs_naming(TAGS_FACT, tag)


def members_counted(unit: Unit, condition: str, at: datetime | None = None) -> int:
    """For how many members a condition holds now, without keeping anything.

    Errors: those of a condition, with line and column; evaluation_failed.
    """
    return counted(unit, question_of(condition), at or clock.now())


def segment_members(unit: Unit, segment: SegmentView, after: str, limit: int) -> list[str]:
    """Ids of the members of a segment's last refreshing, in order, after an id."""
    return [row[0] for row in unit.fetch(MEMBERS, segment.id, after, limit)]


def segments_held(
    unit: Unit, member_id: str, segments: Sequence[SegmentView], at: datetime
) -> set[int]:
    """The ids of those segments whose conditions hold for one member now."""
    questions = {segment.id: question_of(segment.condition) for segment in segments}
    return asked_of_one(unit, questions, str(UUID(member_id)), at)


def rfm_groups() -> tuple[Group, ...]:
    """The eight groups, with their names and what to do about them."""
    return GROUPS


def rfm_tallied(unit: Unit, at: datetime) -> Tally | None:
    """How many members each of the eight groups has, by its code, by the present yardsticks.

    As of the last counting; None while a large shop has not counted yet.
    """
    return tally_read(unit, RFM_TALLY, at)


def reachable_tallied(unit: Unit, at: datetime) -> Tally | None:
    """How many members of each segment can be sent messages, by the segment's code: they have a
    phone and agree to it. Of those whom the last refreshing found.

    As of the last counting; None while a large shop has not counted yet.
    """
    return tally_read(unit, REACHABLE_TALLY, at)


def _reachable_counted(unit: Unit, _at: datetime) -> dict[str, int]:
    return dict(asked_of_all(unit, " ".join(_REACHABLE_COUNTS), {"purpose": MESSAGES}))


def _rfm_counted(unit: Unit, at: datetime) -> dict[str, int]:
    sql = " ".join([_RFM_COUNTS[0], GROUPS_OF_MEMBERS, _RFM_COUNTS[1]])
    return dict(asked_of_all(unit, sql, parameters_at(at)))


tally_register(RFM_TALLY, _rfm_counted)
tally_register(REACHABLE_TALLY, _reachable_counted)


__all__ = [
    "members_counted",
    "programs_asking",
    "reachable_tallied",
    "rfm_groups",
    "rfm_tallied",
    "segment_get",
    "segment_members",
    "segments_asking",
    "segments_held",
    "segments_listed",
    "yardsticks_listed",
]
