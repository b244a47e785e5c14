"""Devices: registered at a store with a secret shown once, seen, revoked."""

from datetime import UTC, datetime, timedelta

import pytest

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.rights import RightMissing
from regulars.foundation.texts import TextMissing
from regulars.organization.devices.errors import DeviceRefused, UnknownDevice, UnknownDeviceKind
from regulars.organization.devices.models import Device
from regulars.organization.devices.selectors import devices_list
from regulars.organization.devices.services import (
    device_present,
    device_register,
    device_revoke,
)
from regulars.organization.staff.services import staff_create
from regulars.organization.stores.errors import UnknownStore
from regulars.organization.stores.services import store_create

NOW = datetime(2025, 3, 8, 4, tzinfo=UTC)
TILL = {"name": "Till 1", "kind": "till", "store": "s1"}


@pytest.fixture(autouse=True)
def stores(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for code in ("s1", "s2"):
        store_create(actor=SYSTEM, code=code, name={"en": code}, time_zone="Asia/Shanghai")


def test_a_device_is_known_by_its_secret_until_it_is_revoked():
    till, text = device_register(actor=SYSTEM, **TILL)
    assert text.partition(".")[2] not in str(Device.objects.values().get())
    assert text.partition(".")[2] not in str(AuditRecord.objects.values())
    with clock.stopped_at(NOW):
        assert device_present(text=text).last_seen_at == NOW
    with clock.stopped_at(NOW + timedelta(seconds=59)):
        assert device_present(text=text).last_seen_at == NOW
    later = NOW + timedelta(minutes=1)
    with clock.stopped_at(later):
        device_present(text=text)
    assert [each.last_seen_at for each in devices_list()] == [later]
    ended = device_revoke(actor=SYSTEM, device=till.device)
    assert device_revoke(actor=SYSTEM, device=till.device) == ended
    with pytest.raises(DeviceRefused):
        device_present(text=text)
    acts = AuditRecord.objects.filter(subject=till.device).order_by("recorded_at")
    assert [each.action for each in acts] == ["device.registered", "device.revoked"]


def test_a_stranger_is_refused():
    till, text = device_register(actor=SYSTEM, **TILL)
    for wrong in ("", till.device, f"{till.device}.", text[:-1], text + "x", "\0.\0", "é.é"):
        with pytest.raises(DeviceRefused):
            device_present(text=wrong)
    assert devices_list()[0].last_seen_at is None
    with pytest.raises(UnknownDevice):
        device_revoke(actor=SYSTEM, device="nobody\0")


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"kind": "fridge"}, UnknownDeviceKind),
        ({"store": "s9"}, UnknownStore),
        ({"name": " "}, TextMissing),
    ],
)
def test_a_wrong_wish_registers_nothing(wrong, refusal):
    with pytest.raises(refusal):
        device_register(actor=SYSTEM, **{**TILL, **wrong})
    assert not devices_list()


def test_a_manager_looks_after_the_devices_of_her_store_only():
    li = staff_create(
        actor=SYSTEM,
        username="li",
        display_name="Li",
        password="beans-and-tea-2025",
        role="manager",
        store="s1",
    )
    actor = Actor(ActorKind.STAFF, li.id)
    there, _text = device_register(actor=SYSTEM, **{**TILL, "store": "s2"})
    mine, _text = device_register(actor=actor, **TILL)
    with pytest.raises(RightMissing):
        device_register(actor=actor, **{**TILL, "store": "s2"})
    with pytest.raises(RightMissing):
        device_revoke(actor=actor, device=there.device)
    assert device_revoke(actor=actor, device=mine.device).revoked_at
    assert [each.revoked_at is None for each in devices_list()] == [False, True]
