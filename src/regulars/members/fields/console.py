"""The console's page of members' own fields."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.actors import Actor
from regulars.foundation.webkit.blocks import Action, Badge, Fact, Facts, Head
from regulars.foundation.webkit.details import Part, detail_page, log_part
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import Asked, Form, Values, form_answered, form_filled
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.pages import merchant_text, page, posted, staff_actor
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Empty, Tone
from regulars.foundation.webkit.tabs import Tab
from regulars.members.fields.selectors import fields_list
from regulars.members.fields.services import field_define, field_update
from regulars.members.fields.types import FieldKind, FieldView

KINDS: dict[str, Text] = {
    FieldKind.TEXT: gettext_lazy("text"),
    FieldKind.NUMBER: gettext_lazy("whole number"),
    FieldKind.DATE: gettext_lazy("date"),
    FieldKind.CHOICE: gettext_lazy("choice"),
    FieldKind.YES_NO: gettext_lazy("yes or no"),
}
ACTS: dict[str, Text] = {
    "member_field.defined": gettext_lazy("Member field defined"),
    "member_field.updated": gettext_lazy("Member field changed"),
}
STATES: dict[str, tuple[Text, Tone]] = {
    "in_use": (gettext_lazy("in use"), "good"),
    "hidden": (gettext_lazy("hidden"), "quiet"),
}
SWITCHES = {"hide": False, "show": True}
CHOICES_LONG = 8_000


def fields_page(request: HttpRequest) -> HttpResponse:
    """All fields, hidden ones too; posted, a new one, or one that is hidden or shown."""
    actor, given, status = staff_actor(request), request.POST, 200
    form = form_filled(_form())
    if given.get("do") in SWITCHES:
        is_active = SWITCHES[given["do"]]
        answer = posted(
            request,
            lambda _request: field_update(
                actor=actor, code=given.get("code", ""), is_active=is_active
            ),
            "console:member-fields",
        )
        if isinstance(answer, HttpResponse):
            return answer
        status = answer
    elif request.method == "POST":
        again = form_answered(request, form.form, lambda values: _defined(actor, values))
        if again is None:
            messages.success(request, _("Done."))
            return redirect("console:member-fields")
        form, status = again, again.status
    fields = fields_list()
    context = {
        "title": _("Member fields"),
        "table": list_shown(request, FIELDS),
        "fields": [(each.code, merchant_text(each.name), each.is_active) for each in fields],
        "form": form,
    }
    return page(request, "members_fields/fields.html", context, status=status)


def field_page(request: HttpRequest, code: str) -> HttpResponse:
    """One field: what it asks, its name to change, and what was done to it."""
    field = next((each for each in fields_list() if each.code == code), None)
    if field is None:
        raise Http404(code[:40])
    form = form_filled(_changing(field))
    if request.method == "POST":
        actor = staff_actor(request)

        def saved(given: Values) -> None:
            field_update(
                actor=actor, code=code, name=given["name"], is_required=given["is_required"]
            )

        again = form_answered(request, form.form, saved)
        if again is None:
            messages.success(request, _("Saved."))
            return redirect("console:member-fields-one", code)
        form = again
    state = Badge(_("in use"), "good") if field.is_active else Badge(_("hidden"), "quiet")
    choices = _(", ").join([merchant_text(name) for name in field.choices.values()])
    facts = Facts(
        (
            Fact(_("Kind"), KINDS[field.kind], note=choices),
            Fact(_("Personal"), _("yes") if field.is_personal else _("no")),
            Fact(_("Code"), field.code, code=True),
        )
    )
    return detail_page(
        request,
        Head(
            merchant_text(field.name),
            badges=(state,),
            back=Action(_("Member fields"), reverse("console:member-fields")),
        ),
        [
            Part(Tab("change", _("Change")), lambda: [form]),
            log_part(request, code, acts=ACTS),
        ],
        facts=facts,
        status=form.status,
    )


def _changing(field: FieldView) -> Form:
    return Form(
        "save",
        _("Change the field"),
        _("Save"),
        (
            Asked("name", _("Name"), kind="texts", initial=field.name),
            Asked("is_required", _("Must be filled in"), kind="switch", initial=field.is_required),
        ),
        lead=_("What members have said stays. Code and kind are for ever."),
    )


def _form() -> Form:
    return Form(
        "define",
        _("New field"),
        _("Add the field"),
        (
            Asked("name", _("Name"), kind="texts"),
            Asked(
                "code",
                _("Code"),
                maximum=40,
                hint=_("Rules and files name the field by it, so it never changes."),
            ),
            Asked("kind", _("Kind"), options=tuple([(str(c), t) for c, t in KINDS.items()])),
            Asked(
                "choices",
                _("Choices"),
                kind="long",
                required=False,
                maximum=CHOICES_LONG,
                hint=_("Only for a choice. One a line: code, Chinese name, English name."),
            ),
            Asked("is_required", _("Must be filled in"), kind="switch"),
            Asked("is_personal", _("Personal: kept encrypted"), kind="switch", initial=True),
        ),
        places={
            "field_code_malformed": "code",
            "field_exists": "code",
            "choices_expected": "choices",
            "too_many_fields": "",
        },
    )


def _defined(actor: Actor, given: Values) -> None:
    field_define(
        actor=actor,
        code=given["code"],
        name=given["name"],
        kind=given["kind"],
        is_required=given["is_required"],
        is_personal=given["is_personal"],
        choices=_choices(given["choices"]),
    )


def _choices(text: str) -> dict[str, dict[str, str]]:
    """One choice a line: code, Chinese name, English name, with commas between."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        code, chinese, english = [*[part.strip() for part in line.split(",", 2)], "", ""][:3]
        names = {"zh-Hans": chinese, "en": english}
        found[code] = {language: name for language, name in names.items() if name}
    return found


