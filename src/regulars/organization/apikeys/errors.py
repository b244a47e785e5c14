"""Refusals of a key."""

from regulars.foundation.errors import RegularsError


class Unauthorized(RegularsError):
    code = "unauthorized"
    status = 401
    text = {
        "en": "This API key is not known. Send “Authorization: Bearer prefix.secret” with a key "
        "made in the console.",
        "zh-Hans": "API 密钥无效。请在请求头 Authorization 中发送后台创建的密钥："
        "Bearer prefix.secret。",
    }


class KeyRevoked(RegularsError):
    code = "key_revoked"
    status = 401
    text = {
        "en": "This API key was revoked. Make a new one in the console.",
        "zh-Hans": "该 API 密钥已吊销，请在后台创建新的密钥。",
    }


class KeyExpired(RegularsError):
    code = "key_expired"
    status = 401
    text = {
        "en": "This API key has expired. Make a new one in the console.",
        "zh-Hans": "该 API 密钥已过期，请在后台创建新的密钥。",
    }


class ScopeMissing(RegularsError):
    code = "scope_missing"
    status = 403
    text = {
        "en": "This API key may not do that: it lacks the scope {scope}.",
        "zh-Hans": "该 API 密钥缺少权限 {scope}，不能执行此操作。",
    }


class ScopeBeyondRights(RegularsError):
    code = "scope_beyond_rights"
    status = 403
    text = {
        "en": "A key can't be given more than you may do yourself: for the scope {scope} you lack "
        "the right {right} at all stores. Leave that scope out, or let the owner make the key.",
        "zh-Hans": "密钥的权限不能超出您本人的权限：授予 {scope} 需要您在全部门店拥有 {right}。"
        "请去掉该项，或由店主创建密钥。",
    }


class UnknownScope(RegularsError):
    code = "unknown_scope"
    status = 422
    text = {
        "en": "There is no scope “{scope}”. Use some of: {known}.",
        "zh-Hans": "没有名为“{scope}”的权限；可用：{known}。",
    }


class SourceMalformed(RegularsError):
    code = "source_malformed"
    status = 422
    text = {
        "en": "A source has 1 to 40 lowercase letters, digits or hyphens, such as web-shop.",
        "zh-Hans": "来源为 1 到 40 位小写字母、数字或连字符，例如 web-shop。",
    }


class UnknownApiKey(RegularsError):
    code = "unknown_api_key"
    status = 404
    text = {
        "en": "There is no API key {prefix}.",
        "zh-Hans": "没有 API 密钥 {prefix}。",
    }


class ExpiryPassed(RegularsError):
    code = "expiry_passed"
    status = 422
    text = {
        "en": "The key would have expired already. Choose an instant to come.",
        "zh-Hans": "密钥的过期时间已过，请选择未来的时间。",
    }


class OverlapTooLong(RegularsError):
    code = "overlap_too_long"
    status = 422
    text = {
        "en": "Two keys may be valid side by side for at most {days} days.",
        "zh-Hans": "新旧密钥最多可同时有效 {days} 天。",
    }
