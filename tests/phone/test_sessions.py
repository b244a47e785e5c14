"""Strangers join with the number they proved; sessions begin, go on and end."""

import pytest

from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work, unit_retried
from regulars.members.lifecycle import services as lives
from regulars.members.profiles import services as profiles
from regulars.members.profiles.models import Member
from regulars.members.profiles.selectors import member_find
from regulars.members.profiles.types import NewMember
from regulars.members.signin import errors, selectors, services, tasks
from regulars.members.signin.models import SignInCode, SignInSession
from regulars.members.signin.types import Outcome, PhoneWords
from regulars.rules.enrolment.services import enrolment_make
from tests.phone.phones import (
    NOBODYS,
    PHONE,
    ask,
    attempt,
    later,
    sent,
    session,
    signed_in,
)


def join(asked, name=""):
    """Joins with a proof, as the phone's page does."""

    def enrolled(unit, phone, home_store):
        who = NewMember(name, phone, store=home_store)
        return enrolment_make(unit=unit, actor=SYSTEM, who=who).member_id

    return unit_retried(
        lambda unit: services.member_join(
            unit=unit, challenge=asked.challenge, device="iPhone", enrol=enrolled
        )
    )


def test_a_stranger_joins_with_the_number_she_proved(open_shop):
    shop = open_shop
    asked = ask(shop, NOBODYS)
    tried = attempt(shop, asked, sent(shop, asked))
    assert (tried.outcome, tried.token) == (Outcome.STRANGER, None)
    with shop.time():
        assert services.proof_is_good(asked.challenge)
        joined = join(asked, "新来的")
        again = member_find("phone", NOBODYS)
        assert not services.proof_is_good(asked.challenge)
    assert (joined.member_id, again.display_name) == (again.id, "新来的")
    assert session(shop, joined.token).member_id == again.id
    with pytest.raises(errors.NotProved), shop.time():
        join(asked, "again")


def test_nobody_joins_without_a_proof(open_shop):
    shop = open_shop
    asked = ask(shop, NOBODYS)
    before = Member.objects.count()
    with pytest.raises(errors.NotProved), shop.time():
        join(asked)
    attempt(shop, asked, sent(shop, asked))
    later(shop, minutes=15)
    with pytest.raises(errors.NotProved), shop.time():
        join(asked)
    assert Member.objects.count() == before


def test_a_shop_may_take_members_at_the_counter_only(open_shop):
    shop = open_shop
    with shop.time():
        services.phone_words_save(actor=SYSTEM, words=PhoneWords(may_join=False))
    asked = ask(shop, NOBODYS)
    attempt(shop, asked, sent(shop, asked))
    with pytest.raises(errors.JoiningClosed), shop.time():
        join(asked)


def test_mei_ends_her_other_phone_and_staff_end_the_rest(shop):
    old, new = signed_in(shop, device="Huawei"), signed_in(shop, device="iPhone")
    mei, me = shop.members["mei"], Actor(ActorKind.MEMBER, shop.members["mei"])
    with shop.time():
        listed = {each.device: each.public_id for each in selectors.sessions_of(mei)}
        services.session_end(actor=me, member_id=mei, session=listed["Huawei"])
    assert session(shop, old.token) is None
    assert session(shop, new.token).device == "iPhone"
    with pytest.raises(errors.UnknownSession):
        services.session_end(actor=me, member_id=shop.members["bo"], session=listed["iPhone"])
    assert services.sessions_end(actor=SYSTEM, member_id=mei) == 1
    assert session(shop, new.token) is None
    assert AuditRecord.objects.filter(action="member.signed_out").count() == 2


def test_a_session_ends_with_the_number_it_began_with(open_shop):
    tried = signed_in(open_shop)
    with open_shop.time(), unit_of_work() as unit:
        args = {"unit": unit, "actor": SYSTEM, "member_id": open_shop.members["mei"]}
        profiles.identifier_add(**args, kind="phone", value=NOBODYS)
        profiles.identifier_remove(**args, kind="phone", value=PHONE)
    assert session(open_shop, tried.token) is None


def test_a_session_ends_by_silence_and_by_age(shop):
    tried = signed_in(shop)
    began = shop.at
    later(shop, days=89)
    assert session(shop, tried.token) is not None
    later(shop, days=89)
    assert session(shop, tried.token) is not None
    later(shop, days=90)
    assert session(shop, tried.token) is None
    shop.at = began
    tried = signed_in(shop)
    for _ in range(5):
        later(shop, days=73)
        alive = session(shop, tried.token)
    assert alive is None


def test_after_a_merge_her_phone_shows_what_she_has_now(open_shop):
    tried = signed_in(open_shop)
    with open_shop.time():
        lives.member_merge(
            from_id=open_shop.members["mei"],
            into_id=open_shop.members["bo"],
            reason="one person",
            key="m1",
            source="test",
            actor=SYSTEM,
        )
    assert session(open_shop, tried.token).member_id == open_shop.members["bo"]


def test_who_was_erased_is_signed_in_nowhere(open_shop):
    tried = signed_in(open_shop)
    with open_shop.time():
        exported = lives.member_export(member_id=open_shop.members["mei"], actor=SYSTEM)
        assert [each["device"] for each in exported["sessions"]] == ["iPhone"]
        lives.member_erase(
            member_id=open_shop.members["mei"],
            reason="asked",
            key="e1",
            source="test",
            actor=SYSTEM,
        )
    assert session(open_shop, tried.token) is None
    assert not SignInSession.objects.exists()


def test_numbers_are_kept_an_hour_and_counts_a_day(shop):
    ask(shop)
    later(shop, hours=1, seconds=1)
    with shop.time():
        tasks.sign_in_forget(timestamp=0)
    row = SignInCode.objects.get()
    assert (row.phone_encrypted, row.code_encrypted) == ("", "")
    later(shop, days=1)
    with shop.time():
        tasks.sign_in_forget(timestamp=0)
    assert not SignInCode.objects.exists()
