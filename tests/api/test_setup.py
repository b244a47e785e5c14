"""Stores, groups, devices, keys and imports over the API."""

import base64
import json

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.organization.apikeys.services import keys_forgotten
from regulars.organization.apikeys.types import Scope
from regulars.organization.devices.services import device_present
from regulars.rules.fileimports.services import chunks_run, import_finish, import_undo
from tests.api.calls import Caller, sale

NAME = {"en": "West Lake", "zh-Hans": "西湖店"}
STORE = {"code": "west", "name": NAME, "time_zone": "Asia/Shanghai", "kind": "franchise"}


@pytest.fixture(autouse=True)
def imports_kept(tmp_path, settings):
    """Files lie in this test's folder."""
    settings.REGULARS = settings.REGULARS.model_copy(update={"data_dir": tmp_path})


def changed(till, path, body, key):
    return till("PATCH", path, json.dumps(body).encode(), idempotency_key=key)


def test_a_store_is_opened_grouped_and_closed(till):
    assert till.post("/store-groups", {"code": "north", "name": NAME}, key="g").status == 201
    made = till.post("/stores", STORE, key="s")
    assert (made.status, made.json["kind"], made.json["group"]) == (201, "franchise", None)
    assert till.post("/stores", STORE, key="s").json == made.json, "the same request once"
    assert till.post("/stores", STORE, key="s2").code == "store_exists"
    done = changed(till, "/stores/west", {"group": "north"}, "c1")
    assert (done.status, done.json["group"]) == (200, "north")
    assert till.get("/store-groups").json["items"][0]["stores"] == ["west"]
    assert changed(till, "/stores/west", {"group": None}, "c2").json["group"] is None
    closed = changed(till, "/stores/west", {"is_active": False}, "c3").json
    assert (closed["is_active"], closed["name"]) == (False, NAME)
    assert till.get("/stores/west").json == closed
    assert changed(till, "/stores/nowhere", {}, "c4").code == "unknown_store"
    assert changed(till, "/stores/west", {"time_zone": "Mars/One"}, "c5").status == 422


def test_a_device_is_told_its_secret_once_and_ended(till):
    body = {"name": "Till 1", "kind": "till", "store": "s1"}
    made = till.post("/devices", body, key="d")
    assert made.status == 201 and device_present(text=made.json["secret"]).name == "Till 1"
    again = till.post("/devices", body, key="d")
    assert (again.status, again.json["secret"]) == (200, None)
    device = made.json["device"]["device"]
    assert [each["device"] for each in till.get("/devices").json["items"]] == [device]
    ended = till.post(f"/devices/{device}/revoke", {}, key="r")
    assert ended.status == 200 and ended.json["revoked_at"]
    assert till.post("/devices/dev0/revoke", {}, key="r2").code == "unknown_device"


def test_a_key_is_replaced_while_the_old_one_goes_on(shop, till):
    prefix = till.key.partition(".")[0]
    made = till.post(f"/api-keys/{prefix}/rotate", {"overlap_hours": 2}, key="k")
    assert made.status == 201
    new = Caller(made.json["secret"])
    for caller in (till, new):
        assert caller.post("/events", sale("mei", 100, "R-1")).status in (200, 201)
    assert (
        till.post(f"/api-keys/{prefix}/rotate", {"overlap_hours": 2}, key="k").json["secret"]
        is None
    )
    known = {each["prefix"]: each for each in new.get("/api-keys").json["items"]}
    assert known[prefix]["expires_at"] == "2025-03-01T06:00:00Z"
    assert "secret" not in str(known)
    assert new.post(f"/api-keys/{prefix}/revoke", {"reason": "done"}, key="e").status == 200
    keys_forgotten()
    assert till.get("/api-keys").code == "key_revoked"


