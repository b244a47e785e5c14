"""The console's page of devices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import (
    Asked,
    Deed,
    Form,
    Shown,
    Values,
    forms_answered,
    managed_page,
)
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.pages import (
    may,
    merchant_text,
    staff_actor,
)
from regulars.foundation.webkit.screens import Screen, screen_register
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.devices.selectors import devices_list
from regulars.organization.devices.services import (
    device_printer_set,
    device_register,
)
from regulars.organization.devices.standing import KINDS, device_page, device_revoke_page
from regulars.organization.devices.types import PAPERS_MM, DeviceKind, DeviceView
from regulars.organization.stores.selectors import stores_list

STATES = (("valid", gettext_lazy("valid")), ("revoked", gettext_lazy("revoked")))


def devices_page(request: HttpRequest) -> HttpResponse:
    """The devices of the stores one may see; posted, a new one or a till's printer."""
    made: list[str] = []
    answered = forms_answered(request, lambda: _forms(request), _deeds(request, made))
    if answered.done and not made:
        messages.success(request, _("Done."))
    hint = _("It is shown only now. Type it into the device.")
    return managed_page(
        request,
        title=_("Devices"),
        lead=_("A registered device works for its store until it is revoked."),
        table=list_shown(request, DEVICES),
        forms=answered.forms,
        shown=Shown(_("The device's secret"), made[0], hint) if made else None,
        status=answered.status,
    )


def _deeds(request: HttpRequest, made: list[str]) -> dict[str, Deed]:
    """What can be done; the secret of a new device goes into `made`, to be shown this one time."""
    actor = staff_actor(request)

    def register(given: Values) -> None:
        _device, text = device_register(
            actor=actor, name=given["name"], kind=given["kind"], store=given["store"]
        )
        made.append(text)

    def printer(given: Values) -> None:
        device_printer_set(
            actor=actor,
            device=given["device"],
            printer=given["printer"],
            paper_mm=int(given["paper"]),
        )

    return {"register": register, "printer": printer}


def _forms(request: HttpRequest) -> tuple[Form, ...]:
    devices = [each for each in devices_list() if may(request, "devices.view", each.store)]
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
    there = [each for each in devices if each.revoked_at is None and each.store in theirs]
    tills = [each for each in there if each.kind is DeviceKind.TILL]
    return (new, _printing(tills)) if tills else (new,)


def _printing(tills: list[DeviceView]) -> Form:
    address = Asked(
        "printer",
        _("Address of the printer"),
        required=False,
        maximum=64,
        placeholder="192.168.1.50",
        hint=_("The number on the printer’s self-test page; empty for none."),
    )
    papers = tuple((str(each), f"{each} mm") for each in reversed(PAPERS_MM))
    fields = (
        Asked("device", _("Till"), options=_named(tills)),
        address,
        Asked("paper", _("Paper width"), options=papers),
    )
    lead = _(
        "For a printer with a network plug: the server sends it the receipt when the cashier "
        "presses Print. Any other printer prints the receipt’s page from the browser."
    )
    return Form(
        "printer",
        _("Receipt printer of a till"),
        _("Save the printer"),
        fields,
        lead,
        places={"printer_address_wrong": "printer"},
    )


def _named(devices: list[DeviceView]) -> tuple[tuple[str, str], ...]:
    return tuple((each.device, f"{each.name} ({each.device})") for each in devices)


def _rows(_viewer: Viewer) -> list[Row]:
    return [_row(each) for each in devices_list()]


def _row(each: DeviceView) -> Row:
    is_valid = each.revoked_at is None
    valid = Cell(_("valid"), tone="good")
    return Row(
        each.device,
        {
            "device": Cell(
                each.name,
                href=reverse("console:devices-one", args=[each.device]),
                note=each.device,
            ),
            "kind": Cell(KINDS[each.kind]),
            "printer": Cell(each.printer, note=f"{each.paper_mm} mm" if each.printer else ""),
            "store": Cell(each.store, code=True),
            "seen": Cell(
                instant(each.last_seen_at) if each.last_seen_at else pgettext("seen", "never")
            ),
            "state": valid
            if is_valid
            else Cell(_("revoked"), tone="bad", note=instant(each.revoked_at)),
        },
        store=each.store,
        values={
            "kind": each.kind,
            "store": each.store,
            "seen": each.last_seen_at,
            "state": "valid" if is_valid else "revoked",
        },
    )


def _filters(viewer: Viewer) -> tuple[Filter, ...]:
    stores = [
        (each.code, merchant_text(each.name)) for each in stores_list() if viewer.sees(each.code)
    ]
    return (
        Filter("q", gettext_lazy("Name or code"), kind="text"),
        Filter("store", gettext_lazy("Store"), tuple(stores)),
        Filter("kind", gettext_lazy("Kind"), tuple(KINDS.items())),
        Filter("state", gettext_lazy("State"), STATES),
    )


DEVICES = list_register(
    RoomList(
        screen="devices",
        title=gettext_lazy("Devices"),
        columns=(
            ListColumn("device", gettext_lazy("Device"), sort=True),
            ListColumn("kind", gettext_lazy("Kind"), sort=True),
            ListColumn("store", gettext_lazy("Store"), sort=True),
            ListColumn("printer", gettext_lazy("Receipt printer")),
            ListColumn("seen", gettext_lazy("Last seen"), sort=True),
            ListColumn("state", gettext_lazy("State"), sort=True),
        ),
        order="device",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No devices yet"),
            gettext_lazy("Register each till and phone at its store."),
        ),
        filters=_filters,
        export="devices.view",
    )
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
screen_register(
    screen=Screen(
        name="devices-one",
        path="devices/<str:device>/",
        view=device_page,
        title=gettext_lazy("Device"),
        right="devices.view",
        change="devices.manage",
    )
)
screen_register(
    screen=Screen(
        name="devices-revoke",
        path="devices/<str:device>/revoke/",
        view=device_revoke_page,
        title=gettext_lazy("Revoke a device"),
        right="devices.manage",
        change="devices.manage",
    )
)
