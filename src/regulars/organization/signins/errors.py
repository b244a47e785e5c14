"""Refusals about signing in with a second factor."""

from regulars.foundation.errors import RegularsError


class CodeWrong(RegularsError):
    code = "code_wrong"
    status = 403
    text = {
        "en": "That code is not right or was used already. Wait for the next one and type it.",
        "zh-Hans": "验证码不正确或已使用过，请等下一个验证码再输入。",
    }


class PasskeyRefused(RegularsError):
    code = "passkey_refused"
    status = 403
    text = {
        "en": "The passkey was not accepted. Try again, or use another way.",
        "zh-Hans": "通行密钥未被接受，请重试或换一种方式。",
    }


class UnknownFactor(RegularsError):
    code = "unknown_factor"
    status = 404
    text = {
        "en": "You have no such second factor any more.",
        "zh-Hans": "该验证方式已不存在。",
    }


class LastFactor(RegularsError):
    code = "last_factor"
    status = 409
    text = {
        "en": "Your role needs a second factor. Add another one before you remove this one.",
        "zh-Hans": "您的角色必须使用两步验证，请先添加另一种验证方式再移除此项。",
    }


class TotpThere(RegularsError):
    code = "totp_there"
    status = 409
    text = {
        "en": "You have an authenticator app already. Remove it first to set up another one.",
        "zh-Hans": "您已设置验证器应用；如需更换，请先移除原有的。",
    }
