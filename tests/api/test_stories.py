"""What a till does on a day: it sells, takes points, gives money back, and shows why."""

from datetime import date

from regulars.foundation import clock
from tests.api.calls import refund, sale


def beans(till, member):
    """The member's position in beans as the API tells it."""
    (position,) = till.get(f"/members/{member}/balances").json["balances"]
    return position


def test_mei_buys_and_earns(till):
    answer = till.post("/events", sale("mei", 12_345))
    assert answer.status == 201
    receipt = answer.json
    assert (receipt["kind"], receipt["status"]) == ("order.paid", "applied")
    assert receipt["business_date"] == "2025-03-01"
    (entry,) = receipt["entries"]
    assert entry["movements"] == [
        {
            "asset": "beans",
            "direction": "in",
            "amount": 123,
            "counter": "issued",
            "rule": "beans@1/base",
            "balance_after": 123,
            "expires_at": "2026-12-31T16:00:00Z",
        }
    ]
    assert beans(till, receipt["member"]) == {
        "asset": "beans",
        "balance": 123,
        "spendable": 123,
        "held": 0,
        "debt": 0,
        "pending": 0,
        "expiring": [{"expires_at": "2026-12-31T16:00:00Z", "amount": 123}],
    }


def test_a_receipt_explains_itself_in_both_languages(till):
    sold = till.post("/events", sale("mei", 12_345)).json
    again = till.get(f"/receipts/{sold['receipt']}").json
    assert again["explanation"] == [
        {
            "rule": "beans@1/base",
            "fired": True,
            "code": "earned",
            "params": {"asset": "beans", "amount": 123, "base_minor": 12_345},
            "text": {
                "en": "Earned 123 beans on ¥123.45.",
                "zh-Hans": "按实付 ¥123.45 获得 123 豆。",
            },
        }
    ]
    del again["explanation"], sold["explanation"]
    assert again == sold


def test_mei_pays_with_beans_and_gets_them_back_with_the_refund(till):
    member = till.post("/events", sale("mei", 200_000, "1")).json["member"]
    body = {"member": {"external_id": "mei"}, "points": 1500, "document": "R-2"}
    paid = till.post("/redemptions", body, key="pay-2")
    assert paid.status == 201
    redemption = paid.json["redemption"]
    assert (redemption["value_minor"], redemption["state"]) == (1500, "settled")
    assert till.post("/events", sale("mei", 10_000, "2")).json["balances"] == [
        {"asset": "beans", "balance": 600}
    ]

    # Half the money back: half the earning goes, half the beans return.
    half = till.post("/events", refund(5_000, "2", "1")).json
    assert [
        (move["direction"], move["amount"], move["balance_after"])
        for entry in half["entries"]
        for move in entry["movements"]
    ] == [("out", 50, 550), ("in", 750, 1300)]

    # The rest: everything is as it was before.
    till.post("/events", refund(5_000, "2", "2"))
    assert beans(till, member)["spendable"] == 2000


def test_points_are_set_aside_and_settled(till):
    member = till.post("/events", sale("mei", 200_000)).json["member"]
    body = {"member": {"external_id": "mei"}, "points": 1500, "hold_seconds": 600}
    held = till.post("/redemptions", body, key="pay-1").json["redemption"]
    assert (held["state"], held["expires_at"]) == ("held", "2025-03-01T04:10:00Z")
    assert (beans(till, member)["spendable"], beans(till, member)["held"]) == (500, 1500)

    settled = till.post(f"/redemptions/{held['redemption']}/settle", key="settle-1")
    assert (settled.status, settled.json["state"]) == (200, "settled")
    assert (beans(till, member)["balance"], beans(till, member)["held"]) == (500, 0)
    seen = till.get(f"/redemptions/{held['redemption']}").json
    assert seen == settled.json
    assert seen["entry"].startswith("ent_")


def test_points_are_set_aside_and_released(till):
    member = till.post("/events", sale("mei", 200_000)).json["member"]
    body = {"member": {"external_id": "mei"}, "points": 1500, "hold_seconds": 600}
    held = till.post("/redemptions", body, key="pay-1").json["redemption"]["redemption"]
    released = till.post(f"/redemptions/{held}/release", key="release-1")
    assert (released.status, released.json["state"]) == (200, "released")
    assert beans(till, member)["spendable"] == 2000
    refused = till.post(f"/redemptions/{held}/settle", key="settle-1")
    assert (refused.status, refused.code) == (409, "redemption_closed")
    assert beans(till, member)["spendable"] == 2000


