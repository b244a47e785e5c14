"""Refusals of an expression, each with the place in the text where it is wrong."""

from regulars.foundation.errors import RegularsError


class ExpressionRefused(RegularsError):
    """Base of all. `where` names the text; `line` and `column` in it count from 1."""

    code = "expression_refused"
    status = 422
    text = {
        "en": "{where}, line {line}, column {column}: this condition can't be read. {problem}",
        "zh-Hans": "{where} 第 {line} 行第 {column} 列：无法读取该条件。{problem}",
    }


class UnknownVariable(ExpressionRefused):
    code = "unknown_variable"
    text = {
        "en": "{where}, line {line}, column {column}: "
        "there is no “{name}” here. Use one of: {known}.",
        "zh-Hans": "{where} 第 {line} 行第 {column} 列：这里没有“{name}”。可用：{known}。",
    }


class WrongType(ExpressionRefused):
    code = "expression_type"
    text = {
        "en": "{where}, line {line}, column {column}: "
        "these two don't fit together ({problem}). Compare "
        "numbers with numbers and texts with texts in quotation marks.",
        "zh-Hans": "{where} 第 {line} 行第 {column} 列："
        "两边类型不符（{problem}）。数字只能与数字比较，"
        "文字须加引号并与文字比较。",
    }


class WrongSyntax(ExpressionRefused):
    code = "expression_syntax"
    text = {
        "en": "{where}, line {line}, column {column}: "
        "the condition is not complete or not well written. "
        "{problem}",
        "zh-Hans": "{where} 第 {line} 行第 {column} 列：条件不完整或写法有误。{problem}",
    }


class NotACondition(ExpressionRefused):
    code = "expression_not_condition"
    text = {
        "en": "{where}, line {line}, column {column}: "
        "this gives {found}, but a condition must be true or "
        "false. Compare it with something.",
        "zh-Hans": "{where} 第 {line} 行第 {column} 列："
        "结果是 {found}，而条件必须为真或假；请写成比较式。",
    }


class ExpressionTooLarge(ExpressionRefused):
    code = "expression_too_large"
    text = {
        "en": "{where}, line {line}, column {column}: "
        "the condition is too large: {problem}. "
        "Split it into several rules.",
        "zh-Hans": "{where} 第 {line} 行第 {column} 列：条件过大：{problem}。请拆成多条规则。",
    }


class ForbiddenFunction(ExpressionRefused):
    code = "expression_forbidden"
    text = {
        "en": "{where}, line {line}, column {column}: "
        "“{name}” can't be used in a condition. {problem}",
        "zh-Hans": "{where} 第 {line} 行第 {column} 列：条件中不能使用“{name}”。{problem}",
    }


class EvaluationFailed(RegularsError):
    """An expression that was well typed had no answer for these values, such as 1 ÷ 0."""

    code = "evaluation_failed"
    status = 422
    text = {
        "en": "The condition “{expression}” has no answer for these values: {problem}.",
        "zh-Hans": "条件“{expression}”对这些数值没有结果：{problem}。",
    }
