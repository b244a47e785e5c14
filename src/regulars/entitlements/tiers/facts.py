"""Facts about levels. The intake's watch reports every change of them within a batch."""

from typing import LiteralString

from regulars.entitlements.tiers.selectors import (
    ALL_LEVELS_OF_MEMBERS,
    LEVELS_OF_MEMBERS,
    ladders_read,
)
from regulars.foundation.database.session import unit_of_work
from regulars.members.profiles.selectors import EVERYBODY_MARKED
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import Choice, FactTable, TableFact, choices_register, table_register


def _table(name: str, parts: tuple[LiteralString, LiteralString]) -> FactTable:
    return FactTable(name, parts[0] + EVERYBODY_MARKED + parts[1])


table_register(
    _table("member_level", LEVELS_OF_MEMBERS),
    (
        TableFact(
            name="member.level",
            type=ValueType.TEXT,
            column="code",
            missing="",
            label={"zh-Hans": "会员等级", "en": "the member's level"},
        ),
        TableFact(
            name="member.level_rank",
            type=ValueType.INT,
            column="rank",
            missing=0,
            label={"zh-Hans": "会员等级序号（最低为 0）", "en": "the level's rank (lowest: 0)"},
        ),
        TableFact(
            name="member.level_multiplier",
            type=ValueType.INT,
            column="multiplier",
            missing=1000,
            label={"zh-Hans": "等级倍数（千分之）", "en": "the level's multiplier (thousandths)"},
        ),
    ),
)
table_register(
    _table("member_levels", ALL_LEVELS_OF_MEMBERS),
    (
        TableFact(
            name="member.levels",
            type=ValueType.TEXTS,
            column="codes",
            missing=(),
            label={"zh-Hans": "在各等级体系中的等级", "en": "the levels on all ladders"},
        ),
    ),
)


def _levels() -> list[Choice]:
    """The levels of all running ladders, each with what else is true of a member of it."""
    with unit_of_work() as unit:
        ladders = [each for each in ladders_read(unit) if each.is_active]
    return [
        Choice(
            level.code,
            level.name,
            {
                "member.level": level.code,
                "member.level_rank": level.rank,
                "member.level_multiplier": level.multiplier_thousandths,
                "member.levels": (level.code,),
            },
        )
        for ladder in ladders
        for level in ladder.levels
    ]


choices_register(("member.level", "member.levels"), _levels)
