"""Refusals at the start of a process, when rooms declare their facts."""

from regulars.foundation.errors import RegularsError


class FactRegistered(RegularsError):
    code = "fact_registered"
    status = 500
    text = {
        "en": "The fact “{name}” is declared twice. Give one of them another name.",
        "zh-Hans": "事实“{name}”被重复声明，请为其中之一改名。",
    }


class MalformedFactName(RegularsError):
    code = "malformed_fact_name"
    status = 500
    text = {
        "en": "“{name}” can't be a fact's name: use lower-case letters, digits and _, and none "
        "of the beginnings {reserved}.",
        "zh-Hans": "“{name}”不能作为事实名：只用小写字母、数字和下划线，且不以 {reserved} 开头。",
    }


class FactNotLoaded(RegularsError):
    code = "fact_not_loaded"
    status = 500
    text = {
        "en": "The provider of “{name}” gave no value for a member. It must answer for all.",
        "zh-Hans": "事实“{name}”的提供者没有为某位会员给出值；它必须为所有会员作答。",
    }
