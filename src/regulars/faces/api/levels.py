"""Levels: ladders, where a member stands, and settlements."""

from datetime import datetime
from typing import Annotated

import msgspec
from ninja import Path, Router

from regulars.entitlements.tiers.selectors import ladders_read, level_changes, member_levels
from regulars.entitlements.tiers.services import (
    ladder_save,
    settlement_preview,
    settlement_run,
)
from regulars.entitlements.tiers.types import LadderContent, LadderView, SettlementView
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
from regulars.organization.apikeys.types import Scope

CHANGES_SHOWN = 50

router = Router(tags=["levels"])

LadderCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class SettleBody(Strict, frozen=True):
    """With `preview` nothing is changed; `confirmed` lets a large part of the members fall."""

    preview: bool = False
    confirmed: bool = False


class LaddersAnswer(msgspec.Struct, frozen=True):
    items: tuple[LadderView, ...]


class LevelAnswer(msgspec.Struct, frozen=True):
    """A member's level on a ladder, and what is missing for more.

    `figure` counts now, in minor units for `money`, else in units of the asset `unit` names.
    `missing` leads to `next_level`, `missing_to_keep` keeps the level beyond `valid_until`.
    """

    ladder: str
    unit: str
    level: str
    name: Words
    rank: int
    multiplier_thousandths: int
    since: datetime | None
    valid_until: datetime | None
    figure: int
    next_level: str | None
    missing: int | None
    missing_to_keep: int | None


class LevelChangeAnswer(msgspec.Struct, frozen=True):
    """A change: raised, renewed or lowered; `cause` is an event's kind or `settlement`."""

    ladder: str
    before: str
    after: str
    change: str
    cause: str
    figure: int
    valid_until: datetime | None
    at: datetime


class LevelsAnswer(msgspec.Struct, frozen=True):
    """Where a member stands, and the latest changes, newest first."""

    items: tuple[LevelAnswer, ...]
    changes: tuple[LevelChangeAnswer, ...]


_LADDER = msgspec.json.Decoder(LadderContent)
_SETTLE = msgspec.json.Decoder(SettleBody)


@route(
    router,
    "GET",
    "/ladders",
    "List ladders",
    scope=Scope.PROGRAMS_READ,
    answers={200: LaddersAnswer},
)
def ladders_listed(request: KeyRequest) -> Answer:
    """All ladders with their levels, those at rest too."""
    with unit_of_work() as unit:
        return struct_answer(LaddersAnswer(ladders_read(unit)))


@route(
    router,
    "POST",
    "/ladders",
    "Save a ladder",
    scope=Scope.PROGRAMS_WRITE,
    body=LadderContent,
    answers={200: LadderView},
    key=KeyPlace.HEADER,
)
def ladder_saved(request: KeyRequest) -> Answer:
    """Makes a ladder, or says anew what its levels need. Levels that are there stay in it."""
    body = decoded(_LADDER, body_read(request.environ, EVENT_BYTES_MAX))

    def saved() -> tuple[int, LadderView]:
        return 200, ladder_save(actor=request.auth.actor, content=body)

    return written_once(request, body, saved)


@route(
    router,
    "POST",
    "/ladders/{ladder}/settle",
    "Settle a ladder",
    scope=Scope.PROGRAMS_WRITE,
    body=SettleBody,
    answers={200: SettlementView},
    key=KeyPlace.HEADER,
)
def ladder_settled(request: KeyRequest, ladder: LadderCode) -> Answer:
    """Raises, renews and lowers whoever is due. It happens by itself once a day."""
    body = decoded(_SETTLE, body_read(request.environ, EVENT_BYTES_MAX))

    def settled() -> tuple[int, SettlementView]:
        if body.preview:
            return 200, settlement_preview(code=ladder)
        done = settlement_run(actor=request.auth.actor, code=ladder, confirmed=body.confirmed)
        return 200, done

    return written_once(request, body, settled)


@route(
    router,
    "GET",
    "/members/{member}/levels",
    "Read a member's levels",
    scope=Scope.MEMBERS_READ,
    answers={200: LevelsAnswer},
)
def member_levels_read(request: KeyRequest, member: str) -> Answer:
    """Where a member stands on each ladder, what the next level needs, and how it came so."""
    member_id = member_get(internal_id(MEMBER_PREFIX, member)).id
    with unit_of_work() as unit:
        views = member_levels(unit, member_id, clock.now())
        changes = level_changes(unit, member_id, CHANGES_SHOWN)
    items = [
        LevelAnswer(
            ladder=each.ladder.code,
            unit=each.ladder.unit,
            level=each.level.code,
            name=each.level.name,
            rank=each.level.rank,
            multiplier_thousandths=each.level.multiplier_thousandths,
            since=each.since,
            valid_until=each.valid_until,
            figure=each.figure,
            next_level=each.next_level.code if each.next_level else None,
            missing=each.missing,
            missing_to_keep=each.missing_to_keep,
        )
        for each in views
    ]
    told = [
        LevelChangeAnswer(
            ladder=each.ladder.code,
            before=each.before.code,
            after=each.after.code,
            change=each.change.value,
            cause=each.cause,
            figure=each.figure,
            valid_until=each.valid_until,
            at=each.recorded_at,
        )
        for each in changes
    ]
    return struct_answer(LevelsAnswer(tuple(items), tuple(told)))