def _rows(_viewer: Viewer) -> list[Row]:
    return [_row(each) for each in fields_list()]


def _row(field: FieldView) -> Row:
    choices = _(", ").join([merchant_text(name) for name in field.choices.values()])
    state = "in_use" if field.is_active else "hidden"
    words, tone = STATES[state]
    return Row(
        field.code,
        {
            "field": Cell(
                merchant_text(field.name),
                href=reverse("console:member-fields-one", args=[field.code]),
            ),
            "code": Cell(field.code, code=True),
            "kind": Cell(KINDS[field.kind], note=choices),
            "required": Cell(_("yes") if field.is_required else _("no")),
            "personal": Cell(_("yes") if field.is_personal else _("no")),
            "state": Cell(words, tone=tone),
        },
        values={"kind": str(field.kind), "state": state},
    )


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    kinds = tuple([(str(kind), words) for kind, words in KINDS.items()])
    states = tuple([(code, words) for code, (words, _tone) in STATES.items()])
    return (
        Filter("q", gettext_lazy("Name or code"), kind="text"),
        Filter("kind", gettext_lazy("Kind"), kinds),
        Filter("state", gettext_lazy("State"), states),
    )


FIELDS = list_register(
    RoomList(
        screen="member-fields",
        title=gettext_lazy("Member fields"),
        columns=(
            ListColumn("field", gettext_lazy("Field"), sort=True),
            ListColumn("code", gettext_lazy("Code"), sort=True),
            ListColumn("kind", gettext_lazy("Kind"), sort=True),
            ListColumn("required", gettext_lazy("Required")),
            ListColumn("personal", gettext_lazy("Personal")),
            ListColumn("state", gettext_lazy("State"), sort=True),
        ),
        order="field",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No fields yet"),
            gettext_lazy("A field keeps what you want to know of members, such as a pet's name."),
        ),
        filters=_filters,
        export="fields.manage",
        by_store=False,
    )
)


screen_register(
    screen=Screen(
        name="member-fields",
        path="member-fields/",
        view=fields_page,
        title=gettext_lazy("Member fields"),
        section="members",
        icon="fields",
        right="fields.manage",
        place=60,
    )
)
screen_register(
    screen=Screen(
        name="member-fields-one",
        path="member-fields/<str:code>/",
        view=field_page,
        title=gettext_lazy("Member field"),
        right="fields.manage",
    )
)
