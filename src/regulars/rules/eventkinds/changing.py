"""The forms of a kind of event: a new one, another name, its fields row by row."""

from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import Action, Head, blocks_page
from regulars.foundation.webkit.forms import DEED, Asked, Form
from regulars.foundation.webkit.pages import refusal_shown, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.rules.eventkinds.declaring import CHOICES_MAX, FIELDS_MAX
from regulars.rules.eventkinds.rows import (
    Errors,
    FieldRow,
    refusal_in_row,
    rows_of,
    rows_posted,
    rows_pressed,
    rows_refused,
)
from regulars.rules.eventkinds.services import event_kind_define, event_kind_update
from regulars.rules.eventkinds.types import EventField, EventKindView, FieldType

TYPES: dict[FieldType, Text] = {
    FieldType.TEXT: gettext_lazy("text"),
    FieldType.INTEGER: gettext_lazy("whole number"),
    FieldType.MONEY: gettext_lazy("money"),
    FieldType.DATE: gettext_lazy("date"),
    FieldType.YES_NO: gettext_lazy("yes or no"),
    FieldType.CHOICE: gettext_lazy("choice"),
}
RENAME, SAVE, CHECKED = "rename", "save", "checked"
# Refusals of the kind as a whole, by the box beside which they are said.
PLACES = {
    "event_kind_malformed": "code",
    "event_kind_reserved": "code",
    "event_kind_exists": "code",
}


class DrawnChoice(msgspec.Struct, frozen=True):
    """A choice as it is drawn; one that is `kept` has its code for ever."""

    at: str
    row: Any
    is_kept: bool
    error: Text


class DrawnRow(msgspec.Struct, frozen=True):
    """A field as it is drawn, with what is wrong beside each box; one that is `kept` stays."""

    at: str
    number: int
    row: FieldRow
    type: Text
    is_kept: bool
    was_required: bool
    is_amount: bool
    choices: tuple[DrawnChoice, ...]
    errors: dict[str, Text]
    can_add: bool
    is_new: bool

    @property
    def has_choices(self) -> bool:
        """Whether choices are asked for, or stand there though they shouldn't."""
        return self.row.type == FieldType.CHOICE or bool(self.choices)

    @property
    def is_money(self) -> bool:
        """Whether rules could calculate with it."""
        return self.row.type == FieldType.MONEY or self.row.is_amount


class FieldsForm(msgspec.Struct, frozen=True):
    """The form of a kind's fields, a row for each; for a new kind with its code and names too."""

    template: ClassVar[str] = "rules_eventkinds/fields_form.html"

    is_new: bool
    rows: tuple[FieldRow, ...]
    kept: tuple[EventField, ...] = ()
    amount: str = ""
    code: str = ""
    chinese: str = ""
    english: str = ""
    errors: Errors = {}
    pressed: str = ""

    @property
    def types(self) -> list[tuple[str, Text]]:
        """The types there are."""
        return [(each.value, text) for each, text in TYPES.items()]

    @property
    def back(self) -> str:
        """Where one goes who wants no new kind."""
        return reverse("console:event-kinds") if self.is_new else ""

    @property
    def can_add(self) -> bool:
        """Whether one more field fits."""
        return len(self.rows) < FIELDS_MAX

    @property
    def drawn(self) -> list[DrawnRow]:
        """The rows, each with its errors."""
        kept = {each.code: each for each in self.kept}
        return [
            _drawn(self, place, row, kept.get(row.code) if place < len(self.kept) else None)
            for place, row in enumerate(self.rows)
        ]


def kind_new_page(request: HttpRequest) -> HttpResponse:
    """A new kind: its code, its names, its fields."""
    form = FieldsForm(is_new=True, rows=(FieldRow(),))
    if request.method == "POST":
        given = request.POST
        form = msgspec.structs.replace(
            form,
            code=given.get("code", "").strip(),
            chinese=given.get("name_zh", "").strip(),
            english=given.get("name_en", "").strip(),
        )
        answered = _answered(request, form, lambda form: _defined(request, form))
        if answered is None:
            messages.success(request, _("The event kind is defined; its events are taken now."))
            return done(request, reverse("console:event-kinds-one", args=[form.code]))
        form = answered
    head = Head(
        _("New event kind"),
        _("What is defined here can grow later, but nothing of it is taken away."),
        back=Action(_("Event kinds"), reverse("console:event-kinds")),
    )
    return blocks_page(request, head, [form], status=status_of(request, form))


