"""Refusals about segments."""

from regulars.foundation.errors import RegularsError


class UnknownSegment(RegularsError):
    code = "unknown_segment"
    status = 404
    text = {
        "en": "There is no segment “{segment}”. Use one of: {known}.",
        "zh-Hans": "没有人群“{segment}”；可用：{known}。",
    }


class SegmentCodeMalformed(RegularsError):
    code = "segment_code_malformed"
    status = 422
    text = {
        "en": "A segment's code has 1 to 40 lower-case letters, digits, hyphens or underscores.",
        "zh-Hans": "人群编码为 1 到 40 位小写字母、数字、连字符或下划线。",
    }


class SegmentChanged(RegularsError):
    code = "segment_changed"
    status = 409
    text = {
        "en": "The segment was changed at the same time. Look at it again, then save once more.",
        "zh-Hans": "该人群刚被他人修改，请重新查看后再保存。",
    }


class SegmentCodeTaken(RegularsError):
    code = "segment_code_taken"
    status = 409
    text = {
        "en": "There is a segment “{segment}” already. Choose another code, or change that one.",
        "zh-Hans": "编码“{segment}”已被其他人群使用；请换一个编码，或直接修改该人群。",
    }


class SegmentInUse(RegularsError):
    code = "segment_in_use"
    status = 409
    text = {
        "en": "Programs ask for this segment: {programs}. Take it out of their rules first.",
        "zh-Hans": "以下会员方案的规则用到该人群：{programs}。请先从规则中移除。",
    }


class UnknownYardstick(RegularsError):
    code = "unknown_yardstick"
    status = 404
    text = {
        "en": "There is no yardstick “{yardstick}”. Use one of: {known}.",
        "zh-Hans": "没有标尺“{yardstick}”；可用：{known}。",
    }


class YardstickOutOfRange(RegularsError):
    code = "yardstick_out_of_range"
    status = 422
    text = {
        "en": "A yardstick is a whole number from 0 to {maximum}. Leave it empty to measure it.",
        "zh-Hans": "标尺须为 0 到 {maximum} 的整数；留空则自动测算。",
    }
