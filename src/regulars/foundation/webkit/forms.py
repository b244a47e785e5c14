"""Forms as data: a page says what is asked, one template draws it, one function reads the answer.

What was typed stands there again after a refusal, and the refusal stands beside its field.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from regulars.foundation.amounts import currency_exponent
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import Action, Block
from regulars.foundation.webkit.numbers import MINUS, amount_text
from regulars.foundation.webkit.pages import page, refusal_shown
from regulars.foundation.webkit.reading import ON, SECRETS, Given, field_read, texts_given
from regulars.foundation.webkit.screens import Text

FieldKind = Literal[
    "text", "long", "number", "amount", "date", "time", "email", "phone", "hidden",
    "secret", "password", "pin", "choice", "radio", "checks", "switch", "file", "texts",
]  # fmt: skip
DEED = "do"
LOOK = "look"
PASSWORD_LONG = 256
Values = dict[str, Any]
Deed = Callable[[Values], object]


class Asked(msgspec.Struct, frozen=True):
    """One place of a form: typed, or chosen from `options` (one, or `many` with boxes).

    `hint` is the sentence below the label that says what it is for. `unit` stands behind the box
    (days, %); for an `amount` it is the currency's code, and the answer is in minor units. `texts`
    asks for Chinese and English side by side. `lowest` and `highest` bound a number.

    A `secret` is chosen, a `password` is one's own as it is, a `pin` has digits only: none of them
    is ever shown again. Of choices to pick from, `notes` has sentences below an option, by its
    code; those `folded` stand below the others, under `folded_title`, until they are asked for.
    """

    name: str
    label: Text
    options: tuple[tuple[str, Text], ...] = ()
    many: bool = False
    required: bool = True
    maximum: int = 80
    kind: FieldKind = "text"
    hint: Text = ""
    unit: str = ""
    placeholder: Text = ""
    lowest: int | None = None
    highest: int | None = None
    initial: Any = None
    accept: str = ""
    notes: Mapping[str, tuple[Text, ...]] = {}
    folded: frozenset[str] = frozenset()
    folded_title: Text = ""

    @property
    def shape(self) -> FieldKind:
        """The kind of box: options alone make a choice, `many` makes boxes to tick."""
        if self.options and self.kind == "text":
            return "checks" if self.many else "choice"
        return self.kind


class Form(msgspec.Struct, frozen=True):
    """A form: `deed` is what the view is told to do, in the field `do`.

    `places` says beside which field a refusal belongs, by the refusal's code. `sample` is the id of
    a part of the page that shows what comes of it: it is drawn anew while somebody types, and a
    button shows it without a script. The page is then posted with `LOOK`, and keeps nothing.
    """

    deed: str
    title: Text
    button: Text
    fields: tuple[Asked, ...]
    lead: Text = ""
    places: Mapping[str, str] = msgspec.field(default_factory=dict)
    look: Literal["main", "", "danger"] = "main"
    back: str = ""
    address: str = ""
    sample: str = ""


class FilledField(msgspec.Struct, frozen=True):
    """A field as it is drawn: what stands in it, and what was wrong with that."""

    asked: Asked
    id: str
    value: str = ""
    values: tuple[str, ...] = ()
    texts: tuple[tuple[str, str, str], ...] = ()
    error: Text = ""

    @property
    def lines(self) -> list[tuple[str, Text, tuple[Text, ...]]]:
        """The options that are seen at once, each with its sentences."""
        return [each for each in self._told() if each[0] not in self.asked.folded]

    @property
    def folded_lines(self) -> list[tuple[str, Text, tuple[Text, ...]]]:
        """The options that are seen when somebody asks for them."""
        return [each for each in self._told() if each[0] in self.asked.folded]

    @property
    def is_unfolded(self) -> bool:
        """Whether one of the folded options is chosen."""
        return any(each in self.asked.folded for each in self.values)

    def _told(self) -> list[tuple[str, Text, tuple[Text, ...]]]:
        notes = self.asked.notes
        return [(code, label, notes.get(code, ())) for code, label in self.asked.options]

    @property
    def described(self) -> str:
        """The ids of what a screen reader says after the label."""
        parts = [f"{self.id}_hint"] if self.asked.hint else []
        return " ".join([*parts, f"{self.id}_error"] if self.error else parts)


class FilledForm(msgspec.Struct, frozen=True):
    """A form as it is drawn. `error` is a refusal that belongs to no single field."""

    template: ClassVar[str] = "webkit/blocks/form.html"

    form: Form
    fields: tuple[FilledField, ...]
    error: Text = ""
    status: int = 200

    @property
    def has_file(self) -> bool:
        """Whether a file travels with it."""
        return any(each.asked.shape == "file" for each in self.fields)


def form_filled(
    form: Form,
    given: Given | None = None,
    errors: Mapping[str, Text] | None = None,
    error: Text = "",
) -> FilledForm:
    """The form with what was given, else with what its fields start from."""
    wrong = errors or {}
    fields = tuple(_filled(form, each, given, wrong.get(each.name, "")) for each in form.fields)
    return FilledForm(form, fields, error, 422 if wrong or error else 200)


def form_answered(request: HttpRequest, form: Form, deed: Deed) -> FilledForm | None:
    """Reads the posted form and does its deed with the values. None when it is done.

    Else the form again, with what was typed and the refusal beside its field, and status 422.
    The deed is not called while a field can't be read.
    """
    values: dict[str, Any] = {}
    errors: dict[str, Text] = {}
    for asked in form.fields:
        values[asked.name], errors[asked.name] = field_read(asked, request.POST, request.FILES)
    errors = {name: text for name, text in errors.items() if text}
    if errors:
        return form_filled(form, request.POST, errors)
    try:
        deed(values)
    except RegularsError as refusal:
        place, text = refusal_place(form, refusal), refusal_shown(refusal)
        if place:
            return form_filled(form, request.POST, {place: text})
        return form_filled(form, request.POST, error=text)
    return None


def is_look(request: HttpRequest) -> bool:
    """Whether a form was posted to look at what comes of it: nothing is kept then."""
    return request.method == "POST" and LOOK in request.POST


class Answered(msgspec.Struct, frozen=True):
    """The forms of a page after it was asked for or posted; `done` is the deed that was done.

    After a deed they start anew: there may be others to choose from, or one form more.
    """

    forms: tuple[FilledForm, ...]
    done: str = ""
    status: int = 200


def forms_answered(
    request: HttpRequest,
    forms: Callable[[], Sequence[Form]],
    deeds: Mapping[str, Deed],
) -> Answered:
    """A page's `forms`; the one that was posted is read, and its deed done with the values.

    Unless it could be done, it stands there again with what was typed and the refusal beside its
    field, and `status` is 422; so it is when the page has no such form any more.
    """
    filled = {form.deed: form_filled(form) for form in forms()}
    if request.method != "POST":
        return Answered(tuple(filled.values()))
    posted = request.POST.get(DEED, "")
    if posted not in filled:
        messages.error(request, _("That can't be done any more: the page has changed. Look again."))
        return Answered(tuple(filled.values()), status=422)
    again = form_answered(request, filled[posted].form, deeds[posted])
    if again is None:
        return Answered(tuple([form_filled(form) for form in forms()]), done=posted)
    return Answered(tuple((filled | {posted: again}).values()), status=again.status)


def refusal_place(form: Form, refusal: RegularsError) -> str:
    """The field beside which a refusal stands: named by the form, or by the refusal itself."""
    names = {each.name for each in form.fields}
    told = str(refusal.context.get("field", "")).partition(".")[0]
    found = form.places.get(refusal.code, told)
    return found if found in names else ""


class Shown(msgspec.Struct, frozen=True):
    """A secret that is shown this one time."""

    template: ClassVar[str] = "webkit/blocks/shown.html"

    title: Text
    secret: str
    hint: Text


def managed_page(
    request: HttpRequest,
    *,
    title: Text,
    table: Block,
    forms: Sequence[FilledForm] = (),
    shown: Shown | None = None,
    lead: Text = "",
    actions: tuple[Action, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """A list, and under it forms."""
    context = {
        "title": title,
        "table": table,
        "lead": lead,
        "actions": actions,
        "shown": shown,
        "forms": forms,
    }
    return page(request, "webkit/managed.html", context, status=status)


def _filled(form: Form, asked: Asked, given: Given | None, error: Text) -> FilledField:
    place = f"{form.deed}_{asked.name}"
    if asked.shape in SECRETS:
        return FilledField(asked, place, error=error)
    if asked.shape == "texts":
        texts = texts_given(asked.name, asked.initial, given)
        return FilledField(asked, place, texts=texts, error=error)
    if given is not None:
        value, values = given.get(asked.name, ""), tuple(given.getlist(asked.name))
    elif isinstance(asked.initial, (list, tuple, set, frozenset)):
        value, values = "", tuple(str(each) for each in asked.initial)
    else:
        value = _started(asked)
        values = (value,) if value else ()
    return FilledField(asked, place, value, values, error=error)


def _started(asked: Asked) -> str:
    """What a field starts from, as one would type it."""
    if asked.initial is None or asked.initial is False:
        return ""
    if asked.shape == "switch":
        return ON
    if asked.shape == "amount" and isinstance(asked.initial, int):
        exponent = currency_exponent(asked.unit) if asked.unit else 2
        return amount_text(asked.initial, exponent).replace(",", "").replace(MINUS, "-")
    return str(asked.initial)
