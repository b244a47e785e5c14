"""Whoever becomes a member, at whichever door, gets everything or nothing, and one gift."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connections

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.members.cards.errors import UnknownCard
from regulars.members.cards.selectors import card_presented
from regulars.members.cards.services import cards_make
from regulars.members.consents.selectors import consenting, consents_now
from regulars.members.consents.services import consent_text_save
from regulars.members.profiles.errors import IdentifierTaken
from regulars.members.profiles.services import members_enrol_bulk
from regulars.members.profiles.types import NewMember
from regulars.rules.enrolment.errors import ConsentMissing, ConsentTextChanged
from regulars.rules.enrolment.services import enrolment_make
from regulars.rules.programs.services import starter_content
from tests.shop import shop_opened

PHONE = "13700137000"
JOINING = {
    "code": "joining",
    "name": {"en": "Joining", "zh-Hans": "入会"},
    "on": "member.enrolled",
    "earn_flat": {"asset": "beans", "amount": 100},
}
BOTH = {"membership": "house-1", "marketing.sms": "house-1"}
KEPT = (
    "members_member", "members_identifier", "members_consent", "ledger_holder", "ledger_entry",
    "rules_event", "audit_record", "outbox_notice",
)  # fmt: skip


@pytest.fixture
def shop(clean_database):
    """A shop whose program gives 100 beans for joining, and one free card."""
    shop = shop_opened(date(2025, 3, 1))
    shop.store()
    shop.publish(rules=[*starter_content("beans")["rules"], JOINING])
    with shop.time(), unit_of_work() as unit:
        cards_make(unit=unit, actor=SYSTEM, name="first", prefix="CC", first=1, count=1, digits=6)
    yield shop
    shop.close()


def joined(agreed=None, card="", **numbers):
    who = NewMember(display_name="Kim", **numbers)
    return unit_retried(
        lambda unit: enrolment_make(unit=unit, actor=SYSTEM, who=who, agreed=agreed, card=card)
    )


def kept(shop):
    return {table: shop.rows(table) for table in KEPT}


def test_the_member_her_word_her_card_and_her_gift_are_there_together(shop):
    with shop.time():
        kim = joined(BOTH, "CC000001", phone=PHONE, store="s1")
        shop.members["kim"] = kim.member_id
        said = {each.purpose: (each.granted, each.version) for each in consents_now(kim.member_id)}
        assert card_presented("CC000001") == kim.member_id
    assert said == {purpose: (True, version) for purpose, version in BOTH.items()}
    with unit_of_work() as unit:
        assert consenting(unit, [kim.member_id], "marketing.sms") == {kim.member_id}
    assert shop.of("kim").balance == 100
    assert shop.rows("rules_event WHERE kind = 'member.enrolled'") == 1


def test_what_is_refused_leaves_nothing_and_she_joins_later_with_everything(shop):
    before = kept(shop)
    with shop.time():
        consent_text_save(
            actor=SYSTEM,
            purpose="marketing.sms",
            title={"en": "Offers", "zh-Hans": "优惠"},
            body={"en": "Now by post too.", "zh-Hans": "也可寄送。"},
            is_needed=False,
        )
    before["audit_record"] += 1
    for refusal, agreed, card in (
        (UnknownCard, {"membership": "house-1"}, "CC000099"),
        (ConsentMissing, {"marketing.sms": "v1"}, ""),
        (ConsentTextChanged, BOTH, ""),
        (ConsentTextChanged, {"membership": "house-1", "profiling": "v1"}, ""),
    ):
        with pytest.raises(refusal), shop.time():
            joined(agreed, card, phone=PHONE)
        assert kept(shop) == before
    with shop.time():
        shop.members["kim"] = joined({"membership": "house-1"}, phone=PHONE).member_id
    assert shop.of("kim").balance == 100


def test_who_is_taken_over_from_elsewhere_gets_no_gift(shop):
    with shop.time():
        unit_retried(lambda unit: members_enrol_bulk(unit, [NewMember("Mei", PHONE)]))
        with pytest.raises(IdentifierTaken):
            joined(phone=PHONE)
    assert (shop.rows("rules_event"), shop.rows("ledger_entry")) == (0, 0)


def at_two_doors(shop, *numbers):
    """Everybody joins at the same moment, at a door of their own."""
    ready = Barrier(len(numbers))

    def at_door(number):
        ready.wait(10)
        try:
            return joined(phone=number).member_id
        except RegularsError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with shop.time(), ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(at_door, numbers))


def test_two_doors_at_once_make_one_member_with_one_gift(shop):
    answers = at_two_doors(shop, PHONE, "+86 137 0013 7000", PHONE, "137-0013-7000")
    assert answers.count("identifier_taken") == 3
    assert (shop.rows("members_member"), shop.rows("ledger_holder")) == (1, 1)
    (shop.members["kim"],) = [each for each in answers if each != "identifier_taken"]
    assert shop.of("kim").balance == 100
    assert shop.rows("rules_event") == 1


def test_two_people_at_once_are_two_members_with_a_gift_each(shop):
    """The race's other half: what makes one member of two doors must not make one of two people."""
    shop.members["kim"], shop.members["ann"] = at_two_doors(shop, PHONE, "13700137001")
    assert (shop.of("kim").balance, shop.of("ann").balance) == (100, 100)
    assert shop.rows("rules_event") == 2
