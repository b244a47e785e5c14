"""The console's page of devices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.forms import Asked, Form, Shown, managed_page
from regulars.foundation.webkit.pages import (
    may,
    merchant_text,
    refusal_shown,
    staff_actor,
)
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.devices.selectors import devices_list
from regulars.organization.devices.services import device_register, device_revoke
from regulars.organization.devices.types import DeviceKind, DeviceView
from regulars.organization.stores.selectors import stores_list

KINDS: dict[str, Text] = {
    DeviceKind.TILL: gettext_lazy("till"),
    DeviceKind.PHONE: gettext_lazy("phone"),
}


def devices_page(request: HttpRequest) -> HttpResponse:
    """The devices of the stores one may see; posted, a new one or the end of one."""
    shown, status, given = None, 200, request.POST
    if request.method == "POST":
        try:
            if given.get("do") == "revoke":
                device_revoke(actor=staff_actor(request), device=given.get("device", ""))
                messages.success(request, _("Done."))
            else:
                _device, text = device_register(
                    actor=staff_actor(request),
                    name=given.get("name", ""),
                    kind=given.get("kind", ""),
                    store=given.get("store", ""),
                )
                hint = _("It is shown only now. Type it into the device.")
                shown = Shown(_("The device's secret"), text, hint)
        except RegularsError as refusal:
            messages.error(request, refusal_shown(refusal))
            status = 422
    devices = [each for each in devices_list() if may(request, "devices.view", each.store)]
    return managed_page(
        request,
        title=_("Devices"),
        table=_table(devices),
        forms=_forms(request, devices),
        shown=shown,
        status=status,
    )


def _forms(request: HttpRequest, devices: list[DeviceView]) -> tuple[Form, ...]:
    places = tuple(
        (each.code, merchant_text(each.name))
        for each in stores_list()
        if each.is_active and may(request, "devices.manage", each.code)
    )
    if not places:
        return ()
    named = Asked("name", _("Name"))
    kind = Asked("kind", _("Kind"), options=tuple(KINDS.items()))
    store = Asked("store", _("Store"), options=places)
    new = Form("register", _("Register a device"), _("Register"), (named, kind, store))
    theirs = {code for code, _name in places}
    ends = tuple(
        (each.device, f"{each.name} ({each.device})")
        for each in devices
        if each.revoked_at is None and each.store in theirs
    )
    if not ends:
        return (new,)
    ending = Asked("device", _("Device"), options=ends)
    return new, Form("revoke", _("Revoke a device"), _("Revoke for ever"), (ending,))


def _table(devices: list[DeviceView]) -> Table:
    return Table(
        columns=(
            Column(_("Device")),
            Column(_("Kind")),
            Column(_("Store")),
            Column(_("Last seen")),
            Column(_("State")),
        ),
        rows=tuple(
            (
                Cell(each.name, note=each.device),
                Cell(KINDS[each.kind]),
                Cell(each.store, code=True),
                Cell(instant(each.last_seen_at) if each.last_seen_at else _("never")),
                Cell(_("valid"), tone="good")
                if each.revoked_at is None
                else Cell(_("revoked"), tone="bad", note=instant(each.revoked_at)),
            )
            for each in devices
        ),
        empty=Empty(_("No devices yet"), _("Register each till and phone at its store.")),
    )


screen_register(
    screen=Screen(
        name="devices",
        path="devices/",
        view=devices_page,
        title=gettext_lazy("Devices"),
        section="shops",
        icon="devices",
        right="devices.view",
        change="devices.manage",
        place=14,
    )
)
