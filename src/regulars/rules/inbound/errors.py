"""Refusals of a web shop's messages, for its own log to show."""

from regulars.foundation.errors import RegularsError


class UnknownConnection(RegularsError):
    code = "unknown_connection"
    status = 404
    text = {
        "en": "No web shop is connected at this address. Copy the address from the page Web shops.",
        "zh-Hans": "该地址没有对应的网店连接，请从“网店”页面复制地址。",
    }


class SignatureWrong(RegularsError):
    code = "signature_wrong"
    status = 401
    text = {
        "en": "The signature does not fit the body. Enter the same secret here and in the shop.",
        "zh-Hans": "签名与内容不符，请在本系统与网店填写相同的密钥。",
    }


class OrderUnreadable(RegularsError):
    code = "order_unreadable"
    status = 422
    text = {
        "en": "The order can't be read: {field} {problem}.",
        "zh-Hans": "无法读取订单：{field}（{problem}）。",
    }


class SourceTaken(RegularsError):
    code = "source_taken"
    status = 409
    text = {
        "en": "The source “{source}” belongs to another connection. Choose another name.",
        "zh-Hans": "来源“{source}”已被其他连接使用，请更换。",
    }


class ConnectionMalformed(RegularsError):
    code = "connection_malformed"
    status = 422
    text = {
        "en": "{field} must be {expected}.",
        "zh-Hans": "{field} 须为 {expected}。",
    }
