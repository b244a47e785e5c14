"""The forms of a kind of event: a new one, another name, one more field."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.blocks import Action, Head, blocks_page
from regulars.foundation.webkit.forms import DEED, Asked, Form, form_answered, form_filled
from regulars.foundation.webkit.pages import staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.rules.eventkinds.lines import fields_written
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
RENAME, ADD = "rename", "add"


def kind_new_page(request: HttpRequest) -> HttpResponse:
    """A new kind: its code, its names, its fields."""
    form = _new_form()
    filled = form_filled(form)
    if request.method == "POST":
        answered = form_answered(request, form, lambda values: _defined(request, values))
        if answered is None:
            messages.success(request, _("The event kind is defined; its events are taken now."))
            return redirect("console:event-kinds-one", request.POST.get("code", "").strip())
        filled = answered
    head = Head(
        _("New event kind"),
        _("What is defined here can grow later, but nothing of it is taken away."),
        back=Action(_("Event kinds"), reverse("console:event-kinds")),
    )
    return blocks_page(request, head, [filled], status=filled.status)


def kind_forms(kind: EventKindView) -> tuple[Form, ...]:
    """What can be changed of a kind that others rely on."""
    types = tuple((each.value, text) for each, text in TYPES.items())
    code = Asked(
        "code",
        _("Code"),
        maximum=40,
        hint=_("Lowercase letters, digits and underscores; of money it ends with _minor."),
        placeholder="table_number",
    )
    return (
        Form(
            RENAME,
            _("Names"),
            _("Save the names"),
            (Asked("name", _("Name"), kind="texts", maximum=80, initial=kind.name),),
        ),
        Form(
            ADD,
            _("One more field"),
            _("Add the field"),
            (
                code,
                Asked("field_name", _("Name"), kind="texts", maximum=80),
                Asked("type", _("Type"), types, initial=FieldType.TEXT.value),
                _choices_asked(),
            ),
            lead=_("It can't be required: whoever sends these events doesn't know it yet."),
            places={"event_field_refused": "code", "event_kind_incompatible": "code"},
        ),
    )


def kind_changed(request: HttpRequest, kind: EventKindView, values: dict[str, Any]) -> None:
    """Does what one of the forms asks."""
    if request.POST.get(DEED) == RENAME:
        event_kind_update(actor=staff_actor(request), code=kind.code, name=values["name"])
        return
    typed = f"{values['code']}, {values['type']}, -\n{values['choices']}"
    (added, *_rest) = fields_written(typed)
    field = EventField(values["code"], values["field_name"], added.type, choices=added.choices)
    event_kind_update(
        actor=staff_actor(request), code=kind.code, fields=[*kind.fields, field, *_rest]
    )


def _choices_asked() -> Asked:
    return Asked(
        "choices",
        _("Choices"),
        kind="long",
        required=False,
        maximum=5000,
        hint=_("Only for a choice. One a line, with a dash: code, Chinese name, English name."),
        placeholder="- vip, 贵宾, VIP",
    )


def _defined(request: HttpRequest, values: dict[str, Any]) -> None:
    event_kind_define(
        actor=staff_actor(request),
        code=values["code"],
        name=values["name"],
        fields=fields_written(values["fields"]),
        amount=values["amount"] or None,
    )


def _new_form() -> Form:
    types = ", ".join([f"{each.value} ({text})" for each, text in TYPES.items()])
    lines = _(
        "One a line: code, type, Chinese name, English name, and “required” where every event "
        "must say it. Choices stand below their field, with a dash. Types: %(types)s. Codes of "
        "money end with _minor. No personal data: values stand on receipts."
    )
    return Form(
        "define",
        "",
        _("Define the kind"),
        (
            Asked(
                "code",
                _("Code"),
                maximum=40,
                hint=_("Two words with a dot between: of what, and what happened."),
                placeholder="table.booked",
            ),
            Asked("name", _("Name"), kind="texts", maximum=80),
            Asked(
                "fields",
                _("Fields"),
                kind="long",
                required=False,
                maximum=20_000,
                hint=lines % {"types": types},
                placeholder="party_size, integer, 人数, Party size, required\n"
                "room, choice, 包间, Room\n- hall, 大厅, Hall\n- vip, 贵宾, VIP",
            ),
            Asked(
                "amount",
                _("Amount that rules calculate with"),
                required=False,
                maximum=40,
                hint=_("The code of a required field of money; empty if there is none."),
                placeholder="deposit_minor",
            ),
        ),
        places={
            "event_kind_malformed": "code",
            "event_kind_reserved": "code",
            "event_kind_exists": "code",
            "event_field_refused": "fields",
        },
        look="main",
    )
