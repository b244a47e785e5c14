"""Refusals about members' requests."""

from regulars.foundation.errors import RegularsError


class ErasingReasonMissing(RegularsError):
    code = "erasing_reason_missing"
    status = 422
    text = {
        "en": "Say why she is not erased; the log keeps it. Erasing closes the request by itself.",
        "zh-Hans": "请填写未抹除的原因，原因会保存在日志中；抹除后该申请会自动关闭。",
    }


class UnknownRequest(RegularsError):
    code = "unknown_request"
    status = 404
    text = {
        "en": "There is no such request, or it was closed. Look at the list again.",
        "zh-Hans": "没有该申请，或已处理完毕，请刷新列表。",
    }
