"""Stores, their groups and their devices: opened, changed, registered and ended."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType
from ninja import Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import Strict
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX
from regulars.faces.api.routes import KeyRequest, route, secret_made, struct_answer, written_once
from regulars.faces.api.shops import router as shops_router
from regulars.organization.apikeys.types import Scope
from regulars.organization.devices.selectors import devices_list
from regulars.organization.devices.services import device_register, device_revoke
from regulars.organization.devices.types import DeviceView
from regulars.organization.stores.selectors import groups_list, store_get
from regulars.organization.stores.services import (
    store_create,
    store_group_create,
    store_update,
)
from regulars.organization.stores.types import StoreGroupView, StoreView

router = Router(tags=["stores and devices"])

Code = Annotated[str, Meta(min_length=1, max_length=40)]
Names = dict[str, Annotated[str, Meta(max_length=80)]]
Zone = Annotated[str, Meta(min_length=1, max_length=64)]


class StoreBody(Strict, frozen=True):
    """A store to be opened. Its code never changes; tills and events name it."""

    code: Code
    name: Names
    time_zone: Zone
    kind: Literal["own", "franchise"] = "own"
    group: Code | None = None


class StoreChange(Strict, frozen=True):
    """What shall change; what is left out stays. `group` null takes it out of its group."""

    name: Names | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    group: Code | UnsetType | None = UNSET


class StoreGroupBody(Strict, frozen=True):
    """A group of stores, empty at first."""

    code: Code
    name: Names


class StoreShown(msgspec.Struct, frozen=True):
    """A store: what events name, where its days begin, whose it is."""

    code: str
    name: dict[str, str]
    time_zone: str
    kind: str
    is_active: bool
    group: str | None


class StoreGroupsAnswer(msgspec.Struct, frozen=True):
    """All groups in the order of their codes, each with its stores."""

    items: tuple[StoreGroupView, ...]


class DeviceBody(Strict, frozen=True):
    """A till or a phone of a store."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    kind: Literal["till", "phone"]
    store: Code


class DeviceEndBody(Strict, frozen=True):
    """An empty object."""


class DevicesAnswer(msgspec.Struct, frozen=True):
    """All devices by store and name, revoked ones too."""

    items: tuple[DeviceView, ...]


class DeviceSecretAnswer(msgspec.Struct, frozen=True):
    """A device and its secret, which is told only here: a replay tells null."""

    device: DeviceView
    secret: str | None


_STORE = msgspec.json.Decoder(StoreBody)
_CHANGE = msgspec.json.Decoder(StoreChange)
_GROUP = msgspec.json.Decoder(StoreGroupBody)
_DEVICE = msgspec.json.Decoder(DeviceBody)
_END = msgspec.json.Decoder(DeviceEndBody)


# One path, one router: the list of stores is the shops' own.
@route(
    shops_router,
    "POST",
    "/stores",
    "Open a store",
    scope=Scope.STORES_WRITE,
    body=StoreBody,
    answers={201: StoreShown, 200: StoreShown},
    key=KeyPlace.HEADER,
)
def store_new(request: KeyRequest) -> Answer:
    """Opens a store; events may name it from now on."""
    body = decoded(_STORE, body_read(request.environ, EVENT_BYTES_MAX))

    def made() -> tuple[int, StoreShown]:
        store = store_create(
            actor=request.auth.actor,
            code=body.code,
            name=body.name,
            time_zone=body.time_zone,
            kind=body.kind,
            group=body.group,
        )
        return 201, _shown(store)

    return written_once(request, body, made)


@route(
    router,
    "GET",
    "/stores/{store}",
    "Look at a store",
    scope=None,
    answers={200: StoreShown},
)
def store_read(request: KeyRequest, store: str) -> Answer:
    """One store, closed or not."""
    return struct_answer(_shown(store_get(store)))


@route(
    router,
    "PATCH",
    "/stores/{store}",
    "Change a store",
    scope=Scope.STORES_WRITE,
    body=StoreChange,
    answers={200: StoreShown},
    key=KeyPlace.HEADER,
)
def store_changed(request: KeyRequest, store: str) -> Answer:
    """Renames, moves, closes or opens a store; past business dates never change."""
    body = decoded(_CHANGE, body_read(request.environ, EVENT_BYTES_MAX))

    def changed() -> tuple[int, StoreShown]:
        found = store_update(
            actor=request.auth.actor,
            code=store,
            name=None if isinstance(body.name, UnsetType) else body.name,
            time_zone=None if isinstance(body.time_zone, UnsetType) else body.time_zone,
            is_active=None if isinstance(body.is_active, UnsetType) else body.is_active,
            group=None if isinstance(body.group, UnsetType) else body.group or "",
        )
        return 200, _shown(found)

    return written_once(request, body, changed)


@route(
    router,
    "GET",
    "/store-groups",
    "List groups of stores",
    scope=None,
    answers={200: StoreGroupsAnswer},
)
def store_groups_read(request: KeyRequest) -> Answer:
    """All groups, each with the codes of its stores."""
    return struct_answer(StoreGroupsAnswer(tuple(groups_list())))


@route(
    router,
    "POST",
    "/store-groups",
    "Make a group of stores",
    scope=Scope.STORES_WRITE,
    body=StoreGroupBody,
    answers={201: StoreGroupView, 200: StoreGroupView},
    key=KeyPlace.HEADER,
)
def store_group_new(request: KeyRequest) -> Answer:
    """Makes a group; stores are put into it where they are opened or changed."""
    body = decoded(_GROUP, body_read(request.environ, EVENT_BYTES_MAX))

    def made() -> tuple[int, StoreGroupView]:
        group = store_group_create(actor=request.auth.actor, code=body.code, name=body.name)
        return 201, group

    return written_once(request, body, made)


@route(
    router,
    "GET",
    "/devices",
    "List devices",
    scope=Scope.DEVICES,
    answers={200: DevicesAnswer},
)
def devices_read(request: KeyRequest) -> Answer:
    """All tills and phones, revoked ones too; never their secrets."""
    return struct_answer(DevicesAnswer(tuple(devices_list())))


@route(
    router,
    "POST",
    "/devices",
    "Register a device",
    scope=Scope.DEVICES,
    body=DeviceBody,
    answers={201: DeviceSecretAnswer, 200: DeviceSecretAnswer},
    key=KeyPlace.HEADER,
)
def device_new(request: KeyRequest) -> Answer:
    """Registers a till or a phone at a store; keep its secret, nobody can show it again."""
    body = decoded(_DEVICE, body_read(request.environ, EVENT_BYTES_MAX))

    def made() -> DeviceSecretAnswer:
        device, secret = device_register(
            actor=request.auth.actor, name=body.name, kind=body.kind, store=body.store
        )
        return DeviceSecretAnswer(device, secret)

    return secret_made(request, body, made)


@route(
    router,
    "POST",
    "/devices/{device}/revoke",
    "Revoke a device",
    scope=Scope.DEVICES,
    body=DeviceEndBody,
    answers={200: DeviceView},
    key=KeyPlace.HEADER,
)
def device_revoked(request: KeyRequest, device: str) -> Answer:
    """Ends a device for ever, from its next request on."""
    body = decoded(_END, body_read(request.environ, EVENT_BYTES_MAX))

    def revoked() -> tuple[int, DeviceView]:
        return 200, device_revoke(actor=request.auth.actor, device=device)

    return written_once(request, body, revoked)


def _shown(store: StoreView) -> StoreShown:
    return StoreShown(
        code=store.code,
        name=store.name,
        time_zone=store.time_zone,
        kind=store.kind.value,
        is_active=store.is_active,
        group=store.group,
    )
