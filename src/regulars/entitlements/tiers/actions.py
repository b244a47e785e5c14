"""Levels in the intake: the event that reaches a threshold raises the member at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from regulars.entitlements.tiers.past import entered_by_settlements, entered_of_members
from regulars.entitlements.tiers.watching import Watch, watch_begun, watch_needs
from regulars.rules.actions import (
    FollowupKind,
    FollowupPast,
    Happening,
    Reaction,
    Watcher,
    followup_kind_register,
    note_register,
    watcher_register,
)
from regulars.rules.expressions.types import ValueType


def _react(watch: Watch, happening: Happening) -> Reaction | None:
    return watch.seen(happening)


def _store(watch: Watch) -> Sequence[Any]:
    return watch.statements()


def _begin(rows: Any, now: datetime) -> Watch:
    return watch_begun(rows, now)


followup_kind_register(
    FollowupKind(
        kind="tier.entered",
        label={"en": "For reaching a level", "zh-Hans": "升级"},
        variables={
            "tier.code": (ValueType.TEXT, {"en": "the level's code", "zh-Hans": "等级编码"}),
            "tier.ladder": (ValueType.TEXT, {"en": "the ladder's code", "zh-Hans": "等级体系编码"}),
            "tier.rank": (ValueType.INT, {"en": "the level's rank", "zh-Hans": "等级序号"}),
        },
        past=FollowupPast(entered_of_members, entered_by_settlements),
    )
)
note_register("tier_raised", {"en": "Reached the level {en}.", "zh-Hans": "升级到{zh}。"})
note_register(
    "tier_renewed",
    {"en": "The level {en} holds for another term.", "zh-Hans": "{zh}保级成功，有效期已延长。"},
)
note_register(
    "tier_lowered",
    {
        "en": "Back to the level {en}: the refund took away what the higher one needs.",
        "zh-Hans": "退款后不再满足原等级条件，降至{zh}。",
    },
)
watcher_register(
    Watcher(
        name="tiers",
        needs=watch_needs,
        begin=_begin,
        react=_react,
        store=_store,
        label={"en": "Levels", "zh-Hans": "等级"},
    )
)
