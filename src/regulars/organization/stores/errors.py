"""Refusals about shops."""

from regulars.foundation.errors import RegularsError


class UnknownStore(RegularsError):
    code = "unknown_store"
    status = 422
    text = {
        "en": "There is no store with the code “{store}”. Use one of: {known}.",
        "zh-Hans": "没有编码为“{store}”的门店；可用：{known}。",
    }


class StoreExists(RegularsError):
    code = "store_exists"
    status = 409
    text = {
        "en": "A store with the code “{store}” exists already. Choose another code.",
        "zh-Hans": "编码为“{store}”的门店已存在，请换一个编码。",
    }


class StoreCodeMalformed(RegularsError):
    code = "store_code_malformed"
    status = 422
    text = {
        "en": "A store's code has 1 to 40 letters, digits, hyphens or underscores.",
        "zh-Hans": "门店编码为 1 到 40 位字母、数字、连字符或下划线。",
    }


class UnknownStoreGroup(RegularsError):
    code = "unknown_store_group"
    status = 422
    text = {
        "en": "There is no group of stores with the code “{group}”.",
        "zh-Hans": "没有编码为“{group}”的门店分组。",
    }


class StoreGroupExists(RegularsError):
    code = "store_group_exists"
    status = 409
    text = {
        "en": "A group with the code “{group}” exists already. Choose another code.",
        "zh-Hans": "编码为“{group}”的门店分组已存在，请换一个编码。",
    }


class UnknownStoreKind(RegularsError):
    code = "unknown_store_kind"
    status = 422
    text = {
        "en": "There is no kind of store “{kind}”. Use own or franchise.",
        "zh-Hans": "没有门店类型“{kind}”，请使用 own 或 franchise。",
    }
