"""Cards: C1 is lost, C2 takes its place, and nothing is lost with it."""

from datetime import date

import pytest

from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.ledger.book.services import asset_create, verbs_run
from regulars.ledger.book.types import AssetKind, Credit, Post
from regulars.members.cards import selectors, services
from regulars.members.cards.errors import (
    CardLost,
    CardNotBound,
    CardNumbersTaken,
    CardRangeMalformed,
    CardReplaced,
    CardTaken,
    UnknownCard,
)
from regulars.members.cards.types import CardState
from regulars.members.lifecycle.services import member_erase, member_merge
from regulars.members.profiles.selectors import member_find, member_get, member_search
from regulars.organization.stores.services import stores_forgotten
from tests.shop import shop_opened

C1, C2, C3 = "888000015", "888000023", "888000031"


@pytest.fixture
def shop(clean_database):
    """Mei with ¥300 of principal, 5 counts and 80 beans, and three free cards."""
    shop = shop_opened(date(2014, 1, 1))
    stores_forgotten()
    shop.store()
    shop.publish()
    shop.member("mei")
    shop.member("bo")
    shop.on(date(2025, 3, 1))
    shop.one(shop.sale("mei", 8_000))
    owned(shop, "mei", AssetKind.PRINCIPAL, 30_000)
    owned(shop, "mei", AssetKind.COUNT, 5)
    act(services.cards_make, name="First", prefix="888", first=1, count=3, digits=5)
    yield shop
    shop.close()
    stores_forgotten()


def owned(shop, name, kind, amount):
    with shop.time():
        asset_id = asset_create(
            code=kind.value,
            name={"en": kind.value},
            kind=kind,
            time_zone="Asia/Shanghai",
            currency="CNY" if kind is AssetKind.PRINCIPAL else "",
        )
        post = Post(
            key=ids.new_id(),
            holder_id=shop.members[name],
            kind="earn",
            movements=(Credit(asset_id, amount),),
            occurred_at=shop.now,
            business_date=date(2025, 3, 1),
            actor=SYSTEM,
        )
        with unit_of_work() as unit:
            verbs_run(unit, [post])


def act(work, **more):
    with unit_of_work() as unit:
        return work(unit=unit, actor=SYSTEM, **more)


def bind(shop, name, number):
    act(services.card_bind, member_id=shop.members[name], number=number)


def lose(shop, name, number):
    act(services.card_report_lost, member_id=shop.members[name], number=number, reason="on a bus")


def replace(shop, name, number, new_number):
    act(
        services.card_replace,
        member_id=shop.members[name],
        number=number,
        new_number=new_number,
    )


def states(shop, name):
    return {card.number: card.state.value for card in selectors.cards_of(shop.members[name])}


def positions(shop, name):
    return [shop.of(name, asset).spendable for asset in ("principal", "count", "beans")]


def test_a_lost_card_refuses_everything_and_the_new_one_shows_the_same(shop):
    bind(shop, "mei", "8880 00015")
    assert selectors.card_presented(C1) == shop.members["mei"]
    assert member_find("card", C1).id == shop.members["mei"]
    lose(shop, "mei", C1)
    with pytest.raises(CardLost):
        selectors.card_presented(C1)
    assert member_search(C1) == []
    replace(shop, "mei", C1, C2)
    assert selectors.card_presented(C2) == shop.members["mei"]
    assert positions(shop, "mei") == [30_000, 5, 80]
    with pytest.raises(CardReplaced):
        selectors.card_presented(C1)
    assert states(shop, "mei") == {C1: "replaced", C2: "bound"}
    assert [each.id for each in member_search("0023")] == [shop.members["mei"]]


def test_a_lost_card_that_turns_up_can_be_used_again_unless_it_was_replaced(shop):
    bind(shop, "mei", C1)
    lose(shop, "mei", C1)
    lose(shop, "mei", C1)
    act(services.card_report_found, member_id=shop.members["mei"], number=C1)
    assert selectors.card_presented(C1) == shop.members["mei"]
    replace(shop, "mei", C1, C2)
    with pytest.raises(CardReplaced):
        act(services.card_report_found, member_id=shop.members["mei"], number=C1)


def test_what_can_not_be_is_refused_and_nothing_changes(shop):
    bind(shop, "mei", C1)
    bind(shop, "mei", C1)
    with pytest.raises(CardTaken):
        bind(shop, "bo", C1)
    with pytest.raises(CardNotBound):
        lose(shop, "bo", C1)
    with pytest.raises(CardNotBound):
        lose(shop, "bo", C2)
    with pytest.raises(CardTaken):
        replace(shop, "mei", C1, C1)
    with pytest.raises(UnknownCard):
        bind(shop, "bo", "888000046")
    with pytest.raises(UnknownCard):
        selectors.card_presented(C3)
    lose(shop, "mei", C1)
    with pytest.raises(CardLost):
        bind(shop, "bo", C1)
    assert (states(shop, "mei"), states(shop, "bo")) == ({C1: "lost"}, {})


def test_numbers_run_with_a_check_digit_and_none_is_made_twice(shop):
    (batch,) = selectors.card_batches()
    assert (batch.first, batch.last, batch.count, batch.free) == (C1, C3, 3, 3)
    with pytest.raises(CardNumbersTaken) as refused:
        act(services.cards_make, name="Again", prefix="888", first=3, count=2, digits=5)
    assert refused.value.context == {"taken": 1, "first": C3}
    act(services.cards_make, name="Letters", prefix="VIP", first=7, count=1, digits=3)
    assert [each.first for each in selectors.card_batches()] == ["VIP007", C1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"prefix": "vip-"},
        {"count": 0},
        {"count": 10_001},
        {"first": 99_999},
        {"first": -1},
        {"prefix": "1", "digits": 1, "first": 1, "count": 1},
        {"digits": 31},
    ],
)
def test_a_range_that_does_not_fit_is_refused(shop, wrong):
    whole = {"name": "x", "prefix": "9", "first": 1, "count": 2, "digits": 5} | wrong
    with pytest.raises(CardRangeMalformed):
        act(services.cards_make, **whole)
    assert len(selectors.card_batches()) == 1


def test_cards_go_over_with_a_merge_and_die_when_their_member_is_erased(shop):
    bind(shop, "bo", C1)
    bind(shop, "bo", C2)
    lose(shop, "bo", C2)
    ways = {"reason": "x", "source": "console", "actor": SYSTEM}
    member_merge(from_id=shop.members["bo"], into_id=shop.members["mei"], key="m", **ways)
    assert states(shop, "mei") == {C1: "bound", C2: "lost"}
    assert selectors.card_presented(C1) == shop.members["mei"]
    shop.member("oz")
    bind(shop, "oz", C3)
    member_erase(member_id=shop.members["oz"], key="e", **ways)
    with pytest.raises(CardReplaced):
        selectors.card_presented(C3)
    assert member_get(shop.members["oz"]).cards == ()
    assert states(shop, "oz") == {C3: CardState.REPLACED.value}
    with pytest.raises(RegularsError):
        bind(shop, "oz", C3)
