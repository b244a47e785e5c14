"""What is done with very many members at once waits for a second person."""

import pytest

from regulars.faces.console.bulk import bulk_begin
from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.errors import RegularsError
from regulars.foundation.works.models import Work
from regulars.foundation.works.services import work_done
from regulars.members.tags.selectors import tags_of
from regulars.members.tags.services import tag_create, tag_set
from regulars.organization.approvals import selectors, services
from regulars.organization.approvals.models import Approval
from regulars.organization.approvals.selectors import view_of
from regulars.organization.approvals.services import approval_decide
from regulars.organization.staff.services import staff_create
from tests.console.conftest import PASSWORD

TAG = {"action": "tag", "all": "yes", "query": "", "tag": "vip", "confirmed": "yes"}


@pytest.fixture
def limit(settings, monkeypatch):
    """Sets how many members one person may touch at once."""

    def put(members):
        wanted = settings.REGULARS.model_copy(update={"approve_bulk_members_above": members})
        for room in (selectors, services):
            monkeypatch.setattr(room, "settings_load", lambda: wanted)

    return put


@pytest.fixture
def shop_of_two(shop, staff, limit):
    """One member is as many as one person may touch at once; there are Mei and Bo."""
    limit(1)
    with shop.time():
        tag_create(actor=SYSTEM, code="vip", name={"en": "VIP", "zh-Hans": "贵宾"})
    return shop


def hired(shop, name):
    with shop.time():
        made = staff_create(
            actor=SYSTEM, username=name, display_name=name, password=PASSWORD, role="owner"
        )
    return Actor(ActorKind.STAFF, str(made.id))


def tagged(shop):
    with shop.time():
        return [name for name in ("mei", "bo") if tags_of(shop.members[name])]


def test_a_job_over_many_waits_and_is_done_by_the_second_persons_word(shop_of_two, li):
    shop, sam = shop_of_two, hired(shop_of_two, "sam")
    sent = {**TAG, "reason": "fair", "once": "k1"}
    answer = li.post("members/bulk/", sent)
    assert (answer.status_code, Work.objects.count()) == (302, 0)
    assert "So many members need a second person." in li.text("members/")
    request = Approval.objects.get()
    assert (request.kind, request.amount) == ("members.bulk", 2)
    assert request.payload == {
        "deed": "tag", "chosen": {}, "keys": [], "tag": "vip", "members": 2,
    }  # fmt: skip
    with shop.time():
        approval_decide(actor=sam, approval=view_of(request).public_id, approve=True)
        work_done(work_id=str(Work.objects.get().id))
    assert tagged(shop) == ["mei", "bo"]


def test_taking_a_tag_off_many_waits_by_how_many_carry_it(shop_of_two, li):
    shop, sam = shop_of_two, hired(shop_of_two, "sam")
    untag = {**TAG, "action": "untag", "reason": "over"}
    for name in ("mei", "bo"):
        with shop.time():
            tag_set(actor=SYSTEM, member_id=shop.members[name], code="vip", reason="fair")
    assert li.post("members/bulk/", {**untag, "once": "k1"}).status_code == 302
    request = Approval.objects.get()
    assert (request.kind, request.amount, request.payload["deed"]) == ("members.bulk", 2, "untag")
    assert tagged(shop) == ["mei", "bo"]
    with shop.time():
        approval_decide(actor=sam, approval=view_of(request).public_id, approve=True)
        work_done(work_id=str(Work.objects.get().id))
        assert tagged(shop) == []
        tag_set(actor=SYSTEM, member_id=shop.members["mei"], code="vip", reason="fair")
    assert li.post("members/bulk/", {**untag, "once": "k2"}).status_code == 302
    assert (Approval.objects.count(), Work.objects.count()) == (1, 2), "one of the two carries it"


def test_who_was_searched_for_is_kept_by_number_and_nobody_else_is_touched(shop_of_two, li, limit):
    shop, sam = shop_of_two, hired(shop_of_two, "sam")
    enough = {**TAG, "query": "q=梅小雨", "reason": "fair"}
    assert li.post("members/bulk/", enough).status_code == 302
    assert Work.objects.count() == 1, "one member is within the limit"
    Work.objects.all().delete()
    limit(0)
    assert li.post("members/bulk/", {**enough, "once": "k2"}).status_code == 302
    request = Approval.objects.get()
    assert request.payload["keys"] == [shop.members["mei"]]
    assert "梅" not in str(request.payload)
    with shop.time():
        approval_decide(actor=sam, approval=view_of(request).public_id, approve=True)
        work_done(work_id=str(Work.objects.get().id))
    assert tagged(shop) == ["mei"]


def test_alone_it_is_done_at_once_and_the_service_refuses_what_goes_around_the_page(
    shop_of_two, li, staff
):
    assert li.post("members/bulk/", {**TAG, "reason": "fair"}).status_code == 302
    assert (Work.objects.count(), Approval.objects.count()) == (1, 0)
    hired(shop_of_two, "sam")
    asked = {"chosen": {}, "keys": [], "reason": "fair", "tag": "vip"}
    actor = Actor(ActorKind.STAFF, str(staff["li"].id))
    with shop_of_two.time(), pytest.raises(RegularsError) as refusal:
        bulk_begin(actor=actor, deed="tag", arguments=asked, total=2)
    assert (refusal.value.code, Work.objects.count()) == ("approval_needed", 1)
