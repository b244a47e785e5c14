"""Refusals of merging, freezing and erasing."""

from regulars.foundation.errors import RegularsError


class MergeIntoSelf(RegularsError):
    code = "merge_into_self"
    status = 422
    text = {
        "en": "A member can't be merged into herself. Name the other member.",
        "zh-Hans": "不能把会员合并到自身，请选择另一位会员。",
    }


class EraseRefused(RegularsError):
    code = "erase_refused"
    status = 409
    text = {
        "en": "This member can't be erased while something is open: {problem}.",
        "zh-Hans": "该会员尚有未了事项，不能抹除：{problem}。",
    }
