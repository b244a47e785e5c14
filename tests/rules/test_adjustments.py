"""Points by hand: given and taken once, with a reason; a large gift needs a second person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connections

from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.errors import RegularsError
from regulars.organization.approvals.services import approval_decide
from regulars.organization.staff.services import staff_create
from regulars.rules.adjustments import services
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


def test_many_small_gifts_count_as_one_large_one(shop, staff):
    """Bo gives Mei 2,000 twice and Oz 1,000: 5,000 on one day. One more is laid before Li."""
    shop.member("oz")
    for key, who, points in (("k1", "mei", 2_000), ("k2", "mei", 2_000), ("k3", "oz", 1_000)):
        assert given(shop, staff["bo"], who, points, key).approval is None
    asked = given(shop, staff["bo"], "mei", 1, "k4")
    assert asked.entry is None and asked.approval is not None
    assert (shop.of("mei").balance, shop.of("oz").balance) == (4_000, 1_000)
    assert given(shop, staff["bo"], "mei", 1, "k4") == asked, "asked once"
    assert given(shop, staff["bo"], "oz", 1_000, "k3").balance_after == 1_000, "repeated, not more"
    assert given(shop, staff["bo"], "mei", -10, "k5").balance_after == 3_990, "taking is free"
    assert given(shop, staff["li"], "mei", 5, "k6").balance_after == 3_995, "Li has her own day"
    with shop.time():
        approval_decide(actor=staff["li"], approval=asked.approval, approve=True)
    assert shop.of("mei").balance == 3_996


def test_the_next_day_counts_anew_but_what_waits_is_not_done_alone(shop, staff):
    given(shop, staff["bo"], "mei", 5_000, "k1")
    asked = given(shop, staff["bo"], "mei", 7, "k2")
    shop.on(date(2025, 3, 9))
    assert given(shop, staff["bo"], "mei", 7, "k2") == asked
    assert given(shop, staff["bo"], "mei", 5_000, "k3").balance_after == 10_000


def given(shop, actor, who, points, key):
    with shop.time():
        return given_now(shop, actor, who, points, key)


def given_now(shop, actor, who, points, key):
    adjustment = Adjustment(shop.members[who], "beans", points, "a cold tea")
    return points_adjust(adjustment, key=key, actor=actor)


def raced(shop, bo):
    """Bo gives Mei and Oz 3,000 each at one moment; answers how many were done alone."""
    shop.member("oz")
    start = Barrier(2)

    def one(who):
        try:
            start.wait(timeout=10)
            return given_now(shop, bo, who, 3_000, who).approval is None
        finally:
            connections.close_all()

    with shop.time(), ThreadPoolExecutor(2) as both:
        return sum(both.map(one, ["mei", "oz"]))


def test_two_gifts_at_one_moment_see_each_other(shop, staff):
    assert raced(shop, staff["bo"]) == 1
    assert shop.of("mei").balance + shop.of("oz").balance == 3_000


def test_without_the_count_in_the_unit_both_would_be_given(shop, staff, monkeypatch):
    monkeypatch.setattr(services, "_given", lambda _unit, adjustment, _actor: adjustment.points)
    assert raced(shop, staff["bo"]) == 2
