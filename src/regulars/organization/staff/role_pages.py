"""The console's page of one role: its name and its rights."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.blocks import Action, Block, Card, Fact, Facts, Head, Words
from regulars.foundation.webkit.details import Part, detail_page, log_part
from regulars.foundation.webkit.forms import Asked, Form, form_answered, form_filled
from regulars.foundation.webkit.pages import ROLES, may, merchant_text, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.tabs import Tab
from regulars.organization.staff.labels import RIGHTS
from regulars.organization.staff.selectors import roles_list
from regulars.organization.staff.services import role_update
from regulars.organization.staff.types import RoleView

ACTS: dict[str, Text] = {
    "role.created": gettext_lazy("Made"),
    "role.updated": gettext_lazy("Changed"),
}


def role_page(request: HttpRequest, code: str) -> HttpResponse:
    """One role; posted, a role of one's own is renamed and given other rights."""
    role = next((each for each in roles_list() if each.code == code), None)
    if role is None:
        raise Http404(code[:40])
    form = form_filled(_form(role))
    if request.method == "POST" and not role.is_ready_made:

        def saved(given: dict[str, Any]) -> None:
            role_update(
                actor=staff_actor(request),
                code=role.code,
                name=given["name"],
                rights=given["rights"],
            )

        again = form_answered(request, form.form, saved)
        if again is None:
            messages.success(
                request, _("The role is saved. It holds from everybody's next page on.")
            )
            return redirect("console:staff-role", role.code)
        form = again
    is_open = may(request, "staff.manage") and not role.is_ready_made
    shown: list[Block] = [form] if is_open else [_rights(role)]
    name = ROLES.get(role.code, role.code) if role.is_ready_made else merchant_text(role.name)
    return detail_page(
        request,
        Head(name, back=Action(_("Roles"), reverse("console:staff-roles"))),
        [
            Part(Tab("rights", _("Rights"), len(role.rights)), lambda: shown),
            log_part(request, code, acts=ACTS),
        ],
        facts=Facts((Fact(_("Code"), role.code, code=True), _origin(role))),
        status=form.status,
    )


def _origin(role: RoleView) -> Fact:
    if role.is_ready_made:
        return Fact(_("Source"), _("comes with Regulars"))
    return Fact(_("Source"), _("your shop"))


def _form(role: RoleView) -> Form:
    options = tuple((code, label) for code, label in RIGHTS)
    return Form(
        deed="save",
        title=_("Change the role"),
        button=_("Save"),
        lead=_("Everybody who has the role gets or loses these rights at once."),
        places={"right_not_own": "rights", "unknown_right": "rights"},
        fields=(
            Asked("name", _("Name"), kind="texts", initial=role.name),
            Asked(
                "rights",
                _("May"),
                options,
                many=True,
                required=False,
                initial=[str(each) for each in role.rights],
                hint=_("You can give only rights that you have yourself."),
            ),
        ),
    )


def _rights(role: RoleView) -> Card:
    labels = dict(RIGHTS)
    table = Table(
        columns=(Column(_("May")),),
        rows=tuple((Cell(labels[each]),) for each in role.rights),
        empty=Empty(_("No rights")),
    )
    told = _("A role that comes with Regulars can't be changed: make one of your own beside it.")
    return (
        Card(_("Rights"), (Words(told), table))
        if role.is_ready_made
        else Card(_("Rights"), (table,))
    )
