"""An import that brings much along waits for a second person, unless somebody works alone."""

import pytest

from regulars.foundation.actors import SYSTEM, Actor, ActorKind, job
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.errors import RegularsError
from regulars.organization.approvals import selectors, services
from regulars.organization.approvals.services import approval_decide
from regulars.organization.staff.services import staff_create
from regulars.rules.fileimports import services as imports
from regulars.rules.fileimports.approvals import import_request
from regulars.rules.fileimports.models import FileImport
from tests.fileimports.conftest import GOOD, HEAD, added, checked, owned

# 1,150.50 principal and 20.00 bonus in cents, and 1,230 points.
BROUGHT = 115_050 + 2_000 + 1_230


@pytest.fixture
def limit(settings, monkeypatch):
    """Sets from which amount on a second person is asked."""

    def put(amount):
        wanted = settings.REGULARS.model_copy(update={"approve_import_above": amount})
        for room in (selectors, services):
            monkeypatch.setattr(room, "settings_load", lambda: wanted)

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    put(BROUGHT - 1)
    return put


def owner(shop, name):
    with shop.time():
        made = staff_create(
            actor=SYSTEM, username=name, display_name=name, password="plain-Tea-7781", role="owner"
        )
    return Actor(ActorKind.STAFF, str(made.id))


@pytest.fixture
def people(shop, limit):
    return {name: owner(shop, name) for name in ("li", "bo")}


def start(shop, actor, view):
    with shop.time():
        return imports.import_start(actor=actor, import_id=view.id)


def refused(code, work, *arguments, **more):
    with pytest.raises(RegularsError) as refusal:
        work(*arguments, **more)
    assert refusal.value.code == code


def asked(shop, people, view, key="k1"):
    with shop.time():
        return import_request(actor=people["li"], import_id=view.id, reason="move", key=key)


def approve(shop, people, request):
    with shop.time():
        return approval_decide(actor=people["bo"], approval=request.public_id, approve=True)


def test_much_waits_for_a_second_person_whatever_the_door(shop, people, limit):
    view = checked(shop, added(shop, GOOD))
    refused("approval_needed", start, shop, people["li"], view)
    till = Actor(ActorKind.API_KEY, "till")
    refused("approval_needs_people", start, shop, till, view)
    with shop.time():
        refused("approval_needs_people", imports.import_begin, actor=till, import_id=view.id)
    assert FileImport.objects.get().state == "checked"
    approve(shop, people, asked(shop, people, view))
    assert FileImport.objects.get().state == "running"
    with shop.time():
        imports.chunks_run(import_id=view.id)
    assert owned(shop, "phone", "13800138000")["principal"] == 15_050
    started = AuditRecord.objects.get(action="file_import.started")
    assert (started.actor, started.details) == (str(people["li"]), {"amount": BROUGHT})


def test_at_the_limit_and_for_who_holds_the_server_nobody_is_asked(shop, people, limit):
    view = checked(shop, added(shop, GOOD))
    limit(BROUGHT)
    assert start(shop, people["li"], view).state == "running"
    other = checked(shop, added(shop, GOOD.replace("V0001", "V0009"), name="other.csv"))
    limit(0)
    assert start(shop, job("cli"), other).state == "running"


def test_rejected_rows_count_for_they_may_be_taken_in_earnest(shop, people, limit):
    """A row that names nobody is rejected; its 900 points are in the file all the same."""
    limit(1_000)
    view = checked(shop, added(shop, f"{HEAD}\nV0001,Mei,13800138000,,,101,,\n,Bo,,,,900,,\n"))
    assert view.rejected == 1
    refused("approval_needed", start, shop, people["li"], view)


def test_who_works_alone_brings_her_members_along_alone(shop, limit):
    li = owner(shop, "li")
    view = checked(shop, added(shop, GOOD))
    assert start(shop, li, view).state == "running"


def test_a_file_read_anew_is_asked_for_anew(shop, people):
    view = checked(shop, added(shop, GOOD))
    request = asked(shop, people, view)
    columns = {**view.columns, "amount:beans": "储值余额", "amount:principal": "可用积分"}
    checked(shop, view, columns=columns)
    refused("approved_changed", approve, shop, people, request)
    assert FileImport.objects.get().state == "checked"
    checked(shop, view, columns=view.columns)
    approve(shop, people, request)
    assert FileImport.objects.get().state == "running", "it is again what was approved"
