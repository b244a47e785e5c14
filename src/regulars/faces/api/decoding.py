"""From the bytes of a request to typed values, or to a refusal that names the field.

Unknown fields, fractions where whole numbers belong, and the character NUL are refused, never
repaired.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from regulars.faces.api.errors import (
    BodyTooLarge,
    InvalidField,
    MalformedJson,
    UnsupportedMediaType,
)

JSON_TYPE = "application/json"
NUL_ESCAPED = b"\\u0000"
BODY = "body"
DISCARDED_MAX = 64 * 1024 * 1024
DISCARDED_AT_ONCE = 64 * 1024

Value = TypeVar("Value")
Environ = Mapping[str, Any]

_PLACE = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>.*)`)?", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)

_KINDS = {
    "int": {"en": "a whole number", "zh-Hans": "整数"},
    "float": {"en": "a number with a decimal point", "zh-Hans": "小数"},
    "str": {"en": "a text", "zh-Hans": "文本"},
    "bool": {"en": "true or false", "zh-Hans": "true 或 false"},
    "null": {"en": "nothing (null)", "zh-Hans": "空值（null）"},
    "object": {"en": "an object", "zh-Hans": "对象"},
    "array": {"en": "a list", "zh-Hans": "列表"},
    "datetime": {"en": "a time", "zh-Hans": "时间"},
}
_INSTANT = {
    "en": "write the time with its zone, like 2025-03-01T12:00:00+08:00",
    "zh-Hans": "请填写带时区的时间，如 2025-03-01T12:00:00+08:00",
}
# What msgspec says, and what we say instead; `{0}` … are the groups of the pattern.
_SENTENCES = (
    (r"Expected `([^`]*)`, got `([^`]*)`", "expected {0}, found {1}", "应为{0}，实为{1}"),
    (r"Expected `str` of length >= (\d+)", "needs at least {0} characters", "至少 {0} 个字符"),
    (r"Expected `str` of length <= (\d+)", "has more than {0} characters", "超过 {0} 个字符"),
    (r"Expected `array` of length <= (\d+)", "has more than {0} items", "超过 {0} 项"),
    (r"Expected `array` of length >= (\d+)", "needs at least {0} items", "至少 {0} 项"),
    (r"Expected `int` >= (-?\d+)", "must be at least {0}", "不得小于 {0}"),
    (r"Expected `int` <= (-?\d+)", "must be at most {0}", "不得大于 {0}"),
    (r"Expected `str` matching regex '(.*)'", "must match {0}", "格式须为 {0}"),
    (r"Invalid enum value '?(.*?)'?", "“{0}” is none of the known values", "“{0}”不是可用的值"),
    (r"Invalid RFC3339 encoded datetime", _INSTANT["en"], _INSTANT["zh-Hans"]),
    (r"Expected `datetime` with a timezone component", _INSTANT["en"], _INSTANT["zh-Hans"]),
)
_CUT_OFF = "it ends before its announced length"
_COMPILED = tuple([(re.compile(said, re.DOTALL), en, zh) for said, en, zh in _SENTENCES])


def body_read(environ: Environ, maximum: int) -> bytes:
    """The body of a JSON request of at most `maximum` bytes.

    Errors: unsupported_media_type, body_too_large, malformed_json (shorter than announced).
    """
    kind = environ.get("CONTENT_TYPE") or ""
    if kind != JSON_TYPE and kind.partition(";")[0].strip().lower() != JSON_TYPE:
        raise UnsupportedMediaType
    announced = environ.get("CONTENT_LENGTH")
    if not announced:
        body = _read(environ, maximum + 1)
        if len(body) > maximum:
            raise _too_large(environ, maximum)
        return body
    if not announced.isdecimal():
        raise MalformedJson(problem="the Content-Length is no number")
    length = int(announced)
    if length > maximum:
        raise _too_large(environ, maximum)
    body = _read(environ, length)
    if len(body) < length:
        raise MalformedJson(problem=_CUT_OFF)
    return body


def _read(environ: Environ, count: int) -> bytes:
    try:
        body: bytes = environ["wsgi.input"].read(count)
    except OSError:
        raise MalformedJson(problem=_CUT_OFF) from None
    return body


def _too_large(environ: Environ, maximum: int) -> BodyTooLarge:
    """The refusal, once the rest is read: many callers look for an answer only when all is sent."""
    left = DISCARDED_MAX
    while left > 0:
        part = _read(environ, min(left, DISCARDED_AT_ONCE))
        if not part:
            break
        left -= len(part)
    return BodyTooLarge(maximum_kb=maximum // 1024)


def decoded(
    decoder: msgspec.json.Decoder[Value], body: bytes, *, may_hold_nul: bool = False
) -> Value:
    """The value in the body. Errors: malformed_json, invalid_input naming the field."""
    try:
        value = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise field_refused(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedJson(problem=str(error)) from None
    except RecursionError:
        raise MalformedJson(problem="nested too deeply") from None
    if NUL_ESCAPED in body and not may_hold_nul:
        nul_refused(value)
    return value


def field_refused(said: str) -> InvalidField:
    """msgspec's words as a refusal that names the field and the reason in each language."""
    match = _PLACE.fullmatch(said)
    what, path = (match["what"], match["path"] or "$") if match else (said, "$")
    field = path.removeprefix("$").lstrip(".")
    missing = _MISSING.fullmatch(what)
    if missing:
        return InvalidField(
            _joined(field, missing["name"]), {"en": "is missing", "zh-Hans": "缺少此字段"}
        )
    unknown = _UNKNOWN.fullmatch(what)
    if unknown:
        return InvalidField(
            _joined(field, unknown["name"]),
            {"en": "there is no such field; check its name", "zh-Hans": "没有此字段，请核对名称"},
        )
    return InvalidField(field or BODY, _reason(what))


def nul_refused(value: Any) -> None:
    """Refuses a value that holds the character NUL in any of its texts."""
    field = _nul_found(msgspec.to_builtins(value), "")
    if field is not None:
        raise InvalidField(
            field or BODY,
            {
                "en": "holds the character NUL, which can't be stored; remove it",
                "zh-Hans": "含有无法保存的 NUL 字符，请删除",
            },
        )


def _joined(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _reason(what: str) -> dict[str, str]:
    for said, english, chinese in _COMPILED:
        match = said.fullmatch(what)
        if match:
            return {
                "en": english.format(*[_kind(word, "en") for word in match.groups()]),
                "zh-Hans": chinese.format(*[_kind(word, "zh-Hans") for word in match.groups()]),
            }
    return {"en": what}


def _kind(word: str, language: str) -> str:
    joint = " or " if language == "en" else "或"
    parts = word.split(" | ")
    return joint.join([_KINDS[part][language] if part in _KINDS else part for part in parts])


def _nul_found(value: Any, field: str) -> str | None:
    """The name of the first field whose text holds NUL, None when there is none."""
    if isinstance(value, str):
        return field if "\x00" in value else None
    inside: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        for name, each in value.items():
            if "\x00" in name:
                return field or BODY
            inside.append((_joined(field, name), each))
    elif isinstance(value, list | tuple):
        inside = [(f"{field}[{place}]", each) for place, each in enumerate(value)]
    for name, each in inside:
        found = _nul_found(each, name)
        if found is not None:
            return found
    return None
