"""Refusals about members."""

from regulars.foundation.errors import RegularsError


class IdentifierTaken(RegularsError):
    code = "identifier_taken"
    status = 409
    text = {
        "en": "This number ({kind}) already belongs to a member. Find that member instead of "
        "enrolling again.",
        "zh-Hans": "该号码（{kind}）已属于其他会员，请直接查找该会员，无需重复入会。",
    }


class InvalidPhone(RegularsError):
    code = "invalid_phone"
    status = 422
    text = {
        "en": "This is not a valid phone number. Write it with all digits, from abroad with + and "
        "the country's code.",
        "zh-Hans": "手机号无效，请填写完整号码；境外号码请以 + 和国家代码开头。",
    }


class InvalidExternalId(RegularsError):
    code = "invalid_external_id"
    status = 422
    text = {
        "en": "An external id has 1 to {maximum} characters and no control characters.",
        "zh-Hans": "外部编号为 1 到 {maximum} 个字符，且不含控制字符。",
    }


class UnknownIdentifierKind(RegularsError):
    code = "unknown_identifier_kind"
    status = 422
    text = {
        "en": "Members aren't known by “{kind}”. Use one of: {known}.",
        "zh-Hans": "不支持用“{kind}”识别会员；可用：{known}。",
    }


class UnknownMember(RegularsError):
    code = "unknown_member"
    status = 404
    text = {
        "en": "There is no such member. Check the id, or enrol the member first.",
        "zh-Hans": "没有该会员，请核对编号或先办理入会。",
    }


class MemberExists(RegularsError):
    code = "member_exists"
    status = 409
    text = {
        "en": "A member with this id exists already. Leave the id out to get a new one.",
        "zh-Hans": "该编号的会员已存在；不填编号即可自动生成。",
    }


class UnknownLanguage(RegularsError):
    code = "unknown_language"
    status = 422
    text = {
        "en": "There is no language “{language}” here. Use zh-hans or en.",
        "zh-Hans": "不支持语言“{language}”，请使用 zh-hans 或 en。",
    }


class MemberIdMalformed(RegularsError):
    code = "member_id_malformed"
    status = 422
    text = {
        "en": "A member's own id is a UUID. Leave it out to get a new one.",
        "zh-Hans": "会员编号须为 UUID；不填即可自动生成。",
    }


class InstantWithoutZone(RegularsError):
    code = "instant_without_zone"
    status = 422
    text = {
        "en": "{field} has no time zone. Write it like 2025-03-01T12:00:00+08:00.",
        "zh-Hans": "{field} 缺少时区，请写成 2025-03-01T12:00:00+08:00 这样的格式。",
    }


class InvalidCardNumber(RegularsError):
    code = "invalid_card_number"
    status = 422
    text = {
        "en": "A card's number has {minimum} to {maximum} letters and digits.",
        "zh-Hans": "会员卡号为 {minimum} 到 {maximum} 位字母或数字。",
    }


class InvalidEmail(RegularsError):
    code = "invalid_email"
    status = 422
    text = {
        "en": "This is not a valid e-mail address. Write it like mei@example.com.",
        "zh-Hans": "邮箱地址无效，请写成 mei@example.com 这样的格式。",
    }


class InvalidWechatId(RegularsError):
    code = "invalid_wechat_id"
    status = 422
    text = {
        "en": "A WeChat id has 6 to {maximum} letters, digits, hyphens or underscores.",
        "zh-Hans": "微信标识为 6 到 {maximum} 位字母、数字、连字符或下划线。",
    }


class MemberMerged(RegularsError):
    code = "member_merged"
    status = 409
    text = {
        "en": "This member was merged into {merged_into}. Use that one.",
        "zh-Hans": "该会员已合并到 {merged_into}，请改用合并后的会员。",
    }


class MemberErased(RegularsError):
    code = "member_erased"
    status = 409
    text = {
        "en": "This member's personal data was erased; nothing can be changed any more.",
        "zh-Hans": "该会员的个人数据已抹除，不能再更改。",
    }


class UnknownIdentifier(RegularsError):
    code = "unknown_identifier"
    status = 404
    text = {
        "en": "This member has no such number ({kind}).",
        "zh-Hans": "该会员没有这个号码（{kind}）。",
    }


class LastIdentifier(RegularsError):
    code = "last_identifier"
    status = 409
    text = {
        "en": "This is the only number by which the member is known. Add another one first.",
        "zh-Hans": "这是识别该会员的唯一号码，请先添加其他号码。",
    }
