"""Bo pays with his points for what Mei buys, or for somebody unknown: they go back to Bo."""

from datetime import timedelta
from itertools import permutations

import msgspec
import pytest

from regulars.foundation import ids
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.ledger.book.services import holder_frozen_set
from regulars.ledger.proofs.services import ledger_prove
from regulars.rules.intake import resolve

ORDERS = list(permutations(["paid", "refunded", "cancelled", "again"]))


@pytest.fixture
def proved(shop, tmp_path):
    """Mei, Bo and Oz have 9,000 beans each; in the end the books are sound."""
    for name in ("mei", "bo", "oz"):
        shop.one(shop.sale(name, 900_000, occurred_at=shop.now - timedelta(hours=9)))
    yield shop
    results = ledger_prove(roots_file=tmp_path / "roots")
    assert {each.code: each.first.sentence() for each in results if not each.holds} == {}


def story(shop, buyer, document="R-1"):
    """Paid at 8, 30 % given back at 9, cancelled at 10, paid again at 11; told from noon on."""
    hours = [shop.now - timedelta(hours=each) for each in (4, 3, 2, 1)]
    paid = shop.sale(buyer, 10_000, document, occurred_at=hours[0])
    again = {"event_id": f"{paid.event_id}-2", "part": "2", "occurred_at": hours[3]}
    return {
        "paid": paid,
        "refunded": shop.refund(document, 3_000, occurred_at=hours[1]),
        "cancelled": shop.cancel(document, occurred_at=hours[2]),
        "again": msgspec.structs.replace(paid, member=None, **again),
    }


def paying(shop, name, points, document="R-1", **more):
    return shop.redemption(
        name, points, document, occurred_at=shop.now - timedelta(hours=5), **more
    )


def have(shop):
    return {name: shop.of(name).balance for name in ("mei", "bo", "oz")}


def ends(shop, buyer):
    """How much everybody has more or less after each order of arrival."""
    found = set()
    for number, order in enumerate(ORDERS):
        document, before = f"R-{number}", have(shop)
        for name, points in (("bo", 200), ("oz", 101), ("mei", 50)):
            shop.one(paying(shop, name, points, document))
        events = story(shop, buyer, document)
        for name in order:
            shop.one(events[name])
        found.add(tuple(has - before[name] for name, has in have(shop).items()))
    return found


def test_every_order_of_arrival_takes_from_each_what_is_left_of_what_he_paid(proved):
    # 70 of 100 earned stay; of 200, 101 and 50 paid come back 60, 30 and 15.
    assert ends(proved, "mei") == {(70 - 35, -140, -71)}


def test_the_same_for_a_sale_to_somebody_unknown(proved):
    assert ends(proved, None) == {(-35, -140, -71)}


def test_all_of_it_in_one_batch_ends_the_same(proved):
    items = []
    for number, order in enumerate(ORDERS):
        document = f"R-{number}"
        events = story(proved, ("mei", None)[number % 2], document)
        items += [paying(proved, "bo", 200, document), *[events[name] for name in order]]
    assert not [each for each in proved.send(*items) if isinstance(each, RegularsError)]
    assert have(proved) == {"mei": 9000 + 12 * 70, "bo": 9000 - 24 * 140, "oz": 9000}


def test_the_receipt_names_whose_points_came_back(proved):
    events = story(proved, "mei")
    proved.one(paying(proved, "bo", 200))
    proved.one(events["paid"])
    back = proved.one(events["cancelled"])
    bo, mei = (ids.public_id("mem", proved.members[name]) for name in ("bo", "mei"))
    told = [(entry["kind"], entry.get("member")) for entry in back["entries"]]
    assert (back["member"], told) == (mei, [("refund", None), ("return", bo)])
    assert back["balances"] == [
        {"asset": "beans", "balance": 9000},
        {"asset": "beans", "balance": 9000, "member": bo},
    ]
    again = proved.one(events["again"])
    told = [(entry["kind"], entry.get("member")) for entry in again["entries"]]
    assert told == [("earn", None), ("redeem", bo)]
    assert again["balances"][1] == {"asset": "beans", "balance": 8800, "member": bo}


def test_who_bought_unknown_is_on_no_receipt_and_the_payer_is(proved):
    events = story(proved, None)
    proved.one(paying(proved, "bo", 200))
    proved.one(events["paid"])
    back = proved.one(events["refunded"])
    bo = ids.public_id("mem", proved.members["bo"])
    assert "member" not in back and [entry["member"] for entry in back["entries"]] == [bo]
    assert back["balances"] == [{"asset": "beans", "balance": 8860, "member": bo}]


def test_points_set_aside_by_another_are_free_again_when_all_goes_back(proved):
    for buyer, document in (("mei", "R-1"), (None, "R-2")):
        proved.one(proved.redemption("bo", 200, document, hold_seconds=3600))
        assert proved.of("bo").spendable == 8800
        proved.one(proved.sale(buyer, 10_000, document))
        proved.one(proved.cancel(document))
        assert (proved.of("bo").spendable, proved.of("bo").balance) == (9000, 9000)


def test_it_is_not_paid_again_when_the_payer_has_spent_it_or_is_frozen(proved):
    for buyer, document in (("mei", "R-1"), (None, "R-2")):
        events = story(proved, buyer, document)
        proved.one(paying(proved, "bo", 200, document))
        proved.one(events["paid"])
        proved.one(events["cancelled"])
    proved.one(proved.redemption("bo", 8900))
    before = have(proved)
    assert proved.send(events["again"])[0].code == "insufficient_balance"
    with unit_of_work() as unit:
        holder_frozen_set(unit, proved.members["bo"], frozen=True)
    assert proved.send(events["again"])[0].code == "holder_frozen"
    assert have(proved) == before


def test_without_the_others_who_paid_their_points_are_lost(proved, monkeypatch):
    """The negative control: only what the buyer paid is looked for, as it was once."""
    joined = resolve._redemptions_joined

    def narrow(plans, rows):
        for plan in plans:
            joined([plan], [row for row in rows if row[-1] == plan.holder_id])

    monkeypatch.setattr(resolve, "_redemptions_joined", narrow)
    assert ends(proved, "mei") == {(70 - 35, -200, -101)}
