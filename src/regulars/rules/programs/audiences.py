"""A condition on members as a form: lines with their choices, or the expression itself.

For rooms that ask conditions of members, as rules do of their audience.
"""

from collections.abc import Set as AbstractSet

import msgspec
from django.http import QueryDict

from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.pages import reader_language
from regulars.foundation.webkit.reading import whole_read
from regulars.rules.expressions.services import Condition
from regulars.rules.programs.condition_words import condition_in_words
from regulars.rules.programs.forms.conditions import LineWrong, condition_text
from regulars.rules.programs.forms.drawing import (
    DrawnCondition,
    condition_drawn,
    names_of_values,
)
from regulars.rules.programs.forms.posted import condition_posted, condition_pressed
from regulars.rules.programs.forms.setting import (
    AUDIENCE,
    Setting,
    asks_of,
    condition_form,
    types_of,
)
from regulars.rules.programs.forms.types import ConditionForm

EVERYBODY = "true"


class AudienceSheet(msgspec.Struct, frozen=True):
    """A form and the expression that it makes; `wrong` has places with what is wrong there."""

    form: ConditionForm
    text: str
    wrong: dict[str, str] = {}


def audience_opened(text: str) -> AudienceSheet:
    """An expression as a form: lines where it is lines, none of them where it is empty."""
    text = text or EVERYBODY
    return AudienceSheet(condition_form(text, AUDIENCE, _setting()), text)


def audience_posted(given: QueryDict, prefix: str) -> AudienceSheet:
    """The form as a browser sends it, after the button that was pressed (`do`)."""
    form = condition_posted(given, prefix)
    deed, _, place = given.get("do", "").partition(":")
    name, *rest = place.split("-")
    if name != prefix:
        return _written(form, prefix)
    if deed == "text":
        return AudienceSheet(msgspec.structs.replace(form, as_text=True, text=_told(form)), "")
    if deed == "lines":
        return AudienceSheet(condition_form(form.text, AUDIENCE, _setting()), form.text)
    rows = [row for each in rest if (row := whole_read(each)) is not None]
    # A line just added is empty; nobody is to blame for that yet.
    return AudienceSheet(condition_pressed(form, deed, rows), form.text)


def audience_drawn(
    sheet: AudienceSheet, prefix: str, left_out: AbstractSet[str] = frozenset()
) -> DrawnCondition:
    """The form with its choices; variables in `left_out` are not offered."""
    types = {name: kind for name, kind in types_of(AUDIENCE).items() if name not in left_out}
    return condition_drawn(sheet.form, prefix, AUDIENCE, sheet.wrong, text=sheet.text, types=types)


def audience_in_words(condition: Condition) -> str:
    """A condition on members in the reader's language."""
    names = names_of_values([(condition.text, AUDIENCE)])
    return condition_in_words(condition, reader_language(), shop_known().currency, names)


def _written(form: ConditionForm, prefix: str) -> AudienceSheet:
    try:
        return AudienceSheet(form, _told(form))
    except LineWrong as wrong:
        text = wrong.text[reader_language()]
        ending = "." if reader_language() == "en" else "。"
        told = f"{text[:1].upper()}{text[1:]}{ending}"
        return AudienceSheet(form, "", {f"{prefix}.{wrong.place}": told})


def _told(form: ConditionForm) -> str:
    """The expression; that which the form was opened with where it says the same."""
    if form.as_text:
        return form.text.strip() or EVERYBODY
    if form.text and asks_of(form.text, AUDIENCE, _setting()) == form.asks:
        return form.text
    return condition_text(form.asks, types_of(AUDIENCE), _setting().currency)


def _setting() -> Setting:
    return Setting(shop_known().currency)
