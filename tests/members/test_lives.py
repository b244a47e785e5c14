"""Mei had two accounts, was frozen for a while, asked for her data, and left for good."""

import json
from datetime import date

import pytest

from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.audit.selectors import records_of
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import KeyReused, RegularsError
from regulars.foundation.texts import TextMissing
from regulars.ledger.book.errors import HolderFrozen
from regulars.members.lifecycle import services as lives
from regulars.members.lifecycle.erased_file import erased_file, erased_listed
from regulars.members.lifecycle.errors import EraseRefused, MergeIntoSelf
from regulars.members.profiles import selectors as profiles
from regulars.members.profiles import services as changing
from regulars.members.profiles.errors import (
    IdentifierTaken,
    LastIdentifier,
    MemberErased,
    MemberMerged,
    UnknownIdentifier,
    UnknownMember,
)
from regulars.organization.stores.services import stores_forgotten
from regulars.rules.intake.errors import UnknownMember as UnknownBuyer
from regulars.rules.intake.types import MemberRef
from regulars.rules.limits.types import Counts, Limit, Scope, Window, place_of
from tests.shop import shop_opened

PHONE = "13800138000"


@pytest.fixture
def shop(clean_database, tmp_path, monkeypatch):
    """Mei with a phone and 100 beans, Bo with 50, on 1 March 2025."""
    shop = shop_opened(date(2014, 1, 1))
    stores_forgotten()
    shop.store()
    shop.publish()
    shop.member("mei", phone=PHONE)
    shop.member("bo")
    shop.on(date(2025, 3, 1))
    shop.one(shop.sale("mei", 10_000, "R-1"))
    shop.one(shop.sale("bo", 5_000, "R-2"))
    yield shop
    erased_file().unlink(missing_ok=True)
    shop.close()
    stores_forgotten()


def merge(shop, who="mei", into="bo", *, key="m1", reason="two accounts of one person"):
    with shop.time():
        return lives.member_merge(
            from_id=shop.members.get(who, who),
            into_id=shop.members.get(into, into),
            reason=reason,
            key=key,
            source="console",
            actor=SYSTEM,
        )


def freeze(shop, *, frozen, key, who="mei"):
    with shop.time():
        return lives.member_freeze(
            member_id=shop.members[who],
            frozen=frozen,
            reason="a stolen phone",
            key=key,
            source="console",
            actor=SYSTEM,
        )


def erase(shop, who="mei", *, key="e1"):
    with shop.time():
        return lives.member_erase(
            member_id=shop.members[who], reason="as asked", key=key, source="console", actor=SYSTEM
        )


def acts(shop, name):
    subject = ids.public_id("mem", shop.members[name])
    told = AuditRecord.objects.filter(subject=subject).order_by("id")
    return list(told.values_list("action", flat=True))


def by_id(shop, name):
    return MemberRef(id=ids.public_id("mem", shop.members[name]))


def test_a_merge_moves_points_and_numbers_and_a_retry_moves_nothing(shop):
    first, again = merge(shop), merge(shop)
    assert (first.status, again.replayed, again.body) == (201, True, first.body)
    assert json.loads(first.body)["moved"] == {"beans": 100}
    assert (shop.of("mei").balance, shop.of("bo").balance) == (0, 150)
    assert profiles.member_find("phone", PHONE).id == shop.members["bo"]
    mei = profiles.member_get(shop.members["mei"])
    assert (mei.is_active, mei.merged_into) == (False, shop.members["bo"])
    assert [each.id for each in profiles.member_search("mei")] == [shop.members["bo"]]
    assert acts(shop, "mei") == ["member.enrolled", "member.merged"]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"into": "mei"}, MergeIntoSelf),
        ({"who": ids.new_id()}, UnknownMember),
        ({"reason": " "}, TextMissing),
    ],
)
def test_a_merge_that_can_not_be_is_refused_and_nothing_moves(shop, wrong, refusal):
    with pytest.raises(refusal):
        merge(shop, **wrong)
    assert (shop.of("mei").balance, shop.of("bo").balance) == (100, 50)
    assert profiles.member_find("phone", PHONE).id == shop.members["mei"]


def test_a_key_belongs_to_one_merge_and_a_member_is_merged_once(shop):
    merge(shop)
    with pytest.raises(KeyReused):
        merge(shop, reason="something else")
    with pytest.raises(MemberMerged) as refused:
        merge(shop, key="m2")
    assert refused.value.context["merged_into"] == ids.public_id("mem", shop.members["bo"])


