"""At the edge of limits, budgets, levels and batches, over real HTTP, each with its control.

The servers have a pause between looking and writing, so that two web workers meet in it; the
controls have the same pause and no protection.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import count

import pytest

from regulars.entitlements.tiers.services import ladder_save, ladders_forgotten
from regulars.foundation.actors import SYSTEM
from tests.faults.house import House, key, wrong_outcomes
from tests.faults.sums import rows
from tests.faults.test_races import found_in_rounds
from tests.foundation.servers import wait_until
from tests.shop import SHANGHAI
from tests.tiers.conftest import INSIDER

CLIENTS = [8, 32]
SALES = 24
# All protections are there; a sale of ¥6.66, which nobody else makes, comes on a mistake of ours.
HONEST = "mistake"
BATCHES = "mistake,one-by-one,batch-memory"
# Neither has to do with the other: one server less to start.
BUDGETS_AND_LEVELS = "budget-lock,settlement-lock"
NAME = {"zh-Hans": "购物返豆", "en": "Beans"}
# By what a sale costs, which of the edges it comes to. A budget is one for each day, and there are
# some of each kind, so that there is a fresh one for every round.
SPLIT, GIFT, FIRST, OWN = 1_300, 3_000, 4_000, 1_700
DAYS, ALIKE = 25, 20
USED = """
    SELECT subject, period, sum(used)::bigint FROM rules_shared_count
    GROUP BY id, subject, period HAVING sum(used) <> 0
"""
VALUE = """
    SELECT coalesce(sum(balance), 0)::bigint FROM ledger_account WHERE holder_id = ANY(%s::uuid[])
"""
LEVEL_SPEND = 50_000
# The settlement has read the figures of those whom it will move, and has not moved them yet.
LOOKED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle in transaction'
      AND query LIKE '%%rules_purchase%%'
"""
_taken = count()


def rule(code, net_minor, limit, **earned):
    return {
        "code": code,
        "name": NAME,
        "on": "order.paid",
        "when": f"order.net_minor == {net_minor}",
        "limits": [limit],
    } | earned


def budget(**maximum):
    return {"per": "all", "window": "day"} | maximum


BY_MONEY = {"earn": {"asset": "beans", "rate": {"amount": 1, "per_minor": 100}}}
THIRTY = {"earn_flat": {"asset": "beans", "amount": 30}}
RULES = [
    rule("own", OWN, {"per": "member", "window": "day", "amount": 50}, **BY_MONEY),
    *(rule(f"split{n:02}", SPLIT + n, budget(amount=100), **BY_MONEY) for n in range(ALIKE)),
    *(rule(f"gift{n:02}", GIFT + n, budget(amount=100), **THIRTY) for n in range(ALIKE)),
    *(rule(f"first{n:02}", FIRST + n, budget(times=5), **THIRTY) for n in range(ALIKE)),
]


@pytest.fixture(scope="module")
def house(django_db_setup, worker_database, django_db_blocker, tmp_path_factory):
    """The shop for races, with rules that come to an end, and a ladder by spend in a year."""
    with django_db_blocker.unblock():
        opened = House(worker_database, tmp_path_factory.mktemp("edges"))
        opened.shop.on(date(2014, 1, 2))
        opened.shop.publish(rules=RULES, assets=[])
        ladders_forgotten()
        with opened.shop.time():
            ladder_save(actor=SYSTEM, content=INSIDER)
        opened.shop.at = datetime.now(SHANGHAI)
        try:
            yield opened
        finally:
            opened.close()
            ladders_forgotten()
            worker_database.clean()


def budget_taken():
    """Which of the rules alike, and noon of which day: a budget that no other round had."""
    alike, day = divmod(next(_taken), DAYS)
    return alike, noon_before(day)


