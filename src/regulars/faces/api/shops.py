"""Shops and programs: what the back office of another system needs to know, and may change."""

from datetime import date
from typing import Annotated, Any

import msgspec
from ninja import Path, Query, Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import ProgramsAnswer, PublishBody, StoreAnswer, StoresAnswer
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX
from regulars.faces.api.routes import KeyRequest, route, struct_answer, written_once
from regulars.organization.apikeys.types import Scope
from regulars.organization.stores.selectors import stores_list
from regulars.rules.programs.selectors import program_get, programs_listed
from regulars.rules.programs.services import program_draft_save, program_publish
from regulars.rules.programs.types import DraftView, ProgramView, VersionView
from regulars.rules.simulate.services import simulation_run
from regulars.rules.simulate.types import Simulation

PROGRAM_BYTES_MAX = 1024 * 1024
SIMULATED_DAYS_MAX = 400

router = Router(tags=["shops and programs"])
_CONTENT = msgspec.json.Decoder(dict[str, Any])
_PUBLISH = msgspec.json.Decoder(PublishBody)

ProgramCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


@route(router, "GET", "/stores", "List shops", scope=None, answers={200: StoresAnswer})
def stores_read(request: KeyRequest) -> Answer:
    """All shops, closed ones too. Events name a shop by its code."""
    items = [
        StoreAnswer(each.code, each.name, each.time_zone, each.kind.value, each.is_active)
        for each in stores_list()
    ]
    return struct_answer(StoresAnswer(tuple(items)))


@route(
    router,
    "GET",
    "/programs",
    "List programs",
    scope=Scope.PROGRAMS_READ,
    answers={200: ProgramsAnswer},
)
def programs_read(request: KeyRequest) -> Answer:
    """All programs, each with its draft and its published versions, newest first."""
    return struct_answer(ProgramsAnswer(tuple(programs_listed())))


@route(
    router,
    "GET",
    "/programs/{program}",
    "Look at a program",
    scope=Scope.PROGRAMS_READ,
    answers={200: ProgramView},
)
def program_read(request: KeyRequest, program: ProgramCode) -> Answer:
    """One program with its draft and its published versions."""
    return struct_answer(program_get(program))


@route(
    router,
    "POST",
    "/programs/{program}/draft",
    "Save a program's draft",
    scope=Scope.PROGRAMS_WRITE,
    body=dict[str, Any],
    answers={200: DraftView},
    key=KeyPlace.HEADER,
)
def program_drafted(request: KeyRequest, program: ProgramCode) -> Answer:
    """Keeps what the program's next version shall say, after checking all of it."""
    content = decoded(_CONTENT, body_read(request.environ, PROGRAM_BYTES_MAX))

    def saved() -> tuple[int, DraftView]:
        draft = program_draft_save(actor=request.auth.actor, code=program, content=content)
        return 200, draft

    return written_once(request, content, saved)


@route(
    router,
    "GET",
    "/programs/{program}/simulation",
    "Simulate a program's draft over past events",
    scope=Scope.PROGRAMS_READ,
    answers={200: Simulation},
)
def program_simulated(
    request: KeyRequest,
    program: ProgramCode,
    since: Annotated[date, Query()],
    until: Annotated[date, Query()],
    version: Annotated[int | None, Query(ge=1, le=32_000)] = None,
) -> Answer:
    """What the draft, or a version, would have given over these business days, at most 400.

    Judges the real events again, from empty limits on, and writes nothing. Amounts are after
    refunds as they stand today; rules whose past nobody knows are named and left out.
    """
    found = simulation_run(
        code=program, since=since, until=until, version=version, days_max=SIMULATED_DAYS_MAX
    )
    return struct_answer(found)


@route(
    router,
    "POST",
    "/programs/{program}/publish",
    "Publish a program's draft",
    scope=Scope.PROGRAMS_WRITE,
    body=PublishBody,
    answers={201: VersionView, 200: VersionView},
    key=KeyPlace.HEADER,
)
def program_published(request: KeyRequest, program: ProgramCode) -> Answer:
    """Makes the draft the next version, which nobody can change afterwards."""
    body = decoded(_PUBLISH, body_read(request.environ, EVENT_BYTES_MAX))

    def published() -> tuple[int, VersionView]:
        version = program_publish(actor=request.auth.actor, code=program, reason=body.reason)
        return 201, version

    return written_once(request, body, published)
