"""What is wrong with a parameter in a path or a query, in our words."""

from collections.abc import Mapping
from typing import Any

from regulars.foundation.errors import InvalidInput, Told

_SENTENCES = {
    "missing": Told("is missing", "缺少此参数"),
    "int_parsing": Told("expected a whole number", "应为整数"),
    "greater_than_equal": Told("must be at least {ge}", "不得小于 {ge}"),
    "less_than_equal": Told("must be at most {le}", "不得大于 {le}"),
    "string_too_long": Told("has more than {max_length} characters", "超过 {max_length} 个字符"),
    "string_pattern_mismatch": Told("must match {pattern}", "格式须为 {pattern}"),
}
_OTHERWISE = Told("can't be taken", "无法接受")


def parameter_refused(error: Mapping[str, Any]) -> InvalidInput:
    """The refusal of one parameter, from pydantic's account of it."""
    field = str(error["loc"][-1])
    told = _SENTENCES.get(error["type"], _OTHERWISE)
    context = error.get("ctx", {})
    problem = Told(told.format(**context), told.chinese.format(**context))
    return InvalidInput(field=field, problem=problem)
