"""Who has a role at one store neither decides, nor changes, nor is shown what is another's."""

import pytest

from regulars.commerce.counter.selectors import rules_of
from tests.security.stage import signed_in
from tests.security.test_matrix import everything


@pytest.fixture
def li(stage):
    """The manager of store s1."""
    with signed_in(stage, "manager_s1") as client:
        yield client


def test_another_stores_request_waits_on(stage, li):
    before = everything()
    for deed in ("approve", "decline", "withdraw"):
        asked = {"do": deed, "approval": stage.approvals["s2"], "reason": "mine"}
        assert li.post("/console/approvals/", asked).status_code == 302
    assert everything() == before
    page = li.get("/console/approvals/").content.decode()
    assert stage.approvals["s1"] in page
    assert stage.approvals["s2"] not in page


def test_another_stores_device_stays(stage, li):
    before = everything()
    ended = li.post("/console/devices/", {"do": "revoke", "device": stage.device_codes["s2"]})
    assert ended.status_code == 422
    assert everything() == before
    page = li.get("/console/devices/").content.decode()
    assert stage.device_codes["s1"] in page
    assert stage.device_codes["s2"] not in page


def test_another_stores_limits_stay(stage, li):
    before = rules_of("s2")
    li.post("/console/counters/?tab=s2", {"do": "save", "discount_limit": "", "refund_limit": ""})
    assert rules_of("s2") == before


@pytest.mark.parametrize("place", ["shifts/", "day-ends/", "?store=s2", "?period=day&store=s2"])
def test_another_stores_figures_are_not_shown(stage, li, place):
    page = li.get(f"/console/{place}").content.decode()
    assert "s1 &lt;script&gt;" in page
    assert "s2 &lt;script&gt;" not in page
    assert stage.shifts["s2"] not in page
