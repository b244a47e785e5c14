"""Members' own fields and birthdays: defined by the merchant, told and changed by member."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType
from ninja import Router

from regulars.faces.api.answers import Answer, encoded
from regulars.faces.api.bodies import Strict
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX, MEMBER_PREFIX
from regulars.faces.api.members import router as members_router
from regulars.faces.api.routes import (
    KeyRequest,
    route,
    struct_answer,
    written_in_unit,
    written_once,
)
from regulars.foundation.database.session import Unit
from regulars.foundation.ids import internal_id, public_id
from regulars.members.fields.selectors import birthday_of, fields_list, member_fields
from regulars.members.fields.services import birthday_set, field_define, member_fields_set
from regulars.members.fields.types import Birthday, FieldView
from regulars.members.profiles.selectors import member_get
from regulars.members.profiles.services import member_rename
from regulars.organization.apikeys.types import Scope

router = Router(tags=["members"])

Names = dict[str, Annotated[str, Meta(max_length=80)]]


class FieldBody(Strict, frozen=True):
    """A field to be. `kind` is text, number, date, choice or yes_no; `choices` has names by
    code."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]
    name: Names
    kind: Annotated[str, Meta(max_length=16)]
    is_required: bool = False
    is_personal: bool = True
    choices: dict[str, Names] = {}


class MemberChange(Strict, frozen=True):
    """What shall change; what is left out stays, null empties a field or the birthday."""

    display_name: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    fields: dict[str, str | int | bool | None] | UnsetType = UNSET
    birthday: Birthday | UnsetType | None = UNSET


class FieldsAnswer(msgspec.Struct, frozen=True):
    """All fields in the order of their codes."""

    items: tuple[FieldView, ...]


class ProfileAnswer(msgspec.Struct, frozen=True):
    """What a member's fields say. Personal ones and the birthday need `members:manage`."""

    member: str
    fields: dict[str, str | int | bool]
    birthday: Birthday | None


class MemberChanged(msgspec.Struct, frozen=True):
    """Whose data changed; the data itself is read again."""

    member: str


_FIELD = msgspec.json.Decoder(FieldBody)
_CHANGE = msgspec.json.Decoder(MemberChange)


@route(
    router,
    "GET",
    "/member-fields",
    "List members' own fields",
    scope=Scope.MEMBERS_READ,
    answers={200: FieldsAnswer},
)
def member_fields_read(request: KeyRequest) -> Answer:
    """All fields that the merchant defined, hidden ones too."""
    return struct_answer(FieldsAnswer(tuple(fields_list())))


@route(
    router,
    "POST",
    "/member-fields",
    "Define a field of members",
    scope=Scope.MEMBERS_MANAGE,
    body=FieldBody,
    answers={201: FieldView, 200: FieldView},
    key=KeyPlace.HEADER,
)
def member_field_new(request: KeyRequest) -> Answer:
    """Adds a field. Its code, its kind and whether it is personal can't change later."""
    body = decoded(_FIELD, body_read(request.environ, EVENT_BYTES_MAX))

    def defined() -> tuple[int, FieldView]:
        return 201, field_define(
            actor=request.auth.actor,
            code=body.code,
            name=body.name,
            kind=body.kind,
            is_required=body.is_required,
            is_personal=body.is_personal,
            choices=body.choices,
        )

    return written_once(request, body, defined)


@route(
    router,
    "GET",
    "/members/{member}/profile",
    "Read a member's fields and birthday",
    scope=Scope.MEMBERS_READ,
    answers={200: ProfileAnswer},
)
def member_profile_read(request: KeyRequest, member: str) -> Answer:
    """What the fields say now; without `members:manage` only what is not personal."""
    found = member_get(internal_id(MEMBER_PREFIX, member))
    may = Scope.MEMBERS_MANAGE in request.auth.scopes
    return struct_answer(
        ProfileAnswer(
            member=found.public_id,
            fields=member_fields(found.id, personal=may),
            birthday=birthday_of(found.id) if may else None,
        )
    )


# One path, one router: the members' own, beside reading a member.
@route(
    members_router,
    "PATCH",
    "/members/{member}",
    "Change a member's name, fields or birthday",
    scope=Scope.MEMBERS_WRITE,
    body=MemberChange,
    answers={200: MemberChanged},
    key=KeyPlace.HEADER,
)
def member_changed(request: KeyRequest, member: str) -> Answer:
    """Changes what is named, all or nothing. Required fields must be full afterwards."""
    body = decoded(_CHANGE, body_read(request.environ, EVENT_BYTES_MAX))
    member_id, actor = internal_id(MEMBER_PREFIX, member), request.auth.actor

    def work(unit: Unit) -> tuple[int, str]:
        if not isinstance(body.display_name, UnsetType):
            member_rename(
                unit=unit, actor=actor, member_id=member_id, display_name=body.display_name
            )
        if not isinstance(body.fields, UnsetType):
            member_fields_set(unit=unit, actor=actor, member_id=member_id, values=body.fields)
        if not isinstance(body.birthday, UnsetType):
            birthday_set(unit=unit, actor=actor, member_id=member_id, birthday=body.birthday)
        changed = MemberChanged(public_id(MEMBER_PREFIX, member_id))
        return 200, encoded(changed).decode()

    return written_in_unit(request, body, work)
