"""Tags, segments and levels over the API, as a back office uses them."""

from tests.api.calls import sale
from tests.api.house import nothing_moves
from tests.api.test_fuzz import LADDER

NAME = {"en": "Regulars", "zh-Hans": "常客"}


def test_a_segment_is_counted_saved_and_tagged(shop, till):
    mei = till.post("/events", sale("mei", 5000, "one")).json["member"]
    till.post("/events", sale("mei", 5000, "two"))
    condition = "member.orders_total >= 2"
    count = till.get("/segment-count?condition=member.orders_total%20%3E%3D%202")
    assert count.json == {"members": 1}
    saved = till.post(
        "/segments", {"code": "regulars", "name": NAME, "condition": condition}, key="1"
    )
    assert (saved.status, saved.json["revision"], saved.json["members"]) == (200, 1, None)
    assert till.post("/segments/regulars/refresh", None, key="2").json == {
        "members": 1,
        "entered": 1,
        "left": 0,
    }
    assert till.get(f"/members/{mei}/segments").json["items"][0]["code"] == "regulars"
    assert till.post("/tags", {"code": "gift", "name": NAME}, key="3").status == 201
    body = {"tag": "gift", "reason": "summer", "last_day": "2099-12-31"}
    assert till.post("/segments/regulars/tag", body, key="4").json == {"members": 1}
    (carried,) = till.get(f"/members/{mei}/tags").json["items"]
    assert (carried["tag"], carried["reason"], carried["source"]) == ("gift", "summer", "manual")
    assert till.post(f"/members/{mei}/tags/take", {"tag": "gift"}, key="5").json == {"items": []}


def test_a_bad_condition_names_its_place(shop, till):
    body = {"code": "regulars", "name": NAME, "condition": "member.orders >= 2"}
    with nothing_moves():
        answer = till.post("/segments", body, key="1")
    assert (answer.status, answer.code) == (422, "unknown_variable")
    assert (answer.json["context"]["line"], answer.json["context"]["column"]) == (1, 1)


def test_a_member_reads_the_level_and_what_the_next_one_needs(shop, till):
    assert till.post("/ladders", LADDER, key="1").json["levels"][1]["code"] == "vib"
    receipt = till.post("/events", sale("mei", 36_000, "one")).json
    assert receipt["explanation"][-1]["code"] == "tier_raised"
    answer = till.get(f"/members/{receipt['member']}/levels").json
    (level,) = answer["items"]
    assert (level["level"], level["figure"], level["next_level"]) == ("vib", 36_000, None)
    (change,) = answer["changes"]
    assert (change["before"], change["after"], change["cause"]) == ("insider", "vib", "order.paid")
    settled = till.post("/ladders/insider/settle", {"preview": True}, key="2").json
    assert settled == {"ladder": "insider", "members": 1, "raised": 0, "renewed": 0, "lowered": 0}
