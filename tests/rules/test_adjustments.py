"""Points by hand: given and taken once, with a reason; a large gift needs a second person."""

from datetime import date

import pytest

from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.errors import RegularsError
from regulars.organization.approvals.services import approval_decide
from regulars.organization.staff.services import staff_create
from regulars.rules.adjustments.services import points_adjust
from regulars.rules.adjustments.types import Adjustment
from tests.shop import shop_opened


@pytest.fixture
def shop(clean_database, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    shop = shop_opened(date(2025, 3, 8))
    shop.store()
    shop.publish()
    shop.member("mei")
    yield shop
    shop.close()


@pytest.fixture
def staff(shop):
    """Li the owner and Bo, a manager."""
    return {name: person(shop, name, role) for name, role in (("li", "owner"), ("bo", "manager"))}


def person(shop, name, role):
    with shop.time():
        found = staff_create(
            actor=SYSTEM,
            username=name,
            display_name=name,
            password="plain-Tea-7781",
            role=role,
            language="en",
        )
    return Actor(ActorKind.STAFF, str(found.id))


def by_hand(shop, actor, points, *, key="k1", reason="Sorry for the cold tea", asset="beans"):
    with shop.time():
        adjustment = Adjustment(shop.members["mei"], asset, points, reason)
        return points_adjust(adjustment, key=key, actor=actor)


def refused(*arguments, **more):
    with pytest.raises(RegularsError) as refusal:
        by_hand(*arguments, **more)
    return refusal.value.code


def test_points_are_given_and_taken_with_a_reason(shop, staff):
    assert by_hand(shop, staff["bo"], 500).balance_after == 500
    assert by_hand(shop, staff["bo"], -120, key="k2").balance_after == 380
    assert shop.of("mei").spendable == 380
    told = AuditRecord.objects.filter(action="points.adjusted").order_by("recorded_at", "id")
    assert [(each.reason, each.details["points"]) for each in told] == [
        ("Sorry for the cold tea", 500),
        ("Sorry for the cold tea", -120),
    ]


def test_the_same_key_gives_once(shop, staff):
    first = by_hand(shop, staff["bo"], 500)
    assert by_hand(shop, staff["bo"], 500) == first
    assert refused(shop, staff["bo"], 501) == "key_reused"
    assert shop.of("mei").balance == 500
    assert AuditRecord.objects.filter(action="points.adjusted").count() == 1


@pytest.mark.parametrize(
    ("points", "more", "code"),
    [
        (0, {}, "adjustment_empty"),
        (10**16, {}, "adjustment_empty"),
        (5, {"reason": " "}, "text_missing"),
        (5, {"asset": "gold"}, "unknown_asset"),
        (-1, {}, "insufficient_balance"),
    ],
)
def test_a_refusal_moves_nothing(shop, staff, points, more, code):
    assert refused(shop, staff["bo"], points, **more) == code
    assert shop.rows("ledger_entry") == shop.rows("outbox_notice") == 0


def test_a_large_gift_waits_for_a_second_person(shop, staff):
    asked = by_hand(shop, staff["bo"], 5_001)
    assert asked.entry is None and shop.of("mei").balance == 0
    assert by_hand(shop, staff["bo"], 5_001) == asked, "asked once"
    with shop.time(), pytest.raises(RegularsError) as own:
        approval_decide(actor=staff["bo"], approval=asked.approval, approve=True)
    assert own.value.code == "approval_own" and shop.of("mei").balance == 0
    with shop.time():
        done = approval_decide(actor=staff["li"], approval=asked.approval, approve=True)
        approval_decide(actor=staff["li"], approval=asked.approval, approve=True)
    assert (done.state, shop.of("mei").balance) == ("done", 5_001)
    told = AuditRecord.objects.get(action="points.adjusted")
    assert (told.actor, told.details["asked_by"]) == (str(staff["li"]), str(staff["bo"]))


def test_at_the_limit_and_below_nobody_is_asked(shop, staff):
    assert by_hand(shop, staff["bo"], 5_000).balance_after == 5_000
    assert by_hand(shop, staff["bo"], -5_000, key="k2").balance_after == 0


def test_alone_nobody_gives_much(shop):
    alone = person(shop, "li", "owner")
    assert refused(shop, alone, 5_001) == "nobody_to_approve"
