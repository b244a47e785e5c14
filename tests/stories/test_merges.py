"""Mei had two cards: after the merge all her events count for one, whoever they name."""

import json
from datetime import date, timedelta

import msgspec
import pytest

from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.ledger.book.services import holders_merge
from regulars.ledger.book.types import Merge
from regulars.ledger.proofs.services import ledger_prove
from regulars.members.lifecycle.services import member_merge
from regulars.rules.intake.types import MemberRef

EARN = {
    "code": "base",
    "name": {"zh-Hans": "购物返豆", "en": "Beans"},
    "on": "order.paid",
    "earn": {"asset": "beans", "rate": {"amount": 1, "per_minor": 100}},
}
BACK = {
    "code": "regular",
    "name": {"zh-Hans": "熟客礼", "en": "A regular"},
    "on": "order.paid",
    "when": "member.orders_total >= 2 && member.spend_365d_minor >= 9000",
    "earn_flat": {"asset": "beans", "amount": 7},
}


def merge(shop, who="mei", into="bo"):
    wish = Merge(
        key=ids.new_id(),
        from_id=shop.members[who],
        into_id=shop.members[into],
        occurred_at=shop.now,
        business_date=date(2025, 3, 1),
        actor=SYSTEM,
    )
    with shop.time(), unit_of_work() as unit:
        return holders_merge(unit, wish)


def by_id(shop, name):
    return MemberRef(id=ids.public_id("mem", shop.members[name]))


@pytest.fixture
def proved(shop, tmp_path):
    yield shop
    results = ledger_prove(roots_file=tmp_path / "roots")
    assert {each.code: each.first.sentence() for each in results if not each.holds} == {}


def test_a_retry_gets_the_first_receipt_and_a_new_event_counts_for_bo(proved):
    sale = proved.sale("mei", 5000, ref=by_id(proved, "mei"))
    first = proved.send(sale)[0]
    merge(proved)
    again = proved.send(sale)[0]
    assert (again.body, again.replayed) == (first.body, True)
    new = proved.one(proved.sale("mei", 3000, ref=by_id(proved, "mei")))
    assert new["balances"] == [{"asset": "beans", "balance": 80}]
    assert (proved.of("mei").balance, proved.of("bo").balance) == (0, 80)


def test_a_refund_of_her_sale_takes_from_bo_what_it_gave(proved):
    proved.one(proved.sale("mei", 10_000, "R-1"))
    merge(proved)
    refund = proved.refund("R-1", 4_000)
    assert proved.one(refund)["entries"]
    assert (proved.of("mei").balance, proved.of("bo").balance) == (0, 60)
    assert proved.send(refund)[0].replayed
    proved.one(proved.cancel("R-1"))
    assert proved.of("bo").balance == 0


def test_a_batch_of_old_and_new_names_is_judged_as_one_member(proved):
    merge(proved)
    refs = [by_id(proved, name) for name in ("mei", "bo", "mei", "oz")]
    answers = proved.send(*[proved.sale("mei", 1000, ref=ref) for ref in refs])
    assert not [each for each in answers if isinstance(each, RegularsError)]
    assert [proved.of(name).balance for name in ("mei", "bo", "oz")] == [0, 30, 10]


def test_points_paid_before_the_merge_come_back_after_it(proved):
    proved.one(proved.sale("mei", 200_000, "R-0"))
    proved.one(proved.redemption("mei", 200, "R-2"))
    proved.one(proved.sale("mei", 10_000, "R-2"))
    assert proved.of("mei").balance == 1900
    merge(proved)
    proved.one(proved.cancel("R-2"))
    assert (proved.of("mei").balance, proved.of("bo").balance) == (0, 2000)


def test_points_paid_before_the_merge_for_what_is_bought_after_it_come_back_too(proved):
    proved.one(proved.sale("mei", 200_000, "R-0"))
    proved.one(proved.redemption("mei", 200, "R-1"))
    merge(proved)
    proved.one(proved.sale("bo", 10_000, "R-1"))
    merge(proved, "bo", "oz")
    assert proved.of("oz").balance == 1900
    proved.one(proved.refund("R-1", 5_000))
    assert proved.of("oz").balance == 1950
    proved.one(proved.cancel("R-1"))
    assert [proved.of(name).balance for name in ("mei", "bo", "oz")] == [0, 0, 2000]
    again = proved.sale(
        "bo", 10_000, "R-1", part="2", occurred_at=proved.now + timedelta(minutes=1)
    )
    proved.one(again)
    # Half of it was refunded: 50 of 100 beans earned, and 100 of 200 paid.
    assert proved.of("oz").balance == 1950


