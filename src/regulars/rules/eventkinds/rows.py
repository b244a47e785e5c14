"""The fields of a kind as rows of a form: read from what is posted, added, taken out, checked."""

import re
from collections.abc import Iterable, Sequence

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.webkit.pages import reader_language, refusal_shown
from regulars.foundation.webkit.reading import ON
from regulars.foundation.webkit.screens import Text
from regulars.rules.eventkinds.declaring import CHOICES_MAX, FIELDS_MAX, field_refusals
from regulars.rules.eventkinds.types import EventField, FieldType

# One more than may be kept is read, so that too many are refused and not left out.
ROWS_READ, CHOICES_READ = FIELDS_MAX + 1, CHOICES_MAX + 1
NEW_CHOICES = 2
_PRESSED = re.compile(r"(add|drop):fields(?:-([0-9]{1,2}))?(?:-(choices)(?:-([0-9]{1,2}))?)?")

Errors = dict[str, Text]


class ChoiceRow(msgspec.Struct, frozen=True):
    """One choice as it is typed."""

    code: str = ""
    chinese: str = ""
    english: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed into it."""
        return not (self.code or self.chinese or self.english)

    @property
    def names(self) -> dict[str, str]:
        """Its names, by language."""
        return _names(self.chinese, self.english)


class FieldRow(msgspec.Struct, frozen=True):
    """One field as it is typed; `is_amount` when rules shall calculate with it."""

    code: str = ""
    type: str = FieldType.TEXT.value
    chinese: str = ""
    english: str = ""
    is_required: bool = False
    is_amount: bool = False
    choices: tuple[ChoiceRow, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed into it; such a row is left out."""
        is_named = self.code or self.chinese or self.english
        return not is_named and all(each.is_blank for each in self.choices)

    @property
    def field(self) -> EventField:
        """What it declares. Its type must be one there is."""
        choices = {each.code: each.names for each in self.choices if not each.is_blank}
        names = _names(self.chinese, self.english)
        return EventField(self.code, names, FieldType(self.type), self.is_required, choices)


def rows_of(fields: Iterable[EventField], amount: str | None) -> tuple[FieldRow, ...]:
    """Fields that are declared already, as rows."""
    return tuple([_row_of(each, amount) for each in fields])


def rows_posted(given: QueryDict) -> tuple[FieldRow, ...]:
    """The rows as they were typed: `fields-0-code`, `fields-0-choices-1-name_zh`, …"""
    places = [f"fields-{place}" for place in range(ROWS_READ)]
    return tuple([_row_posted(given, each) for each in places if f"{each}-code" in given])


def rows_pressed(rows: tuple[FieldRow, ...], pressed: str) -> tuple[FieldRow, ...]:
    """The rows after a button: `add:fields`, `drop:fields-2`, `add:fields-2-choices`, …"""
    found = _PRESSED.fullmatch(pressed)
    if found is None:
        return _with_choices(rows)
    deed, row, choices, choice = found.groups()
    place = int(row) if row is not None else -1
    listed = list(rows)
    if choices and 0 <= place < len(listed):
        listed[place] = _choices_pressed(listed[place], deed, choice)
    elif not choices and deed == "drop" and 0 <= place < len(listed):
        del listed[place]
    elif not choices and deed == "add" and row is None and len(listed) < FIELDS_MAX:
        listed.append(FieldRow())
    return _with_choices(tuple(listed))


def rows_refused(rows: Sequence[FieldRow]) -> Errors:
    """What is wrong with each row, by the name of the box beside which it is said."""
    errors: Errors = {}
    codes: set[str] = set()
    amounts = 0
    for place, row in enumerate(rows):
        if row.is_blank:
            continue
        at = f"fields-{place}"
        errors |= _row_refused(row, at)
        if row.code and row.code in codes:
            errors[f"{at}-code"] = _("Another field has this code. Give each its own.")
        codes.add(row.code)
        amounts += row.is_amount
        if row.is_amount and amounts > 1:
            errors[f"{at}-amount"] = _("Rules calculate with one amount only. Tick one of them.")
    return errors


