"""The console's page of members' own fields."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.pages import merchant_text, page, posted, staff_actor
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
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


def fields_page(request: HttpRequest) -> HttpResponse:
    """All fields, hidden ones too; posted, a new one, or one that is hidden or shown."""
    status = posted(request, _done, "console:member-fields")
    if isinstance(status, HttpResponse):
        return status
    fields = fields_list()
    context = {
        "title": _("Member fields"),
        "table": _table(fields),
        "kinds": KINDS.items(),
        "fields": [(each.code, merchant_text(each.name), each.is_active) for each in fields],
        "given": request.POST,
    }
    return page(request, "members_fields/fields.html", context, status=status)


def _done(request: HttpRequest) -> None:
    given, actor = request.POST, staff_actor(request)
    if given.get("do") in {"hide", "show"}:
        field_update(actor=actor, code=given.get("code", ""), is_active=given["do"] == "show")
        return
    field_define(
        actor=actor,
        code=given.get("code", "").strip(),
        name={"zh-Hans": given.get("name_zh", ""), "en": given.get("name_en", "")},
        kind=given.get("kind", ""),
        is_required=given.get("is_required") == "yes",
        is_personal=given.get("is_personal") == "yes",
        choices=_choices(given.get("choices", "")),
    )


def _choices(text: str) -> dict[str, dict[str, str]]:
    """One choice a line: code, Chinese name, English name, with commas between."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        code, chinese, english = [*[part.strip() for part in line.split(",", 2)], "", ""][:3]
        names = {"zh-Hans": chinese, "en": english}
        found[code] = {language: name for language, name in names.items() if name}
    return found


def _table(fields: list[FieldView]) -> Table:
    return Table(
        columns=(
            Column(_("Field")),
            Column(_("Code")),
            Column(_("Kind")),
            Column(_("Required")),
            Column(_("Personal")),
            Column(_("State")),
        ),
        rows=tuple(_row(each) for each in fields),
        empty=Empty(
            _("No fields yet"),
            _("A field keeps what you want to know of members, such as a pet's name."),
        ),
    )


def _row(field: FieldView) -> tuple[Cell, ...]:
    choices = _(", ").join([merchant_text(name) for name in field.choices.values()])
    return (
        Cell(merchant_text(field.name)),
        Cell(field.code, code=True),
        Cell(KINDS[field.kind], note=choices),
        Cell(_("yes") if field.is_required else _("no")),
        Cell(_("yes") if field.is_personal else _("no")),
        Cell(_("in use"), tone="good") if field.is_active else Cell(_("hidden"), tone="quiet"),
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
