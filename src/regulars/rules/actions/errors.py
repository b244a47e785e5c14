"""Refusals of the registry of actions."""

from regulars.foundation.errors import RegularsError


class ActionRegistered(RegularsError):
    code = "action_registered"
    status = 500
    text = {
        "en": "The action “{name}” is declared twice. Give one of them another name.",
        "zh-Hans": "动作“{name}”被重复声明，请为其中之一改名。",
    }


class UnknownAction(RegularsError):
    code = "unknown_action"
    status = 422
    text = {
        "en": "There is no action “{name}”. Use one of: {known}.",
        "zh-Hans": "没有名为“{name}”的动作；可用：{known}。",
    }
