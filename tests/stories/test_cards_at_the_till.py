"""A till names Mei by the card in her hand; a lost or replaced one says why it is refused."""

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.cards import services as cards
from regulars.rules.intake.types import MemberRef


@pytest.fixture
def carded(shop):
    act(shop, cards.cards_make, name="VIP", prefix="VIP", first=1, count=3, digits=3)
    act(shop, cards.card_bind, member_id=shop.members["mei"], number="VIP001")
    return shop


def act(shop, service, **named):
    with shop.time(), unit_of_work() as unit:
        return service(unit=unit, actor=SYSTEM, **named)


def by_card(shop, number, document):
    return shop.sale(None, 5_000, document, ref=MemberRef(card=number))


def test_the_card_finds_its_member_however_it_is_written(carded):
    carded.one(by_card(carded, "vip 001", "R-1"))
    assert carded.of("mei").balance == 50


def test_a_lost_and_a_replaced_card_are_refused_by_name_and_nothing_moves(carded):
    mei = carded.members["mei"]
    act(carded, cards.card_report_lost, member_id=mei, number="VIP001", reason="on a bus")
    assert carded.send(by_card(carded, "VIP001", "R-1"))[0].code == "card_lost"
    act(
        carded,
        cards.card_replace,
        member_id=mei,
        number="VIP001",
        new_number="VIP002",
        reason="lost",
    )
    refused = carded.send(
        *[by_card(carded, number, f"R-{number}") for number in ("VIP001", "VIP003", "VIP009")]
    )
    assert [each.code for each in refused] == ["card_replaced", "unknown_card", "unknown_card"]
    assert carded.send(by_card(carded, "!", "R-4"))[0].code == "invalid_card_number"
    assert (carded.of("mei").balance, carded.rows("rules_event")) == (0, 0)
    carded.one(by_card(carded, "VIP002", "R-1"))
    assert carded.of("mei").balance == 50


def test_a_member_is_named_in_one_way(carded):
    both = MemberRef(card="VIP001", external_id="mei")
    assert carded.send(carded.sale(None, 5_000, ref=both))[0].code == "member_missing"
