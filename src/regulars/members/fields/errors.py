"""Refusals about fields and birthdays."""

from regulars.foundation.errors import RegularsError


class FieldCodeMalformed(RegularsError):
    code = "field_code_malformed"
    status = 422
    text = {
        "en": "A field's code has 1 to 40 lowercase letters, digits or underscores and starts "
        "with a letter.",
        "zh-Hans": "字段编码为 1 到 40 位小写字母、数字或下划线，且以字母开头。",
    }


class FieldExists(RegularsError):
    code = "field_exists"
    status = 409
    text = {
        "en": "A field with the code “{field}” exists already. Choose another code.",
        "zh-Hans": "编码为“{field}”的字段已存在，请换一个编码。",
    }


class UnknownField(RegularsError):
    code = "unknown_field"
    status = 422
    text = {
        "en": "There is no field “{field}”. Use some of: {known}.",
        "zh-Hans": "没有字段“{field}”；可用：{known}。",
    }


class UnknownFieldKind(RegularsError):
    code = "unknown_field_kind"
    status = 422
    text = {
        "en": "There is no kind of field “{kind}”. Use one of: {known}.",
        "zh-Hans": "没有字段类型“{kind}”；可用：{known}。",
    }


class ChoicesExpected(RegularsError):
    code = "choices_expected"
    status = 422
    text = {
        "en": "A field to choose from needs 1 to {maximum} choices, another kind of field none.",
        "zh-Hans": "选择类字段须有 1 到 {maximum} 个选项，其他类型不得有选项。",
    }


class TooManyFields(RegularsError):
    code = "too_many_fields"
    status = 409
    text = {
        "en": "There are {maximum} fields already, which is the most. Use one of them.",
        "zh-Hans": "字段已达上限 {maximum} 个，请使用已有字段。",
    }


class FieldValueRefused(RegularsError):
    code = "field_value_refused"
    status = 422
    text = {
        "en": "{field}: give {expected}.",
        "zh-Hans": "{field}：应填写{expected}。",
    }


class FieldMissing(RegularsError):
    code = "field_missing"
    status = 422
    text = {
        "en": "Fill in the required fields: {fields}.",
        "zh-Hans": "请填写必填字段：{fields}。",
    }


class BirthdayRefused(RegularsError):
    code = "birthday_refused"
    status = 422
    text = {
        "en": "There is no such day of birth: month {month}, day {day}, year {year}.",
        "zh-Hans": "生日无效：{month} 月 {day} 日，年份 {year}。",
    }
