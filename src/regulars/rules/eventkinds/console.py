"""The console's pages of event kinds: the list, one kind with its schema, and its forms."""

import json
from typing import ClassVar

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.errors import RegularsError
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import (
    Action,
    Badge,
    Block,
    Card,
    Fact,
    Facts,
    Head,
    blocks_page,
)
from regulars.foundation.webkit.confirming import Confirmation, confirmation_page, is_confirmed
from regulars.foundation.webkit.details import Part, detail_page, log_part
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import DEED, FilledForm, form_answered, form_filled
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import may, merchant_text, staff_actor
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table, Tone
from regulars.foundation.webkit.tabs import Tab
from regulars.rules.eventkinds.changing import (
    RENAME,
    TYPES,
    FieldsForm,
    done,
    fields_answered,
    fields_form,
    kind_new_page,
    kind_renamed,
    rename_form,
    status_of,
)
from regulars.rules.eventkinds.selectors import kind_example, kind_get, kind_schema, kinds_list
from regulars.rules.eventkinds.services import event_kind_update
from regulars.rules.eventkinds.types import EventField, EventKindView

VIEW, CHANGE = "programs.view", "programs.publish"
STATES: dict[str, tuple[Text, Tone]] = {
    "built_in": (gettext_lazy("comes along"), "info"),
    "active": (gettext_lazy("in use"), "good"),
    "retired": (gettext_lazy("retired"), "quiet"),
}
ACTS = {
    "event_kind.defined": gettext_lazy("Event kind defined"),
    "event_kind.updated": gettext_lazy("Event kind changed"),
    "event_kind.retired": gettext_lazy("Event kind retired"),
    "event_kind.restored": gettext_lazy("Event kind in use again"),
}


class Code(msgspec.Struct, frozen=True):
    """A text for engineers, letter for letter."""

    template: ClassVar[str] = "rules_eventkinds/code.html"

    text: str


def kinds_page(request: HttpRequest) -> HttpResponse:
    """All kinds whose data is declared."""
    new = Action(_("New event kind"), reverse("console:event-kinds-new"), look="main")
    lead = _(
        "What else may be reported beside sales, and what it says. Rules can ask for every field."
    )
    head = Head(_("Event kinds"), lead, actions=(new,) if may(request, CHANGE) else ())
    return blocks_page(request, head, [list_shown(request, KINDS)])


def kind_page(request: HttpRequest, code: str) -> HttpResponse:
    """One kind: its fields, what integrators need, how it can grow, what was done to it."""
    kind = _found(code)
    filled: FilledForm | FieldsForm | None = None
    if request.method == "POST":
        if kind.is_built_in:
            raise Http404(code[:40])
        filled = _answered(request, kind)
        if filled is None:
            messages.success(request, _("Saved."))
            return done(request, reverse("console:event-kinds-one", args=[code]))
    parts = [
        Part(Tab("fields", _("Fields"), len(kind.fields)), lambda: [_fields(kind)]),
        Part(Tab("sending", _("For integrators")), lambda: _sending(kind)),
    ]
    if may(request, CHANGE) and not kind.is_built_in:
        change = Part(Tab("change", _("Change")), lambda: _changes(kind, filled))
        parts = [change, *parts] if filled is not None else [*parts, change]
    if not kind.is_built_in:
        parts.append(log_part(request, kind.code, acts=ACTS))
    status = filled.status if isinstance(filled, FilledForm) else 200
    status = status_of(request, filled) if isinstance(filled, FieldsForm) else status
    return detail_page(request, _head(request, kind), parts, facts=_facts(kind), status=status)


def kind_state_page(request: HttpRequest, code: str) -> HttpResponse:
    """Asks before a kind is retired or taken into use again, and does it."""
    kind = _found(code)
    if kind.is_built_in:
        raise Http404(code[:40])
    here, name = reverse("console:event-kinds-one", args=[code]), merchant_text(kind.name)
    title = _("Retire “%(name)s”?") if kind.is_active else _("Take “%(name)s” into use again?")
    then = _("refused from now on") if kind.is_active else _("taken from now on")
    asked = Confirmation(
        title=title % {"name": name},
        consequences=(
            Fact(_("Its events"), then),
            Fact(_("What they gave"), _("stays")),
            Fact(_("Rules that listen to it"), _("stay as they are")),
        ),
        button=_("Retire the kind") if kind.is_active else _("Use it again"),
        back=here,
        is_final=False,
    )
    if not is_confirmed(request, asked):
        return confirmation_page(request, asked)
    event_kind_update(actor=staff_actor(request), code=code, is_active=not kind.is_active)
    messages.success(request, _("Saved."))
    return redirect(here)


def _found(code: str) -> EventKindView:
    try:
        return kind_get(code)
    except RegularsError:
        raise Http404(code[:40]) from None


def _answered(request: HttpRequest, kind: EventKindView) -> FilledForm | FieldsForm | None:
    """The form that was posted, with what is wrong in it; None when it is done."""
    if request.POST.get(DEED) != RENAME:
        return fields_answered(request, kind)
    form = rename_form(kind)
    return form_answered(request, form, lambda values: kind_renamed(request, kind, values))


