"""A rule's form as a browser sends it, and the buttons that add lines to it and take them out."""

import re
from collections.abc import Mapping

import msgspec
from django.http import QueryDict

from regulars.foundation.webkit.reading import whole_read
from regulars.rules.programs.forms.conditions import SEPARATORS
from regulars.rules.programs.forms.types import (
    Ask,
    Asks,
    ConditionForm,
    ExpiryForm,
    Joint,
    LimitForm,
    MultiplierForm,
    Operator,
    RuleForm,
    Span,
)

ROWS_MAX = 60
TEXT_MAX = 2000
LINE, GROUP = "line", "group"
# What says how many times, until another fact is chosen.
LEVELS_FACT = "member.level_multiplier"
_SPLIT = re.compile("[" + "".join(SEPARATORS) + "]")


Given = QueryDict


def rule_posted(given: Given) -> RuleForm:
    """The form, as it was filled in; whatever is nonsense stays nonsense, for `rule_written`."""
    return RuleForm(
        **{
            name: _text(given, name)
            for name in (
                "code",
                "name_zh",
                "name_en",
                "on",
                "gives",
                "asset",
                "amount",
                "per",
                "rounding",
                "after_amount",
                "after_per",
                "available_after_days",
                "priority",
                "group",
            )
        },
        # The button that was pressed is called “do”.
        do=_text(given, "do_text"),
        when=condition_posted(given, "when"),
        audience=condition_posted(given, "audience"),
        multipliers=tuple(
            [
                _multiplier(given, f"multipliers-{row}")
                for row in _rows(given, "multipliers", "kind")
            ]
        ),
        expiry=ExpiryForm(
            _text(given, "expiry_kind"),
            _text(given, "expiry_number"),
            _text(given, "expiry_period"),
            _text(given, "expiry_date"),
        ),
        weekdays=tuple(given.getlist("weekdays")),
        hours=_spans(given, "hours"),
        dates=_spans(given, "dates"),
        limits=tuple([_limit(given, f"limits-{row}") for row in _rows(given, "limits", "per")]),
    )


def _text(given: Given, name: str) -> str:
    return str(given.get(name, "")).replace("\0", "")[:TEXT_MAX]


def _rows(given: Given, name: str, field: str) -> list[int]:
    found = []
    for row in range(ROWS_MAX):
        if f"{name}-{row}-{field}" not in given:
            break
        found.append(row)
    return found


def condition_posted(given: Given, prefix: str) -> ConditionForm:
    """A condition's lines and its text, as they were filled in."""
    return ConditionForm(
        asks=_asks(given, prefix, _joint(_text(given, f"{prefix}-joint")), is_top=True),
        text=_text(given, f"{prefix}-text"),
        as_text=_text(given, f"{prefix}-as_text") == "1",
    )


def _joint(text: str) -> Joint:
    return Joint.ANY if text == Joint.ANY else Joint.ALL


def _asks(given: Given, prefix: str, joint: Joint, *, is_top: bool) -> Asks:
    lines: list[Ask | Asks] = []
    for row in _rows(given, prefix, "kind"):
        here = f"{prefix}-{row}"
        if is_top and _text(given, f"{here}-kind") == GROUP:
            lines.append(_asks(given, here, joint.other, is_top=False))
        else:
            lines.append(_ask(given, here))
    return Asks(joint, tuple(lines))


def _ask(given: Given, prefix: str) -> Ask:
    typed = [each.replace("\0", "")[:TEXT_MAX] for each in given.getlist(f"{prefix}-values")]
    values = typed
    operator = _text(given, f"{prefix}-operator")
    known = Operator(operator) if operator in [each.value for each in Operator] else Operator.ONE_OF
    if len(typed) == 1 and known in (
        Operator.ONE_OF,
        Operator.NONE_OF,
        Operator.INCLUDES,
        Operator.EXCLUDES,
    ):
        values = _SPLIT.split(typed[0])
    kept = [each.strip() for each in values]
    return Ask(_text(given, f"{prefix}-variable"), known, tuple([each for each in kept if each]))


