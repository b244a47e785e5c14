"""The doors for reading devices."""

from regulars.organization.devices.errors import UnknownDevice
from regulars.organization.devices.models import Device
from regulars.organization.devices.types import DeviceKind, DeviceView


def devices_list() -> list[DeviceView]:
    """All devices by store and name, revoked ones too."""
    rows = Device.objects.select_related("store").order_by("store__code", "name", "created_at")
    return [view_of(each) for each in rows]


def device_get(code: str) -> DeviceView:
    """One device by its code, revoked or not. Errors: unknown_device."""
    rows = Device.objects.select_related("store").filter(code=code.replace("\0", ""))
    found = rows.first()
    if found is None:
        raise UnknownDevice(device=code[:40])
    return view_of(found)


def device_is_valid(code: str) -> bool:
    """Whether a device is registered and not revoked."""
    return Device.objects.filter(code=code, revoked_at__isnull=True).exists()


def view_of(device: Device) -> DeviceView:
    """A device as other rooms see it."""
    return DeviceView(
        device=device.code,
        name=device.name,
        kind=DeviceKind(device.kind),
        store=device.store.code,
        created_at=device.created_at,
        last_seen_at=device.last_seen_at,
        revoked_at=device.revoked_at,
        printer=device.printer,
        paper_mm=device.paper_mm,
    )
