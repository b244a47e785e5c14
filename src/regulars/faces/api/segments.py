"""Tags and segments: marks on members, and conditions that find them."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta
from ninja import Path, Query, Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import Strict, Words
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX, MEMBER_PREFIX
from regulars.faces.api.routes import KeyRequest, route, struct_answer, written_once
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import internal_id
from regulars.members.profiles.selectors import member_get
from regulars.members.tags.selectors import tags_counted, tags_named, tags_of
from regulars.members.tags.services import tag_create, tag_set, tag_take
from regulars.members.tags.types import Carried, TagView
from regulars.organization.apikeys.types import Scope
from regulars.rules.intake.types import Text
from regulars.rules.segments.selectors import members_counted, segments_listed
from regulars.rules.segments.services import (
    member_segments,
    segment_refresh,
    segment_save,
    segment_tag,
)
from regulars.rules.segments.types import Refreshed, SegmentView

router = Router(tags=["tags and segments"])

Days = Annotated[int, Meta(ge=1, le=3_660)]
ConditionText = Annotated[str, Query(max_length=2000, description="What segments hold.")]
SegmentCode = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,40}$")]


class TagBody(Strict, frozen=True):
    """A tag to be; conditions will name its `code`."""

    code: Text
    name: Words


class TagAnswer(msgspec.Struct, frozen=True):
    """A tag, and how many members carried it at `counted_at`.

    Up to 2,000 are counted at this moment, more are told as of the last counting. With `is_more`
    more than `members` carry it, and are not counted yet.
    """

    code: str
    name: Words
    members: int
    counted_at: datetime
    is_more: bool


class TagsAnswer(msgspec.Struct, frozen=True):
    items: tuple[TagAnswer, ...]


class TagSetBody(Strict, frozen=True):
    """A tag for a member: why, and through which day (none: without an end)."""

    tag: Text
    reason: Annotated[str, Meta(max_length=200)]
    last_day: date | None = None


class TagTakeBody(Strict, frozen=True):
    """The tag to take off a member."""

    tag: Text


class MemberTagAnswer(msgspec.Struct, frozen=True):
    """A tag on a member. `source` is `manual` or `segment:<code>`."""

    tag: str
    name: Words
    source: str
    reason: str
    set_by: str
    set_at: datetime
    expires_at: datetime | None


class MemberTagsAnswer(msgspec.Struct, frozen=True):
    items: tuple[MemberTagAnswer, ...]


class SegmentBody(Strict, frozen=True):
    """A segment. With `tag` its members carry that tag, for `tag_days` or while they are in it.

    With `revision` a segment that somebody changed meanwhile is refused.
    """

    code: Text
    name: Words
    condition: Annotated[str, Meta(max_length=2000)]
    tag: Text | None = None
    tag_days: Days | None = None
    revision: Annotated[int, Meta(ge=1, le=2_000_000_000)] | None = None


class SegmentAnswer(msgspec.Struct, frozen=True):
    """A segment; `members` is the count of `refreshed_at`."""

    code: str
    name: Words
    condition: str
    revision: int
    tag: str | None
    tag_days: int | None
    members: int | None
    refreshed_at: datetime | None


class SegmentsAnswer(msgspec.Struct, frozen=True):
    items: tuple[SegmentAnswer, ...]


class CountAnswer(msgspec.Struct, frozen=True):
    """So many members."""

    members: int


@route(router, "GET", "/tags", "List tags", scope=Scope.MEMBERS_READ, answers={200: TagsAnswer})
def tags_read(request: KeyRequest) -> Answer:
    """All tags, with how many members carry each."""
    now = clock.now()
    with unit_of_work() as unit:
        tags, counts = tags_named(unit), tags_counted(unit, now)
    nobody = Carried(0, now)
    items = [_tag(each, counts.get(each.code, nobody)) for each in tags]
    return struct_answer(TagsAnswer(tuple(items)))


@route(
    router,
    "POST",
    "/tags",
    "Make a tag",
    scope=Scope.MEMBERS_WRITE,
    body=TagBody,
    answers={201: TagAnswer, 200: TagAnswer},
    key=KeyPlace.HEADER,
)
def tag_new(request: KeyRequest) -> Answer:
    """Makes a tag, to be set by hand or by a segment."""
    body = decoded(_TAG, body_read(request.environ, EVENT_BYTES_MAX))

    def made() -> tuple[int, TagAnswer]:
        tag = tag_create(actor=request.auth.actor, code=body.code, name=body.name)
        return 201, _tag(tag, Carried(0, clock.now()))

    return written_once(request, body, made)


@route(
    router,
    "GET",
    "/members/{member}/tags",
    "Read a member's tags",
    scope=Scope.MEMBERS_READ,
    answers={200: MemberTagsAnswer},
)
def member_tags(request: KeyRequest, member: str) -> Answer:
    """What a member carries now, newest first."""
    return struct_answer(_tags(_member(member)))


@route(
    router,
    "POST",
    "/members/{member}/tags",
    "Set a tag on a member",
    scope=Scope.MEMBERS_WRITE,
    body=TagSetBody,
    answers={200: MemberTagsAnswer},
    key=KeyPlace.HEADER,
)
def member_tagged(request: KeyRequest, member: str) -> Answer:
    """Sets a tag by hand, or renews its reason and its last day."""
    body = decoded(_TAG_SET, body_read(request.environ, EVENT_BYTES_MAX))
    member_id = _member(member)

    def set_now() -> tuple[int, MemberTagsAnswer]:
        tag_set(
            actor=request.auth.actor,
            member_id=member_id,
            code=body.tag,
            reason=body.reason,
            last_day=body.last_day,
        )
        return 200, _tags(member_id)

    return written_once(request, body, set_now)


@route(
    router,
    "POST",
    "/members/{member}/tags/take",
    "Take a tag off a member",
    scope=Scope.MEMBERS_WRITE,
    body=TagTakeBody,
    answers={200: MemberTagsAnswer},
    key=KeyPlace.HEADER,
)
def member_untagged(request: KeyRequest, member: str) -> Answer:
    """Takes off a tag that was set by hand; a segment's tag ends with its segment."""
    body = decoded(_TAG_TAKE, body_read(request.environ, EVENT_BYTES_MAX))
    member_id = _member(member)

    def taken() -> tuple[int, MemberTagsAnswer]:
        tag_take(actor=request.auth.actor, member_id=member_id, code=body.tag)
        return 200, _tags(member_id)

    return written_once(request, body, taken)