def test_points_set_aside_before_the_merge_are_paid_after_it(shop):
    shop.one(shop.sale("mei", 200_000, "R-3"))
    held = shop.one(shop.redemption("mei", 300, "R-4", hold_seconds=3600))
    merge(shop)
    assert (shop.of("bo").held, shop.of("bo").spendable) == (300, 1850)
    with shop.time():
        from_redemption = held["redemption"]["redemption"]
    assert from_redemption
    shop.one(shop.sale("mei", 30_000, "R-4"))
    shop.one(shop.cancel("R-4"))
    assert (shop.of("bo").held, shop.of("bo").spendable) == (0, 2150)


def test_limits_used_are_added(shop):
    limit = Limit("beans/base", Scope.MEMBER, Window.MONTH, Counts.TIMES, 5)
    month, counter = place_of(limit, date(2025, 3, 1))
    with unit_of_work() as unit:
        for name, used in (("mei", {counter: 3, "a": 1}), ("bo", {counter: 4, "b": 2})):
            unit.fetch(
                "INSERT INTO rules_member_count VALUES (%s, %s, %s)",
                shop.members[name],
                month,
                json.dumps(used),
            )
    merge(shop)
    with unit_of_work() as unit:
        ((holder_id, text),) = unit.fetch("SELECT holder_id, used FROM rules_member_count")
    assert (holder_id, json.loads(text)) == (shop.members["bo"], {counter: 7, "a": 1, "b": 2})


def test_what_is_frozen_is_neither_earned_nor_spent_until_it_is_released(shop):
    freeze(shop, frozen=True, key="f1")
    refused = shop.send(shop.sale("mei", 1000), shop.redemption("mei", 100))
    assert [type(each) for each in refused] == [HolderFrozen, HolderFrozen]
    shop.one(shop.refund("R-1", 4_000))
    assert shop.of("mei").balance == 60
    freeze(shop, frozen=False, key="f2")
    shop.one(shop.sale("mei", 1000))
    assert shop.of("mei").balance == 70
    freeze(shop, frozen=False, key="f3")
    assert acts(shop, "mei") == ["member.enrolled", "member.frozen", "member.released"]


def test_who_is_erased_leaves_a_bare_id_and_a_refund_still_finds_it(shop):
    answered = erase(shop)
    assert json.loads(answered.body)["forfeited"] == {"beans": 100}
    mei = profiles.member_get(shop.members["mei"])
    assert (mei.display_name, mei.phone_last4, mei.external_ids) == ("", None, ())
    assert mei.erased_at is not None
    assert profiles.member_search(PHONE) == profiles.member_search("mei") == []
    assert erased_listed() == [shop.members["mei"]]
    refused = shop.send(shop.sale("mei", 1000), shop.sale("mei", 1000, ref=by_id(shop, "mei")))
    assert [type(each) for each in refused] == [UnknownBuyer, HolderFrozen]
    shop.one(shop.refund("R-1", 4_000))
    shop.member("mei-again", phone=PHONE)


def test_who_was_merged_into_her_is_erased_with_her(shop):
    merge(shop)
    erase(shop, "bo")
    assert profiles.member_get(shop.members["mei"]).display_name == ""
    assert set(erased_listed()) == {shop.members["mei"], shop.members["bo"]}


def test_what_staff_wrote_about_her_goes_with_her(shop):
    """What was done, by whom and when, stays; so does what was written about others."""
    for who in ("mei", "bo"):
        freeze(shop, who=who, frozen=True, key=f"f-{who}")
        freeze(shop, who=who, frozen=False, key=f"r-{who}")
    erase(shop)
    reasons = {
        who: [
            (each.action, each.reason)
            for each in records_of(ids.public_id("mem", shop.members[who]), 9)
            if each.reason or each.action == "member.frozen"
        ]
        for who in ("mei", "bo")
    }
    assert reasons == {
        "mei": [("member.erased", "as asked"), ("member.frozen", "")],
        "bo": [("member.released", "a stolen phone"), ("member.frozen", "a stolen phone")],
    }


def test_who_has_something_open_stays(shop):
    shop.one(shop.sale("mei", 200_000))
    shop.one(shop.redemption("mei", 300, "R-4", hold_seconds=3600))
    with pytest.raises(EraseRefused):
        erase(shop)
    mei = profiles.member_get(shop.members["mei"])
    assert (mei.display_name, shop.of("mei").balance) == ("mei", 2100)
    assert erased_listed() == []


