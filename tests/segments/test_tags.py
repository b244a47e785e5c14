"""Tags set by hand: with a reason, by somebody, until a day."""

from datetime import date

import pytest

from regulars.foundation import clock
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.texts import TextMissing
from regulars.members.profiles.errors import UnknownMember
from regulars.members.tags.errors import (
    TagAlreadyOver,
    TagCodeMalformed,
    TagExists,
    TagNotSet,
    UnknownTag,
)
from regulars.members.tags.models import TagOnMember
from regulars.members.tags.selectors import tags_listed, tags_of
from regulars.members.tags.services import tag_create, tag_set, tag_take
from tests.segments.conftest import LI

NAME = {"zh-Hans": "贵宾", "en": "VIP"}
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def mei(shop):
    with shop.time():
        tag_create(actor=LI, code="vip", name=NAME)
        yield shop.member("mei")


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
    with unit_of_work() as unit:
        assert [(tag.code, tag.members) for tag in tags_listed(unit)] == [("vip", 1)]
    shop.on(date(2025, 7, 10), hour=0)
    with shop.time(), unit_of_work() as unit:
        assert tags_of(mei) == []
        assert [tag.members for tag in tags_listed(unit)] == [0]


def test_setting_again_renews_and_taking_ends(shop, mei):
    tag_set(actor=LI, member_id=mei, code="vip", reason="first", last_day=date(2025, 7, 9))
    tag_set(actor=LI, member_id=mei, code="vip", reason="second")
    (carried,) = tags_of(mei)
    assert (carried.reason, carried.expires_at) == ("second", None)
    tag_take(actor=LI, member_id=mei, code="vip")
    assert tags_of(mei) == []
    with pytest.raises(TagNotSet):
        tag_take(actor=LI, member_id=mei, code="vip")


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
