"""The shape of a content: fields, types and texts, before anything is looked up."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from regulars.foundation.errors import Told
from regulars.foundation.shapes import shape_told
from regulars.rules.programs.content import (
    CLOCK_PATTERN,
    CODE_PATTERN,
    CURRENCY_PATTERN,
    LANGUAGE_PATTERN,
    Content,
    content_to_json,
)
from regulars.rules.programs.errors import ProgramInvalid

DEPTH_MAX = 12
VALUES_MAX = 20_000

CODE_EXPECTED = Told(
    "use 1 to 40 lower-case letters, digits, - and _", "请用 1 到 40 位小写字母、数字、- 或 _"
)
_FORMATS = {
    CODE_PATTERN: CODE_EXPECTED,
    LANGUAGE_PATTERN: Told("use the languages zh-Hans and en", "语言请用 zh-Hans 和 en"),
    CLOCK_PATTERN: Told("write a time such as 09:30", "请写如 09:30 的时间"),
    CURRENCY_PATTERN: Told("use an ISO code such as CNY", "请用 ISO 货币代码，如 CNY"),
}


def shape_checked(raw: Any) -> Content:
    """The typed content of plain values (dicts, lists, texts, integers), as JSON has them."""
    _texts_checked(raw)
    try:
        content = msgspec.convert(raw, Content)
    except msgspec.ValidationError as problem:
        raise _refusal(problem) from None
    except RecursionError:
        raise _invalid("content", "is nested too deeply", "嵌套过深") from None
    _misspelt_checked(raw, content_to_json(content), "")
    for where, name in _names(content):
        if not any(text.strip() for text in name.values()):
            raise _invalid(where, "give a name in zh-Hans or en", "请填写 zh-Hans 或 en 名称")
    return content


def _refusal(error: msgspec.ValidationError) -> ProgramInvalid:
    where, told = shape_told(error, "content")
    for pattern, said in _FORMATS.items():
        if pattern in str(error):
            return ProgramInvalid(where=where, problem=said)
    return ProgramInvalid(where=where, problem=told)


def _invalid(where: str, problem: str, chinese: str) -> ProgramInvalid:
    return ProgramInvalid(where=where, problem=Told(problem, chinese))


def _texts_checked(raw: Any) -> None:
    """Refuses texts that no database keeps (NUL, halves of characters) and endless contents."""
    for count, (where, value) in enumerate(_values(raw, "", 0)):
        if count > VALUES_MAX:
            raise _invalid("content", "is too large; split the program", "内容过大，请拆分方案")
        if not isinstance(value, str):
            continue
        if "\x00" in value:
            raise _invalid(where, "contains a NUL character; remove it", "含有 NUL 字符，请去掉")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise _invalid(where, "contains half a character; remove it", "含有残缺字符，请去掉")


def _values(value: Any, where: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Every value inside, and every key, with its place: `rules[2].earn.asset`."""
    if depth > DEPTH_MAX:
        raise _invalid(where or "content", "is nested too deeply", "嵌套过深")
    yield where or "content", value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield where or "content", key
            yield from _values(inner, f"{where}.{str(key)[:40]}".lstrip("."), depth + 1)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _values(inner, f"{where}[{place}]", depth + 1)


def _misspelt_checked(raw: Any, understood: Any, where: str) -> None:
    """A field that typing passed over in silence must have been understood."""
    if isinstance(raw, Mapping) and isinstance(understood, Mapping):
        for key, inner in raw.items():
            place = f"{where}.{key}".lstrip(".")
            if key not in understood:
                raise _invalid(
                    place,
                    "there is no such field; correct or remove it",
                    "没有此字段，请改正或去掉",
                )
            _misspelt_checked(inner, understood[key], place)
    elif isinstance(raw, list | tuple) and isinstance(understood, list | tuple):
        for index, (inner, same) in enumerate(zip(raw, understood, strict=True)):
            _misspelt_checked(inner, same, f"{where}[{index}]")


def _names(content: Content) -> Iterator[tuple[str, dict[str, str]]]:
    yield "name", content.name
    for place, asset in enumerate(content.assets):
        yield f"assets[{place}].name", asset.name
    for place, rule in enumerate(content.rules):
        yield f"rules[{place}].name", rule.name
