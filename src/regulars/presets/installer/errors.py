"""Refusals of packages."""

from regulars.foundation.errors import RegularsError


class UnknownPreset(RegularsError):
    code = "unknown_preset"
    status = 404
    text = {
        "en": "There is no preset “{preset}”. Use one of: {known}.",
        "zh-Hans": "没有方案包“{preset}”；可用：{known}。",
    }


class PresetRefused(RegularsError):
    code = "preset_refused"
    status = 409
    text = {
        "en": "The preset “{preset}” was not installed, and nothing was changed. {reason}",
        "zh-Hans": "方案包“{preset}”未安装，未做任何更改。{reason_zh}",
    }


class PresetNotInstalled(RegularsError):
    code = "preset_not_installed"
    status = 409
    text = {
        "en": "The preset “{preset}” is not installed, so there is nothing to end.",
        "zh-Hans": "方案包“{preset}”未安装，无需结束。",
    }


class PartInTheWay(RegularsError):
    """Never raised to a caller by itself: the reason of a refused step."""

    code = "part_in_the_way"
    status = 409
    text = {
        "en": "“{name}” is there already and says something else. Keep yours and leave out this "
        "preset, or end yours first.",
        "zh-Hans": "“{name}”已存在且内容不同。请保留现有内容而不安装此方案包，或先结束现有内容。",
    }


class PresetUnreadable(RegularsError):
    code = "preset_unreadable"
    status = 500
    text = {
        "en": "The files of the preset “{preset}” can't be read ({problem}). Install "
        "Regulars anew.",
        "zh-Hans": "方案包“{preset}”的文件无法读取（{problem}）；请重新安装本系统。",
    }
