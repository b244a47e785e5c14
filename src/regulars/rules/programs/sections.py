"""Programs in ready-made packages: published as versions, ended as programs end.

A part is `{"code", "content"}`, or `{"code", "starter"}` with what differs under `changes`. Days
and hours are those of the deployment's time zone.
"""

from typing import Any

from regulars.foundation.actors import Actor
from regulars.foundation.installing import Found, Part, Section, State, section_register
from regulars.foundation.shop.selectors import shop_known
from regulars.rules.programs.content import Content, content_to_json
from regulars.rules.programs.errors import DraftInTheWay, UnknownProgram
from regulars.rules.programs.publishing import (
    content_digest,
    program_draft_save,
    version_put_in_force,
    versions_ended,
)
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.shapes import shape_checked
from regulars.rules.programs.starters import starter_content
from regulars.rules.programs.types import ProgramView, VersionState, VersionView

OPEN = (VersionState.IN_FORCE, VersionState.SCHEDULED)


def program_found(part: Part) -> Found:
    """Whether the program holds, and whether it says the same.

    Forbidden by draft_in_the_way: somebody is about to change it. Errors: program_invalid.
    """
    content = _content(part)
    try:
        there = program_get(part["code"])
    except UnknownProgram:
        return Found(State.ABSENT, content.name)
    current = _current(there)
    if current is not None and current.digest == content_digest(content_to_json(content)):
        return Found(State.SAME, there.name)
    refusal = DraftInTheWay(program=there.code) if there.draft else None
    return Found(State.DIFFERENT if current else State.ENDED, there.name, refusal)


def program_installed(actor: Actor, part: Part) -> None:
    """Publishes the content as the program's next version, in force at once."""
    code = part["code"]
    plain = content_to_json(_content(part))
    draft = program_draft_save(actor=actor, code=code, content=plain, revision=0)
    version_put_in_force(actor=actor, code=code, revision=draft.revision)


def program_closed(actor: Actor, code: str) -> None:
    """Ends the program now; what members have stays theirs."""
    if _current(program_get(code)) is not None:
        versions_ended(actor=actor, code=code)


def part_content(part: Part) -> dict[str, Any]:
    """The content of a package's part as plain values, every default written out."""
    return content_to_json(_content(part))


def _content(part: Part) -> Content:
    plain = starter_content(part["starter"]) if "starter" in part else part["content"]
    zone = {"time_zone": shop_known().time_zone}
    return shape_checked(plain | part.get("changes", {}) | zone)


def _current(program: ProgramView) -> VersionView | None:
    for version in program.versions:
        if version.state in OPEN:
            return version
    return None


section_register(
    Section(
        name="programs",
        title={"zh-Hans": "会员方案", "en": "Programs"},
        place=50,
        preview=program_found,
        install=program_installed,
        change=program_installed,
        end=program_closed,
        is_promise=True,
    )
)
