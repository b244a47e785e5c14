"""Refusals about webhooks."""

from regulars.foundation.errors import RegularsError


class UnknownWebhook(RegularsError):
    code = "unknown_webhook"
    status = 404
    text = {
        "en": "There is no such webhook. Check its id.",
        "zh-Hans": "没有该 Webhook，请核对编号。",
    }


class UnknownDelivery(RegularsError):
    code = "unknown_delivery"
    status = 404
    text = {
        "en": "There is no such delivery. Check its id.",
        "zh-Hans": "没有该投递记录，请核对编号。",
    }


class WebhookUrlRefused(RegularsError):
    code = "webhook_url_refused"
    status = 422
    text = {
        "en": "This address can't be used: it must be https, on port 443, with a public host name "
        "and without a user or fragment.",
        "zh-Hans": "地址不可用：须为 https、443 端口、公网域名，且不含用户名和片段。",
    }


class UnknownNoticeKind(RegularsError):
    code = "unknown_notice_kind"
    status = 422
    text = {
        "en": "No notice is called “{kind}”. Use names or patterns such as event.*; there are: "
        "{known}.",
        "zh-Hans": "没有名为“{kind}”的通知。请填写名称或 event.* 这样的模式；可用：{known}。",
    }


class NoticeKindsMissing(RegularsError):
    code = "notice_kinds_missing"
    status = 422
    text = {
        "en": "Name between 1 and {maximum} kinds of notices to be sent.",
        "zh-Hans": "请填写 1 到 {maximum} 种要发送的通知。",
    }
