"""The page of one device: where it works, what was done to it, and its end."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import Action, Badge, Fact, Facts, Head
from regulars.foundation.webkit.confirming import (
    Confirmation,
    confirmation_page,
    consequence_register,
    consequences_beside,
    is_confirmed,
)
from regulars.foundation.webkit.details import detail_page, log_part
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import may, merchant_text, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.devices.selectors import device_get, devices_list
from regulars.organization.devices.services import device_revoke
from regulars.organization.devices.types import DeviceKind, DeviceView
from regulars.organization.stores.selectors import stores_list

VIEW, CHANGE = "devices.view", "devices.manage"
KINDS: dict[str, Text] = {
    DeviceKind.TILL: gettext_lazy("till"),
    DeviceKind.PHONE: gettext_lazy("phone"),
}
ACTS: dict[str, Text] = {
    "device.registered": gettext_lazy("Device registered"),
    "device.revoked": gettext_lazy("Device revoked"),
    "device.printer_set": gettext_lazy("Receipt printer set"),
    "till.taken_over": gettext_lazy("Till taken over by another cashier"),
}


def device_page(request: HttpRequest, device: str) -> HttpResponse:
    """One device: where it works, when it was seen, and what was done to it."""
    found = _found(request, device)
    is_valid = found.revoked_at is None
    revoke = Action(
        _("Revoke"),
        reverse("console:devices-revoke", args=[found.device]),
        look="danger",
        in_dialog=True,
    )
    state = Badge(_("valid"), "good") if is_valid else Badge(_("revoked"), "bad")
    head = Head(
        found.name,
        badges=(state,),
        actions=(revoke,) if is_valid and may(request, CHANGE, found.store) else (),
        back=Action(_("Devices"), reverse("console:devices")),
    )
    parts = [log_part(request, found.device, acts=ACTS)]
    return detail_page(request, head, parts, facts=_facts(found))


def device_revoke_page(request: HttpRequest, device: str) -> HttpResponse:
    """Asks before a device is revoked, and says what stands still then; then revokes it."""
    found = _found(request, device)
    here = reverse("console:devices-one", args=[found.device])
    if found.revoked_at is not None or not may(request, CHANGE, found.store):
        return redirect(here)
    asked = Confirmation(
        title=_("Revoke “%(name)s” for ever?") % {"name": found.name},
        consequences=(
            Fact(_("Device"), found.name, note=str(KINDS[found.kind])),
            Fact(_("Store"), _store_named(found.store)),
            Fact(_("Last seen"), _seen(found)),
            *consequences_beside("device.revoke", found.device),
            Fact(_("From its next request on"), _("it is refused; its sales are not taken")),
        ),
        button=_("Revoke for ever"),
        back=here,
        warning=_(
            "It can't be taken back. Sales that wait in its browser come in only after it is "
            "registered anew and takes its number along."
        ),
    )
    if request.method != "POST" or not is_confirmed(request, asked):
        return confirmation_page(request, asked)
    device_revoke(actor=staff_actor(request), device=found.device)
    messages.success(request, _("The device is revoked."))
    return redirect(here)


def devices_idle(store: str) -> tuple[Fact, ...]:
    """What the closing of a store means for its devices."""
    there = [each for each in devices_list() if each.store == store and each.revoked_at is None]
    names = _(", ").join([each.name for each in there])
    return (Fact(_("Devices whose sales are refused"), amount_text(len(there)), note=names),)


def _found(request: HttpRequest, device: str) -> DeviceView:
    """A device of a store that the reader may see."""
    try:
        found = device_get(device)
    except RegularsError:
        raise Http404(device[:40]) from None
    if not may(request, VIEW, found.store):
        raise Http404(device[:40])
    return found


def _facts(device: DeviceView) -> Facts:
    facts = [
        Fact(_("Kind"), KINDS[device.kind]),
        Fact(_("Store"), _store_named(device.store)),
        Fact(_("Registered"), instant(device.created_at)),
        Fact(_("Last seen"), _seen(device)),
        Fact(_("Code"), device.device, code=True),
    ]
    if device.printer:
        paper = f"{device.paper_mm} mm"
        facts.append(Fact(_("Receipt printer"), device.printer, note=paper, code=True))
    if device.revoked_at is not None:
        facts.append(Fact(_("Revoked"), instant(device.revoked_at), tone="bad"))
    return Facts(tuple(facts))


def _seen(device: DeviceView) -> str:
    return instant(device.last_seen_at) if device.last_seen_at else pgettext("seen", "never")


def _store_named(code: str) -> str:
    names = {each.code: merchant_text(each.name) for each in stores_list()}
    return names.get(code, code)


consequence_register("store.close", "devices", devices_idle)
