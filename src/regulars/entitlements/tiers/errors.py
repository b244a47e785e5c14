"""Refusals about levels."""

from regulars.foundation.errors import RegularsError


class UnknownLadder(RegularsError):
    code = "unknown_ladder"
    status = 404
    text = {
        "en": "There is no ladder “{ladder}”. Use one of: {known}.",
        "zh-Hans": "没有等级体系“{ladder}”；可用：{known}。",
    }


class LadderInvalid(RegularsError):
    code = "ladder_invalid"
    status = 422
    text = {
        "en": "{where}: {problem}.",
        "zh-Hans": "{where}：{problem}。",
    }


class LevelCodeTaken(RegularsError):
    code = "level_code_taken"
    status = 409
    text = {
        "en": "A level “{level}” exists in another ladder. Codes of levels are unique; choose "
        "another.",
        "zh-Hans": "等级“{level}”已存在于其他等级体系；等级编码须唯一，请更换。",
    }


class LevelInUse(RegularsError):
    code = "level_in_use"
    status = 409
    text = {
        "en": "The level “{level}” can't be left out: members have been on it. Keep it in the "
        "ladder.",
        "zh-Hans": "等级“{level}”已有会员使用，不能删除；请保留。",
    }


class LadderChanged(RegularsError):
    code = "ladder_changed"
    status = 409
    text = {
        "en": "The ladder was changed at the same time. Look at it again, then save once more.",
        "zh-Hans": "该等级体系刚被他人修改，请重新查看后再保存。",
    }


class LadderNotMain(RegularsError):
    code = "ladder_not_main"
    status = 409
    text = {
        "en": "The levels of “{ladder}” came first, and points are multiplied by those. Put that "
        "ladder at rest first, or go on with it.",
        "zh-Hans": "等级体系“{ladder}”在先，积分倍数以其等级为准。请先停用该等级体系，或继续沿用。",
    }


class SettlementTooLarge(RegularsError):
    code = "settlement_too_large"
    status = 409
    text = {
        "en": "The settlement of “{ladder}” would lower {lowered} of {members} members, more than "
        "{percent}%. Nothing was changed. Look at it, then start it with confirmation.",
        "zh-Hans": "等级体系“{ladder}”的结算将使 {members} 位会员中的 {lowered} 位降级，超过 "
        "{percent}%。未做任何更改；请核对后确认执行。",
    }