def _head(request: HttpRequest, kind: EventKindView) -> Head:
    text, tone = STATES[_state(kind)]
    title = _("Retire") if kind.is_active else _("Use it again")
    href = reverse("console:event-kinds-state", args=[kind.code])
    look = "danger" if kind.is_active else "main"
    toggle = Action(title, href, look=look, in_dialog=True)  # type: ignore[arg-type]
    return Head(
        merchant_text(kind.name),
        badges=(Badge(text, tone),),
        actions=(toggle,) if may(request, CHANGE) and not kind.is_built_in else (),
        back=Action(_("Event kinds"), reverse("console:event-kinds")),
    )


def _facts(kind: EventKindView) -> Facts:
    amount = next((each for each in kind.fields if each.code == kind.amount), None)
    return Facts(
        (
            Fact(_("Code"), kind.code, code=True),
            Fact(
                _("Amount that rules calculate with"),
                merchant_text(amount.name) if amount is not None else _("none"),
            ),
        )
    )


def _fields(kind: EventKindView) -> Card:
    table = Table(
        columns=(
            Column(_("Field")),
            Column(_("Type")),
            Column(_("Required")),
        ),
        rows=tuple(_field(each) for each in kind.fields),
        empty=Empty(_("No fields"), _("Such an event says no more than that it happened.")),
    )
    return Card(_("Fields"), (table,), flush=True)


def _field(field: EventField) -> tuple[Cell, ...]:
    joint = _(", ")
    return (
        Cell(merchant_text(field.name), note=field.variable),
        Cell(
            TYPES[field.type],
            note=joint.join([merchant_text(name) for name in field.choices.values()]),
        ),
        Cell(_("yes") if field.is_required else _("no")),
    )


def _sending(kind: EventKindView) -> list[Block]:
    at = clock.now().replace(microsecond=0).isoformat().replace("+00:00", "Z")
    example = kind_example(kind, shop_known().currency, at)
    return [
        Card(
            _("An example"),
            (Code("POST /api/v1/events\n\n" + _json(example)),),
            lead=_("Sent with an API key that may report events; sent again it counts once."),
        ),
        Card(
            _("JSON Schema"),
            (Code(_json(kind_schema(kind))),),
            lead=_("What every event of this kind must look like."),
        ),
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _changes(kind: EventKindView, filled: FilledForm | FieldsForm | None) -> list[Block]:
    return [
        filled if isinstance(filled, FilledForm) else form_filled(rename_form(kind)),
        filled if isinstance(filled, FieldsForm) else fields_form(kind),
    ]


def _state(kind: EventKindView) -> str:
    if kind.is_built_in:
        return "built_in"
    return "active" if kind.is_active else "retired"


def _rows(_viewer: Viewer) -> list[Row]:
    return [_row(each) for each in kinds_list()]


def _row(kind: EventKindView) -> Row:
    text, tone = STATES[_state(kind)]
    href = reverse("console:event-kinds-one", args=[kind.code])
    return Row(
        kind.code,
        {
            "kind": Cell(merchant_text(kind.name), href=href),
            "code": Cell(kind.code, code=True),
            "fields": Cell(amount_text(len(kind.fields))),
            "state": Cell(text, tone=tone),
        },
        values={"fields": len(kind.fields), "state": _state(kind)},
    )


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    states = tuple((name, text) for name, (text, _tone) in STATES.items())
    return (
        Filter("q", gettext_lazy("Name or code"), kind="text"),
        Filter("state", gettext_lazy("State"), states),
    )


KINDS = list_register(
    RoomList(
        screen="event-kinds",
        title=gettext_lazy("Event kinds"),
        columns=(
            ListColumn("kind", gettext_lazy("Event kind"), sort=True),
            ListColumn("code", gettext_lazy("Code"), sort=True),
            ListColumn("fields", gettext_lazy("Fields"), numeric=True, sort=True),
            ListColumn("state", gettext_lazy("State"), sort=True),
        ),
        order="kind",
        rows=SmallRows(_rows),
        empty=Empty(gettext_lazy("No event kinds yet")),
        filters=_filters,
        export=VIEW,
        by_store=False,
    )
)
screen_register(
    screen=Screen(
        name="event-kinds",
        path="event-kinds/",
        view=kinds_page,
        title=gettext_lazy("Event kinds"),
        section="settings",
        icon="fields",
        right=VIEW,
        # For who makes rules of them: a cashier reads in a program's words what she needs.
        listed="programs.simulate",
        place=60,
    )
)
for name, path, view, title, right in (
    ("event-kinds-new", "event-kinds/new/", kind_new_page, gettext_lazy("New event kind"), CHANGE),
    (
        "event-kinds-state",
        "event-kinds/<str:code>/state/",
        kind_state_page,
        gettext_lazy("Retire an event kind"),
        CHANGE,
    ),
):
    screen_register(screen=Screen(name=name, path=path, view=view, title=title, right=right))
screen_register(
    screen=Screen(
        name="event-kinds-one",
        path="event-kinds/<str:code>/",
        view=kind_page,
        title=gettext_lazy("Event kind"),
        right=VIEW,
        change=CHANGE,
        place=999,
    )
)
