"""Presets over the API: list, preview, install once for a key, end."""

from regulars.organization.apikeys.types import Scope
from tests.api.calls import Caller


def test_a_preset_is_looked_at_installed_and_ended(till):
    listed = till.get("/presets").json["items"]
    assert [each["preset"] for each in listed][:3] == ["salon", "supermarket", "tea-shop"]
    assert listed[0]["installation"] is None
    preview = till.get("/presets/stamp-card").json
    assert [step["deed"] for step in preview["steps"]] == ["make", "make"]
    assert preview["is_installable"]
    made = till.post("/presets/stamp-card/install", {}, key="install-1")
    assert (made.status, made.json["version"], made.json["ended_at"]) == (200, 2, None)
    again = till.post("/presets/stamp-card/install", {}, key="install-1")
    assert (again.json, again.headers["Idempotency-Replayed"]) == (made.json, "true")
    assert till.get("/presets/stamp-card").json["is_up_to_date"]
    ended = till.post("/presets/stamp-card/end", {}, key="end-1")
    assert ended.json["ended_at"] is not None


def test_growth_and_its_levels_are_made_in_one_transaction(till):
    made = till.post("/presets/growth-5/install", {}, key="install-1")
    assert made.status == 200
    assert till.get("/ladders").json["items"][0]["code"] == "growth-5"


def test_refusals(till, api_key, shop):
    reply = till.post("/presets/nothing/install", {}, key="a")
    assert (reply.status, reply.code) == (404, "unknown_preset")
    # The shop's own beans count books twice.
    reply = till.post("/presets/beans/install", {}, key="b")
    assert (reply.status, reply.code) == (409, "preset_refused")
    reply = till.post("/presets/salon/end", {}, key="c")
    assert (reply.status, reply.code) == (409, "preset_not_installed")
    reader = Caller(api_key("reader", Scope.PROGRAMS_READ))
    assert reader.get("/presets").status == 200
    reply = reader.post("/presets/salon/install", {}, key="d")
    assert (reply.status, reply.code) == (403, "scope_missing")
    assert shop.rows("presets_installation") == 0
