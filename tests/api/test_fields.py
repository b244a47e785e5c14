"""Own fields and birthdays over the API."""

import json

PET = {"code": "pet", "name": {"en": "Pet", "zh-Hans": "宠物"}, "kind": "text"}


def changed(till, path, body, key):
    return till("PATCH", path, json.dumps(body).encode(), idempotency_key=key)


def test_a_field_is_defined_filled_and_read(till):
    made = till.post("/member-fields", PET, key="f1")
    assert (made.status, made.json["kind"], made.json["is_personal"]) == (201, "text", True)
    assert till.get("/member-fields").json["items"] == [made.json]
    member = till.post("/members", {"external_id": "new"}, key="m1").json["member"]
    change = {
        "display_name": "梅",
        "fields": {"pet": "豆豆"},
        "birthday": {"month": 4, "day": 30},
    }
    done = changed(till, f"/members/{member}", change, key="c1")
    assert (done.status, done.json) == (200, {"member": member})
    profile = till.get(f"/members/{member}/profile").json
    assert profile == {
        "member": member,
        "fields": {"pet": "豆豆"},
        "birthday": {"month": 4, "day": 30, "year": None},
    }
    emptied = changed(till, f"/members/{member}", {"fields": {"pet": None}}, key="c2")
    assert emptied.status == 200
    assert till.get(f"/members/{member}/profile").json["fields"] == {}
    assert till.get(f"/members/{member}").json["display_name"] == "梅"


def test_all_or_nothing(till):
    member = till.post("/members", {"external_id": "new"}, key="m1").json["member"]
    for number, (change, code) in enumerate(
        (
            ({"display_name": "梅", "fields": {"pet": "豆豆"}}, "unknown_field"),
            ({"display_name": "梅", "birthday": {"month": 2, "day": 30}}, "birthday_refused"),
            ({"display_name": "梅", "birthday": {"month": 2}}, "invalid_input"),
            ({"colour": "red"}, "invalid_input"),
        )
    ):
        refused = changed(till, f"/members/{member}", change, key=f"c{number}")
        assert (refused.status, refused.json["code"]) == (422, code)
    assert till.get(f"/members/{member}").json["display_name"] == ""
