"""Four eyes: a second person decides, once, with the right at that store, before it lapses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import pool_close
from regulars.foundation.errors import Busy, KeyReused, RegularsError
from regulars.foundation.rights import RightMissing
from regulars.foundation.settings import RegularsSettings
from regulars.foundation.webkit.lists import Narrowed, Viewer
from regulars.organization.approvals import deciding
from regulars.organization.approvals.errors import (
    ApprovalDecided,
    ApprovalExpired,
    ApprovalNotYours,
    ApprovalOwn,
    NobodyToApprove,
    UnknownApproval,
)
from regulars.organization.approvals.models import Approval
from regulars.organization.approvals.past import PAST
from regulars.organization.approvals.registry import approval_kind_forgotten
from regulars.organization.approvals.selectors import (
    approval_get,
    approval_needed,
    approvals_asked,
    approvals_waiting,
    approvals_waiting_count,
)
from regulars.organization.approvals.services import (
    approval_decide,
    approval_kind_register,
    approval_request,
    approval_withdraw,
    approvals_finish,
)
from regulars.organization.approvals.types import ApprovalKind, ApprovalState, Described
from regulars.organization.staff.selectors import rights_of
from regulars.organization.staff.services import staff_create, staff_update
from regulars.organization.stores.services import store_create

NOON = datetime(2025, 3, 8, 4, tzinfo=UTC)


class TooMuch(RegularsError):
    code = "too_much"
    status = 409


class Till:
    """Where the deeds of these stories leave their marks: rows of the audit trail."""

    broken: RegularsError | None = None


def deed(approved):
    """Puts the deed where the story can count it, in whatever transaction is open."""
    if Till.broken is not None:
        raise Till.broken
    AuditRecord.objects.create(
        recorded_at=clock.now(), actor=str(approved.approver), action="deed", subject=approved.key
    )
    return "ent_1"


def deed_in_unit(unit, approved):
    if Till.broken is not None:
        raise Till.broken
    unit.fetch(
        "INSERT INTO audit_record (id, recorded_at, actor, action, subject, reason, details) "
        "VALUES (gen_random_uuid(), now(), %s, 'deed', %s, '', '{}')",
        str(approved.approver),
        approved.key,
    )
    return "ent_1"


def deed_once(approved):
    """Commits by itself, and once by its key."""
    if not AuditRecord.objects.filter(action="deed", subject=approved.key).exists():
        deed(approved)
    return "ent_1"


def deeds():
    return AuditRecord.objects.filter(action="deed").count()


def described(payload):
    points = payload["points"]
    return Described(
        amount={"en": f"{points} beans", "zh-Hans": f"{points} 豆"},
        consequence={"en": f"Mei gets {points} beans.", "zh-Hans": f"梅得到 {points} 豆。"},
    )


@pytest.fixture(autouse=True)
def kinds():
    """Three deeds as rooms declare them, one for each way of carrying out."""
    Till.broken = None
    common = {
        "title": {"en": "Beans by hand", "zh-Hans": "手工加豆"},
        "right": "members.manage",
        "limit": lambda settings: settings.approve_points_above,
        "describe": described,
    }
    for code, how in (
        ("in_orm", {"in_orm": deed}),
        ("in_unit", {"in_unit": deed_in_unit}),
        ("afterwards", {"afterwards": deed_once}),
    ):
        approval_kind_register(ApprovalKind(code=code, **common, **how))
    yield
    for code in ("in_orm", "in_unit", "afterwards"):
        approval_kind_forgotten(code)


def hired(username, role, **where):
    made = staff_create(
        actor=SYSTEM,
        username=username,
        display_name=username.title(),
        password="beans-and-tea-2025",
        role=role,
        **where,
    )
    return Actor(ActorKind.STAFF, made.id)


def house():
    people = {"bo": hired("bo", "owner"), "li": hired("li", "manager", store="s1")}
    return {**people, "ann": hired("ann", "cashier"), "oz": hired("oz", "auditor")}


@pytest.fixture
def people(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for code in ("s1", "s2"):
        store_create(actor=SYSTEM, code=code, name={"en": code}, time_zone="Asia/Shanghai")
    return house()


@pytest.fixture
def people_for_real(clean_database, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    store_create(actor=SYSTEM, code="s1", name={"en": "s1"}, time_zone="Asia/Shanghai")
    yield house()
    pool_close()


def asked(actor, kind="in_orm", **more):
    given = {"payload": {"points": 9000}, "amount": 9000, "store": "s1", "key": "k1", **more}
    return approval_request(
        actor=actor, kind=kind, subject="mem_1", reason="a lost receipt", **given
    )


def test_above_the_limit_one_has_to_ask():
    assert RegularsSettings().approve_points_above == 5000
    assert [approval_needed("in_orm", points) for points in (5000, 5001)] == [False, True]


def test_a_request_waits_for_whom_it_concerns(people):
    with clock.stopped_at(NOON):
        view = asked(people["ann"])
        assert (view.state, view.expires_at) == (ApprovalState.WAITING, NOON + timedelta(days=7))
        waits = {
            name: approvals_waiting_count(rights_of(actor), actor) for name, actor in people.items()
        }
        assert waits == {"bo": 1, "li": 1, "ann": 0, "oz": 0}
        li = people["li"]
        assert [each.public_id for each in approvals_waiting(rights_of(li), li)] == [view.public_id]
        asked(people["ann"], store="s2", key="k2")
        assert approvals_waiting_count(rights_of(li), li) == 1, "she manages the first store only"
        assert len(approvals_asked(people["ann"])) == 2


def over(actor):
    """What the list of all that is over has for somebody."""
    asked = Narrowed((), {})
    page = PAST.rows.page(Viewer(actor, None), asked, order="-asked", after="", limit=9)
    return [each.key for each in page.rows]


@pytest.mark.parametrize("kind", ["in_orm", "afterwards"])
def test_a_second_person_approves_and_it_is_done(people, kind):
    view = asked(people["ann"], kind)
    done = approval_decide(actor=people["li"], approval=view.public_id, approve=True, reason="ok")
    assert (done.state, done.outcome, done.decided_reason) == (ApprovalState.DONE, "ent_1", "ok")
    assert AuditRecord.objects.get(action="deed").subject == f"approval:{view.id}"
    again = approval_decide(actor=people["li"], approval=view.public_id, approve=True)
    assert again == done and deeds() == 1
    acts = AuditRecord.objects.filter(subject=view.public_id).order_by("recorded_at", "id")
    assert [(each.action, each.actor) for each in acts] == [
        ("approval.requested", str(people["ann"])),
        ("approval.approved", str(people["li"])),
    ]
    with pytest.raises(ApprovalDecided):
        approval_decide(actor=people["bo"], approval=view.public_id, approve=False)
    with pytest.raises(ApprovalDecided):
        approval_withdraw(actor=people["ann"], approval=view.public_id)
    assert over(people["li"]) == over(people["ann"]) == over(people["bo"]) == [view.public_id]
    assert over(people["oz"]) == []


def test_what_is_over_elsewhere_is_for_who_decides_there(people):
    view = asked(people["ann"], store="s2", key="k2")
    assert over(people["bo"]) == over(people["ann"]) == [], "it waits"
    approval_withdraw(actor=people["ann"], approval=view.public_id)
    assert over(people["bo"]) == over(people["ann"]) == [view.public_id]
    assert over(people["li"]) == [], "she manages the first store only"


def test_a_deed_in_a_unit_of_work_is_one_with_the_decision(people_for_real):
    people = people_for_real
    view = asked(people["ann"], "in_unit")
    Till.broken = TooMuch()
    with pytest.raises(TooMuch):
        approval_decide(actor=people["li"], approval=view.public_id, approve=True)
    assert (approval_get(view.public_id).state, deeds()) == (ApprovalState.WAITING, 0)
    Till.broken = None
    done = approval_decide(actor=people["li"], approval=view.public_id, approve=True)
    assert (done.state, deeds()) == (ApprovalState.DONE, 1)


def test_nobody_decides_her_own_request(people):
    for kind in ("in_orm", "afterwards"):
        view = asked(people["li"], kind, key=kind)
        with pytest.raises(ApprovalOwn):
            approval_decide(actor=people["li"], approval=view.public_id, approve=True)
        assert approval_get(view.public_id).state is ApprovalState.WAITING
    assert approvals_waiting(rights_of(people["li"]), people["li"]) == []
    assert deeds() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.update(state="done", decided_by=str(people["li"]))


@pytest.mark.parametrize("who", ["ann", "oz"])
def test_who_may_not_approve_is_refused(people, who):
    view = asked(people["bo"])
    with pytest.raises(RightMissing):
        approval_decide(actor=people[who], approval=view.public_id, approve=True)
    with pytest.raises(RightMissing):
        approval_decide(actor=SYSTEM, approval=view.public_id, approve=True)
    assert (approval_get(view.public_id), deeds()) == (view, 0)


def test_the_right_is_needed_at_the_stores_own_place(people):
    elsewhere, everywhere = (
        asked(people["ann"], store="s2"),
        asked(people["ann"], store=None, key=""),
    )
    for view in (elsewhere, everywhere):
        with pytest.raises(RightMissing):
            approval_decide(actor=people["li"], approval=view.public_id, approve=True)
    assert deeds() == 0
    approval_decide(actor=people["bo"], approval=elsewhere.public_id, approve=True)
    assert deeds() == 1


def test_declined_and_withdrawn_requests_do_nothing(people):
    one, two = asked(people["ann"]), asked(people["ann"], key="k2")
    declined = approval_decide(
        actor=people["li"], approval=one.public_id, approve=False, reason="no receipt"
    )
    assert (declined.state, declined.decided_reason) == (ApprovalState.DECLINED, "no receipt")
    with pytest.raises(ApprovalDecided):
        approval_decide(actor=people["li"], approval=one.public_id, approve=True)
    with pytest.raises(ApprovalNotYours):
        approval_withdraw(actor=people["li"], approval=two.public_id)
    gone = approval_withdraw(actor=people["ann"], approval=two.public_id)
    assert gone == approval_withdraw(actor=people["ann"], approval=two.public_id)
    with pytest.raises(ApprovalDecided):
        approval_decide(actor=people["li"], approval=two.public_id, approve=True)
    assert deeds() == 0


def test_a_request_lapses(people):
    with clock.stopped_at(NOON):
        view = asked(people["ann"])
    with clock.stopped_at(NOON + timedelta(days=7)):
        assert approval_get(view.public_id).state is ApprovalState.EXPIRED
        assert approvals_waiting_count(rights_of(people["li"]), people["li"]) == 0
        with pytest.raises(ApprovalExpired):
            approval_decide(actor=people["li"], approval=view.public_id, approve=True)
        with pytest.raises(ApprovalExpired):
            approval_withdraw(actor=people["ann"], approval=view.public_id)
    assert deeds() == 0


def test_one_asks_once_and_what_was_asked_stays(people):
    view = asked(people["ann"])
    assert asked(people["ann"]) == view
    with pytest.raises(KeyReused):
        asked(people["ann"], payload={"points": 90_000}, amount=90_000)
    assert Approval.objects.count() == 1
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Approval.objects.update(payload={"points": 90_000})
    with pytest.raises(UnknownApproval):
        approval_get("mem_1")


def test_without_anybody_else_one_is_told_at_once(people):
    for name in ("bo", "ann"):
        staff_update(actor=SYSTEM, staff_id=people[name].id, is_active=name == "bo")
    with pytest.raises(NobodyToApprove):
        asked(people["bo"], store="s2")
    assert asked(people["bo"], store="s1").state is ApprovalState.WAITING, "Li may, at her store"
    assert Approval.objects.count() == 1


def test_a_deed_that_is_refused_afterwards_says_why(people):
    view = asked(people["ann"], "afterwards")
    Till.broken = TooMuch()
    failed = approval_decide(actor=people["li"], approval=view.public_id, approve=True)
    assert (failed.state, failed.outcome) == (ApprovalState.FAILED, "too_much")
    assert failed.problem == {"en": "The request was refused.", "zh-Hans": "请求被拒绝。"}
    assert AuditRecord.objects.filter(action="approval.failed").count() == 1


def test_what_a_crash_cut_short_is_carried_out_once(people):
    view = asked(people["ann"], "afterwards")
    Till.broken = Busy()
    half = approval_decide(actor=people["li"], approval=view.public_id, approve=True)
    assert (half.state, deeds()) == (ApprovalState.APPROVED, 0)
    Till.broken = None
    assert [approvals_finish(), approvals_finish()] == [1, 0]
    assert (approval_get(view.public_id).state, deeds()) == (ApprovalState.DONE, 1)
    assert AuditRecord.objects.get(action="deed").actor == str(people["li"])


def raced(people, kind):
    """Li and Bo approve the same request at one moment; answers how many were refused."""
    view, start = asked(people["ann"], kind), Barrier(2)

    def approved_by(name):
        try:
            start.wait(timeout=10)
            approval_decide(actor=people[name], approval=view.public_id, approve=True)
        except ApprovalDecided:
            return 1
        else:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        return sum(both.map(approved_by, ["li", "bo"]))


@pytest.mark.parametrize("kind", ["in_orm", "in_unit"])
def test_two_approve_at_once_and_it_is_done_once(people_for_real, kind):
    assert raced(people_for_real, kind) == 1
    assert deeds() == 1


@pytest.mark.parametrize("kind", ["in_orm", "in_unit"])
def test_without_the_condition_it_would_be_done_twice(people_for_real, monkeypatch, kind):
    monkeypatch.setattr(deciding, "TAKE", deciding.TAKE.replace("state = 'waiting'", "true"))
    assert raced(people_for_real, kind) == 0
    assert deeds() == 2
