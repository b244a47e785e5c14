"""Mei gives Bo beans, over the API's own service: once for each key, dates kept, or not at all."""

from datetime import date

import pytest

from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.errors import KeyReused
from regulars.ledger.book.errors import (
    AssetNotTransferable,
    InsufficientBalance,
    SameHolder,
    UnknownAsset,
)
from regulars.members.profiles.errors import UnknownMember
from regulars.rules.programs.services import starter_content
from regulars.rules.transfers.services import transfer_make
from regulars.rules.transfers.types import Gift


@pytest.fixture
def rich(shop):
    """Mei has 500 beans that may be given away."""
    shop.on(date(2024, 6, 1))
    assets = [starter_content("beans")["assets"][0] | {"code": "stars", "transferable": True}]
    rules = starter_content("beans")["rules"]
    rules[0]["earn"]["asset"] = "stars"
    shop.publish(code="stars", assets=assets, rules=rules, redemption=None)
    shop.on(date(2025, 3, 1))
    shop.one(shop.sale("mei", 50_000))
    return shop


def give(shop, points, *, giver="mei", to="bo", asset="stars", key="gift-1"):
    receiver = shop.members.get(to) or to
    gift = Gift(shop.members[giver], receiver, asset, points)
    with shop.time():
        return transfer_make(gift, key=key, source="till", actor=SYSTEM)


def test_a_gift_moves_beans_with_their_dates_and_a_retry_moves_nothing(rich):
    first, again = give(rich, 120), give(rich, 120)
    assert (first.status, first.replayed, again.replayed) == (201, False, True)
    assert first.body == again.body
    assert (rich.of("mei", "stars").balance, rich.of("bo", "stars").balance) == (380, 120)
    assert rich.of("bo", "stars").expiring[0][0] == rich.of("mei", "stars").expiring[0][0]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"points": 501}, InsufficientBalance),
        ({"points": 1, "to": "mei"}, SameHolder),
        ({"points": 1, "to": ids.new_id()}, UnknownMember),
        ({"points": 1, "asset": "gold"}, UnknownAsset),
        ({"points": 1, "asset": "beans"}, AssetNotTransferable),
    ],
)
def test_a_gift_that_can_not_be_is_refused_and_nothing_moves(rich, wrong, refusal):
    notices = rich.rows("outbox_notice")
    with pytest.raises(refusal):
        give(rich, **wrong)
    assert (rich.of("mei", "stars").balance, rich.of("bo", "stars").balance) == (500, 0)
    assert rich.rows("outbox_notice") == notices
    # The key is free again: what was wrong may be put right under it.
    assert give(rich, 20).status == 201


def test_a_key_belongs_to_one_gift(rich):
    give(rich, 20)
    with pytest.raises(KeyReused):
        give(rich, 21)
    assert rich.of("bo", "stars").balance == 20
