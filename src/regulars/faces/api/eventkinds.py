"""The merchant's own kinds of events: defined, shown with their schema, changed, retired."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType
from ninja import Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import Strict
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX
from regulars.faces.api.routes import KeyRequest, route, struct_answer, written_once
from regulars.foundation.shop.selectors import shop_known
from regulars.organization.apikeys.types import Scope
from regulars.rules.eventkinds.selectors import kind_example, kind_get, kind_schema, kinds_list
from regulars.rules.eventkinds.services import event_kind_define, event_kind_update
from regulars.rules.eventkinds.types import EventField, EventKindView, FieldType

router = Router(tags=["events"])

Names = dict[str, Annotated[str, Meta(max_length=80)]]
EXAMPLE_AT = "2026-03-01T12:00:00Z"


class EventFieldBody(Strict, frozen=True):
    """A field of the event's data. `choices` has names by code, for a `choice` only."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]
    name: Names
    type: FieldType
    is_required: bool = False
    choices: dict[str, Names] = {}


class EventKindBody(Strict, frozen=True):
    """A kind to be. `amount` is the code of a required field of money that rates multiply."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]
    name: Names
    fields: Annotated[tuple[EventFieldBody, ...], Meta(max_length=100)] = ()
    amount: Annotated[str, Meta(max_length=40)] | None = None


class EventKindChange(Strict, frozen=True):
    """What shall change; what is left out stays. `fields` is the whole new list."""

    name: Names | UnsetType = UNSET
    fields: Annotated[tuple[EventFieldBody, ...], Meta(max_length=100)] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class EventKindsAnswer(msgspec.Struct, frozen=True):
    """All kinds with declared data: those built in, then the merchant's own by their codes."""

    items: tuple[EventKindView, ...]


class EventKindAnswer(msgspec.Struct, frozen=True):
    """A kind with the JSON Schema (2020-12) of its events, and an event as an example."""

    kind: EventKindView
    schema: dict[str, Any]
    example: dict[str, Any]


_KIND = msgspec.json.Decoder(EventKindBody)
_CHANGE = msgspec.json.Decoder(EventKindChange)


@route(
    router,
    "GET",
    "/event-kinds",
    "List the kinds of events with declared data",
    scope=Scope.PROGRAMS_READ,
    answers={200: EventKindsAnswer},
)
def event_kinds_read(request: KeyRequest) -> Answer:
    """All kinds whose data is declared, retired ones too."""
    return struct_answer(EventKindsAnswer(tuple(kinds_list())))


@route(
    router,
    "POST",
    "/event-kinds",
    "Define a kind of event",
    scope=Scope.PROGRAMS_WRITE,
    body=EventKindBody,
    answers={201: EventKindView, 200: EventKindView},
    key=KeyPlace.HEADER,
)
def event_kind_new(request: KeyRequest) -> Answer:
    """Makes a kind known; from then on its events are taken and rules may listen to it."""
    body = decoded(_KIND, body_read(request.environ, EVENT_BYTES_MAX))

    def defined() -> tuple[int, EventKindView]:
        return 201, event_kind_define(
            actor=request.auth.actor,
            code=body.code,
            name=body.name,
            fields=_fields(body.fields),
            amount=body.amount,
        )

    return written_once(request, body, defined)


@route(
    router,
    "GET",
    "/event-kinds/{kind}",
    "Read a kind of event, with its schema",
    scope=Scope.PROGRAMS_READ,
    answers={200: EventKindAnswer},
)
def event_kind_read(request: KeyRequest, kind: str) -> Answer:
    """The kind, what its events must look like, and an example."""
    found = kind_get(kind)
    example = kind_example(found, shop_known().currency, EXAMPLE_AT)
    return struct_answer(EventKindAnswer(found, kind_schema(found), example))


@route(
    router,
    "PATCH",
    "/event-kinds/{kind}",
    "Change or retire a kind of event",
    scope=Scope.PROGRAMS_WRITE,
    body=EventKindChange,
    answers={200: EventKindView},
    key=KeyPlace.HEADER,
)
def event_kind_changed(request: KeyRequest, kind: str) -> Answer:
    """Changes what is named. Events that were right before stay right; code and amount stay."""
    body = decoded(_CHANGE, body_read(request.environ, EVENT_BYTES_MAX))

    def changed() -> tuple[int, EventKindView]:
        fields = body.fields
        return 200, event_kind_update(
            actor=request.auth.actor,
            code=kind,
            name=None if isinstance(body.name, UnsetType) else body.name,
            fields=None if isinstance(fields, UnsetType) else _fields(fields),
            is_active=None if isinstance(body.is_active, UnsetType) else body.is_active,
        )

    return written_once(request, body, changed)


def _fields(fields: tuple[EventFieldBody, ...]) -> list[EventField]:
    return [
        EventField(each.code, each.name, each.type, each.is_required, each.choices)
        for each in fields
    ]
