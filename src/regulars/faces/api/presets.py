"""Presets: ready-made packages, what one would do, installing and ending it."""

from typing import Annotated

import msgspec
from ninja import Path, Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import Strict
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX
from regulars.faces.api.routes import KeyRequest, route, struct_answer, written_once
from regulars.organization.apikeys.types import Scope
from regulars.presets.installer.selectors import preset_preview, presets_listed
from regulars.presets.installer.services import preset_end, preset_install
from regulars.presets.installer.types import InstallationView, PresetPreview, PresetView

router = Router(tags=["presets"])

PresetCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class PresetBody(Strict, frozen=True):
    """An empty object."""


class PresetsAnswer(msgspec.Struct, frozen=True):
    """All presets, those for a whole trade first."""

    items: tuple[PresetView, ...]


_PRESET = msgspec.json.Decoder(PresetBody)


@route(
    router,
    "GET",
    "/presets",
    "List presets",
    scope=Scope.PROGRAMS_READ,
    answers={200: PresetsAnswer},
)
def presets_read(request: KeyRequest) -> Answer:
    """The presets that come with this installation, each with when it was installed."""
    return struct_answer(PresetsAnswer(presets_listed()))


@route(
    router,
    "GET",
    "/presets/{preset}",
    "Preview a preset",
    scope=Scope.PROGRAMS_READ,
    answers={200: PresetPreview},
)
def preset_read(request: KeyRequest, preset: PresetCode) -> Answer:
    """What installing it would make, change and leave as it is. Nothing is changed."""
    return struct_answer(preset_preview(preset))


@route(
    router,
    "POST",
    "/presets/{preset}/install",
    "Install a preset",
    scope=Scope.PROGRAMS_WRITE,
    body=PresetBody,
    answers={200: InstallationView},
    key=KeyPlace.HEADER,
)
def preset_installed(request: KeyRequest, preset: PresetCode) -> Answer:
    """Makes everything the preset says, or nothing of it; again, it adds what is missing."""
    body = decoded(_PRESET, body_read(request.environ, EVENT_BYTES_MAX))

    def installed() -> tuple[int, InstallationView]:
        return 200, preset_install(actor=request.auth.actor, code=preset)

    return written_once(request, body, installed)


@route(
    router,
    "POST",
    "/presets/{preset}/end",
    "End a preset",
    scope=Scope.PROGRAMS_WRITE,
    body=PresetBody,
    answers={200: InstallationView},
    key=KeyPlace.HEADER,
)
def preset_ended(request: KeyRequest, preset: PresetCode) -> Answer:
    """Ends its programs and puts its levels at rest. What members were given stays theirs."""
    body = decoded(_PRESET, body_read(request.environ, EVENT_BYTES_MAX))

    def ended() -> tuple[int, InstallationView]:
        return 200, preset_end(actor=request.auth.actor, code=preset)

    return written_once(request, body, ended)
