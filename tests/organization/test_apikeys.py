"""The keys of other programs: shown once, checked on every request, ended at once."""

from datetime import UTC, datetime, timedelta

import pytest

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.foundation.texts import TextMissing, TextNotAllowed
from regulars.organization.apikeys import known, selectors, services
from regulars.organization.apikeys.errors import (
    ExpiryPassed,
    KeyExpired,
    KeyRevoked,
    ScopeBeyondRights,
    ScopeMissing,
    SourceMalformed,
    Unauthorized,
    UnknownApiKey,
    UnknownScope,
)
from regulars.organization.apikeys.models import ApiKey
from regulars.organization.apikeys.types import RIGHTS_OF_SCOPES, Scope
from regulars.organization.staff.rights import Right
from regulars.organization.staff.services import role_create, staff_create

LI = Actor(ActorKind.JOB, "li")
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def keys(clean_database):
    """No keys yet; what is made is committed, because a check has a connection of its own."""
    services.keys_forgotten()
    yield
    pool_close()
    services.keys_forgotten()


def made(**changed):
    given = {"name": "Web shop", "source": "web-shop", "scopes": [Scope.EVENTS_WRITE], **changed}
    return services.apikey_create(actor=LI, **given)


def checked(text, scope=None):
    with unit_of_work() as unit:
        return selectors.apikey_checked(unit, text, scope)


def test_a_key_opens_what_its_scopes_allow(keys):
    key, text = made()
    view = checked(text, Scope.EVENTS_WRITE)
    assert (view.id, view.prefix, view.source) == (str(key.id), key.prefix, "web-shop")
    assert view.scopes == {"events:write"}
    assert str(view.actor) == f"api_key:{key.prefix}"
    with pytest.raises(ScopeMissing) as refusal:
        checked(text, Scope.MEMBERS_READ)
    assert (refusal.value.status, refusal.value.context) == (403, {"scope": "members:read"})


def test_the_secret_is_nowhere_in_the_database(keys):
    key, text = made()
    prefix, secret = text.split(".")
    assert prefix == key.prefix and len(secret) >= 27
    kept = ApiKey.objects.values().get()
    assert secret not in str(kept)
    assert secret not in str(list(AuditRecord.objects.values()))


def test_two_keys_never_share_a_prefix_or_secret(keys):
    texts = {made()[1] for _ in range(50)}
    assert len({text.split(".")[0] for text in texts}) == 50
    assert len({text.split(".")[1] for text in texts}) == 50


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        ".",
        "x",
        "{prefix}",
        "{prefix}.",
        "{prefix}.{secret}x",
        "{prefix}.{other}",
        "{other}.{secret}",
        "Bearer {prefix}.{secret}",
        "{prefix}.{secret}\0",
        "{prefix}.\ud800",
        "密钥.{secret}",
    ],
)
def test_a_wrong_key_opens_nothing(keys, wrong):
    _, text = made()
    prefix, secret = text.split(".")
    other = made()[1].split(".")[1]
    with pytest.raises(Unauthorized) as refusal:
        checked(wrong.format(prefix=prefix, secret=secret, other=other))
    assert refusal.value.status == 401


def test_a_revoked_key_is_refused_and_its_sister_is_not(keys):
    key, text = made()
    _, sister = made()
    assert checked(text).source == checked(sister).source == "web-shop"
    services.apikey_revoke(actor=LI, prefix=key.prefix, reason="laptop lost")
    with pytest.raises(KeyRevoked) as refusal:
        checked(text)
    assert refusal.value.status == 401
    assert checked(sister).source == "web-shop"


def test_who_guesses_does_not_learn_that_a_key_was_revoked(keys):
    key, _ = made()
    services.apikey_revoke(actor=LI, prefix=key.prefix)
    with pytest.raises(Unauthorized):
        checked(f"{key.prefix}.guess")


def test_revoking_twice_is_recorded_once_and_keeps_the_first_time(keys):
    key, _ = made()
    first = services.apikey_revoke(actor=LI, prefix=key.prefix, reason="laptop lost")
    again = services.apikey_revoke(actor=LI, prefix=key.prefix)
    assert again.revoked_at == first.revoked_at
    record = AuditRecord.objects.get(action="apikey.revoked")
    assert (record.actor, record.subject, record.reason) == ("job:li", key.prefix, "laptop lost")
    for prefix in ("rk_0000000000", "", "\0"):
        with pytest.raises(UnknownApiKey):
            services.apikey_revoke(actor=LI, prefix=prefix)