def noon_before(days=0):
    noon = datetime.now(SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - timedelta(days=days + 1)


def sold_by_all(house, sabotage, names, net_minor, at):
    """Each till sells to its own of `names`, `SALES` in all or one: (sale, reply) of each."""

    def sell(till, place):
        sales = [
            sale_at(house, names[place], net_minor, at) for _ in range(max(SALES // len(names), 1))
        ]
        return [(each, till.post("/events", each)) for each in sales]

    return [each for mine in house.together(sabotage, len(names), sell) for each in mine]


def sale_at(house, name, net_minor, at):
    return house.sale(name, net_minor) | {"occurred_at": at.isoformat()}


def given(reply):
    return beans_of(reply.json)


def beans_of(receipt):
    entries = receipt.get("entries", ())
    return sum(move["amount"] for entry in entries for move in entry["movements"])


def wrong_value(house, names, replies, value):
    """What is wrong where all receipts, and all members' accounts, must come to `value`."""
    told = sum(given(reply) for reply in replies)
    there = rows(VALUE, [house.id(name) for name in names])[0][0]
    return [] if told == there == value else [f"{told} told and {there} there instead of {value}"]


def wrong_count(at, code, value):
    """What is wrong with the budget's own count of that day."""
    day = at.date().isoformat()
    found = [used for subject, period, used in rows(USED) if code in subject and day in period]
    return [] if found == [value] else [f"the budget of {day} counts {found} instead of {value}"]


def budget_for_money(house, sabotage, clients):
    """100 beans a day for all; every sale is worth 13: seven are paid whole and one in part.

    What one of them gives back is there for the next who buys, to the bean.
    """
    names, (alike, at) = [house.member() for _ in range(clients)], budget_taken()
    sold = sold_by_all(house, sabotage, names, SPLIT + alike, at)
    replies = [reply for _, reply in sold]
    wrong = wrong_outcomes(replies, {"done": len(replies)})
    amounts = Counter(given(reply) for reply in replies)
    if amounts != {13: 7, 9: 1, 0: len(replies) - 8}:
        wrong.append(f"given {dict(amounts)}")
    wrong += wrong_value(house, names, replies, 100) + wrong_count(at, f"split{alike:02}", 100)
    document = next(sale["document"] for sale, reply in sold if given(reply) == 13)
    after = [house.refund(document, SPLIT + alike, "1")]
    after += [sale_at(house, names[-1], SPLIT + alike, at) for _ in range(2)]
    later = house.together(
        sabotage, 1, lambda till, _: [till.post("/events", each) for each in after]
    )[0]
    found = [given(reply) for reply in later[1:]]
    return wrong if found == [13, 0] else [*wrong, f"{found} for the 13 that came back"]


def budget_for_gifts(house, sabotage, clients):
    """100 beans a day for gifts of 30: three members get one, whole, and nobody a part."""
    names, (alike, at) = [house.member() for _ in range(clients)], budget_taken()
    replies = [reply for _, reply in sold_by_all(house, sabotage, names, GIFT + alike, at)]
    wrong = wrong_outcomes(replies, {"done": len(replies)})
    return wrong + wrong_value(house, names, replies, 90) + wrong_count(at, f"gift{alike:02}", 90)


def the_first_five(house, sabotage, clients):
    """The first five of the day get 30 beans each."""
    names, (alike, at) = [house.member() for _ in range(clients)], budget_taken()
    replies = [reply for _, reply in sold_by_all(house, sabotage, names, FIRST + alike, at)]
    wrong = wrong_outcomes(replies, {"done": len(replies)})
    return wrong + wrong_value(house, names, replies, 150) + wrong_count(at, f"first{alike:02}", 5)


def limit_of_one_member(house, sabotage, clients):
    """At most 50 beans a day for a member, and every till sells to her: 17, 17 and 16."""
    name, at = house.member(), noon_before()
    replies = [reply for _, reply in sold_by_all(house, sabotage, [name] * clients, OWN, at)]
    wrong = wrong_outcomes(replies, {"done": len(replies)})
    amounts = Counter(given(reply) for reply in replies)
    if amounts != {17: 2, 16: 1, 0: len(replies) - 3}:
        wrong.append(f"given {dict(amounts)}")
    return wrong + house.wrong_sums(name, 50)


EDGES = {
    budget_for_money: BUDGETS_AND_LEVELS,
    budget_for_gifts: BUDGETS_AND_LEVELS,
    the_first_five: BUDGETS_AND_LEVELS,
    limit_of_one_member: "holder-lock",
}


@pytest.mark.parametrize("clients", CLIENTS)
@pytest.mark.parametrize("edge", EDGES)
def test_many_tills_give_all_there_is_and_not_a_bean_more(house, edge, clients):
    assert edge(house, HONEST, clients) == []


@pytest.mark.parametrize("edge", EDGES)
def test_without_its_lock_each_edge_is_passed(house, edge):
    assert found_in_rounds(edge, house, EDGES[edge], 32)


def levels_won(house, names):
    """Spend of two years ago that gave a level until the end of last year."""
    now = house.shop.at
    house.shop.at = now.replace(year=now.year - 2, month=6, day=1)
    for name in names:
        house.shop.one(house.shop.sale(name, LEVEL_SPEND))
    house.shop.at = now


def settlement_against_earning(house, sabotage):
    """Eight members' levels are over; the settlement has looked, and now each buys enough again."""
    names = [house.member() for _ in range(8)]
    levels_won(house, names)

    def work(till, place):
        if place == 0:
            return till.post("/ladders/insider/settle", {}, key=key())
        wait_until(lambda: rows(LOOKED) != [(0,)], pause=0.005)
        return till.post("/events", house.sale(names[place - 1], LEVEL_SPEND))

    replies = house.together(sabotage, len(names) + 1, work)
    wrong = wrong_outcomes(replies, {"done": len(replies)})
    if replies[0].json["lowered"] != len(names):
        wrong.append(f"no race: {replies[0].json}")
    end = f"{house.shop.at.year + 1}-12-31T16:00:00Z"
    paths = [f"/members/{house.public(name)}/levels" for name in names]
    told = house.together(sabotage, 1, lambda till, _: [till.get(each).json for each in paths])[0]
    for name, levels in zip(names, told, strict=True):
        (level,) = levels["items"]
        stands = level["level"], level["figure"], level["valid_until"]
        if stands != ("vib", LEVEL_SPEND, end):
            wrong.append(f"{name} stands as {stands}")
    return wrong


def test_who_buys_while_levels_are_settled_keeps_what_she_won(house):
    assert settlement_against_earning(house, HONEST) == []


def test_without_the_locks_of_holders_a_settlement_takes_a_level_just_won(house):
    wrong = settlement_against_earning(house, BUDGETS_AND_LEVELS)
    assert wrong and not any(each.startswith("no race") for each in wrong)


def one_member_in_one_batch(house, sabotage):
    """At most 50 beans a day: three sales of one member in one request get 17, 17 and 16."""
    name, at = house.member(), noon_before()
    events = [sale_at(house, name, OWN, at) for _ in range(4)]
    (reply,) = house.together(
        sabotage, 1, lambda till, _: till.post("/events/batch", {"events": events})
    )
    found = [beans_of(result["receipt"]) for result in reply.json["results"]]
    wrong = [] if found == [17, 17, 16, 0] else [f"given {found}"]
    return wrong + house.wrong_sums(name, 50)


def culprit_in_one_batch(house, sabotage):
    """The second of four sales in one request comes on a mistake of ours; the others count."""
    names, at = [house.member() for _ in range(4)], noon_before()
    prices = [OWN, 666, OWN, OWN]
    events = [sale_at(house, *each, at) for each in zip(names, prices, strict=True)]
    (reply,) = house.together(
        sabotage, 1, lambda till, _: till.post("/events/batch", {"events": events})
    )
    if reply.status != 200:
        return [reply.outcome]
    found = [result["status"] for result in reply.json["results"]]
    wrong = [] if found == [201, 500, 201, 201] else [f"answered {found}"]
    there = rows(VALUE, [house.id(name) for name in names])
    return wrong if there == [(51,)] else [*wrong, f"{there} are there"]


def culprit_among_tills(house, sabotage):
    """Of 32 tills that sell at once one comes on a mistake of ours; no other notices."""
    names, at = [house.member() for _ in range(32)], noon_before()

    def sell(till, place):
        price = 666 if place == 3 else OWN
        return till.post("/events", sale_at(house, names[place], price, at))

    replies = house.together(sabotage, len(names), sell)
    wrong = wrong_outcomes(replies, {"done": 31, "500 internal_error": 1})
    return wrong + wrong_value(
        house, names, [each for each in replies if each.status < 300], 31 * 17
    )


BATCHED = [one_member_in_one_batch, culprit_in_one_batch, culprit_among_tills]


@pytest.mark.parametrize("batched", BATCHED)
def test_who_shares_a_batch_is_served_as_if_alone(house, batched):
    assert batched(house, HONEST) == []


@pytest.mark.parametrize("batched", BATCHED)
def test_without_memory_and_without_a_second_look_a_batch_harms_its_own(house, batched):
    assert found_in_rounds(batched, house, BATCHES)
