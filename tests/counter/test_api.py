"""A counter's receipts over the API, by the number on the paper."""

import pytest

from regulars.commerce.counter.types import LineBack, TicketLine
from regulars.faces.hotdoor import front
from regulars.foundation.actors import SYSTEM
from regulars.organization.apikeys.services import apikey_create, keys_forgotten
from regulars.organization.apikeys.types import Scope
from tests.api.calls import Caller


@pytest.fixture
def asked(counter):
    """Asks under a key with these scopes, in the shop's time."""
    keys_forgotten()

    def get(number, scope=Scope.MEMBERS_READ):
        with counter.shop.time():
            _, text = apikey_create(actor=SYSTEM, name="erp", source="erp", scopes=[scope])
            return Caller(text).get(f"/counter/receipts/{number}")

    yield get
    front.writing.stop()
    front.reading.stop()


def test_a_sale_and_its_return_stand_there_with_the_balance_of_their_entry(counter, asked):
    counter.shop.one(counter.shop.sale("mei", 200_000, "W-1"))
    counter.open()
    sale = counter.sell(
        TicketLine(8_850, "tea"), 4_000, member="mei", points=500, points_minor=500, given=15_000
    )
    refund = counter.refund(sale.number, 3_000, lines=(LineBack(2, 3_000),))
    counter.sell(10_000, member="mei")
    told = asked(sale.number).json
    assert (told["kind"], told["store"], told["business_date"]) == ("sale", "s1", "2025-03-08")
    assert (told["goods_minor"], told["net_minor"], told["points"]) == (12_850, 12_350, 500)
    assert (told["member"], told["left_minor"]) == (counter.id_of("mei"), 9_850)
    assert [(each["line"], each["left_minor"]) for each in told["lines"]] == [
        (1, 8_850),
        (2, 1_000),
    ]
    assert told["tenders"] == [
        {"kind": "cash", "amount_minor": 12_350},
        {"kind": "points", "amount_minor": 500},
    ]
    assert [
        (each["kind"], each["amount"], each["balance_after"]) for each in told["movements"]
    ] == [
        ("redeem", -500, 1_550),
        ("earn", 123, 1_673),
    ]
    back = asked(refund.number).json
    assert (back["kind"], back["original"], back["net_minor"]) == ("refund", sale.number, 2_884)
    assert back["lines"] == [{"line": 2, "category": "", "amount_minor": 3_000, "left_minor": 0}]
    assert [each["balance_after"] for each in back["movements"]] == [1_645, 1_761]


def test_an_unknown_number_and_a_key_without_the_scope_are_refused(counter, asked):
    for number in ("9-000001", "x" * 300, "%00"):
        answer = asked(number)
        assert (answer.status, answer.json["code"]) == (404, "unknown_receipt")
    assert asked("1-000001", Scope.EVENTS_WRITE).status == 403
