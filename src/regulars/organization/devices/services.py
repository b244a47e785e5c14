"""The doors for registering, knowing and revoking devices. Each act is in the audit trail."""

import hmac
from datetime import timedelta

from django.db import transaction

from regulars.foundation import clock, ids
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.printers import printer_address
from regulars.foundation.texts import text_checked
from regulars.organization.apikeys.selectors import secret_hash
from regulars.organization.devices.errors import (
    DeviceRefused,
    PaperUnknown,
    UnknownDevice,
    UnknownDeviceKind,
)
from regulars.organization.devices.models import Device
from regulars.organization.devices.selectors import view_of
from regulars.organization.devices.types import PAPERS_MM, DeviceKind, DeviceView
from regulars.organization.staff.selectors import rights_of
from regulars.organization.stores.selectors import store_get

NAME_MAX = 80
CODE_DIGITS = 10
TEXT_MAX = 128
SEEN_AGAIN = timedelta(minutes=1)


@transaction.atomic
def device_register(
    *, actor: Actor, name: str, kind: DeviceKind | str, store: str
) -> tuple[DeviceView, str]:
    """Registers a device at a store; answers it with its secret, which can't be shown again.

    A person needs the right devices.manage at that store. Errors: unknown_device_kind,
    unknown_store, right_missing, text_missing, text_too_long.
    """
    if kind not in [each.value for each in DeviceKind]:
        raise UnknownDeviceKind(kind=str(kind)[:16])
    place = store_get(store)
    _right_required(actor, place.code)
    secret = ids.new_secret()
    device = Device.objects.create(
        code=f"dev{ids.new_secret()[:CODE_DIGITS]}",
        secret_hash=secret_hash(secret),
        name=text_checked(name, "name", maximum=NAME_MAX, required=True),
        kind=str(kind),
        store_id=place.id,
        created_at=clock.now(),
    )
    details = {"store": place.code, "kind": str(kind)}
    record(actor=actor, action="device.registered", subject=device.code, details=details)
    return view_of(device), f"{device.code}.{secret}"


@transaction.atomic
def device_revoke(*, actor: Actor, device: str) -> DeviceView:
    """Ends a device for ever, from its next request on. Twice is harmless.

    Errors: unknown_device, right_missing.
    """
    found = _device_held(device)
    _right_required(actor, found.store.code)
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        Device.objects.filter(id=found.id).update(revoked_at=found.revoked_at)
        record(actor=actor, action="device.revoked", subject=found.code)
    return view_of(found)


@transaction.atomic
def device_printer_set(*, actor: Actor, device: str, printer: str, paper_mm: int) -> DeviceView:
    """Says which receipt printer of the shop's network a till prints on; empty for none.

    Errors: unknown_device, right_missing, printer_address_wrong, paper_unknown.
    """
    found = _device_held(device)
    _right_required(actor, found.store.code)
    if paper_mm not in PAPERS_MM:
        raise PaperUnknown(paper=paper_mm)
    found.printer = printer_address(printer) if printer.strip() else ""
    found.paper_mm = paper_mm
    Device.objects.filter(id=found.id).update(printer=found.printer, paper_mm=paper_mm)
    details = {"printer": found.printer, "paper_mm": paper_mm}
    record(actor=actor, action="device.printer_set", subject=found.code, details=details)
    return view_of(found)


def device_present(*, text: str) -> DeviceView:
    """The device that shows `text` ("code.secret"); notes, once a minute, when it was seen.

    Errors: device_refused, whether it is unknown, wrong or revoked.
    """
    code, _, secret = text[:TEXT_MAX].replace("\0", "").partition(".")
    found = Device.objects.select_related("store").filter(code=code).first()
    expected = found.secret_hash if found else "-" * 64
    is_right = hmac.compare_digest(secret_hash(secret), expected)
    if found is None or not is_right or found.revoked_at is not None:
        raise DeviceRefused
    now = clock.now()
    if found.last_seen_at is None or now - found.last_seen_at >= SEEN_AGAIN:
        Device.objects.filter(id=found.id).update(last_seen_at=now)
        found.last_seen_at = now
    return view_of(found)


def _device_held(device: str) -> Device:
    found = (
        Device.objects.select_for_update(of=("self",))
        .select_related("store")
        .filter(code=device.replace("\0", ""))
        .first()
    )
    if found is None:
        raise UnknownDevice(device=device[:16])
    return found


def _right_required(actor: Actor, store: str) -> None:
    rights = rights_of(actor)
    if rights is not None:
        rights.required("devices.manage", store)


__all__ = ["device_present", "device_printer_set", "device_register", "device_revoke"]
