"""Refusals about devices."""

from regulars.foundation.errors import RegularsError


class UnknownDevice(RegularsError):
    code = "unknown_device"
    status = 404
    text = {
        "en": "There is no device “{device}”.",
        "zh-Hans": "没有设备“{device}”。",
    }


class UnknownDeviceKind(RegularsError):
    code = "unknown_device_kind"
    status = 422
    text = {
        "en": "There is no kind of device “{kind}”. Use till or phone.",
        "zh-Hans": "没有设备类型“{kind}”，请使用 till 或 phone。",
    }


class PaperUnknown(RegularsError):
    code = "paper_unknown"
    status = 422
    text = {
        "en": "There is no receipt paper of {paper} mm. Choose 58 or 80.",
        "zh-Hans": "没有 {paper} mm 的小票纸，请选择 58 或 80。",
    }


class DeviceRefused(RegularsError):
    code = "device_refused"
    status = 401
    text = {
        "en": "This device is not registered, or was revoked. Register it anew in the console.",
        "zh-Hans": "该设备未登记或已被吊销，请在后台重新登记。",
    }
