"""What is wrong with a parameter in a path or a query, in our words."""

from collections.abc import Mapping
from typing import Any

from regulars.faces.api.errors import InvalidField

_SENTENCES: dict[str, dict[str, str]] = {
    "missing": {"en": "is missing", "zh-Hans": "缺少此参数"},
    "int_parsing": {"en": "expected a whole number", "zh-Hans": "应为整数"},
    "greater_than_equal": {"en": "must be at least {ge}", "zh-Hans": "不得小于 {ge}"},
    "less_than_equal": {"en": "must be at most {le}", "zh-Hans": "不得大于 {le}"},
    "string_too_long": {
        "en": "has more than {max_length} characters",
        "zh-Hans": "超过 {max_length} 个字符",
    },
    "string_pattern_mismatch": {"en": "must match {pattern}", "zh-Hans": "格式须为 {pattern}"},
}
_OTHERWISE = {"en": "can't be taken", "zh-Hans": "无法接受"}


def parameter_refused(error: Mapping[str, Any]) -> InvalidField:
    """The refusal of one parameter, from pydantic's account of it."""
    field = str(error["loc"][-1])
    sentences = _SENTENCES.get(error["type"], _OTHERWISE)
    context = error.get("ctx", {})
    return InvalidField(
        field, {language: text.format(**context) for language, text in sentences.items()}
    )