def _multiplier(given: Given, prefix: str) -> MultiplierForm:
    by = ""
    if _text(given, f"{prefix}-kind") == "by":
        by = _text(given, f"{prefix}-by") or LEVELS_FACT
    return MultiplierForm(
        condition_posted(given, f"{prefix}-when"), "" if by else _text(given, f"{prefix}-times"), by
    )


def _spans(given: Given, name: str) -> tuple[Span, ...]:
    return tuple(
        [
            Span(_text(given, f"{name}-{row}-since"), _text(given, f"{name}-{row}-until"))
            for row in _rows(given, name, "since")
        ]
    )


def _limit(given: Given, prefix: str) -> LimitForm:
    parts = [_text(given, f"{prefix}-{name}") for name in ("per", "window", "what", "most")]
    return LimitForm(*parts)


def form_pressed(form: RuleForm, pressed: str) -> RuleForm:
    """The form after a button was pressed: `add:limits`, `group:when`, `drop:when-0-1`, …"""
    deed, _, place = pressed.partition(":")
    name, *rest = place.split("-")
    rows = [row for each in rest if (row := whole_read(each)) is not None]
    if name == "multipliers" and "when" in rest and rows:
        multiplier = form.multipliers[rows[0]] if rows[0] < len(form.multipliers) else None
        if multiplier is None:
            return form
        condition = condition_pressed(multiplier.when, deed, rows[1:])
        new = msgspec.structs.replace(multiplier, when=condition)
        return _replaced(form, "multipliers", rows[0], new)
    if name in ("when", "audience"):
        return msgspec.structs.replace(
            form, **{name: condition_pressed(getattr(form, name), deed, rows)}
        )
    if name not in NEW_ROWS:
        return form
    listed = list(getattr(form, name))
    if deed == "add":
        listed.append(NEW_ROWS[name])
    elif deed == "drop" and rows and rows[0] < len(listed):
        del listed[rows[0]]
    return msgspec.structs.replace(form, **{name: tuple(listed)})


NEW_ROWS: Mapping[str, object] = {
    "limits": LimitForm(),
    "multipliers": MultiplierForm(times="2"),
    "hours": Span(),
    "dates": Span(),
}


def _replaced(form: RuleForm, name: str, row: int, new: object) -> RuleForm:
    listed = list(getattr(form, name))
    listed[row] = new
    return msgspec.structs.replace(form, **{name: tuple(listed)})


def condition_pressed(form: ConditionForm, deed: str, rows: list[int]) -> ConditionForm:
    """A condition after a button at it was pressed; `rows` say at which line."""
    if deed == "text":
        return msgspec.structs.replace(form, as_text=True)
    if deed == "lines":
        return ConditionForm()
    asks = form.asks
    if deed == "drop" and rows:
        asks = _dropped(asks, rows)
    elif deed == "add":
        asks = _added(asks, rows)
    elif deed == "group":
        inside = Asks(asks.joint.other, (Ask("", Operator.ONE_OF),))
        asks = msgspec.structs.replace(asks, lines=(*asks.lines, inside))
    return msgspec.structs.replace(form, asks=asks)


def _added(asks: Asks, rows: list[int]) -> Asks:
    lines = list(asks.lines)
    if not rows:
        lines.append(Ask("", Operator.ONE_OF))
    elif rows[0] < len(lines) and isinstance(inside := lines[rows[0]], Asks):
        lines[rows[0]] = _added(inside, [])
    return Asks(asks.joint, tuple(lines))


def _dropped(asks: Asks, rows: list[int]) -> Asks:
    lines = list(asks.lines)
    if rows[0] >= len(lines):
        return asks
    inside = lines[rows[0]]
    if len(rows) > 1 and isinstance(inside, Asks):
        lines[rows[0]] = _dropped(inside, rows[1:])
    else:
        del lines[rows[0]]
    return Asks(asks.joint, tuple(lines))
