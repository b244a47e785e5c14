"""Who has a role at one store neither decides, nor changes, nor is shown what is another's."""

import pytest

from regulars.commerce.counter.selectors import rules_of
from regulars.foundation.works.models import Work
from regulars.foundation.works.services import work_done
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
    ended = li.post(f"/console/devices/{stage.device_codes['s2']}/revoke/", {"confirmed": "yes"})
    assert ended.status_code == 404
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


@pytest.mark.parametrize("name", ["shifts", "days", "devices", "stores"])
def test_another_stores_rows_are_in_no_file(stage, li, name):
    asked = {"confirmed": "yes", "columns": "all"}
    for query in ("", "?store=s2", "?stores="):
        li.post(f"/console/lists/{name}/export/{query}", asked)
        work = Work.objects.order_by("created_at", "id").last()
        assert work_done(work_id=str(work.id)).state == "done"
        file = li.get(f"/console/jobs/{work.id}/file/").content.decode()
        assert "s1" in file
        assert "s2" not in file
    assert li.get(f"/console/lists/{name}/export/").status_code == 200


def test_another_stores_name_is_not_found(stage, li):
    for headers in ({}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Target": "found"}):
        for text, names in (("s1", ["s1"]), ("s2", []), ("s", ["s1"])):
            page = li.get("/console/search/", {"q": text}, headers=headers).content.decode()
            there = [code for code in ("s1", "s2") if f'"/console/stores/{code}/"' in page]
            assert there == names
    with signed_in(stage, "owner") as owner:
        assert '"/console/stores/s2/"' in owner.get("/console/search/?q=s2").content.decode()


@pytest.mark.parametrize("store", ["s2", "", "s9"])
def test_nobody_is_enrolled_at_another_store(stage, li, store):
    before = everything()
    asked = {"do": "enrol", "phone": "13700137999", "name": "New", "store": store}
    assert li.post("/console/members/new/", asked).status_code == 422
    assert everything() == before
    page = li.get("/console/members/new/").content.decode()
    assert 'value="s1"' in page
    assert 'value="s2"' not in page


def test_another_stores_counters_are_not_even_named(stage, li):
    page = li.get("/console/counters/?tab=s2").content.decode()
    assert "s1 &lt;script&gt;" in page
    assert "s2 &lt;script&gt;" not in page
