"""Becoming a member: once, with numbers that belong to nobody else."""

import threading

import pytest
from django.db import connection

from regulars.foundation import ids
from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.errors import RegularsError
from regulars.foundation.texts import TextNotAllowed, TextTooLong
from regulars.ledger.book.models import Holder
from regulars.members.profiles import selectors, services
from regulars.members.profiles.errors import (
    IdentifierTaken,
    InvalidExternalId,
    InvalidPhone,
    MemberExists,
    MemberIdMalformed,
    UnknownLanguage,
    UnknownMember,
)
from regulars.members.profiles.models import Identifier, Member
from regulars.organization.stores.errors import UnknownStore
from regulars.organization.stores.services import store_update

ANN = Actor(ActorKind.STAFF, "ann")


def rows():
    return Member.objects.count(), Identifier.objects.count(), Holder.objects.count()


def test_mei_becomes_a_member_with_books_of_her_own(mei):
    assert selectors.member_get(mei.public_id) == mei
    assert selectors.member_get(mei.id) == mei
    assert (mei.display_name, mei.phone_last4, mei.external_ids) == ("李小梅", "8000", ("web-7",))
    assert (mei.home_store, mei.language, mei.is_active) == ("east", "zh-hans", True)
    assert Holder.objects.get().id == Member.objects.get().id


def test_the_audit_trail_names_who_enrolled_whom_and_nothing_personal(shop):
    mei = services.member_enrol(actor=ANN, display_name="李小梅", phone="13800138000")
    entry = AuditRecord.objects.get(action="member.enrolled")
    assert (entry.actor, entry.subject, entry.details) == ("staff:ann", mei.public_id, {})


@pytest.mark.parametrize(
    "numbers",
    [
        {"phone": "+86-138-0013-8000"},
        {"phone": "13900139000", "external_id": " web-7 "},
    ],
)
def test_bo_cannot_take_a_number_of_hers(mei, numbers):
    before = rows()
    with pytest.raises(IdentifierTaken) as refusal:
        services.member_enrol(actor=ANN, display_name="陈波", **numbers)
    assert refusal.value.status == 409
    assert rows() == before
    assert selectors.member_search("陈波") == []


def test_the_database_holds_no_phone_in_the_clear(mei):
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(i)::text FROM members_identifier i")
        text = " ".join(row[0] for row in cursor.fetchall())
    assert "13800138000" not in text
    assert "web-7" not in text


def test_a_member_needs_no_name_and_no_number(shop):
    view = services.member_enrol(actor=ANN)
    assert (view.display_name, view.phone_last4, view.external_ids) == ("", None, ())


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"display_name": "李\0小梅"}, TextNotAllowed),
        ({"display_name": "李\ud83d"}, TextNotAllowed),
        ({"display_name": "李" * 121}, TextTooLong),
        ({"phone": "12345"}, InvalidPhone),
        ({"phone": "1380013800\0"}, InvalidPhone),
        ({"phone": ""}, InvalidPhone),
        ({"external_id": ""}, InvalidExternalId),
        ({"external_id": "x" * 129}, InvalidExternalId),
        ({"external_id": "web\0"}, InvalidExternalId),
        ({"store": "west"}, UnknownStore),
        ({"store": "east\0"}, UnknownStore),
        ({"language": "fr"}, UnknownLanguage),
        ({"member_id": "7"}, MemberIdMalformed),
    ],
)
def test_bad_input_is_refused_in_both_languages_and_nothing_is_stored(shop, given, refusal):
    before = rows()
    with pytest.raises(refusal) as raised:
        services.member_enrol(actor=ANN, **{"display_name": "Oz", **given})
    assert raised.value.sentence("en") != raised.value.sentence("zh-Hans")
    assert rows() == before


def test_an_emoji_and_the_longest_external_id_are_fine(shop):
    view = services.member_enrol(actor=ANN, display_name="梅🌸", external_id="x" * 128)
    assert view.display_name == "梅🌸"
    assert selectors.member_find("external_id", "x" * 128) == view


def test_nobody_joins_at_a_closed_shop(shop):
    store_update(actor=ANN, code="east", is_active=False)
    with pytest.raises(UnknownStore):
        services.member_enrol(actor=ANN, display_name="Oz", store="east")


def test_an_id_of_ones_own_is_used_once(shop):
    own = ids.new_id()
    assert services.member_enrol(actor=ANN, display_name="Mei", member_id=own).id == own
    before = rows()
    with pytest.raises(MemberExists):
        services.member_enrol(actor=ANN, display_name="Bo", member_id=own)
    assert rows() == before


def test_who_is_not_there_is_unknown(shop):
    for stranger in (ids.new_id(), "oz", ids.public_id("mem", ids.new_id())):
        with pytest.raises(UnknownMember):
            selectors.member_get(stranger)
    with pytest.raises(UnknownMember):
        selectors.member_find("phone", "13800138000")


def race(contenders):
    """Each contender runs in a thread of its own, all at once; answers what each got."""
    start = threading.Barrier(len(contenders))
    outcomes = []

    def run(contender):
        start.wait()
        try:
            outcomes.append(contender())
        except RegularsError as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(each,)) for each in contenders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_eight_enrolments_with_one_phone_one_succeeds(committed_shop):
    outcomes = race(
        [lambda: services.member_enrol(actor=ANN, display_name="Mei", phone="13800138000")] * 8
    )
    refused = [each for each in outcomes if isinstance(each, IdentifierTaken)]
    assert len(refused) == 7
    assert rows() == (1, 1, 1)
