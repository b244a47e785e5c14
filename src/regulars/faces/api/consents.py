"""What members agreed to, and the code on their phones."""

from typing import Annotated

import msgspec
from msgspec import Meta
from ninja import Router

from regulars.faces.api.answers import Answer, encoded
from regulars.faces.api.bodies import Strict
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX, MEMBER_PREFIX
from regulars.faces.api.routes import KeyRequest, route, struct_answer, written_in_unit
from regulars.foundation.database.session import Unit
from regulars.foundation.ids import internal_id, public_id
from regulars.members.codes.services import member_code_make, member_code_use
from regulars.members.codes.types import CodeView
from regulars.members.consents.selectors import consent_history, consents_now
from regulars.members.consents.services import consent_record
from regulars.members.consents.types import ConsentView
from regulars.organization.apikeys.types import Scope

router = Router(tags=["members"])


class ConsentBody(Strict, frozen=True):
    """A member's word: the purpose, given or withdrawn, and the version of the text shown."""

    purpose: Annotated[str, Meta(min_length=1, max_length=40)]
    granted: bool
    version: Annotated[str, Meta(min_length=1, max_length=40)]


class CodeBody(Strict, frozen=True):
    """The digits read from a member's phone."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]


class ConsentsAnswer(msgspec.Struct, frozen=True):
    """What counts now of each purpose, and all that was ever said, newest first."""

    member: str
    now: tuple[ConsentView, ...]
    history: tuple[ConsentView, ...]


class ConsentAnswer(msgspec.Struct, frozen=True):
    """A member's word as it stands; `is_new` is false when it stood so already."""

    member: str
    purpose: str
    granted: bool
    version: str
    is_new: bool


class CodeOwner(msgspec.Struct, frozen=True):
    """Whose code it was."""

    member: str


_CONSENT = msgspec.json.Decoder(ConsentBody)
_CODE = msgspec.json.Decoder(CodeBody)


@route(
    router,
    "GET",
    "/members/{member}/consents",
    "Read what a member agreed to",
    scope=Scope.MEMBERS_READ,
    answers={200: ConsentsAnswer},
)
def member_consents(request: KeyRequest, member: str) -> Answer:
    """What counts now, and the whole history. Silence is no consent."""
    member_id = internal_id(MEMBER_PREFIX, member)
    now, history = consents_now(member_id), consent_history(member_id)
    return struct_answer(
        ConsentsAnswer(public_id(MEMBER_PREFIX, member_id), tuple(now), tuple(history))
    )


@route(
    router,
    "POST",
    "/members/{member}/consents",
    "Record a member's consent",
    scope=Scope.MEMBERS_WRITE,
    body=ConsentBody,
    answers={200: ConsentAnswer},
    key=KeyPlace.HEADER,
)
def member_consent_recorded(request: KeyRequest, member: str) -> Answer:
    """Given or withdrawn; each word is kept with its time and the text's version."""
    body = decoded(_CONSENT, body_read(request.environ, EVENT_BYTES_MAX))
    member_id = internal_id(MEMBER_PREFIX, member)

    def work(unit: Unit) -> tuple[int, str]:
        is_new = consent_record(
            unit=unit,
            actor=request.auth.actor,
            member_id=member_id,
            purpose=body.purpose,
            granted=body.granted,
            version=body.version,
        )
        shown = public_id(MEMBER_PREFIX, member_id)
        said = ConsentAnswer(shown, body.purpose, body.granted, body.version, is_new)
        return 200, encoded(said).decode()

    return written_in_unit(request, body, work)


@route(
    router,
    "POST",
    "/members/{member}/codes",
    "Make a member code",
    scope=Scope.MEMBERS_WRITE,
    answers={201: CodeView, 200: CodeView},
    key=KeyPlace.HEADER,
)
def member_code_made(request: KeyRequest, member: str) -> Answer:
    """A code for the member's phone to show: good for a minute, and once."""
    member_id = internal_id(MEMBER_PREFIX, member)

    def work(unit: Unit) -> tuple[int, str]:
        return 201, encoded(member_code_make(unit=unit, member_id=member_id)).decode()

    return written_in_unit(request, None, work)


@route(
    router,
    "POST",
    "/member-codes/use",
    "Use a member code",
    scope=Scope.MEMBERS_READ,
    body=CodeBody,
    answers={200: CodeOwner},
    key=KeyPlace.HEADER,
)
def member_code_used(request: KeyRequest) -> Answer:
    """Whose code it is; from now on it is good for nothing but a retry with the same key."""
    body = decoded(_CODE, body_read(request.environ, EVENT_BYTES_MAX))

    def work(unit: Unit) -> tuple[int, str]:
        member_id = member_code_use(unit=unit, code=body.code)
        return 200, encoded(CodeOwner(public_id(MEMBER_PREFIX, member_id))).decode()

    return written_in_unit(request, body, work)