def test_points_that_somebody_else_paid_go_back_to_whoever_she_is_now(proved):
    for name in ("mei", "bo", "oz"):
        proved.one(proved.sale(name, 200_000))
    proved.one(proved.redemption("bo", 200, "R-1"))
    sale = proved.sale("mei", 10_000, "R-1")
    proved.one(sale)
    merge(proved, "bo", "oz")
    proved.one(proved.cancel("R-1"))
    balances = [proved.of(name).balance for name in ("mei", "bo", "oz")]
    assert balances == [2000, 0, 4000]
    later = proved.now + timedelta(minutes=1)
    again = {"part": "2", "occurred_at": later, "event_id": "again", "member": None}
    proved.one(msgspec.structs.replace(sale, **again))
    assert [proved.of(name).balance for name in ("mei", "oz")] == [2100, 3800]
    merge(proved, "oz", "mei")
    proved.one(proved.cancel("R-1", part="2", occurred_at=later + timedelta(minutes=1)))
    assert [proved.of(name).balance for name in ("mei", "bo", "oz")] == [6000, 0, 0]


def joined(shop, who="mei", into="bo", key="m1"):
    """The whole merge, with every room's part of it."""
    with shop.time():
        member_merge(
            from_id=shop.members[who],
            into_id=shop.members[into],
            reason="one person",
            key=key,
            source="console",
            actor=SYSTEM,
        )


def counters():
    with unit_of_work() as unit:
        rows = unit.fetch("SELECT holder_id, used FROM rules_member_count")
    return {holder_id: sum(json.loads(text).values()) for holder_id, text in rows}


def test_a_merged_id_is_answered_with_the_one_who_has_everything_now(proved):
    joined(proved)
    bo = ids.public_id("mem", proved.members["bo"])
    assert proved.one(proved.sale("mei", 3000, "R-1", ref=by_id(proved, "mei")))["member"] == bo
    refund = proved.refund("R-1", 1000, member=by_id(proved, "mei"))
    assert proved.one(refund)["member"] == bo


def test_what_she_bought_counts_for_bo(proved):
    proved.publish("back", assets=[], rules=[BACK], redemption=None)
    proved.one(proved.sale("oz", 5_000, "R-0"))
    proved.one(proved.sale("mei", 5_000, "R-1"))
    joined(proved, "oz", "mei", "m0")
    joined(proved)
    # Three orders and more than ¥100 in a year are these of all three.
    proved.one(proved.sale("bo", 1_000, "R-2"))
    assert proved.of("bo").balance == 50 + 50 + 10 + 7
    proved.one(proved.refund("R-1", 1_000))
    proved.one(proved.sale("bo", 1_000, "R-3"))
    assert proved.of("bo").balance == 50 + 40 + 10 + 7 + 10 + 7
    proved.one(proved.cancel("R-0"))
    proved.one(proved.cancel("R-1"))
    proved.one(proved.sale("bo", 1_000, "R-4"))
    assert proved.of("bo").balance == 10 + 7 + 10 + 7 + 10


def test_a_refund_gives_back_to_the_limit_that_counts_now(proved):
    limit = {"per": "member", "window": "month", "amount": 120}
    proved.publish(rules=[EARN | {"limits": [limit]}])
    proved.one(proved.sale("oz", 2_000, "R-0"))
    proved.one(proved.sale("mei", 6_000, "R-1"))
    proved.one(proved.sale("bo", 4_000, "R-2"))
    joined(proved, "oz", "mei", "m0")
    joined(proved)
    assert counters()[proved.members["bo"]] == 120
    assert "entries" not in proved.one(proved.sale("bo", 1_000, "R-3"))
    proved.one(proved.refund("R-1", 3_000))
    proved.one(proved.cancel("R-0"))
    assert counters()[proved.members["bo"]] == 70
    proved.one(proved.sale("bo", 9_000, "R-4"))
    assert proved.of("bo").balance == 30 + 40 + 50


def test_what_was_cancelled_before_the_merge_is_paid_again_to_bo(proved):
    sale = proved.sale("mei", 10_000, "R-1")
    proved.one(sale)
    proved.one(proved.cancel("R-1"))
    joined(proved)
    again = msgspec.structs.replace(sale, event_id="again", part="2", member=None)
    proved.one(again)
    assert (proved.of("mei").balance, proved.of("bo").balance) == (0, 100)
    joined(proved, "bo", "oz", "m2")
    proved.one(proved.refund("R-1", 4_000))
    assert (proved.of("bo").balance, proved.of("oz").balance) == (0, 60)