def test_nobody_comes_back_with_an_old_copy(shop):
    """As after a restore: the file knows of an erasing that the database doesn't."""
    erased_file().write_text(json.dumps({"member": shop.members["mei"]}) + "\n")
    with shop.time():
        assert (lives.erasures_replay(), lives.erasures_replay()) == (1, 0)
    assert profiles.member_get(shop.members["mei"]).display_name == ""
    assert (shop.of("mei").balance, shop.of("bo").balance) == (0, 50)


def test_an_export_holds_all_that_is_kept(shop):
    with shop.time():
        found = lives.member_export(member_id=shop.members["mei"], actor=SYSTEM)
    assert found["numbers"] == [
        {"kind": "external_id", "value": "mei"},
        {"kind": "phone", "value": "+8613800138000"},
    ]
    assert [each["balance"] for each in found["balances"]] == [100]
    assert [(each["kind"], each["amount"]) for each in found["movements"]] == [("earn", 100)]
    assert acts(shop, "mei")[-1] == "member.exported"


def change(work, **more):
    with unit_of_work() as unit:
        work(unit=unit, actor=SYSTEM, **more)


def test_numbers_come_and_go(shop):
    mei = shop.members["mei"]
    change(changing.identifier_add, member_id=mei, kind="email", value="Mei@Example.com")
    change(changing.identifier_add, member_id=mei, kind="email", value="mei@example.com")
    assert profiles.member_get(mei).email_masked == "m***@example.com"
    change(changing.identifier_remove, member_id=mei, kind="phone", value=PHONE)
    change(changing.identifier_add, member_id=shop.members["bo"], kind="phone", value=PHONE)
    with pytest.raises(IdentifierTaken):
        change(changing.identifier_add, member_id=mei, kind="phone", value=PHONE)
    with pytest.raises(UnknownIdentifier):
        change(changing.identifier_remove, member_id=mei, kind="phone", value=PHONE)
    change(changing.identifier_remove, member_id=mei, kind="email", value="mei@example.com")
    with pytest.raises(LastIdentifier):
        change(changing.identifier_remove, member_id=mei, kind="external_id", value="mei")


OPEN_ID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


def test_a_wechat_account_is_one_members_goes_over_with_a_merge_and_is_kept_sealed(shop):
    mei, bo = shop.members["mei"], shop.members["bo"]
    change(changing.identifier_add, member_id=mei, kind="wechat", value=f" {OPEN_ID} ")
    assert profiles.member_get(mei).has_wechat and not profiles.member_get(bo).has_wechat
    with pytest.raises(IdentifierTaken):
        change(changing.identifier_add, member_id=bo, kind="wechat", value=OPEN_ID)
    # In these ids capital letters are letters of their own.
    change(changing.identifier_add, member_id=bo, kind="wechat", value=OPEN_ID.lower())
    with unit_of_work() as unit:
        assert OPEN_ID not in str(unit.fetch("SELECT * FROM members_identifier"))
    merge(shop)
    assert profiles.member_find("wechat", OPEN_ID).id == bo
    change(changing.identifier_remove, member_id=bo, kind="wechat", value=OPEN_ID)
    assert profiles.member_find("wechat", OPEN_ID.lower()).id == bo
    with pytest.raises(UnknownMember):
        profiles.member_find("wechat", OPEN_ID)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("email", "mei@", "invalid_email"),
        ("email", "a b@example.com", "invalid_email"),
        ("wechat", "短", "invalid_wechat_id"),
        ("card", "12", "invalid_card_number"),
        ("card", "1234-\u0000", "invalid_card_number"),
        ("tax", "1", "unknown_identifier_kind"),
    ],
)
def test_bad_numbers_are_refused_by_name(shop, kind, value, code):
    with pytest.raises(RegularsError) as refused:
        change(changing.identifier_add, member_id=shop.members["mei"], kind=kind, value=value)
    assert refused.value.code == code


def test_who_is_gone_can_not_be_changed(shop):
    merge(shop)
    erase(shop, "bo")
    for name, refusal in (("mei", (MemberMerged, MemberErased)), ("bo", MemberErased)):
        with pytest.raises(refusal):
            change(changing.member_rename, member_id=shop.members[name], display_name="Oz")
