"""A key is replaced while the tills go on: both are good for a day, then only the new one."""

from datetime import UTC, datetime, timedelta

import pytest

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.organization.apikeys.errors import (
    KeyExpired,
    KeyRevoked,
    OverlapTooLong,
    UnknownApiKey,
)
from regulars.organization.apikeys.models import ApiKey
from regulars.organization.apikeys.services import apikey_create, apikey_revoke, apikey_rotate

NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with clock.stopped_at(NOW):
        yield


def key(**more):
    return apikey_create(actor=SYSTEM, name="Till", source="till", scopes=["events:write"], **more)[
        0
    ]


def test_the_new_key_does_the_same_and_the_old_one_ends_after_a_day():
    old = key()
    new, text = apikey_rotate(actor=SYSTEM, prefix=old.prefix)
    assert text.startswith(f"{new.prefix}.")
    assert (new.source, new.scopes, new.expires_at) == ("till", ["events:write"], None)
    assert ApiKey.objects.get(id=old.id).expires_at == NOW + timedelta(days=1)
    acts = AuditRecord.objects.filter(subject=old.prefix).order_by("id")
    assert [each.action for each in acts] == ["apikey.created", "apikey.rotated"]


def test_a_key_that_ends_sooner_is_not_prolonged():
    end = NOW + timedelta(hours=3)
    old = key(expires_at=end)
    new, _ = apikey_rotate(actor=SYSTEM, prefix=old.prefix)
    assert (ApiKey.objects.get(id=old.id).expires_at, new.expires_at) == (end, end)


def test_a_leaked_key_ends_at_once():
    old = key()
    apikey_rotate(actor=SYSTEM, prefix=old.prefix, overlap=timedelta(0))
    with pytest.raises(KeyExpired):
        apikey_rotate(actor=SYSTEM, prefix=old.prefix)


def test_what_can_not_be_rotated_is_refused_and_no_key_is_made():
    old = key()
    apikey_revoke(actor=SYSTEM, prefix=old.prefix)
    for prefix, overlap, refusal in (
        (old.prefix, timedelta(days=1), KeyRevoked),
        ("rk_nobody", timedelta(days=1), UnknownApiKey),
        (old.prefix, timedelta(days=31), OverlapTooLong),
        (old.prefix, timedelta(days=-1), OverlapTooLong),
    ):
        with pytest.raises(refusal):
            apikey_rotate(actor=SYSTEM, prefix=prefix, overlap=overlap)
    assert ApiKey.objects.count() == 1
