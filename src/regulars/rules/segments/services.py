"""The doors for saving, refreshing and using segments."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import LiteralString

from django.db import connection, transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.jobs.registry import job_defer_named
from regulars.foundation.texts import text_checked, texts_checked
from regulars.members.profiles.selectors import member_get, shop_is_small
from regulars.members.tags.selectors import tag_get
from regulars.members.tags.services import expiry_of, tags_set_statement
from regulars.members.tags.types import MANUAL
from regulars.rules.programs.selectors import programs_naming
from regulars.rules.segments.asking import SEGMENTS_FACT, question_of
from regulars.rules.segments.errors import SegmentChanged, SegmentCodeMalformed, SegmentInUse
from regulars.rules.segments.models import Segment
from regulars.rules.segments.refreshing import (
    member_refreshed,
    segment_emptied,
    segment_refreshed,
)
from regulars.rules.segments.selectors import segment_get, segments_listed
from regulars.rules.segments.telling import in_words
from regulars.rules.segments.types import Refreshed, SegmentView
from regulars.rules.segments.yardsticks import yardstick_fix, yardsticks_measure

NAME_MAX = 60
REASON_MAX = 200
FILLING = "segments.fill"
_CODE = re.compile(r"[a-z0-9_-]{1,40}")

IN_SEGMENT: LiteralString = """
    SELECT holder_id FROM rules_segment_member WHERE segment_id = %(segment)s
"""


def segment_save(
    *,
    actor: Actor,
    code: str,
    name: Mapping[str, str],
    condition: str,
    tag: str | None = None,
    tag_days: int | None = None,
    revision: int | None = None,
) -> SegmentView:
    """Makes a segment, or says anew whom it means. It is filled by the next refreshing.

    With `tag` its members carry that tag, `tag_days` long (else while they are in it). With
    `revision` a segment that somebody changed meanwhile is refused. Errors: those of a condition
    with line and column, segment_code_malformed, segment_changed, unknown_tag.
    """
    if not _CODE.fullmatch(code):
        raise SegmentCodeMalformed
    names = texts_checked(name, "name", maximum=NAME_MAX)
    question_of(condition)
    tag_id = tag_get(tag).id if tag else None
    kept = {"name": names, "condition": condition, "tag_id": tag_id, "tag_days": tag_days}
    with transaction.atomic():
        row, is_new = Segment.objects.get_or_create(
            code=code, defaults={**kept, "created_at": clock.now()}
        )
        details: dict[str, object] = {"new": is_new, "condition": condition}
        if not is_new:
            if row.condition != condition:
                details["condition"] = f"{row.condition} → {condition}"
            known = row.revision if revision is None else revision
            changed = Segment.objects.filter(id=row.id, revision=known)
            if not changed.update(**kept, revision=known + 1, refreshed_at=None):
                raise SegmentChanged
        record(actor=actor, action="segment.saved", subject=code, details=details)
        row.refresh_from_db()
    return SegmentView(
        row.id,
        code,
        names,
        condition,
        row.revision,
        tag or None,
        tag_days,
        row.member_count,
        row.refreshed_at,
    )


def segment_refresh(*, code: str, at: datetime | None = None) -> Refreshed:
    """Finds a segment's members anew, keeps them, and sets and takes its tag accordingly."""
    with unit_of_work() as unit:
        segment = segment_get(unit, code)
        return segment_refreshed(unit, segment, at or clock.now())


def segments_refresh(at: datetime | None = None) -> dict[str, Refreshed]:
    """Measures the yardsticks and refreshes every segment, each in a unit of work of its own."""
    now = at or clock.now()
    with unit_of_work() as unit:
        yardsticks_measure(unit, now)
        segments = segments_listed(unit)
    return {segment.code: segment_refresh(code=segment.code, at=now) for segment in segments}


def segments_fill(codes: Sequence[str]) -> None:
    """Finds the members of new or changed segments: at once in a small shop, else as a job."""
    with unit_of_work() as unit:
        is_small = shop_is_small(unit)
    if is_small:
        segments_filled(codes)
    else:
        job_defer_named(FILLING, codes=list(codes))


def segments_filled(codes: Sequence[str]) -> None:
    """Measures the yardsticks, and refreshes those of these segments that are still there."""
    now = clock.now()
    with unit_of_work() as unit:
        yardsticks_measure(unit, now)
        there = {segment.code for segment in segments_listed(unit)}
    for code in codes:
        if code in there:
            segment_refresh(code=code, at=now)


def member_segments(member_id: str) -> list[SegmentView]:
    """The segments one member is in at this moment; what is kept of them is put right.

    Errors: unknown_member.
    """
    member = member_get(member_id)
    with unit_of_work() as unit:
        return member_refreshed(unit, member.id, clock.now())


def segment_remove(*, actor: Actor, code: str) -> None:
    """Forgets a segment; its tag goes with it.

    Errors: unknown_segment; segment_in_use while a program's draft, or a version that counts or
    will, asks for it: its rule would find nobody any more.
    """
    if users := programs_naming(SEGMENTS_FACT, code):
        raise SegmentInUse(programs=", ".join([each.code for each in users]))
    with unit_of_work() as unit:
        segment = segment_get(unit, code)
        segment_emptied(unit, segment)
    with transaction.atomic():
        Segment.objects.filter(id=segment.id).delete()
        details = {"condition": segment.condition}
        record(actor=actor, action="segment.removed", subject=code, details=details)


def segment_tag(
    *, actor: Actor, code: str, tag: str, reason: str, last_day: date | None = None
) -> int:
    """Puts a tag by hand on everybody who is in a segment now; answers on how many.

    `last_day` is inclusive. Errors: unknown_segment, unknown_tag, tag_already_over, text_missing.
    """
    why = text_checked(reason, "reason", maximum=REASON_MAX, required=True)
    now = clock.now()
    ends = expiry_of(last_day, now)
    marked = tag_get(tag)
    with unit_of_work() as unit:
        segment = segment_get(unit, code)
        found = segment_refreshed(unit, segment, now)
    statement = tags_set_statement(
        tag=marked,
        source=MANUAL,
        reason=why,
        actor=actor,
        expires_at=ends,
        members=IN_SEGMENT,
        params={"segment": segment.id},
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        details = {"tag": tag, "members": found.members}
        record(actor=actor, action="segment.tagged", subject=code, reason=why, details=details)
    return found.members


__all__ = [
    "in_words",
    "member_segments",
    "segment_refresh",
    "segment_remove",
    "segment_save",
    "segment_tag",
    "segments_fill",
    "segments_filled",
    "segments_refresh",
    "yardstick_fix",
]
