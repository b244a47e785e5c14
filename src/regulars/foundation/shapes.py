"""What is wrong with the shape of a value, in words of people and not of the typing library."""

import re

import msgspec

from regulars.foundation.errors import InvalidInput, Told

_PLACE = re.compile(r"(?P<what>.*?)(?: - at (?:`key` in )?`(?P<path>.*)`)?", re.DOTALL)
_KEY = re.compile(r"Object (?:missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL)
_MISSING = Told("is missing", "缺少此字段")
_UNKNOWN = Told("there is no such field; check its name", "没有此字段，请核对名称")

_KINDS = {
    "int": Told("a whole number", "整数"),
    "float": Told("a number with a decimal point", "小数"),
    "str": Told("a text", "文本"),
    "bool": Told("true or false", "true 或 false"),
    "null": Told("nothing (null)", "空值（null）"),
    "object": Told("an object", "对象"),
    "array": Told("a list", "列表"),
    "datetime": Told("a time", "时间"),
}
_INSTANT = Told(
    "write the time with its zone, like 2025-03-01T12:00:00+08:00",
    "请填写带时区的时间，如 2025-03-01T12:00:00+08:00",
)
# What msgspec says, and what we say instead; `{0}` … are the groups of the pattern.
_SENTENCES = tuple(
    [
        (re.compile(said, re.DOTALL), told)
        for said, told in (
            (
                r"Expected `([^`]*)`, got `([^`]*)`",
                Told("expected {0}, found {1}", "应为{0}，实为{1}"),
            ),
            (
                r"Expected `str` of length >= 1",
                Told("must not be empty", "不能为空"),
            ),
            (
                r"Expected `str` of length >= (\d+)",
                Told("needs at least {0} characters", "至少 {0} 个字符"),
            ),
            (
                r"Expected `str` of length <= (\d+)",
                Told("has more than {0} characters", "超过 {0} 个字符"),
            ),
            (
                r"Expected `array` of length <= (\d+)",
                Told("has more than {0} items", "超过 {0} 项"),
            ),
            (
                r"Expected `array` of length >= (\d+)",
                Told("needs at least {0} items", "至少 {0} 项"),
            ),
            (r"Expected `int` >= (-?\d+)", Told("must be at least {0}", "不得小于 {0}")),
            (r"Expected `int` <= (-?\d+)", Told("must be at most {0}", "不得大于 {0}")),
            (r"Expected `str` matching regex '(.*)'", Told("must match {0}", "格式须为 {0}")),
            (
                r"Invalid (?:enum )?value '?(.*?)'?",
                Told("“{0}” is none of the known values", "“{0}”不是可用的值"),
            ),
            (r"Invalid RFC3339 encoded datetime", _INSTANT),
            (r"Expected `datetime` with a timezone component", _INSTANT),
        )
    ]
)


def shape_refused(error: msgspec.ValidationError, whole: str) -> InvalidInput:
    """The refusal that names the field and the reason; `whole` is the name of all of it."""
    field, problem = shape_told(error, whole)
    return InvalidInput(field=field, problem=problem)


def shape_told(error: msgspec.ValidationError, whole: str) -> tuple[str, Told]:
    """Where a value doesn't have the shape it should have, and why not.

    The place is a path such as `order.lines[2].net_minor`; `whole` where it is all of the value.
    """
    match = _PLACE.fullmatch(str(error))
    what, path = (match["what"], match["path"] or "$") if match else (str(error), "$")
    # `$[...].x` is a value of a map, whatever its key.
    place = path.replace("[...]", "").removeprefix("$").lstrip(".")
    key = _KEY.fullmatch(what)
    if key:
        reason = _MISSING if "missing" in what else _UNKNOWN
        return f"{place}.{key['name']}" if place else key["name"], reason
    return place or whole, _reason(what)


def _reason(what: str) -> Told:
    for said, told in _SENTENCES:
        match = said.fullmatch(what)
        if match:
            kinds = [_kind(word) for word in match.groups()]
            return Told(told.format(*kinds), told.chinese.format(*[kind.chinese for kind in kinds]))
    return Told(what, what)


def _kind(word: str) -> Told:
    parts = [_KINDS.get(part, Told(part, part)) for part in word.split(" | ")]
    return Told(" or ".join(parts), "或".join([part.chinese for part in parts]))
