"""From the bytes of a request to typed values, or to a refusal that names the field.

Unknown fields, fractions where whole numbers belong, and the character NUL are refused, never
repaired.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from regulars.faces.api.errors import (
    BodyTooLarge,
    MalformedJson,
    UnsupportedMediaType,
)
from regulars.foundation.errors import InvalidInput, Told
from regulars.foundation.shapes import shape_refused

JSON_TYPE = "application/json"
NUL_ESCAPED = b"\\u0000"
BODY = "body"
DISCARDED_MAX = 64 * 1024 * 1024
DISCARDED_AT_ONCE = 64 * 1024

Value = TypeVar("Value")
Environ = Mapping[str, Any]

_NUL = Told(
    "holds the character NUL, which can't be stored; remove it", "含有无法保存的 NUL 字符，请删除"
)
_CUT_OFF = Told("it ends before its announced length", "未达到声明的长度就结束")


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
        raise MalformedJson(
            problem=Told("the Content-Length is no number", "Content-Length 不是数字")
        )
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
        raise shape_refused(error, BODY) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedJson(problem=str(error)) from None
    except RecursionError:
        raise MalformedJson(problem=Told("nested too deeply", "嵌套过深")) from None
    if NUL_ESCAPED in body and not may_hold_nul:
        nul_refused(value)
    return value


def nul_refused(value: Any) -> None:
    """Refuses a value that holds the character NUL in any of its texts."""
    field = _nul_found(msgspec.to_builtins(value), "")
    if field is not None:
        raise InvalidInput(field=field or BODY, problem=_NUL)


def _nul_found(value: Any, field: str) -> str | None:
    """The name of the first field whose text holds NUL, None when there is none."""
    if isinstance(value, str):
        return field if "\x00" in value else None
    inside: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        for name, each in value.items():
            if "\x00" in name:
                return field or BODY
            inside.append((f"{field}.{name}" if field else name, each))
    elif isinstance(value, list | tuple):
        inside = [(f"{field}[{place}]", each) for place, each in enumerate(value)]
    for name, each in inside:
        found = _nul_found(each, name)
        if found is not None:
            return found
    return None
