"""Where a shop lets two people publish: what is approved is a content, and every door asks."""

import pytest

from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.errors import RegularsError
from regulars.organization.approvals import selectors, services
from regulars.organization.approvals.selectors import approval_get
from regulars.organization.approvals.services import approval_decide
from regulars.organization.staff.services import staff_create
from regulars.rules.programs.models import ProgramDraft
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.services import (
    program_draft_save,
    program_end,
    program_end_request,
    program_publish,
    program_publish_request,
)
from tests.rules.office import beans, holding, kept, later, published

TILL = Actor(ActorKind.API_KEY, "till")


@pytest.fixture
def people(office, settings, monkeypatch):
    """Li and Bo, who own the shop; it lets two people publish."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    wanted = settings.REGULARS.model_copy(update={"approve_publishing": True})
    for room in (selectors, services):
        monkeypatch.setattr(room, "settings_load", lambda: wanted)
    return {name: owner(name) for name in ("li", "bo")}


def owner(name):
    made = staff_create(
        actor=SYSTEM, username=name, display_name=name, password="plain-Tea-7781", role="owner"
    )
    return Actor(ActorKind.STAFF, str(made.id))


def refused(told, work, *arguments, **more):
    before = kept()
    with pytest.raises(RegularsError) as refusal:
        work(*arguments, **more)
    assert refusal.value.code == told
    assert kept() == before
    return refusal.value


def drafted(**parts):
    return program_draft_save(actor=SYSTEM, code="beans", content=beans(**parts))


def asked(people, key="k1"):
    return program_publish_request(actor=people["li"], code="beans", reason="spring", key=key)


def approve(people, view):
    return approval_decide(actor=people["bo"], approval=view.public_id, approve=True)


def test_alone_nobody_publishes_whatever_the_door(people):
    drafted()
    refused("approval_needed", program_publish, actor=people["li"], code="beans")
    told = refused("approval_needs_people", program_publish, actor=TILL, code="beans")
    assert "in the console" in told.sentence("en") and "管理后台" in told.sentence("zh-Hans")
    assert program_publish(actor=SYSTEM, code="beans").version == 1, "who holds the server may"


def test_a_second_person_publishes_what_she_was_shown(people):
    drafted()
    view = asked(people)
    assert holding() == []
    approve(people, view)
    assert holding() == ["beans@1"]


def test_a_draft_changed_after_it_was_asked_for_is_not_published(people):
    """Whoever saved it anew, and were it with the very number of the saving that was approved."""
    drafted()
    view = asked(people)
    drafted(name={"en": "Richer beans"})
    ProgramDraft.objects.update(revision=1)
    refused("approved_changed", approve, people, view)
    assert approval_get(view.public_id).state == "waiting"
    assert program_get("beans").draft.content["name"]["en"] == "Richer beans"


def test_a_draft_saved_anew_is_asked_for_anew(people):
    drafted()
    first = asked(people)
    drafted(name={"en": "Richer beans"})
    refused("draft_changed", approve, people, first)
    second = asked(people, key="k2")
    approve(people, second)
    assert program_get("beans").versions[0].content["name"]["en"] == "Richer beans"


def test_an_end_needs_the_second_person_too(people):
    published(actor=SYSTEM)
    refused("approval_needed", program_end, actor=people["li"], code="beans")
    refused("approval_needs_people", program_end, actor=TILL, code="beans", version=1)
    view = program_end_request(actor=people["li"], code="beans", reason="closing", key="k1")
    assert holding() == ["beans@1"]
    approve(people, view)
    assert holding() == []


def test_an_end_that_would_meet_another_version_is_refused(people):
    published(actor=SYSTEM)
    view = program_end_request(actor=people["li"], code="beans", reason="closing", key="k1")
    published(actor=SYSTEM, name={"en": "Spring beans"})
    refused("approved_changed", approve, people, view)
    assert holding(later(days=1)) == ["beans@2"]
