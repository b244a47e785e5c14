"""Refusals about long work."""

from regulars.foundation.errors import RegularsError


class UnknownWork(RegularsError):
    code = "unknown_work"
    status = 404
    text = {
        "en": "There is no such job any more. Start it again from its page.",
        "zh-Hans": "找不到该任务，请回到原页面重新发起。",
    }
