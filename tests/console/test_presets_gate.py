"""Where a shop lets two people publish, a preset waits for the second one too, whoever asks."""

import pytest

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.errors import RegularsError
from regulars.organization.approvals import selectors, services
from regulars.organization.approvals.models import Approval
from regulars.organization.approvals.selectors import view_of
from regulars.organization.approvals.services import approval_decide
from regulars.organization.staff.services import staff_create
from regulars.presets.installer.approvals import preset_install_request
from regulars.presets.installer.models import Installation
from regulars.presets.installer.services import preset_end, preset_install
from regulars.rules.programs.models import ProgramVersion
from tests.console.conftest import PASSWORD

LEAVES = "presets/tea-shop/"


@pytest.fixture
def bo(staff, shop, settings, monkeypatch):
    """A second owner; the shop lets two people publish."""
    wanted = settings.REGULARS.model_copy(update={"approve_publishing": True})
    for room in (selectors, services):
        monkeypatch.setattr(room, "settings_load", lambda: wanted)
    with shop.time():
        made = staff_create(
            actor=Actor(ActorKind.SYSTEM, "t"),
            username="bo",
            display_name="Bo",
            password=PASSWORD,
            role="owner",
        )
    return Actor(ActorKind.STAFF, str(made.id))


def approve(shop, bo):
    view = view_of(Approval.objects.get(state="waiting"))
    with shop.time():
        return approval_decide(actor=bo, approval=view.public_id, approve=True)


def test_a_preset_waits_for_a_second_person_and_so_does_its_end(li, shop, bo):
    before = ProgramVersion.objects.count()
    page = li.read_in("en").post(LEAVES, {"do": "install"}).content.decode()
    assert "Ask for approval" in page and "is made" in page
    sent = {"do": "install", "confirmed": "yes", "reason": "opening", "key": "k1"}
    assert li.post(LEAVES, sent).status_code == 302
    assert li.post(LEAVES, sent).status_code == 302, "pressed twice, asked once"
    assert not Installation.objects.exists() and ProgramVersion.objects.count() == before
    approve(shop, bo)
    assert Installation.objects.get().ended_at is None
    assert ProgramVersion.objects.count() == before + 2
    assert "Ask for approval" in li.text(f"{LEAVES}?do=end")
    li.post(LEAVES, {"do": "end", "confirmed": "yes", "reason": "over", "key": "k2"})
    assert Installation.objects.get().ended_at is None
    approve(shop, bo)
    assert Installation.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("kind", "code"),
    [(ActorKind.STAFF, "approval_needed"), (ActorKind.API_KEY, "approval_needs_people")],
)
def test_no_door_goes_around_it(shop, bo, kind, code):
    alone = Actor(kind, "somebody")
    with shop.time(), pytest.raises(RegularsError) as refusal:
        preset_install(actor=alone, code="tea-shop")
    assert refusal.value.code == code
    assert not Installation.objects.exists()
    with shop.time():
        preset_install(actor=Actor(ActorKind.JOB, "cli"), code="tea-shop")
        with pytest.raises(RegularsError) as refusal:
            preset_end(actor=alone, code="tea-shop")
    assert refusal.value.code == code
    assert Installation.objects.get().ended_at is None


def test_what_would_be_done_otherwise_by_now_is_not_done(shop, bo, staff):
    li = Actor(ActorKind.STAFF, str(staff["li"].id))
    with shop.time():
        preset_install_request(actor=li, code="tea-shop", reason="opening", key="k1")
        preset_install(actor=Actor(ActorKind.JOB, "cli"), code="tea-shop")
    before = ProgramVersion.objects.count()
    with pytest.raises(RegularsError) as refusal:
        approve(shop, bo)
    assert refusal.value.code == "approved_changed"
    assert ProgramVersion.objects.count() == before
