"""Merges, freezes and erasings while tills are at work, over real HTTP, each with its control."""

import pytest

from tests.faults.house import key, wrong_outcomes
from tests.faults.sums import moved, rows
from tests.faults.test_races import found_in_rounds

CLIENTS = 8


def act(till, house, name, what, **body):
    path = f"/members/{house.public(name)}/{what}"
    return till.post(path, {"reason": "a race"} | body, key=key())


def merge_against_spending(house, sabotage):
    """Mei has 1,000; seven tills take 100 each while she is merged into Bo."""
    mei, bo = house.member(1000), house.member(0)

    def work(till, place):
        if place == 3:
            return act(till, house, mei, "merge", into=house.public(bo))
        return till.redeem(house.public(mei), 100, key=key())

    replies = house.together(sabotage, CLIENTS, work)
    wrong = wrong_outcomes(replies, {"done": CLIENTS})
    return wrong + wrong_if_any(house, mei, 0) + wrong_if_any(house, bo, 300)


def wrong_if_any(house, name, balance):
    """As `wrong_sums`; who never had anything has no account."""
    found = rows("SELECT count(*) FROM ledger_account WHERE holder_id = %s", house.id(name))
    if found == [(0,)]:
        return [] if balance == 0 else [f"{name} has nothing instead of {balance}"]
    return house.wrong_sums(name, balance)


def merge_against_merge(house, sabotage):
    """Mei into Bo and Bo into Mei: one of them is who both are afterwards."""
    both = house.member(100), house.member(100)

    def work(till, place):
        who, into = both[place % 2], both[1 - place % 2]
        return act(till, house, who, "merge", into=house.public(into))

    replies = house.together(sabotage, CLIENTS, work)
    wrong = wrong_outcomes(replies, {"done": 1, "409 member_merged": CLIENTS - 1})
    left = [name for name in both if not merged(house, name)]
    if len(left) != 1:
        return [*wrong, f"{len(left)} are left"]
    gone = both[1 - both.index(left[0])]
    return wrong + house.wrong_sums(left[0], 200) + house.wrong_sums(gone, 0)


def merged(house, name):
    found = rows("SELECT merged_into IS NOT NULL FROM ledger_holder WHERE id = %s", house.id(name))
    return found[0][0]


def freeze_against_spending(house, sabotage):
    """When the freeze is answered, nothing moves any more."""
    name = house.member(1000)
    left_at_freeze = []

    def work(till, place):
        if place == 3:
            reply = act(till, house, name, "freeze")
            left_at_freeze.append(till.get(f"/members/{house.public(name)}/balances").json)
            return [reply]
        return [till.redeem(house.public(name), 10, key=key()) for _ in range(4)]

    answers = house.together(sabotage, CLIENTS, work)
    replies = [reply for place, each in enumerate(answers) if place != 3 for reply in each]
    done = sum(reply.outcome == "done" for reply in replies)
    wrong = wrong_outcomes(replies, {"done": done, "409 holder_frozen": len(replies) - done})
    wrong += house.wrong_sums(name, 1000 - 10 * done)
    left = left_at_freeze[0]["balances"][0]["balance"]
    return wrong if left == 1000 - 10 * done else [*wrong, f"{left} left when frozen"]


def erase_against_earning(house, sabotage):
    """Seven sales of ¥10.00 while Mei is erased: each earns 10 that she gives up, or is refused."""
    name = house.member(100)

    def work(till, place):
        if place == 3:
            return act(till, house, name, "erase")
        return till.post("/events", house.sale(name, 1000))

    replies = house.together(sabotage, CLIENTS, work)
    earned = sum(reply.outcome == "done" for reply in replies) - 1
    refused = {"409 holder_frozen": CLIENTS - 1 - earned}
    wrong = wrong_outcomes(replies, {"done": earned + 1} | refused) + house.wrong_sums(name, 0)
    given_up = moved(house.id(name), "forfeited")
    return wrong if given_up == 100 + 10 * earned else [*wrong, f"{given_up} given up"]


RACES = [
    merge_against_spending,
    merge_against_merge,
    freeze_against_spending,
    erase_against_earning,
]


@pytest.mark.parametrize("race", RACES)
def test_the_great_changes_and_the_tills_keep_out_of_each_others_way(house, race):
    assert race(house, "") == []


@pytest.mark.parametrize("race", RACES)
def test_without_the_lock_of_holders_they_spoil_the_books(house, race):
    assert found_in_rounds(race, house, "holder-lock")
