"""The great changes in a member's life: merge, freeze, export, erase."""

from typing import Any

import msgspec
from ninja import Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import MergeBody, ReasonBody
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX, MEMBER_PREFIX
from regulars.faces.api.keys import idempotency_key
from regulars.faces.api.routes import KeyRequest, kept_answer, route, struct_answer
from regulars.foundation.ids import internal_id
from regulars.members.lifecycle.services import (
    member_erase,
    member_export,
    member_freeze,
    member_merge,
)
from regulars.members.lifecycle.types import ErasedView, FreezeView, MergedView
from regulars.organization.apikeys.types import Scope

router = Router(tags=["members"])
_MERGE = msgspec.json.Decoder(MergeBody)
_REASON = msgspec.json.Decoder(ReasonBody)


@route(
    router,
    "POST",
    "/members/{member}/merge",
    "Merge a member into another",
    scope=Scope.MEMBERS_MANAGE,
    body=MergeBody,
    answers={201: MergedView, 200: MergedView},
    key=KeyPlace.HEADER,
)
def member_merged(request: KeyRequest, member: str) -> Answer:
    """All that the member has and is known by becomes the other's, for ever. It can't be undone.

    Value keeps its dates, holds stay on hold, later refunds follow.
    """
    key = idempotency_key(request.environ)
    body = decoded(_MERGE, body_read(request.environ, EVENT_BYTES_MAX))
    answered = member_merge(
        from_id=internal_id(MEMBER_PREFIX, member),
        into_id=internal_id(MEMBER_PREFIX, body.into),
        reason=body.reason,
        key=key,
        source=request.auth.source,
        actor=request.auth.actor,
    )
    return kept_answer(answered)


def _freeze_set(request: KeyRequest, member: str, *, frozen: bool) -> Answer:
    key = idempotency_key(request.environ)
    body = decoded(_REASON, body_read(request.environ, EVENT_BYTES_MAX))
    answered = member_freeze(
        member_id=internal_id(MEMBER_PREFIX, member),
        frozen=frozen,
        reason=body.reason,
        key=key,
        source=request.auth.source,
        actor=request.auth.actor,
    )
    return kept_answer(answered)


@route(
    router,
    "POST",
    "/members/{member}/freeze",
    "Freeze a member's assets",
    scope=Scope.MEMBERS_MANAGE,
    body=ReasonBody,
    answers={200: FreezeView},
    key=KeyPlace.HEADER,
)
def member_frozen(request: KeyRequest, member: str) -> Answer:
    """Nothing is earned or spent any more, from the next request on; refunds go on."""
    return _freeze_set(request, member, frozen=True)


@route(
    router,
    "POST",
    "/members/{member}/release",
    "Release a member's assets",
    scope=Scope.MEMBERS_MANAGE,
    body=ReasonBody,
    answers={200: FreezeView},
    key=KeyPlace.HEADER,
)
def member_released(request: KeyRequest, member: str) -> Answer:
    """Ends a freeze."""
    return _freeze_set(request, member, frozen=False)


@route(
    router,
    "POST",
    "/members/{member}/erase",
    "Erase a member's personal data",
    scope=Scope.MEMBERS_MANAGE,
    body=ReasonBody,
    answers={200: ErasedView},
    key=KeyPlace.HEADER,
)
def member_erased(request: KeyRequest, member: str) -> Answer:
    """Gives up what is left and empties all that says who the member is. It can't be undone.

    Refused while principal, a debt or a hold is open. The bare id stays, for later refunds.
    """
    key = idempotency_key(request.environ)
    body = decoded(_REASON, body_read(request.environ, EVENT_BYTES_MAX))
    answered = member_erase(
        member_id=internal_id(MEMBER_PREFIX, member),
        reason=body.reason,
        key=key,
        source=request.auth.source,
        actor=request.auth.actor,
    )
    return kept_answer(answered)


@route(
    router,
    "GET",
    "/members/{member}/export",
    "Export all that is kept about a member",
    scope=Scope.MEMBERS_MANAGE,
    answers={200: dict[str, Any]},
)
def member_exported(request: KeyRequest, member: str) -> Answer:
    """Who she is, what she has and all that happened, numbers in the clear: for herself only."""
    member_id = internal_id(MEMBER_PREFIX, member)
    return struct_answer(member_export(member_id=member_id, actor=request.auth.actor))
