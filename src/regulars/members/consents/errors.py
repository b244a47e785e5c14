"""Refusals about consents."""

from regulars.foundation.errors import RegularsError


class PurposeMalformed(RegularsError):
    code = "purpose_malformed"
    status = 422
    text = {
        "en": "A purpose has 1 to 40 lowercase letters, digits, dots, hyphens or underscores, such "
        "as marketing.sms.",
        "zh-Hans": "用途为 1 到 40 位小写字母、数字、点、连字符或下划线，例如 marketing.sms。",
    }
