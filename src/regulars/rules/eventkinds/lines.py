"""Fields as one writes them, a line each; and choices below their field, with a dash."""

from regulars.foundation.errors import Told
from regulars.rules.eventkinds.errors import EventFieldRefused
from regulars.rules.eventkinds.types import EventField, FieldType

REQUIRED = frozenset({"required", "必填"})
DASHES = ("-", "–", "—")


def fields_written(text: str) -> list[EventField]:
    """The fields of these lines: code, type, Chinese name, English name, and `required` or not.

    A line with a dash before it is a choice of the field above: code, Chinese name, English name.
    Errors: event_field_refused.
    """
    fields: list[EventField] = []
    for line in filter(None, map(str.strip, text.replace("，", ",").splitlines())):
        if not line.startswith(DASHES):
            fields.append(_field(line))
            continue
        if not fields:
            raise _refused(line, "write the field above its choices", "请先写字段，再写选项")
        code, names = _named(line[1:].strip().split(","), line)
        last = fields[-1]
        last.choices[code] = names
    return fields


def _field(line: str) -> EventField:
    parts = [part.strip() for part in line.split(",")]
    is_required = parts[-1].casefold() in REQUIRED
    if is_required:
        parts.pop()
    if len(parts) < 3 or parts[1] not in list(FieldType):
        types = ", ".join(FieldType)
        raise _refused(
            line,
            f"write code, type, Chinese name, English name; types are {types}",
            f"请按“编码, 类型, 中文名, 英文名”填写；类型有：{types}",
        )
    code, names = _named([parts[0], *parts[2:]], line)
    return EventField(code, names, FieldType(parts[1]), is_required, {})


def _named(parts: list[str], line: str) -> tuple[str, dict[str, str]]:
    code, chinese, english = [*[part.strip() for part in parts], "", ""][:3]
    names = {"zh-Hans": chinese, "en": english}
    if not code or not any(names.values()) or len(parts) > 3:
        raise _refused(
            line,
            "write code, Chinese name, English name, with commas between",
            "请按“编码, 中文名, 英文名”填写，用逗号分隔",
        )
    return code, {language: name for language, name in names.items() if name}


def _refused(line: str, english: str, chinese: str) -> EventFieldRefused:
    field = f"“{line[:40]}”".replace("\0", "?")
    return EventFieldRefused(field=field, problem=Told(english, chinese))
