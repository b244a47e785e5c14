"""Ladders in ready-made packages: saved, changed without anybody losing a level, and closed.

A part is `{"code", "content"}`, or `{"code", "starter"}`. With `main` it must be the ladder whose
levels rules mean by `member.level`, the first one in force.
"""

import msgspec

from regulars.entitlements.tiers.errors import LadderNotMain, LevelCodeTaken
from regulars.entitlements.tiers.ladders import ladders_read
from regulars.entitlements.tiers.saving import ladder_save
from regulars.entitlements.tiers.starters import ladder_starter
from regulars.entitlements.tiers.types import LadderContent, LadderView, LevelContent
from regulars.foundation.actors import Actor
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.installing import Found, Part, Section, State, section_register


def ladder_found(part: Part) -> Found:
    """Whether the ladder is there and in force, and whether its levels need the same.

    Forbidden by level_code_taken and ladder_not_main.
    """
    content = _content(part)
    ladders = _ladders()
    there = ladders.get(content.code)
    refusal = _refusal(content, part, ladders)
    if there is None:
        return Found(State.ABSENT, content.name, refusal)
    if not there.is_active:
        return Found(State.ENDED, there.name, refusal)
    same = _content_of(there) == content
    return Found(State.SAME if same else State.DIFFERENT, there.name, refusal)


def ladder_installed(actor: Actor, part: Part) -> None:
    """Saves the ladder; members stand on its levels by what they have done already."""
    content = _content(part)
    there = _ladders().get(content.code)
    ladder_save(actor=actor, content=content, revision=there.revision if there else None)


def ladder_closed(actor: Actor, code: str) -> None:
    """Puts the ladder at rest; who stood where is kept."""
    there = _ladders().get(code)
    if there is not None and there.is_active:
        resting = msgspec.structs.replace(_content_of(there), is_active=False)
        ladder_save(actor=actor, content=resting, revision=there.revision)


def _content(part: Part) -> LadderContent:
    plain = ladder_starter(part["starter"]) if "starter" in part else part["content"]
    return msgspec.convert(plain | part.get("changes", {}), LadderContent)


def _content_of(ladder: LadderView) -> LadderContent:
    levels = [
        LevelContent(**{name: getattr(level, name) for name in LevelContent.__struct_fields__})
        for level in ladder.levels
    ]
    kept = {name: getattr(ladder, name) for name in LadderContent.__struct_fields__}
    return LadderContent(**kept | {"levels": tuple(levels)})


def _refusal(
    content: LadderContent, part: Part, ladders: dict[str, LadderView]
) -> RegularsError | None:
    others = [each for each in ladders.values() if each.code != content.code]
    codes = {level.code for level in content.levels}
    for other in others:
        for level in other.levels:
            if level.code in codes:
                return LevelCodeTaken(level=level.code)
    there = ladders.get(content.code)
    first = [each for each in others if each.is_active and (not there or each.id < there.id)]
    return LadderNotMain(ladder=first[0].code) if part.get("main") and first else None


def _ladders() -> dict[str, LadderView]:
    with unit_of_work() as unit:
        return {ladder.code: ladder for ladder in ladders_read(unit)}


section_register(
    Section(
        name="levels",
        title={"zh-Hans": "等级", "en": "Levels"},
        place=40,
        preview=ladder_found,
        install=ladder_installed,
        change=ladder_installed,
        end=ladder_closed,
    )
)
