"""The shops: each with a code that stays and a time zone that exists."""

import pytest

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.clock import UnknownTimeZone
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.foundation.texts import LanguagesExpected, TextMissing, TextNotAllowed, TextTooLong
from regulars.organization.stores import selectors, services
from regulars.organization.stores.errors import (
    StoreCodeMalformed,
    StoreExists,
    UnknownStore,
)
from regulars.organization.stores.models import Store
from regulars.organization.stores.types import StoreKind, StoreView

LI = Actor(ActorKind.STAFF, "li")
NAME = {"zh-Hans": "东门店", "en": "East Gate"}


def opened(code="east", **changed):
    given = {"name": NAME, "time_zone": "Asia/Shanghai", **changed}
    return services.store_create(actor=LI, code=code, **given)


def test_li_opens_a_shop(db):
    east = opened(kind=StoreKind.FRANCHISE)
    assert east == StoreView(east.id, "east", NAME, "Asia/Shanghai", StoreKind.FRANCHISE)
    assert selectors.store_get("east") == east
    assert selectors.stores_list() == [east]
    entry = AuditRecord.objects.get()
    assert (entry.actor, entry.action, entry.subject) == ("staff:li", "store.created", "east")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"code": ""}, StoreCodeMalformed),
        ({"code": "东门"}, StoreCodeMalformed),
        ({"code": "east\n"}, StoreCodeMalformed),
        ({"code": "e" * 41}, StoreCodeMalformed),
        ({"time_zone": "Asia/Shangai"}, UnknownTimeZone),
        ({"time_zone": ""}, UnknownTimeZone),
        ({"time_zone": "Asia"}, UnknownTimeZone),
        ({"time_zone": "../../etc/passwd"}, UnknownTimeZone),
        ({"time_zone": "UTC\0"}, UnknownTimeZone),
        ({"name": {}}, LanguagesExpected),
        ({"name": "East"}, LanguagesExpected),
        ({"name": {"fr": "Est"}}, LanguagesExpected),
        ({"name": {"en": " "}}, TextMissing),
        ({"name": {"en": "East\0"}}, TextNotAllowed),
        ({"name": {"en": 7}}, TextNotAllowed),
        ({"name": {"en": "E" * 81}}, TextTooLong),
    ],
)
def test_bad_input_is_refused_in_both_languages_and_nothing_is_opened(db, changed, refusal):
    with pytest.raises(refusal) as raised:
        opened(**changed)
    assert raised.value.sentence("en") != raised.value.sentence("zh-Hans")
    assert not Store.objects.exists() and not AuditRecord.objects.exists()


def test_a_code_is_used_once(db):
    east = opened()
    with pytest.raises(StoreExists):
        opened(name={"en": "Another"})
    assert selectors.stores_list() == [east]


def test_what_is_not_named_stays_and_the_audit_names_the_fields(db):
    opened()
    moved = services.store_update(actor=LI, code="east", time_zone="Asia/Urumqi")
    assert (moved.time_zone, moved.name, moved.is_active) == ("Asia/Urumqi", NAME, True)
    entry = AuditRecord.objects.get(action="store.updated")
    assert entry.details == {"fields": ["time_zone"]}
    with pytest.raises(UnknownTimeZone):
        services.store_update(actor=LI, code="east", time_zone="Mars/Olympus")
    assert selectors.store_get("east") == moved


def test_an_unknown_shop_is_refused_with_the_codes_there_are(db):
    opened()
    with pytest.raises(UnknownStore) as refusal:
        selectors.store_get("west")
    assert refusal.value.context == {"store": "west", "known": "east"}
    for code in ("west", "east\0", ""):
        with pytest.raises(UnknownStore):
            services.store_update(actor=LI, code=code, is_active=False)


def test_every_process_knows_the_open_shops(clean_database):
    services.stores_forgotten()  # a test before this one may have had shops a moment ago
    with unit_of_work() as unit:
        assert selectors.stores_known(unit) == {}
    east = opened()
    with unit_of_work() as unit:
        assert selectors.stores_known(unit) == {"east": east}
        assert selectors.store_named(unit, "east") == east
    services.store_update(actor=LI, code="east", is_active=False)
    with unit_of_work() as unit:
        assert selectors.stores_known(unit) == {}
        with pytest.raises(UnknownStore):
            selectors.store_named(unit, "east")
    pool_close()


def test_the_known_shops_cost_no_query_while_they_are_fresh(clean_database):
    opened()
    with unit_of_work() as unit:
        selectors.stores_known(unit)
    assert "east" in selectors.stores_known(None)
    pool_close()
    services.stores_forgotten()
