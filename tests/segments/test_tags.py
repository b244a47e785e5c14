"""Tags set by hand: with a reason, by somebody, until a day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier

import pytest
from django.db import connections

from regulars.foundation import clock
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.texts import LanguagesExpected, TextMissing
from regulars.members.profiles import selectors as profiles
from regulars.members.profiles.errors import UnknownMember
from regulars.members.tags import counting, services
from regulars.members.tags.errors import (
    TagAlreadyOver,
    TagCodeMalformed,
    TagExists,
    TagNotSet,
    UnknownTag,
)
from regulars.members.tags.models import TagOnMember
from regulars.members.tags.selectors import tags_counted, tags_of
from regulars.members.tags.services import tag_create, tag_rename, tag_set, tag_take, tags_forget
from regulars.members.tags.types import Carried
from regulars.members.tallies.services import tallies_measure, tally_measure
from tests.segments.conftest import LI

NAME = {"zh-Hans": "贵宾", "en": "VIP"}
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def mei(shop):
    with shop.time():
        tag_create(actor=LI, code="vip", name=NAME)
        yield shop.member("mei")


def counted(code=None):
    """How many carry each tag, and whether there are more."""
    with unit_of_work() as unit:
        found = tags_counted(unit, clock.now(), code)
    return {name: (each.members, each.is_more) for name, each in found.items()}


def test_li_marks_mei_until_a_day(shop, mei):
    tag_set(
        actor=LI, member_id=mei, code="vip", reason="knows the baker", last_day=date(2025, 7, 9)
    )
    (carried,) = tags_of(mei)
    assert (carried.reason, carried.actor, carried.source) == (
        "knows the baker",
        "staff:li",
        "manual",
    )
    assert carried.expires_at == clock.midnight_after(date(2025, 7, 9), "Asia/Shanghai")
    assert (
        list(AuditRecord.objects.order_by("id").values_list("action", flat=True))[-1] == "tag.set"
    )
    assert counted() == {"vip": (1, False)}
    shop.on(date(2025, 7, 10), hour=0)
    with shop.time():
        assert tags_of(mei) == []
        assert counted() == {"vip": (0, False)}


def test_setting_again_renews_and_taking_ends(shop, mei):
    tag_set(actor=LI, member_id=mei, code="vip", reason="first", last_day=date(2025, 7, 9))
    tag_set(actor=LI, member_id=mei, code="vip", reason="second")
    (carried,) = tags_of(mei)
    assert (carried.reason, carried.expires_at) == ("second", None)
    tag_take(actor=LI, member_id=mei, code="vip")
    assert tags_of(mei) == []
    with pytest.raises(TagNotSet):
        tag_take(actor=LI, member_id=mei, code="vip")


def at_once(*doing):
    """Does some things at the same moment on connections of their own; the refusals' codes."""
    start = Barrier(len(doing))

    def one(work):
        try:
            start.wait(timeout=10)
            work()
        except RegularsError as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(doing)) as pool:
        return list(pool.map(one, doing))


def test_of_two_who_take_a_tag_at_once_one_does_and_is_noted(shop, mei):
    for _round in range(10):
        tag_set(actor=LI, member_id=mei, code="vip", reason="so")
        take = partial(tag_take, actor=LI, member_id=mei, code="vip")
        assert sorted(at_once(take, take)) == ["", "tag_not_set"]
    assert AuditRecord.objects.filter(action="tag.taken").count() == 10


def test_taken_and_set_at_once_the_last_act_of_the_log_is_what_stands(shop, mei):
    for number in range(10):
        tag_set(actor=LI, member_id=mei, code="vip", reason="so")
        take = partial(tag_take, actor=LI, member_id=mei, code="vip")
        put = partial(tag_set, actor=LI, member_id=mei, code="vip", reason=f"round {number}")
        assert at_once(take, put) == ["", ""]
        last = AuditRecord.objects.order_by("-id").values_list("action", flat=True)[0]
        assert [each.reason for each in tags_of(mei)] == (
            [f"round {number}"] if last == "tag.set" else []
        )


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"code": "gold"}, UnknownTag),
        ({"code": "v\0"}, UnknownTag),
        ({"reason": " "}, TextMissing),
        ({"last_day": date(2025, 6, 30)}, TagAlreadyOver),
        ({"member_id": NOBODY}, UnknownMember),
    ],
)
def test_bad_input_is_refused_and_nothing_is_set(shop, mei, given, refusal):
    with pytest.raises(refusal) as raised:
        tag_set(actor=LI, **{"member_id": mei, "code": "vip", "reason": "so", **given})
    assert raised.value.sentence("en") != raised.value.sentence("zh-Hans")
    assert not TagOnMember.objects.exists()