def refusal_in_row(rows: Sequence[FieldRow], refusal: RegularsError) -> Errors:
    """A refusal of all fields together, beside the field that it names; else above the form."""
    code = refusal.context.get("field", "")
    for place, row in enumerate(rows):
        if row.code == code and not row.is_blank:
            part = "amount" if row.is_amount else "code"
            return {f"fields-{place}-{part}": problem_shown(refusal)}
    return {"form": refusal_shown(refusal)}


def problem_shown(refusal: RegularsError) -> str:
    """What is wrong, without the field's name: it stands beside the field."""
    problem = refusal.details.get("problem")
    if not isinstance(problem, Told):
        return refusal_shown(refusal)
    if reader_language() == "zh-Hans":
        return f"{problem.chinese}。"
    return f"{problem[:1].upper()}{problem[1:]}."


def _row_refused(row: FieldRow, at: str) -> Errors:
    if row.type not in list(FieldType):
        return {f"{at}-type": _("Choose one of these.")}
    errors: Errors = {
        _place(row, at, part): problem_shown(refusal)
        for part, refusal in field_refusals(row.field).items()
    }
    if not (row.chinese or row.english):
        errors[f"{at}-name"] = _("Fill this in.")
    choices: set[str] = set()
    for number, each in enumerate(row.choices):
        if each.is_blank:
            continue
        if not each.names:
            errors[f"{at}-choices-{number}"] = _("Write its name, too.")
        if each.code in choices:
            errors[f"{at}-choices-{number}"] = _("Another choice has this code.")
        choices.add(each.code)
    return errors


def _place(row: FieldRow, at: str, part: str) -> str:
    """The box of a part: `choices.vip` stands where the choice with that code does."""
    name, dot, choice = part.partition(".")
    if not dot:
        return f"{at}-{name}"
    codes = [each.code for each in row.choices]
    return f"{at}-choices-{codes.index(choice)}"


def _row_of(field: EventField, amount: str | None) -> FieldRow:
    return FieldRow(
        code=field.code,
        type=field.type.value,
        chinese=field.name.get("zh-Hans", ""),
        english=field.name.get("en", ""),
        is_required=field.is_required,
        is_amount=field.code == amount,
        choices=tuple(
            [
                ChoiceRow(code, names.get("zh-Hans", ""), names.get("en", ""))
                for code, names in field.choices.items()
            ]
        ),
    )


def _row_posted(given: QueryDict, at: str) -> FieldRow:
    choices = [f"{at}-choices-{place}" for place in range(CHOICES_READ)]
    return FieldRow(
        code=_typed(given, f"{at}-code"),
        type=_typed(given, f"{at}-type"),
        chinese=_typed(given, f"{at}-name_zh"),
        english=_typed(given, f"{at}-name_en"),
        is_required=given.get(f"{at}-required") == ON,
        is_amount=given.get(f"{at}-amount") == ON,
        choices=tuple(
            [
                ChoiceRow(
                    _typed(given, f"{each}-code"),
                    _typed(given, f"{each}-name_zh"),
                    _typed(given, f"{each}-name_en"),
                )
                for each in choices
                if f"{each}-code" in given
            ]
        ),
    )


def _typed(given: QueryDict, name: str) -> str:
    return given.get(name, "").strip()


def _names(chinese: str, english: str) -> dict[str, str]:
    names = {"zh-Hans": chinese, "en": english}
    return {language: name for language, name in names.items() if name}


def _choices_pressed(row: FieldRow, deed: str, choice: str | None) -> FieldRow:
    choices = list(row.choices)
    if deed == "add" and len(choices) < CHOICES_MAX:
        choices.append(ChoiceRow())
    elif deed == "drop" and choice is not None and int(choice) < len(choices):
        del choices[int(choice)]
    return msgspec.structs.replace(row, choices=tuple(choices))


def _with_choices(rows: tuple[FieldRow, ...]) -> tuple[FieldRow, ...]:
    """What has just become a choice has rows to write its choices into; others have none empty."""
    return tuple([_with_choice(each) for each in rows])


def _with_choice(row: FieldRow) -> FieldRow:
    if row.type == FieldType.CHOICE:
        choices = row.choices or (ChoiceRow(),) * NEW_CHOICES
    else:
        choices = tuple([each for each in row.choices if not each.is_blank])
    return msgspec.structs.replace(row, choices=choices)