def rename_form(kind: EventKindView) -> Form:
    """The names of a kind."""
    return Form(
        RENAME,
        _("Names"),
        _("Save the names"),
        (Asked("name", _("Name"), kind="texts", maximum=80, initial=kind.name),),
    )


def kind_renamed(request: HttpRequest, kind: EventKindView, values: dict[str, Any]) -> None:
    """Gives it other names."""
    event_kind_update(actor=staff_actor(request), code=kind.code, name=values["name"])


def fields_form(kind: EventKindView) -> FieldsForm:
    """The fields of a kind as they are declared; more can be added."""
    rows = rows_of(kind.fields, kind.amount)
    return FieldsForm(is_new=False, rows=rows, kept=kind.fields, amount=kind.amount or "")


def fields_answered(request: HttpRequest, kind: EventKindView) -> FieldsForm | None:
    """The form after a button or a change in it; None when the fields are saved."""
    return _answered(request, fields_form(kind), lambda form: _changed(request, kind, form))


def done(request: HttpRequest, target: str) -> HttpResponse:
    """On to another page, also where htmx has sent the form."""
    if not request.headers.get("HX-Request"):
        return redirect(target)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = target
    return answer


def status_of(request: HttpRequest, form: FieldsForm) -> int:
    """422 when something is wrong. To htmx the form with its problems is an answer like others."""
    return 422 if form.errors and not request.headers.get("HX-Request") else 200


def _answered(
    request: HttpRequest, form: FieldsForm, deed: Callable[[FieldsForm], object]
) -> FieldsForm | None:
    pressed = request.POST.get(DEED, "")
    form = msgspec.structs.replace(
        form, rows=rows_pressed(rows_posted(request.POST), pressed), pressed=pressed
    )
    errors = _refused(form) if pressed == SAVE or CHECKED in request.POST else {}
    if pressed != SAVE or errors:
        return msgspec.structs.replace(form, errors=errors)
    try:
        deed(form)
    except RegularsError as refusal:
        return msgspec.structs.replace(form, errors=_placed(form, refusal))
    return None


def _refused(form: FieldsForm) -> Errors:
    errors = rows_refused(form.rows)
    if form.is_new and not (form.chinese or form.english):
        errors["name"] = _("Fill this in.")
    return errors


def _placed(form: FieldsForm, refusal: RegularsError) -> Errors:
    if refusal.code in PLACES:
        return {PLACES[refusal.code]: refusal_shown(refusal)}
    if str(refusal.context.get("field", "")).partition(".")[0] == "name":
        return {"name": refusal_shown(refusal)}
    return refusal_in_row(form.rows, refusal)


def _defined(request: HttpRequest, form: FieldsForm) -> None:
    names = {"zh-Hans": form.chinese, "en": form.english}
    fields = _fields(form)
    event_kind_define(
        actor=staff_actor(request),
        code=form.code,
        name={language: name for language, name in names.items() if name},
        fields=fields,
        amount=next((row.code for row in form.rows if row.is_amount), None),
    )


def _changed(request: HttpRequest, kind: EventKindView, form: FieldsForm) -> None:
    event_kind_update(actor=staff_actor(request), code=kind.code, fields=_fields(form))


def _fields(form: FieldsForm) -> list[EventField]:
    return [row.field for row in form.rows if not row.is_blank]


def _drawn(form: FieldsForm, place: int, row: FieldRow, kept: EventField | None) -> DrawnRow:
    at = f"fields-{place}"
    choices = kept.choices if kept is not None else {}
    parts = {name: form.errors.get(f"{at}-{name}", "") for name in ("code", "type", "name")}
    parts |= {name: form.errors.get(f"{at}-{name}", "") for name in ("choices", "amount")}
    return DrawnRow(
        at=at,
        number=place + 1,
        row=row,
        type=dict(form.types).get(row.type, row.type),
        is_kept=kept is not None,
        was_required=kept is not None and kept.is_required,
        is_amount=kept is not None and row.code == form.amount,
        choices=tuple(
            [
                DrawnChoice(
                    f"{at}-choices-{number}",
                    each,
                    each.code in choices and number < len(choices),
                    form.errors.get(f"{at}-choices-{number}", ""),
                )
                for number, each in enumerate(row.choices)
            ]
        ),
        errors=parts,
        can_add=len(row.choices) < CHOICES_MAX,
        is_new=form.pressed == "add:fields" and place + 1 == len(form.rows),
    )
