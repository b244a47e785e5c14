"""Counts over everybody: at once in a small shop, kept by the job worker in a large one."""

from datetime import date, timedelta

import pytest

from regulars.entitlements.tiers.selectors import levels_tallied
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.members.consents.services import consent_record
from regulars.members.profiles import selectors as profiles
from regulars.members.tags.services import tag_create, tag_set
from regulars.members.tallies.selectors import tally_read
from regulars.members.tallies.services import tallies_measure
from regulars.rules.segments.selectors import reachable_tallied, rfm_tallied, segments_listed
from regulars.rules.segments.services import (
    segment_save,
    segments_fill,
    segments_filled,
    yardstick_fix,
)
from regulars.rules.segments.tasks import fill
from tests.segments.conftest import LI, bought


@pytest.fixture
def buyers(shop):
    """Mei, who bought yesterday; Bo and Oz, who never did; Mei and Bo are tagged."""
    bought(shop, "mei", (date(2025, 6, 30), 30_000))
    for name in ("bo", "oz"):
        shop.member(name)
    with shop.time():
        for code, value in (("rfm_days", 10), ("rfm_orders", 3), ("rfm_spend", 20_000)):
            yardstick_fix(actor=LI, code=code, value=value)
        tag_create(actor=LI, code="vip", name={"en": "Friend"})
        for name in ("mei", "bo"):
            tag_set(actor=LI, member_id=shop.members[name], code="vip", reason="story")
    return shop


def tallied(shop):
    with shop.time(), unit_of_work() as unit:
        now = clock.now()
        found = [rfm_tallied(unit, now), tally_read(unit, "tags", now), levels_tallied(unit, now)]
    return [each and (dict(each.counts), each.counted_at) for each in found]


def test_a_small_shop_counts_when_somebody_looks(buyers):
    with buyers.time():
        now = clock.now()
    assert tallied(buyers) == [({"develop": 1}, now), ({"vip": 2}, now), ({}, now)]


def test_a_large_shop_shows_what_was_counted_last_with_its_time(buyers, monkeypatch):
    monkeypatch.setattr(profiles, "COUNTED_AT_ONCE_MAX", 2)
    assert tallied(buyers) == [None, None, None]
    with buyers.time():
        counted_at = clock.now()
        tallies_measure()
    kept = [({"develop": 1}, counted_at), ({"vip": 2}, counted_at), ({}, counted_at)]
    bought(buyers, "bo", (date(2025, 6, 29), 30_000))
    assert tallied(buyers) == kept, "no page counts"
    with buyers.time():
        tallies_measure(counted_at - timedelta(hours=1))
    assert tallied(buyers) == kept, "a counting that comes late takes nothing back"
    with buyers.time():
        tallies_measure()
    assert tallied(buyers)[0] == ({"develop": 2}, counted_at)


def test_in_a_large_shop_a_new_segment_is_filled_by_the_job_worker(buyers, monkeypatch):
    def members():
        with unit_of_work() as unit:
            return {each.code: each.member_count for each in segments_listed(unit)}

    with buyers.time():
        for code in ("small", "large"):
            segment_save(
                actor=LI, code=code, name={"en": code}, condition="member.orders_total >= 1"
            )
        segments_fill(["small"])
        assert members() == {"small": 1, "large": None}
        monkeypatch.setattr(profiles, "COUNTED_AT_ONCE_MAX", 2)
        segments_fill(["large"])
        assert members() == {"small": 1, "large": None}
        segments_filled(["large", "gone"])
        assert members() == {"small": 1, "large": 1}


def reach(shop):
    with shop.time(), unit_of_work() as unit:
        tally = reachable_tallied(unit, clock.now())
    return tally and dict(tally.counts)


@pytest.fixture
def everyone(shop):
    """Mei and Bo have phones, Oz has none; Mei agreed, Bo agreed and took it back, Oz agreed."""
    for name, phone in (("mei", "13800138000"), ("bo", "13912345678"), ("oz", None)):
        shop.member(name, **({"phone": phone} if phone else {}))
    said = (("mei", True), ("bo", True), ("bo", False), ("oz", True))
    for name, granted in said:
        shop.at += timedelta(minutes=1)
        with shop.time(), unit_of_work() as unit:
            consent_record(
                unit=unit,
                actor=LI,
                member_id=shop.members[name],
                purpose="marketing.sms",
                granted=granted,
                version="v1",
            )
    with shop.time():
        for code, condition in (("all", "true"), ("buyers", "member.orders_total >= 1")):
            segment_save(actor=LI, code=code, name={"en": code}, condition=condition)
        segments_filled(["all", "buyers"])
    return shop


def test_reachable_is_who_has_a_phone_and_agrees_now(everyone):
    with everyone.time(), unit_of_work() as unit:
        members = {each.code: each.member_count for each in segments_listed(unit)}
    assert members == {"all": 3, "buyers": 0}
    assert reach(everyone) == {"all": 1, "buyers": 0}


def test_in_a_large_shop_the_worker_counts_whom_messages_reach(everyone, monkeypatch):
    monkeypatch.setattr(profiles, "COUNTED_AT_ONCE_MAX", 2)
    assert reach(everyone) is None
    with everyone.time():
        fill(["all"])
    assert reach(everyone) == {"all": 1, "buyers": 0}
