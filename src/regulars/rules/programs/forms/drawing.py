"""A rule's form as the page draws it: every box with its name, its value and its choices."""

from collections.abc import Iterable, Mapping

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.pages import merchant_text, reader_language
from regulars.foundation.webkit.screens import Text
from regulars.rules.actions import followup_kinds
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import Choice, choices_of
from regulars.rules.programs.forms.conditions import (
    BIRTH_MONTH,
    MONTH,
    OPERATORS,
    ORDERED,
    WITHOUT_VALUE,
)
from regulars.rules.programs.forms.setting import AUDIENCE, types_of
from regulars.rules.programs.forms.types import Ask, Asks, ConditionForm, Joint, Operator
from regulars.rules.programs.kinds import declared_kind
from regulars.rules.programs.texts import is_money, variable_name

Option = tuple[str, Text]

OPERATOR_WORDS: Mapping[Operator, Text] = {
    Operator.AT_LEAST: gettext_lazy("at least"),
    Operator.MORE_THAN: gettext_lazy("more than"),
    Operator.AT_MOST: gettext_lazy("at most"),
    Operator.LESS_THAN: gettext_lazy("less than"),
    Operator.ONE_OF: gettext_lazy("is (one of)"),
    Operator.NONE_OF: gettext_lazy("is not"),
    Operator.INCLUDES: gettext_lazy("include one of"),
    Operator.EXCLUDES: gettext_lazy("include none of"),
    Operator.YES: gettext_lazy("yes"),
    Operator.NO: gettext_lazy("no"),
    Operator.THIS_MONTH: gettext_lazy("is the month of the event"),
}
HEADINGS: tuple[tuple[str, Text], ...] = (
    ("order", gettext_lazy("The sale")),
    ("line", gettext_lazy("The goods")),
    ("business", gettext_lazy("The day")),
    ("member", gettext_lazy("The member")),
    ("shop", gettext_lazy("The shop")),
)
HIDDEN = frozenset({"event.kind"})


class Options(msgspec.Struct, frozen=True):
    """Choices below one heading."""

    heading: Text
    options: tuple[Option, ...]


class DrawnLine(msgspec.Struct, frozen=True):
    """One line of a condition, or a group of lines."""

    prefix: str
    is_group: bool = False
    variable: str = ""
    operator: str = ""
    operators: tuple[Option, ...] = ()
    values: tuple[str, ...] = ()
    choices: tuple[Option, ...] = ()
    has_value: bool = True
    is_money: bool = False
    is_number: bool = False
    error: str = ""
    lines: tuple["DrawnLine", ...] = ()

    @property
    def value(self) -> str:
        """Several values as they stand in one box."""
        return ", ".join(self.values)


class DrawnCondition(msgspec.Struct, frozen=True):
    """A condition as it is drawn."""

    prefix: str
    joint: str
    as_text: bool
    text: str
    lines: tuple[DrawnLine, ...]
    variables: tuple[Options, ...]
    error: str = ""
    can_be_lines: bool = True


Errors = Mapping[str, str]


def condition_drawn(
    form: ConditionForm,
    prefix: str,
    kind: str,
    errors: Errors,
    *,
    with_lines: bool = False,
    text: str = "",
    types: Mapping[str, ValueType] | None = None,
) -> DrawnCondition:
    """A condition with its choices; `text` is the expression its lines make.

    `types` are the variables that are offered, where it is not all of this kind.
    """
    types = types_of(kind, with_lines=with_lines) if types is None else types
    field = prefix.replace("-", ".")
    return DrawnCondition(
        prefix=prefix,
        joint=form.asks.joint.value,
        as_text=form.as_text,
        text=form.text if form.as_text else text or form.text,
        lines=_lines(form.asks, prefix, types, errors, field),
        variables=variables_offered(kind, types),
        error=errors.get(field, ""),
    )


def _lines(
    asks: Asks, prefix: str, types: Mapping[str, ValueType], errors: Errors, field: str
) -> tuple[DrawnLine, ...]:
    drawn = []
    for number, line in enumerate(asks.lines):
        here, place = f"{prefix}-{number}", f"{field}.{number}"
        if isinstance(line, Asks):
            inside = _lines(line, here, types, errors, place)
            drawn.append(DrawnLine(here, is_group=True, lines=inside, error=errors.get(place, "")))
        else:
            drawn.append(_line(line, here, types, errors.get(place, "")))
    return tuple(drawn)


def _line(ask: Ask, prefix: str, types: Mapping[str, ValueType], error: str) -> DrawnLine:
    kind = types.get(ask.variable)
    operators = list(OPERATORS[kind]) if kind is not None else []
    choices = choices_of(ask.variable)
    if choices is not None and kind is ValueType.INT:
        operators = [each for each in operators if each not in ORDERED]
    if ask.variable == BIRTH_MONTH and MONTH in types:
        operators.insert(0, Operator.THIS_MONTH)
    operator = ask.operator if ask.operator in operators else next(iter(operators), ask.operator)
    return DrawnLine(
        prefix=prefix,
        variable=ask.variable,
        operator=operator.value,
        operators=tuple([(each.value, OPERATOR_WORDS[each]) for each in operators]),
        values=ask.values,
        choices=_choices(choices or [], ask.values),
        has_value=kind is not None and operator not in WITHOUT_VALUE,
        is_money=is_money(ask.variable),
        is_number=kind is ValueType.INT,
        error=error,
    )


def _choices(choices: Iterable[Choice], chosen: Iterable[str]) -> tuple[Option, ...]:
    """What may be picked; what was picked and is there no more stays to be seen."""
    known: dict[str, Text] = {
        str(each.value): merchant_text(dict(each.name)) or str(each.value) for each in choices
    }
    if known:
        known |= {each: each for each in chosen if each not in known}
    return tuple(known.items())


def variables_offered(kind: str, types: Mapping[str, ValueType]) -> tuple[Options, ...]:
    """All that a condition may be about, by headings."""
    language = reader_language()
    found: dict[str, list[Option]] = {name: [] for name, _heading in HEADINGS}
    for name in types:
        if name not in HIDDEN:
            label = variable_name(name, language)
            found.setdefault(name.partition(".")[0], []).append((name, label))
    headings = dict(HEADINGS)
    raised = followup_kinds().get(kind)
    own = declared_kind(kind) if kind else None
    event = merchant_text(dict(raised.label)) if raised is not None else _("The event")
    if own is not None:
        event = merchant_text(own.name)
    return tuple(
        [
            Options(headings.get(name, event), tuple(options))
            for name, options in found.items()
            if options
        ]
    )


def names_of_values(texts: Iterable[tuple[str, str]]) -> dict[tuple[str, str | int], str]:
    """The names of single values, for telling conditions; of variables that `texts` mention."""
    mentioned: set[str] = set()
    for text, kind in texts:
        mentioned |= {name for name in types_of(kind, with_lines=bool(kind)) if name in text}
    return {
        (name, each.value): merchant_text(dict(each.name))
        for name in mentioned
        for each in choices_of(name) or []
    }


__all__ = ["AUDIENCE", "Joint", "condition_drawn", "names_of_values", "variables_offered"]
