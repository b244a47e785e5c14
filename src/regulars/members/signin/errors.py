"""Refusals about signing in on a phone."""

from regulars.foundation.errors import RegularsError


class TooManyCodes(RegularsError):
    code = "too_many_codes"
    status = 429
    text = {
        "en": "Too many codes were asked for. Use the newest one you have, or try again in "
        "{minutes} minutes.",
        "zh-Hans": "获取验证码过于频繁。请使用最近收到的验证码，或 {minutes} 分钟后再试。",
    }


class CodesNotSent(RegularsError):
    code = "codes_not_sent"
    status = 503
    text = {
        "en": "This shop can't send codes yet. Show your phone number or card at the counter "
        "instead.",
        "zh-Hans": "本店暂未开通短信验证码，请在收银台报手机号或出示会员卡。",
    }


class NotProved(RegularsError):
    code = "number_not_proved"
    status = 409
    text = {
        "en": "The number was not confirmed, or too long ago. Ask for a new code.",
        "zh-Hans": "手机号尚未验证或验证已超时，请重新获取验证码。",
    }


class JoiningClosed(RegularsError):
    code = "joining_closed"
    status = 403
    text = {
        "en": "This shop takes new members at the counter only. Ask there.",
        "zh-Hans": "本店仅在门店办理入会，请到收银台办理。",
    }


class ConsentNeeded(RegularsError):
    code = "consent_needed"
    status = 422
    text = {
        "en": "To join, agree to what is marked as necessary.",
        "zh-Hans": "入会前请先同意标注为“必选”的条款。",
    }


class UnknownSession(RegularsError):
    code = "unknown_session"
    status = 404
    text = {
        "en": "This member is not signed in there any more.",
        "zh-Hans": "该会员在此设备上的登录已结束。",
    }
