"""Mei asks for a copy of her data, or to be erased; a person of the shop answers."""

from datetime import date

import pytest

from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.outbox.models import Notice
from regulars.members.lifecycle import services as lives
from regulars.members.lifecycle.erased_file import erased_file
from regulars.members.requests import selectors as requests
from regulars.members.requests import services as asking
from regulars.members.requests.errors import UnknownRequest
from regulars.members.requests.types import RequestKind
from tests.shop import shop_opened


@pytest.fixture
def shop(clean_database):
    shop = shop_opened(date(2025, 3, 1))
    for name in ("mei", "bo"):
        shop.member(name)
    yield shop
    erased_file().unlink(missing_ok=True)
    shop.close()


def wish(shop, kind, name="mei"):
    member = shop.members[name]
    actor = Actor(ActorKind.MEMBER, member)
    with shop.time(), unit_of_work() as unit:
        return asking.request_make(unit=unit, actor=actor, member_id=member, kind=kind)


def test_a_request_waits_until_a_person_has_done_with_it(shop):
    assert wish(shop, RequestKind.EXPORT)
    assert not wish(shop, RequestKind.EXPORT)
    assert wish(shop, RequestKind.ERASE)
    assert wish(shop, RequestKind.EXPORT, "bo")
    assert len(requests.requests_open()) == 3
    export = next(
        each for each in requests.requests_of(shop.members["mei"]) if each.kind == "export"
    )
    with shop.time(), unit_of_work() as unit:
        asking.request_close(unit=unit, actor=SYSTEM, request=export.public_id)
    with pytest.raises(UnknownRequest), shop.time(), unit_of_work() as unit:
        asking.request_close(unit=unit, actor=SYSTEM, request=export.public_id)
    assert len(requests.requests_open()) == 2
    assert wish(shop, RequestKind.EXPORT)
    mei = {"member_id": shop.members["mei"], "kind": RequestKind.ERASE}
    for was_open in (True, False):
        with unit_of_work() as unit:
            assert asking.request_withdraw(unit=unit, actor=SYSTEM, **mei) is was_open


def test_an_erased_member_asks_for_nothing_more(shop):
    wish(shop, RequestKind.ERASE)
    mei = shop.members["mei"]
    exported = lives.member_export(member_id=mei, actor=SYSTEM)["requests"]
    assert [each["kind"] for each in exported] == ["erase"]
    notices = Notice.objects.filter(kind="request.made")
    assert [str(each.holder_id) for each in notices] == [mei]
    lives.member_erase(member_id=mei, reason="asked", key="e1", source="test", actor=SYSTEM)
    assert requests.requests_open() == []
    assert requests.requests_of(mei)[0].closed_at is not None
