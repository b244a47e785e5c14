"""Refusals that belong to HTTP itself; what a room refuses comes from the room."""

from regulars.foundation.errors import RegularsError


class MalformedJson(RegularsError):
    code = "malformed_json"
    status = 400
    text = {
        "en": "The body can't be read as JSON ({problem}). Send one JSON object in UTF-8.",
        "zh-Hans": "请求体不是有效的 JSON（{problem}）；请发送一个 UTF-8 编码的 JSON 对象。",
    }


class BadRequest(RegularsError):
    code = "bad_request"
    status = 400
    text = {
        "en": "The request can't be understood. Check its address and headers.",
        "zh-Hans": "无法理解该请求；请检查地址与请求头。",
    }


class IdempotencyKeyMissing(RegularsError):
    code = "idempotency_key_missing"
    status = 400
    text = {
        "en": "Send an Idempotency-Key header: a text of your own, new for each new request and "
        "the same for each retry.",
        "zh-Hans": "缺少请求头 Idempotency-Key；每个新请求使用新的值，重试时使用相同的值。",
    }


class IdempotencyKeyMalformed(RegularsError):
    code = "idempotency_key_malformed"
    status = 400
    text = {
        "en": "An Idempotency-Key has 1 to {maximum} printable ASCII characters.",
        "zh-Hans": "Idempotency-Key 须为 1 到 {maximum} 个可打印的 ASCII 字符。",
    }


class Forbidden(RegularsError):
    code = "forbidden"
    status = 403
    text = {
        "en": "This is not allowed.",
        "zh-Hans": "不允许此操作。",
    }


class NotFound(RegularsError):
    code = "not_found"
    status = 404
    text = {
        "en": "There is nothing at this address. The routes are listed in /api/v1/openapi.json.",
        "zh-Hans": "该地址不存在；可用的接口见 /api/v1/openapi.json。",
    }


class MethodNotAllowed(RegularsError):
    code = "method_not_allowed"
    status = 405
    text = {
        "en": "This address doesn't know the method {method}. Use one of: {allowed}.",
        "zh-Hans": "该地址不支持 {method} 方法；可用：{allowed}。",
    }


class BodyTooLarge(RegularsError):
    code = "body_too_large"
    status = 413
    text = {
        "en": "The body is larger than {maximum_kb} kB. Send less at once.",
        "zh-Hans": "请求体超过 {maximum_kb} kB，请拆分后发送。",
    }


class UnsupportedMediaType(RegularsError):
    code = "unsupported_media_type"
    status = 415
    text = {
        "en": "Send JSON, with the header Content-Type: application/json.",
        "zh-Hans": "请发送 JSON，并设置请求头 Content-Type: application/json。",
    }


class CursorMalformed(RegularsError):
    code = "cursor_malformed"
    status = 422
    text = {
        "en": "This cursor was not made here. Leave it out to start at the newest, or use the one "
        "of the last answer.",
        "zh-Hans": "游标无效；不填即从最新开始，或使用上一次响应中的游标。",
    }


class TooManyRequests(RegularsError):
    code = "too_many_requests"
    status = 429
    text = {
        "en": "Too many requests at once. Wait a moment, then send it again with the same key.",
        "zh-Hans": "请求过于频繁；请稍后用同一个键重试。",
    }


class InternalError(RegularsError):
    code = "internal_error"
    status = 500
    text = {
        "en": "Something went wrong here, and nothing was confirmed. Send the same request again "
        "with the same key; if it fails again, report the request id {request_id}.",
        "zh-Hans": "服务器内部错误，未确认任何操作。请用同一个键重试；"
        "若仍失败，请反馈请求编号 {request_id}。",
    }


class UnknownReceipt(RegularsError):
    code = "unknown_receipt"
    status = 404
    text = {
        "en": "There is no such receipt. Check its id.",
        "zh-Hans": "没有该小票，请核对编号。",
    }
