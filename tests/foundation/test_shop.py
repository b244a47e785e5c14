"""The shop's own values: who sets them, who may not, and what the environment decides."""

from datetime import date

import pytest

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.clock import UnknownTimeZone
from regulars.foundation.shop.errors import (
    CurrencyFixed,
    SetByEnvironment,
    ShopChangedMeanwhile,
    UnknownCurrency,
    UnknownShopLanguage,
)
from regulars.foundation.shop.models import Shop
from regulars.foundation.shop.selectors import currency_is_fixed, shop_known, shop_now
from regulars.foundation.shop.services import shop_opened, shop_update
from regulars.foundation.texts import TextMissing, TextTooLong
from tests import shop as a_shop

LI = Actor(ActorKind.STAFF, "li")
NAME = {"zh-Hans": "青禾茶铺", "en": "Green Rice Tea"}


@pytest.fixture(autouse=True)
def nothing_in_the_environment(settings):
    """Whoever runs these tests may have set something for servers of his own."""
    plain = settings.REGULARS.model_copy()
    plain.model_fields_set.difference_update({"currency", "time_zone", "language"})
    settings.REGULARS = plain


def test_without_a_word_from_anybody_the_defaults_hold(db):
    shop = shop_now()
    assert (shop.name, shop.currency, shop.time_zone) == ({}, "CNY", "Asia/Shanghai")
    assert (shop.version, shop.is_opened, shop.from_environment) == (0, False, frozenset())


def test_li_says_what_the_shop_is_called_and_where_it_is(db):
    shop = shop_update(
        actor=LI, name=NAME, currency="HKD", time_zone="Asia/Hong_Kong", language="en"
    )
    assert shop == shop_now() == shop_known()
    assert (shop.name, shop.currency, shop.time_zone) == (NAME, "HKD", "Asia/Hong_Kong")
    assert (shop.language, shop.text_language, shop.version) == ("en", "en", 1)
    entry = AuditRecord.objects.get()
    assert (entry.actor, entry.action) == ("staff:li", "shop.updated")
    assert entry.details == {"fields": ["currency", "language", "name", "time_zone"]}


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"name": {"en": " "}}, TextMissing),
        ({"name": {"en": "n" * 41}}, TextTooLong),
        ({"currency": "yuan"}, UnknownCurrency),
        ({"time_zone": "Mars/Base"}, UnknownTimeZone),
        ({"language": "fr"}, UnknownShopLanguage),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_changes(db, said, refusal):
    before = shop_update(actor=LI, name=NAME)
    with pytest.raises(refusal) as refused:
        shop_update(actor=LI, **said)
    assert refused.value.sentence("zh-Hans") != refused.value.sentence("en")
    assert shop_now() == before


def test_of_two_who_change_the_same_page_the_second_is_told(db):
    first = shop_update(actor=LI, name=NAME)
    shop_update(actor=LI, version=first.version, name={"en": "Tea by Li"})
    with pytest.raises(ShopChangedMeanwhile):
        shop_update(actor=LI, version=first.version, name={"en": "Tea by Ann"})
    assert shop_now().name == {"en": "Tea by Li"}


def test_the_currency_is_fixed_by_the_first_sale(clean_database):
    shop_update(actor=LI, currency="HKD")
    assert not currency_is_fixed()
    shop = a_shop.shop_opened(date(2025, 3, 1))
    shop.store()
    shop.publish()
    shop.member("mei")
    shop.one(shop.sale("mei", 1, currency="HKD"))
    assert currency_is_fixed()
    with pytest.raises(CurrencyFixed):
        shop_update(actor=LI, currency="CNY")
    # What stays the same is no change.
    assert shop_update(actor=LI, currency="HKD", name=NAME).name == NAME
    shop.close()


def test_the_environment_wins_and_its_values_can_not_be_changed_on_a_page(db, settings):
    shop_update(actor=LI, currency="HKD")
    settings.REGULARS = settings.REGULARS.model_copy(update={"currency": "EUR"})
    shop = shop_now()
    assert (shop.currency, shop.from_environment) == ("EUR", {"currency"})
    assert currency_is_fixed()
    with pytest.raises(SetByEnvironment) as refused:
        shop_update(actor=LI, currency="USD")
    assert "REGULARS_CURRENCY" in refused.value.sentence()
    # A page that sends the value back unchanged saves the rest.
    assert shop_update(actor=LI, currency="EUR", name=NAME).name == NAME
    assert Shop.objects.get().currency == "HKD"


def test_opening_is_noted_once(db):
    assert not shop_update(actor=LI, name=NAME).is_opened
    assert shop_opened(actor=LI).is_opened
    assert shop_opened(actor=LI).is_opened
    assert AuditRecord.objects.filter(action="shop.opened").count() == 1
