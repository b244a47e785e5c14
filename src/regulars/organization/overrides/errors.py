"""Refusals about a manager's PIN."""

from regulars.foundation.errors import RegularsError


class PinMalformed(RegularsError):
    code = "pin_malformed"
    status = 422
    text = {
        "en": "A PIN has 6 to 8 digits.",
        "zh-Hans": "PIN 码为 6 到 8 位数字。",
    }


class PinTooSimple(RegularsError):
    code = "pin_too_simple"
    status = 422
    text = {
        "en": "Choose another PIN: not one digit again and again, no row such as 123456.",
        "zh-Hans": "请换一个 PIN 码：不要用重复数字或 123456 这样的连续数字。",
    }


class PinRefused(RegularsError):
    """The same sentence for a wrong PIN, none at all, a stranger, and a right that is missing."""

    code = "pin_refused"
    status = 403
    text = {
        "en": "Person and PIN don't match, or may not do this here. Check both; {left} more tries.",
        "zh-Hans": "人员与 PIN 码不符，或无此权限，请核对；还可尝试 {left} 次。",
    }


class PinLocked(RegularsError):
    code = "pin_locked"
    status = 429
    text = {
        "en": "Too many wrong PINs. Try again in {minutes} minutes, or let somebody else allow it.",
        "zh-Hans": "PIN 码错误次数过多，请 {minutes} 分钟后再试，或由其他人批准。",
    }


class OverrideRefused(RegularsError):
    code = "override_refused"
    status = 409
    text = {
        "en": "This exception was used already, has lapsed, or was allowed for something else. "
        "Ask for the PIN again.",
        "zh-Hans": "该特批已使用、已失效或不适用于此操作，请重新输入 PIN 码。",
    }


class OverrideOwn(RegularsError):
    code = "override_own"
    status = 403
    text = {
        "en": "You can't allow your own exception. Ask somebody else who may.",
        "zh-Hans": "不能为自己特批，请由其他有权限的人批准。",
    }
