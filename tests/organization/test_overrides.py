"""A manager's PIN: one named exception at the counter, tried a few times only, used once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.idempotency.services import orm_fetch
from regulars.foundation.tries.services import Tried
from regulars.organization.overrides import services, tries
from regulars.organization.overrides.errors import (
    OverrideOwn,
    OverrideRefused,
    PinLocked,
    PinMalformed,
    PinRefused,
    PinTooSimple,
)
from regulars.organization.overrides.models import Override, StaffPin
from regulars.organization.overrides.selectors import overriders
from regulars.organization.overrides.services import (
    override_allow,
    override_take,
    pin_remove,
    pin_set,
)
from regulars.organization.staff.services import staff_create
from regulars.organization.stores.services import store_create

NOON = datetime(2025, 3, 8, 4, tzinfo=UTC)
PIN = "271828"


def hired(username, role, **where):
    made = staff_create(
        actor=SYSTEM,
        username=username,
        display_name=username.title(),
        password="beans-and-tea-2025",
        role=role,
        **where,
    )
    return Actor(ActorKind.STAFF, made.id)


def house():
    for code in ("s1", "s2"):
        store_create(actor=SYSTEM, code=code, name={"en": code}, time_zone="Asia/Shanghai")
    people = {"li": hired("li", "manager", store="s1"), "ann": hired("ann", "cashier")}
    people["bo"] = hired("bo", "owner")
    pin_set(actor=people["li"], pin=PIN)
    pin_set(actor=people["ann"], pin="314159")
    return people


@pytest.fixture
def people(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return house()


@pytest.fixture
def people_for_real(clean_database, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return house()


def allowed(people, pin=PIN, manager="li", **more):
    given = {"right": "members.manage", "store": "s1", "subject": "R-1", "device": "till1"}
    person = people[manager].id if manager in people else manager
    return override_allow(manager=person, pin=pin, asked_by=people["ann"], **{**given, **more})


def take(people, override, **more):
    given = {"right": "members.manage", "store": "s1", "subject": "R-1", "asked_by": people["ann"]}
    with transaction.atomic():
        return override_take(orm_fetch, override=override.public_id, **{**given, **more})


def test_one_exception_is_allowed_and_used_once(people):
    one = allowed(people)
    assert (one.manager, one.used_at) == (str(people["li"]), None)
    assert take(people, one) == people["li"]
    with pytest.raises(OverrideRefused):
        take(people, one)
    acts = AuditRecord.objects.filter(subject=one.public_id).order_by("recorded_at", "id")
    assert [(each.action, each.actor) for each in acts] == [
        ("override.allowed", str(people["li"])),
        ("override.used", str(people["ann"])),
    ]


@pytest.mark.parametrize(
    "other", [{"right": "staff.manage"}, {"store": "s2"}, {"subject": "R-2"}, {"asked_by": SYSTEM}]
)
def test_it_is_good_for_what_it_was_allowed_for(people, other):
    one = allowed(people)
    with pytest.raises(OverrideRefused):
        take(people, one, **other)
    assert Override.objects.get().used_at is None


def test_after_five_minutes_it_is_gone(people):
    with clock.stopped_at(NOON):
        one = allowed(people)
    with clock.stopped_at(NOON + timedelta(minutes=5)), pytest.raises(OverrideRefused):
        take(people, one)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pin": "271829"},
        {"pin": ""},
        {"manager": "bo"},  # the owner has no PIN
        {"manager": "00000000-0000-0000-0000-000000000000"},
        {"manager": "li'--"},
        {"store": "s2"},  # Li manages the first store
        {"right": "staff.manage"},
    ],
)
def test_every_refusal_sounds_alike(people, wrong):
    with pytest.raises(PinRefused) as refused:
        allowed(people, **wrong)
    assert refused.value.context == {"left": 4}
    assert not Override.objects.exists()
    assert AuditRecord.objects.filter(action="override.refused").count() == 1


def test_nobody_allows_her_own_exception(people):
    with pytest.raises(OverrideOwn):
        allowed(people, "314159", manager="ann")
    with pytest.raises(PinRefused):
        allowed({**people, "ann": people["bo"]}, "314159", manager=people["ann"].id)


def test_the_sixth_guess_is_not_even_looked_at(people):
    with clock.stopped_at(NOON):
        for left in (4, 3, 2, 1, 0):
            with pytest.raises(PinRefused) as refused:
                allowed(people, "999111")
            assert refused.value.context == {"left": left}
        with pytest.raises(PinLocked) as locked:
            allowed(people)
        assert locked.value.context == {"minutes": 15}
        assert allowed(people, device="till2").manager == str(people["li"]), "only at that till"
    with clock.stopped_at(NOON + timedelta(minutes=15)):
        assert allowed(people).manager == str(people["li"])


def test_who_goes_from_till_to_till_or_person_to_person_is_stopped(people):
    with clock.stopped_at(NOON):
        for till in range(5):
            for _ in range(5):
                with pytest.raises(PinRefused):
                    allowed(people, "999111", device=f"till{till}")
        with pytest.raises(PinLocked):
            allowed(people, device="till9")
        for manager in ("bo", "1", "2"):
            for _ in range(5):
                with pytest.raises((PinRefused, PinLocked)):
                    allowed(people, "999111", manager=manager, device="till8")
        with pytest.raises(PinLocked):
            allowed(people, "999111", manager="bo", device="till8")


def test_right_pins_do_not_use_up_the_tills_tries(people):
    for _ in range(tries.TRIES_OF_A_DEVICE + 1):
        allowed(people)


@pytest.mark.parametrize(
    ("pin", "refusal"),
    [
        ("12345", PinMalformed),
        ("123456789", PinMalformed),
        ("12a456", PinMalformed),
        ("１２３４５６", PinMalformed),
        ("000000", PinTooSimple),
        ("121212", PinTooSimple),
        ("345678", PinTooSimple),
        ("987654", PinTooSimple),
    ],
)
def test_a_pin_that_is_none_is_refused(people, pin, refusal):
    with pytest.raises(refusal):
        pin_set(actor=people["bo"], pin=pin)
    assert StaffPin.objects.count() == 2


def test_a_pin_is_not_in_the_tables_and_can_be_taken_away(people):
    assert PIN not in str(list(StaffPin.objects.values()))
    assert [each.username for each in overriders("members.manage", "s1")] == ["li"]
    pin_remove(actor=people["li"], staff_id=people["li"].id)
    assert overriders("members.manage", "s1") == []
    with pytest.raises(PinRefused):
        allowed(people)


def guessed(people, count=12):
    """So many guesses at one moment; answers how many were looked at."""
    start = Barrier(count)

    def guess(_):
        try:
            start.wait(timeout=20)
            allowed(people, "999111")
        except PinLocked:
            return 0
        except PinRefused:
            return 1
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as crowd:
        return sum(crowd.map(guess, range(count)))


def test_many_guesses_at_once_are_no_more_than_five(people_for_real):
    assert guessed(people_for_real) == 5


def test_counted_after_the_look_they_would_be(people_for_real, monkeypatch):
    monkeypatch.setattr(services, "try_counted", lambda *_: Tried(4))
    assert guessed(people_for_real) == 12


def used(people):
    """Two tills use the same exception at one moment; answers how many could."""
    one, start = allowed(people), Barrier(2)

    def use(_):
        try:
            start.wait(timeout=20)
            take(people, one)
        except OverrideRefused:
            return 0
        else:
            return 1
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        return sum(both.map(use, range(2)))


def test_an_exception_is_used_once_also_at_one_moment(people_for_real):
    assert used(people_for_real) == 1


def test_without_the_condition_it_would_be_used_twice(people_for_real, monkeypatch):
    monkeypatch.setattr(services, "TAKE", services.TAKE.replace("used_at IS NULL AND", ""))
    assert used(people_for_real) == 2
