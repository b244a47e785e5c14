"""Roles: what a person may do, where, and who may give or take it."""

import ast
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.rights import RightMissing, Rights
from regulars.foundation.webkit.screens import OWN, screens_known
from regulars.organization.staff import roles
from regulars.organization.staff.errors import (
    LastOwner,
    RightNotOwn,
    RoleCodeMalformed,
    RoleExists,
    RolePlaceUnclear,
    RoleReadyMade,
    UnknownGrant,
    UnknownRight,
    UnknownRole,
)
from regulars.organization.staff.labels import RIGHTS
from regulars.organization.staff.models import RoleGrant
from regulars.organization.staff.rights import READY_MADE, WHOLE, Right
from regulars.organization.staff.selectors import rights_of, roles_list, staff_get
from regulars.organization.staff.services import (
    role_create,
    role_grant,
    role_update,
    role_withdraw,
    staff_create,
    staff_password_set,
    staff_update,
)
from regulars.organization.stores.errors import UnknownStore, UnknownStoreGroup
from regulars.organization.stores.services import store_create, store_group_create
from tests.foundation.servers import wait_until
from tests.house.tree import SOURCE, shown

PASSWORD = "beans-and-tea-2025"
# What everybody has: her own password, PIN and requests.
# Of jobs and lists each page looks itself whose work it is, and for the list's own right.
OPEN_TO_ALL = [
    "approvals",
    "jobs-file",
    "jobs-work",
    "lists-export",
    "lists-views",
    "password",
    "pin",
    "search",
    "security",
]
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture(autouse=True)
def quick_hasher(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def hired(username, role="cashier", **where):
    return staff_create(
        actor=SYSTEM,
        username=username,
        display_name=username.title(),
        password=PASSWORD,
        role=role,
        **where,
    )


def acting(person):
    return Actor(ActorKind.STAFF, person.id)


def rights(person):
    return rights_of(acting(person))


@pytest.fixture
def stores(db):
    """Two stores in the east, one elsewhere."""
    name = {"en": "A store"}
    store_group_create(actor=SYSTEM, code="east", name={"en": "East"})
    for code, group in (("s1", "east"), ("s2", "east"), ("s3", None)):
        store_create(actor=SYSTEM, code=code, name=name, time_zone="Asia/Shanghai", group=group)


def test_a_role_holds_where_it_was_given(stores):
    li = hired("li", "manager", group="east")
    assert [rights(li).may("devices.manage", code) for code in ("s1", "s2", "s3")] == [
        True,
        True,
        False,
    ]
    assert not rights(li).may("devices.manage")
    assert rights(li).may_somewhere("members.manage")
    assert not rights(li).may_somewhere("members.erase"), "that concerns the whole merchant"
    role_grant(actor=SYSTEM, staff_id=li.id, role="cashier", store="s3")
    assert rights(li).may("members.view", "s3")
    assert not rights(li).may("members.manage", "s3")
    role_grant(actor=SYSTEM, staff_id=li.id, role="manager")
    assert rights(li).may("members.erase")
    with pytest.raises(RightMissing):
        rights(li).required("staff.manage")


def test_each_grant_and_each_withdrawal_is_in_the_audit_trail(stores):
    ann = hired("ann")
    for _ in range(2):
        role_grant(actor=SYSTEM, staff_id=ann.id, role="marketer", store="s1")
    role_withdraw(actor=SYSTEM, staff_id=ann.id, role="marketer", store="s1")
    acts = AuditRecord.objects.filter(subject=ann.id).order_by("recorded_at", "id")
    assert [(each.action, each.details["role"], each.details.get("store")) for each in acts] == [
        ("staff.created", "cashier", None),
        ("staff.role_granted", "cashier", None),
        ("staff.role_granted", "marketer", "s1"),
        ("staff.role_withdrawn", "marketer", "s1"),
    ]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"role": "king"}, UnknownRole),
        ({"role": "k\0"}, UnknownRole),
        ({"role": "cashier", "store": "s9"}, UnknownStore),
        ({"role": "cashier", "group": "west"}, UnknownStoreGroup),
        ({"role": "cashier", "store": "s1", "group": "east"}, RolePlaceUnclear),
    ],
)
def test_a_role_that_is_none_is_refused(stores, wrong, refusal):
    ann = hired("ann")
    with pytest.raises(refusal):
        role_grant(actor=SYSTEM, staff_id=ann.id, **wrong)
    assert staff_get(ann.id) == ann
    with pytest.raises(UnknownGrant):
        role_withdraw(actor=SYSTEM, staff_id=ann.id, role="cashier", store="s1")