def test_a_code_is_used_once_and_well_formed(shop, mei):
    with pytest.raises(TagExists):
        tag_create(actor=LI, code="vip", name=NAME)
    for code in ("", "VIP", "贵宾", "v" * 41, "v p"):
        with pytest.raises(TagCodeMalformed):
            tag_create(actor=LI, code=code, name=NAME)


def test_who_carries_a_tag_twice_is_one_member(shop, mei):
    tag_create(actor=LI, code="odd", name=NAME)
    tag_set(actor=LI, member_id=mei, code="vip", reason="by hand")
    by_hand = TagOnMember.objects.get()
    TagOnMember.objects.create(
        holder_id=by_hand.holder_id,
        tag_id=by_hand.tag_id,
        source="segment:loyal",
        actor="job:segments",
        set_at=by_hand.set_at,
    )
    assert counted() == {"vip": (1, False), "odd": (0, False)}
    assert counted("vip") == {"vip": (1, False)}


def test_above_so_many_the_last_counting_is_told_with_its_time(shop, mei, monkeypatch):
    monkeypatch.setattr(counting, "COUNTED_AT_ONCE_MAX", 1)
    monkeypatch.setattr(profiles, "COUNTED_AT_ONCE_MAX", 1)
    tag_set(actor=LI, member_id=mei, code="vip", reason="first")
    tallies_measure()
    tag_set(actor=LI, member_id=shop.member("bo"), code="vip", reason="second")
    assert counted() == {"vip": (1, True)}, "the counting was before there were so many"
    counted_at = clock.now()
    tally_measure("tags")
    tag_set(actor=LI, member_id=shop.member("oz"), code="vip", reason="third")
    shop.on(date(2025, 7, 2))
    with shop.time(), unit_of_work() as unit:
        assert tags_counted(unit, clock.now()) == {"vip": Carried(2, counted_at)}
    tag_take(actor=LI, member_id=shop.members["oz"], code="vip")
    tag_take(actor=LI, member_id=shop.members["bo"], code="vip")
    assert counted() == {"vip": (1, False)}, "so few are counted this moment"


def test_a_tag_gets_another_name_and_keeps_its_code(shop, mei):
    tag_set(actor=LI, member_id=mei, code="vip", reason="so")
    new = {"zh-Hans": "老友", "en": "Old friend"}
    assert tag_rename(actor=LI, code="vip", name=new).name == new
    tag_rename(actor=LI, code="vip", name=new)
    acts = AuditRecord.objects.filter(action="tag.renamed")
    assert acts.count() == 1, "the same name again is no change"
    assert [each.name for each in tags_of(mei)] == [new]
    with pytest.raises(LanguagesExpected):
        tag_rename(actor=LI, code="vip", name={})
    with pytest.raises(UnknownTag):
        tag_rename(actor=LI, code="gold", name=new)


def test_what_ended_a_day_ago_is_deleted_chunk_by_chunk(shop, mei, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 2)
    names = ("mei", "bo", "ann", "li")
    for name in names:
        member = shop.members.get(name) or shop.member(name)
        tag_set(actor=LI, member_id=member, code="vip", reason="so", last_day=date(2025, 7, 9))
    tag_set(actor=LI, member_id=shop.members["li"], code="vip", reason="so")
    shop.on(date(2025, 7, 10))
    with shop.time():
        assert (tags_forget(), TagOnMember.objects.count()) == (0, 4), "it ended this midnight"
    shop.on(date(2025, 7, 11))
    with shop.time():
        assert (tags_forget(), tags_forget()) == (3, 0)
    assert str(TagOnMember.objects.get().holder_id) == shop.members["li"], "for good"