def test_a_key_expires_at_its_instant(keys):
    with clock.stopped_at(NOON):
        _, text = made(expires_at=NOON + timedelta(days=1))
    with clock.stopped_at(NOON + timedelta(days=1, microseconds=-1)):
        assert checked(text).source == "web-shop"
    with clock.stopped_at(NOON + timedelta(days=1)), pytest.raises(KeyExpired):
        checked(text)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"source": ""}, SourceMalformed),
        ({"source": "Web shop"}, SourceMalformed),
        ({"source": "-x"}, SourceMalformed),
        ({"source": "web\n"}, SourceMalformed),
        ({"source": "w" * 41}, SourceMalformed),
        ({"scopes": ["events:read"]}, UnknownScope),
        ({"name": " "}, TextMissing),
        ({"name": "Web\0"}, TextNotAllowed),
        ({"expires_at": NOON - timedelta(days=1)}, ExpiryPassed),
    ],
)
def test_a_wrong_wish_makes_no_key(db, changed, refusal):
    with clock.stopped_at(NOON), pytest.raises(refusal) as raised:
        made(**changed)
    assert raised.value.sentence("en") != raised.value.sentence("zh-Hans")
    assert not ApiKey.objects.exists() and not AuditRecord.objects.exists()


def test_a_fresh_picture_of_the_keys_costs_no_query(keys):
    _, text = made()
    assert checked(text)
    assert selectors.apikey_checked(None, text).source == "web-shop"
    with pytest.raises(Unauthorized):
        selectors.apikey_checked(None, "rk_0000000000.x")


def test_a_key_made_elsewhere_is_known_a_moment_later(keys, monkeypatch):
    checked(made()[1])
    # Another process: no word of it here.
    monkeypatch.setattr(services, "keys_forgotten", lambda: None)
    _, text = made()
    monkeypatch.setattr(known, "MISS_SECONDS", 0)
    assert checked(text).source == "web-shop"


def test_a_key_revoked_elsewhere_is_refused_when_the_picture_is_old(keys, monkeypatch):
    key, text = made()
    checked(text)
    monkeypatch.setattr(services, "keys_forgotten", lambda: None)
    services.apikey_revoke(actor=LI, prefix=key.prefix)
    assert checked(text), "still fresh: at most two seconds"
    monkeypatch.setattr(known, "FRESH_SECONDS", 0)
    with pytest.raises(KeyRevoked):
        checked(text)


def test_guessing_neither_grows_nor_rereads_the_picture(keys, monkeypatch):
    _, text = made()
    checked(text)
    reads = []
    monkeypatch.setattr(known._KEYS, "read", lambda _: reads.append(1) or known._KEYS.last)
    for guess in range(2_000):
        with pytest.raises(Unauthorized):
            selectors.apikey_checked(None, f"rk_{guess:010}.x")
    assert len(reads) <= 1 + 2_000 * 0.001 / known.MISS_SECONDS
    assert len(known._KEYS.last) == 1


def hired(username, rights):
    """Somebody with a role of her own that may these things, everywhere."""
    name = {"en": username, "zh-Hans": username}
    role_create(actor=SYSTEM, code=username, name=name, rights=rights)
    return person(username, username)


def person(username, role):
    made = staff_create(
        actor=SYSTEM, username=username, display_name=username, password="plain-Tea-7781", role=role
    )
    return Actor(ActorKind.STAFF, made.id)


def test_nobody_gives_a_key_more_than_she_may_herself(keys, settings):
    """Ann may make keys and sell. A key that imports, or publishes, is none of hers to make."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ann = hired("ann", ["apikeys.view", "apikeys.manage", "counter.sell"])
    given = {"actor": ann, "name": "Till", "source": "till"}
    services.apikey_create(**given, scopes=[Scope.EVENTS_WRITE, Scope.KEYS])
    for scope, right in (
        (Scope.IMPORTS, "imports.run"),
        (Scope.PROGRAMS_WRITE, "programs.publish"),
        (Scope.MEMBERS_READ, "members.view"),
    ):
        with pytest.raises(ScopeBeyondRights) as refusal:
            services.apikey_create(**given, scopes=[Scope.EVENTS_WRITE, scope])
        assert refusal.value.context == {"scope": scope.value, "right": right}
    strong, _text = made(scopes=list(Scope))
    with pytest.raises(ScopeBeyondRights):
        services.apikey_rotate(actor=ann, prefix=strong.prefix)
    assert ApiKey.objects.count() == 2
    key, _text = services.apikey_rotate(actor=person("bo", "owner"), prefix=strong.prefix)
    assert len(key.scopes) == len(Scope)


def test_every_scope_names_the_rights_that_cover_it():
    assert set(RIGHTS_OF_SCOPES) == set(Scope)
    assert {each for rights in RIGHTS_OF_SCOPES.values() for each in rights} <= set(Right)
