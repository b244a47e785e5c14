"""Refusals about tags."""

from regulars.foundation.errors import RegularsError


class UnknownTag(RegularsError):
    code = "unknown_tag"
    status = 404
    text = {
        "en": "There is no tag “{tag}”. Make it first, or use one of: {known}.",
        "zh-Hans": "没有标签“{tag}”；请先新建，或使用：{known}。",
    }


class TagExists(RegularsError):
    code = "tag_exists"
    status = 409
    text = {
        "en": "A tag with the code “{tag}” exists already. Choose another code.",
        "zh-Hans": "编码为“{tag}”的标签已存在，请换一个编码。",
    }


class TagCodeMalformed(RegularsError):
    code = "tag_code_malformed"
    status = 422
    text = {
        "en": "A tag's code has 1 to 40 lower-case letters, digits, hyphens or underscores.",
        "zh-Hans": "标签编码为 1 到 40 位小写字母、数字、连字符或下划线。",
    }


class TagAlreadyOver(RegularsError):
    code = "tag_already_over"
    status = 422
    text = {
        "en": "The tag's last day, {last_day}, is over already. Give a later day or none.",
        "zh-Hans": "标签的最后有效日 {last_day} 已过；请填写更晚的日期或不填。",
    }


class TagNotSet(RegularsError):
    code = "tag_not_set"
    status = 409
    text = {
        "en": "The member does not carry the tag “{tag}” by hand; a rule's tag ends with its "
        "segment.",
        "zh-Hans": "该会员没有手工设置的标签“{tag}”；规则标签随人群结束。",
    }