def test_who_may_less_gets_no_key_that_may_more(api_key, till):
    keeper = Caller(api_key("keeper", Scope.KEYS))
    prefix = till.key.partition(".")[0]
    for deed in ("rotate", "revoke"):
        refused = keeper.post(f"/api-keys/{prefix}/{deed}", {}, key=deed)
        assert (refused.status, refused.code) == (403, "scope_missing")
    own = keeper.key.partition(".")[0]
    assert keeper.post(f"/api-keys/{own}/rotate", {}, key="own").status == 201


def upload(till, text, key="u", **more):
    content = base64.b64encode(text.encode()).decode()
    return till.post("/imports", {"file_name": "old.csv", "content": content, **more}, key=key)


FILE = "Phone,Name,beans\n13900000001,Cai,30\n13900000002,Dan,12\nnonsense,Eve,5\n"
COLUMNS = {"phone": "Phone", "name": "Name", "balance:beans": "beans"}


def test_a_file_is_imported_and_undone(shop, till):
    added = upload(till, FILE)
    assert (added.status, added.json["state"], added.json["row_count"]) == (201, "added", 3)
    assert upload(till, FILE, key="u2").json["id"] == added.json["id"], "one file, one import"
    where = f"/imports/{added.json['id']}"
    fields = added.json["columns"]
    mapped = till.post(f"{where}/mapping", {"columns": fields, "expected": {"members": 3}}, key="m")
    assert mapped.status == 200 and mapped.json["columns"] == fields
    assert till.post(f"{where}/start", {}, key="too-soon").code == "import_state_unfit"
    checked = till.post(f"{where}/check", {}, key="c").json
    assert (checked["state"], checked["rejected"]) == ("checked", 1)
    rejected = till.get(f"{where}/rejected").json["items"]
    assert [each["row"] for each in rejected] == [4]
    members = shop.rows("members_member")
    assert till.post(f"{where}/start", {}, key="s").json["state"] == "running"
    chunks_run(import_id=added.json["id"])
    import_finish(actor=SYSTEM, import_id=added.json["id"])
    done = till.get(where).json
    assert (done["state"], done["rows_done"]) == ("finished", 3)
    assert shop.rows("members_member") == members + 2
    assert till.post(f"{where}/undo", {}, key="x").json["state"] == "undoing"
    import_undo(actor=SYSTEM, import_id=added.json["id"])
    assert till.get(where).json["state"] == "undone"


def test_the_stores_of_a_file_are_listed_and_become_the_shops_own(shop, till):
    text = "Phone,Store\n13900000001,Main street\n13900000002,s1\n13900000003,Main street\n"
    where = f"/imports/{upload(till, text).json['id']}"
    (column,) = till.get(f"{where}/values").json["items"]
    assert (column["field"], column["heading"]) == ("store", "Store")
    assert column["values"] == [
        {"written": "Main street", "rows": 2, "becomes": None},
        {"written": "s1", "rows": 1, "becomes": "s1"},
    ]
    said = {"store": {"Main street": "nowhere"}}
    assert till.post(f"{where}/mapping", {"values": said}, key="m1").code == "import_value_unfit"
    said = {"store": {"Main street": "s1"}}
    mapped = till.post(f"{where}/mapping", {"values": said}, key="m2").json
    assert (mapped["state"], mapped["values"]) == ("added", said)
    checked = till.post(f"{where}/check", {}, key="c").json
    assert checked["placed"] == [{"field": "store", "becomes": "s1", "taken": 3, "rejected": 0}]
    till.post(f"{where}/discard", {}, key="d")
    assert till.get(f"{where}/values").json["items"] == []


def test_a_file_that_was_not_started_is_thrown_away(till):
    added = upload(till, FILE)
    gone = till.post(f"/imports/{added.json['id']}/discard", {}, key="d")
    assert gone.json["state"] == "discarded"
    assert upload(till, FILE, key="u3", mapping="nobody's").code == "unknown_mapping"
    assert till.get("/imports/nothing").code == "unknown_import"
    assert len(till.get("/import-mappings").json["items"]) >= 2
