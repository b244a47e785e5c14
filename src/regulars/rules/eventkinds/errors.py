"""Refusals about kinds of events and what events of such kinds say."""

from regulars.foundation.errors import RegularsError


class EventKindMalformed(RegularsError):
    code = "event_kind_malformed"
    status = 422
    text = {
        "en": "A kind's code is two words of lowercase letters, digits or underscores with a dot "
        "between, at most {maximum} characters, such as table.booked.",
        "zh-Hans": "事件类型编码由两段小写字母、数字或下划线组成，中间用点分隔，"
        "最多 {maximum} 个字符，如 table.booked。",
    }


class EventKindReserved(RegularsError):
    code = "event_kind_reserved"
    status = 409
    text = {
        "en": "“{kind}” belongs to the system. Choose a code that doesn't begin with: {reserved}.",
        "zh-Hans": "“{kind}”由系统保留，请换一个不以下列词开头的编码：{reserved}。",
    }


class EventKindExists(RegularsError):
    code = "event_kind_exists"
    status = 409
    text = {
        "en": "There is an event kind “{kind}” already. Change that one or choose another code.",
        "zh-Hans": "事件类型“{kind}”已存在，请修改它或换一个编码。",
    }


class EventKindMissing(RegularsError):
    code = "event_kind_missing"
    status = 404
    text = {
        "en": "You have no event kind “{kind}”. Yours are: {known}.",
        "zh-Hans": "没有自定义事件类型“{kind}”；已有：{known}。",
    }


class EventKindRetired(RegularsError):
    code = "event_kind_retired"
    status = 422
    text = {
        "en": "The event kind “{kind}” is retired. Take it into use again in the console, or send "
        "another kind.",
        "zh-Hans": "事件类型“{kind}”已停用；请在工作台重新启用，或改发其他类型。",
    }


class TooManyEventKinds(RegularsError):
    code = "too_many_event_kinds"
    status = 409
    text = {
        "en": "There are {maximum} event kinds already, which is the most. Use one of them.",
        "zh-Hans": "事件类型已达上限 {maximum} 个，请使用已有类型。",
    }


class EventFieldRefused(RegularsError):
    """A field's declaration that can't be."""

    code = "event_field_refused"
    status = 422
    text = {
        "en": "Field {field}: {problem}.",
        "zh-Hans": "字段 {field}：{problem}。",
    }


class EventKindIncompatible(RegularsError):
    """A change after which events that were right before would be refused, or mean another."""

    code = "event_kind_incompatible"
    status = 409
    text = {
        "en": "Field {field}: {problem}. Whoever sends such events relies on it; define another "
        "kind for what is different.",
        "zh-Hans": "字段 {field}：{problem}。发送方依赖现有约定；如需不同内容，请另建事件类型。",
    }


class EventDataRefused(RegularsError):
    """What an event says isn't what its kind declares; every wrong field is named."""

    code = "event_data_refused"
    status = 422
    text = {
        "en": "The data of “{kind}” can't be taken. {problems}",
        "zh-Hans": "“{kind}”的数据有误。{problems}",
    }
