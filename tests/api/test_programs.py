"""Shops and programs over the API: read, drafted, published."""

from regulars.rules.programs.services import starter_content
from tests.api.calls import sale
from tests.api.house import nothing_moves


def doubled():
    content = starter_content("beans")
    content["rules"][0]["earn"]["rate"]["amount"] = 2
    return content


def test_shops_are_listed(shop, till):
    shop.store("s2", "America/New_York")
    assert till.get("/stores").json["items"] == [
        {
            "store": code,
            "name": {"en": code, "zh-Hans": code},
            "time_zone": zone,
            "kind": "own",
            "is_active": True,
        }
        for code, zone in (("s1", "Asia/Shanghai"), ("s2", "America/New_York"))
    ]


def test_a_draft_changes_nothing_until_it_is_published(shop, till):
    drafted = till.post("/programs/beans/draft", doubled(), key="draft-1")
    assert (drafted.status, drafted.json["program"]) == (200, "beans")
    till.post("/events", sale("mei", 1000, "1"))
    assert shop.of("mei").balance == 10
    published = till.post("/programs/beans/publish", {"reason": "spring"}, key="publish-1")
    assert (published.status, published.json["version"]) == (201, 2)
    receipt = till.post("/events", sale("mei", 1000, "2")).json
    assert receipt["programs"] == ["beans@2"]
    assert shop.of("mei").balance == 30
    seen = till.get("/programs/beans").json
    assert [(each["version"], each["state"]) for each in seen["versions"]] == [
        (2, "in_force"),
        (1, "superseded"),
    ]
    assert seen["draft"] is None
    assert till.get("/programs").json["items"] == [seen]


def test_publishing_again_with_the_same_key_publishes_once(till):
    till.post("/programs/beans/draft", doubled(), key="draft-1")
    first = till.post("/programs/beans/publish", {}, key="publish-1")
    with nothing_moves():
        again = till.post("/programs/beans/publish", {}, key="publish-1")
        without_draft = till.post("/programs/beans/publish", {}, key="publish-2")
    assert (first.status, again.status, again.body) == (201, 200, first.body)
    assert (without_draft.status, without_draft.code) == (409, "no_draft")


def test_a_draft_with_a_mistake_is_refused_with_its_place(till):
    unknown, wrong_type, misspelt = doubled(), doubled(), doubled()
    unknown["rules"][0]["when"] = "order.colour == 1"
    wrong_type["rules"][0]["when"] = 'order.net_minor == "a"'
    misspelt["rules"][0]["ern"] = {}
    for number, (content, place) in enumerate(
        ((unknown, "rules[0].when"), (wrong_type, "rules[0].when"), (misspelt, "rules[0]"))
    ):
        with nothing_moves():
            answer = till.post("/programs/beans/draft", content, key=f"bad-{number}")
        assert answer.status == 422, place
        assert answer.code
        assert place in answer.json["detail"]
    with nothing_moves():
        assert till.post("/programs/beans/draft", [1], key="bad-list").code == "invalid_input"
        assert till.post("/programs/Beans!/draft", doubled(), key="bad-code").code == (
            "invalid_input"
        )


def test_a_draft_is_simulated_over_past_events(shop, till):
    till.post("/events", sale("mei", 1000, "1"))
    till.post("/programs/beans/draft", doubled(), key="draft-1")
    days = f"since={shop.now.date()}&until={shop.now.date()}"
    with nothing_moves():
        found = till.get(f"/programs/beans/simulation?{days}")
        really = till.get(f"/programs/beans/simulation?{days}&version=1").json
        missing = till.get("/programs/beans/simulation?since=2025-01-01")
        reversed_ = till.get("/programs/beans/simulation?since=2025-01-02&until=2025-01-01")
    assert (found.status, found.json["events"], found.json["winners"]) == (200, 1, 1)
    assert [(each["amount"], each["really"]) for each in found.json["assets"]] == [(20, 10)]
    assert [(each["amount"], each["really"]) for each in really["assets"]] == [(10, 10)]
    assert (missing.status, missing.code) == (422, "invalid_input")
    assert (reversed_.status, reversed_.code) == (422, "range_reversed")