def test_nobody_gives_what_she_has_not_got(stores):
    owner = hired("li", "owner")
    role_create(
        actor=acting(owner),
        code="clerk",
        name={"en": "Clerk", "zh-Hans": "文员"},
        rights=["staff.view", "staff.manage", *READY_MADE["cashier"]],
    )
    clerk, ann = hired("bo", "clerk"), hired("ann")
    role_grant(actor=acting(clerk), staff_id=ann.id, role="clerk")
    for deed in (
        lambda: role_grant(actor=acting(clerk), staff_id=clerk.id, role="owner"),
        lambda: role_withdraw(actor=acting(clerk), staff_id=owner.id, role="owner"),
        lambda: role_update(actor=acting(clerk), code="clerk", rights=list(Right)),
        lambda: role_create(
            actor=acting(clerk), code="king", name={"en": "King"}, rights=["members.erase"]
        ),
        lambda: staff_password_set(actor=acting(clerk), staff_id=owner.id, password=PASSWORD),
        lambda: staff_update(actor=acting(clerk), staff_id=owner.id, is_active=False),
    ):
        with pytest.raises(RightNotOwn):
            deed()
    assert (staff_get(owner.id).roles, staff_get(clerk.id).roles) == (("owner",), ("clerk",))
    staff_update(actor=acting(owner), staff_id=clerk.id, is_active=False)
    assert rights(clerk) == Rights.NOBODYS


def test_a_role_of_ones_own_changes_for_all_who_have_it(db):
    name = {"en": "Guide", "zh-Hans": "导购"}
    role_create(actor=SYSTEM, code="guide", name=name, rights=["members.view"])
    ann = hired("ann", "guide")
    assert rights(ann).everywhere == {"members.view"}
    role_update(actor=SYSTEM, code="guide", rights=["tags.view", "members.view"])
    assert rights(ann).everywhere == {"members.view", "tags.view"}
    assert roles_list()[-1].rights == ("members.view", "tags.view")
    with pytest.raises(RoleExists):
        role_create(actor=SYSTEM, code="guide", name=name, rights=[])
    with pytest.raises(RoleExists):
        role_create(actor=SYSTEM, code="owner", name=name, rights=[])
    with pytest.raises(RoleReadyMade):
        role_update(actor=SYSTEM, code="owner", rights=[])
    with pytest.raises(RoleCodeMalformed):
        role_create(actor=SYSTEM, code="Guide ", name=name, rights=[])
    with pytest.raises(UnknownRight):
        role_create(actor=SYSTEM, code="spy", name=name, rights=["everything"])
    with pytest.raises(UnknownRole):
        role_update(actor=SYSTEM, code="none", rights=[])


def raced():
    """Two owners take each other's role at the same moment; answers how many were refused."""
    people = [hired("li", "owner"), hired("bo", "owner")]

    def second():
        try:
            role_withdraw(actor=SYSTEM, staff_id=people[1].id, role="owner")
        except LastOwner:
            return 1
        else:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            role_withdraw(actor=SYSTEM, staff_id=people[0].id, role="owner")
            late = other.submit(second)
            wait_until(lambda: late.done() or held_up())
        return late.result()


def held_up():
    with unit_of_work() as unit:
        return bool(unit.fetch(WAITING)[0][0])


def test_two_owners_cannot_end_each_other(clean_database):
    assert raced() == 1
    assert RoleGrant.objects.filter(role="owner").count() == 1


def test_without_the_lock_they_could(clean_database, monkeypatch):
    monkeypatch.setattr(roles, "roles_locked", lambda: None)
    assert raced() == 0
    assert not RoleGrant.objects.exists()


def test_every_screen_names_a_right_there_is():
    screens = screens_known()
    assert len(screens) > 15
    strange = [
        each.name
        for each in screens
        if each.right not in {*Right, OWN} or each.change not in {*Right, ""}
    ]
    assert not strange, f"give these screens a right of organization/staff/rights: {strange}"
    assert [each.name for each in screens if each.right == OWN] == OPEN_TO_ALL


def test_a_screen_without_a_right_is_closed_to_everybody():
    everything = Rights(frozenset(Right))
    (one, *_) = screens_known()
    bare = type(one)(name="bare", path="bare/", view=one.view, title="Bare")
    assert one.is_open_to(everything)
    assert not bare.is_open_to(everything)


def rights_asked():
    """Each right that code asks for by name: may(request, "…"), rights.required("…")."""
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"may", "may_somewhere", "required"}:
                for each in node.args[:2]:
                    if isinstance(each, ast.Constant):
                        yield f"{shown(file)}", each.value


def test_every_right_that_is_asked_for_exists_and_has_words():
    asked = list(rights_asked())
    assert len(asked) >= 4
    assert not [each for each in asked if each[1] not in set(Right)]
    assert [code for code, _ in RIGHTS] == list(Right)
    assert set(Right) >= WHOLE
    for ready in READY_MADE.values():
        assert ready <= set(Right)
    writing = {each for each in Right if each.endswith((".manage", ".publish", ".erase", ".run"))}
    assert not READY_MADE["auditor"] & writing