def test_points_set_aside_too_long_are_free_again(shop, till):
    member = till.post("/events", sale("mei", 200_000)).json["member"]
    body = {"member": {"external_id": "mei"}, "points": 1500, "hold_seconds": 600}
    held = till.post("/redemptions", body, key="pay-1").json["redemption"]["redemption"]
    shop.on(date(2025, 3, 1), hour=12, minute=10)
    with clock.stopped_at(shop.now):
        assert till.get(f"/redemptions/{held}").json["state"] == "released"
        assert beans(till, member)["spendable"] == 2000
        refused = till.post(f"/redemptions/{held}/settle", key="settle-1")
    assert (refused.status, refused.code) == (409, "redemption_closed")


def test_a_statement_is_read_page_by_page(till):
    for number in range(1, 6):
        member = till.post("/events", sale("mei", number * 1000, str(number))).json["member"]
    path = f"/members/{member}/statement?limit=2"
    pages, page = [], till.get(path).json
    while page["next_cursor"]:
        pages.append(page["items"])
        page = till.get(f"{path}&cursor={page['next_cursor']}").json
    pages.append(page["items"])
    moved = [[entry["movements"][0]["amount"] for entry in items] for items in pages]
    assert moved == [[50, 40], [30, 20], [10]]
    newest = pages[0][0]
    assert newest["movements"][0]["balance_after"] == 150
    assert newest["receipt"].startswith("rcp_")
    assert till.get(f"/receipts/{newest['receipt']}").json["document"] == "R-5"


def test_a_statement_page_is_never_cut_inside_an_entry(shop, till):
    """A sale that earns by two rules is one entry with two movements."""
    shop.publish(
        rules=[
            {
                "code": code,
                "name": {"en": code},
                "on": "order.paid",
                "earn_flat": {"asset": "beans", "amount": amount},
            }
            for code, amount in (("first", 3), ("second", 4))
        ]
    )
    for number in range(1, 4):
        member = till.post("/events", sale("mei", 1000, str(number))).json["member"]
    path = f"/members/{member}/statement?limit=1"
    first = till.get(path).json
    second = till.get(f"{path}&cursor={first['next_cursor']}").json
    for page in (first, second):
        (entry,) = page["items"]
        assert [move["amount"] for move in entry["movements"]] == [3, 4]
    assert first["items"][0]["entry"] != second["items"][0]["entry"]


def test_a_walk_in_customer_earns_nothing(till):
    answer = till.post("/events", sale(None))
    assert answer.status == 201
    assert "member" not in answer.json
    assert "entries" not in answer.json


def test_a_refund_before_its_sale_waits_for_it(till):
    waiting = till.post("/events", refund(5_000, "7")).json
    assert waiting["status"] == "waiting"
    sold = till.post("/events", sale("mei", 10_000, "7")).json
    assert sold["balances"] == [{"asset": "beans", "balance": 50}]


def test_a_long_statement_loses_no_movement_between_pages(shop, till):
    """Seventy sales of three movements each: more than one look into the book brings."""
    shop.publish(
        rules=[
            {
                "code": f"rule-{amount}",
                "name": {"en": "flat"},
                "on": "order.paid",
                "earn_flat": {"asset": "beans", "amount": amount},
            }
            for amount in (1, 2, 3)
        ]
    )
    events = [sale("mei", 1000, str(number)) for number in range(70)]
    results = till.post("/events/batch", {"events": events}).json["results"]
    path = f"/members/{results[0]['receipt']['member']}/statement?limit=100"
    pages = [till.get(path).json]
    while pages[-1]["next_cursor"]:
        pages.append(till.get(f"{path}&cursor={pages[-1]['next_cursor']}").json)
    assert len(pages) == 2
    entries = [entry for page in pages for entry in page["items"]]
    assert len({entry["entry"] for entry in entries}) == len(entries) == 70
    for entry in entries:
        assert [move["amount"] for move in entry["movements"]] == [1, 2, 3]