@route(
    router,
    "GET",
    "/members/{member}/segments",
    "Read a member's segments",
    scope=Scope.MEMBERS_READ,
    answers={200: SegmentsAnswer},
)
def member_segments_read(request: KeyRequest, member: str) -> Answer:
    """The segments that hold a member at this moment."""
    return struct_answer(_segments(member_segments(_member(member))))


@route(
    router,
    "GET",
    "/segments",
    "List segments",
    scope=Scope.PROGRAMS_READ,
    answers={200: SegmentsAnswer},
)
def segments_read(request: KeyRequest) -> Answer:
    """All segments, with the counts of their last refreshing."""
    with unit_of_work() as unit:
        segments = segments_listed(unit)
    return struct_answer(_segments(segments))


@route(
    router,
    "POST",
    "/segments",
    "Save a segment",
    scope=Scope.PROGRAMS_WRITE,
    body=SegmentBody,
    answers={200: SegmentAnswer},
    key=KeyPlace.HEADER,
)
def segment_saved(request: KeyRequest) -> Answer:
    """Makes a segment, or says anew whom it means, after checking its condition."""
    body = decoded(_SEGMENT, body_read(request.environ, EVENT_BYTES_MAX))

    def saved() -> tuple[int, SegmentAnswer]:
        segment = segment_save(
            actor=request.auth.actor,
            code=body.code,
            name=body.name,
            condition=body.condition,
            tag=body.tag,
            tag_days=body.tag_days,
            revision=body.revision,
        )
        return 200, _segment(segment)

    return written_once(request, body, saved)


@route(
    router,
    "GET",
    "/segment-count",
    "Count a condition's members",
    scope=Scope.PROGRAMS_READ,
    answers={200: CountAnswer},
)
def segment_count(request: KeyRequest, condition: ConditionText) -> Answer:
    """For how many members a condition holds now. Nothing is kept."""
    with unit_of_work() as unit:
        return struct_answer(CountAnswer(members_counted(unit, condition)))


@route(
    router,
    "POST",
    "/segments/{segment}/refresh",
    "Refresh a segment",
    scope=Scope.PROGRAMS_WRITE,
    answers={200: Refreshed},
    key=KeyPlace.HEADER,
)
def segment_refreshed(request: KeyRequest, segment: SegmentCode) -> Answer:
    """Finds a segment's members anew. It happens by itself every hour."""
    return written_once(request, None, lambda: (200, segment_refresh(code=segment)))


@route(
    router,
    "POST",
    "/segments/{segment}/tag",
    "Tag everybody in a segment",
    scope=Scope.MEMBERS_WRITE,
    body=TagSetBody,
    answers={200: CountAnswer},
    key=KeyPlace.HEADER,
)
def segment_tagged(request: KeyRequest, segment: SegmentCode) -> Answer:
    """Sets a tag by hand on everybody who is in a segment now."""
    body = decoded(_TAG_SET, body_read(request.environ, EVENT_BYTES_MAX))

    def tagged() -> tuple[int, CountAnswer]:
        count = segment_tag(
            actor=request.auth.actor,
            code=segment,
            tag=body.tag,
            reason=body.reason,
            last_day=body.last_day,
        )
        return 200, CountAnswer(count)

    return written_once(request, body, tagged)


def _member(public_id: str) -> str:
    return member_get(internal_id(MEMBER_PREFIX, public_id)).id


def _tag(tag: TagView, carried: Carried) -> TagAnswer:
    return TagAnswer(tag.code, tag.name, carried.members, carried.counted_at, carried.is_more)


def _tags(member_id: str) -> MemberTagsAnswer:
    return MemberTagsAnswer(
        tuple(
            [
                MemberTagAnswer(
                    each.code,
                    each.name,
                    each.source,
                    each.reason,
                    each.actor,
                    each.set_at,
                    each.expires_at,
                )
                for each in tags_of(member_id)
            ]
        )
    )


def _segment(view: SegmentView) -> SegmentAnswer:
    return SegmentAnswer(
        view.code,
        view.name,
        view.condition,
        view.revision,
        view.tag,
        view.tag_days,
        view.member_count,
        view.refreshed_at,
    )


def _segments(views: list[SegmentView]) -> SegmentsAnswer:
    return SegmentsAnswer(tuple([_segment(view) for view in views]))


_TAG = msgspec.json.Decoder(TagBody)
_TAG_SET = msgspec.json.Decoder(TagSetBody)
_TAG_TAKE = msgspec.json.Decoder(TagTakeBody)
_SEGMENT = msgspec.json.Decoder(SegmentBody)
