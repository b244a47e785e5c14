"""A rule that asks what a member did before sees what the same batch did before."""

import inspect
from contextlib import contextmanager
from unittest.mock import Mock

import pytest

from regulars.foundation.database.session import DatabaseLost
from regulars.rules.intake import culprits, services

RULES = [
    {
        "code": "second-visit",
        "name": {"zh-Hans": "回头礼", "en": "Welcome back"},
        "on": "order.paid",
        "when": "member.orders_365d >= 1 && member.spend_365d_minor >= 5000",
        "earn_flat": {"asset": "beans", "amount": 10},
    }
]


def test_the_second_order_of_a_batch_is_a_second_order(shop):
    shop.publish("back", assets=[], rules=RULES, redemption=None)
    answers = shop.send(
        shop.sale("mei", 5_000), shop.sale("bo", 5_000), shop.sale("mei", 5_000, "R-2")
    )
    assert all(not answer.replayed for answer in answers)
    assert shop.of("mei").balance == 50 + 50 + 10
    assert shop.of("bo").balance == 50


def test_a_refund_lowers_what_was_spent(shop):
    shop.publish("back", assets=[], rules=RULES, redemption=None)
    shop.one(shop.sale("mei", 5_000, "R-1"))
    shop.one(shop.refund("R-1", 1))
    shop.one(shop.sale("mei", 5_000, "R-2"))
    # One fen takes no bean back, but ¥49.99 is not ¥50: no welcome back.
    assert shop.of("mei").balance == 50 + 50


def test_many_orders_of_one_member_are_each_looked_for_twice_and_not_deeper(shop, monkeypatch):
    shop.publish("back", assets=[], rules=RULES, redemption=None)
    looked, depths = [], []
    resolved = services.plans_resolved

    def watched(unit, plans, *more):
        looked.append(len(plans))
        depths.append(len(inspect.stack(0)))
        return resolved(unit, plans, *more)

    monkeypatch.setattr(services, "plans_resolved", watched)
    sales = [shop.sale("mei", 5_000) for _ in range(30)] + [shop.sale("bo", 5_000)]
    assert not [each for each in shop.send(*sales) if isinstance(each, Exception)]
    assert shop.of("mei").balance == 30 * 50 + 29 * 10
    assert shop.of("bo").balance == 50
    assert looked == [31] + [1] * 29
    assert len(set(depths)) == 1


def test_a_batch_whose_database_goes_between_rounds_goes_on_with_the_same_keys(shop, monkeypatch):
    shop.publish("back", assets=[], rules=RULES, redemption=None)
    sales = [shop.sale("mei", 5_000), shop.sale("bo", 5_000), shop.sale("mei", 5_000, "R-2")]
    begun, unit_of_work = [], services.unit_of_work

    @contextmanager
    def lost_after_the_first():
        begun.append(1)
        if len(begun) > 1:
            raise DatabaseLost
        with unit_of_work() as unit:
            yield unit

    with monkeypatch.context() as patch:
        patch.setattr(services, "unit_of_work", lost_after_the_first)
        patch.setattr(services, "PAUSE_SECONDS", 0)
        answers = shop.send(*sales)
    told = [getattr(each, "code", "done") for each in answers]
    assert told == ["done", "done", "database_unavailable"]
    assert (shop.of("mei").balance, shop.of("bo").balance) == (50, 50)
    assert [each.replayed for each in shop.send(*sales)] == [True, True, False]
    assert (shop.of("mei").balance, shop.of("bo").balance) == (50 + 50 + 10, 50)


@pytest.fixture
def broken(monkeypatch):
    """A judgement with a mistake: a sale of 6.66 makes it fail."""
    judged = services.event_judged

    def failing(work, state, plan, gathered):
        if plan.item.order.net_minor == 666:
            raise ZeroDivisionError
        return judged(work, state, plan, gathered)

    monkeypatch.setattr(services, "event_judged", failing)


def test_a_failure_of_ours_with_one_event_concerns_that_one_only(shop, broken, monkeypatch):
    log = Mock()
    monkeypatch.setattr(culprits, "log", log)
    good = [shop.sale("mei", 1_000), shop.sale("bo", 2_000), shop.sale("mei", 3_000)]
    answers = shop.send(good[0], shop.sale("bo", 666), *good[1:])
    failed = answers.pop(1)
    assert (failed.code, failed.status) == ("internal_error", 500)
    assert failed.context["reference"] in failed.sentence()
    assert not [each for each in answers if isinstance(each, Exception)]
    assert (shop.of("mei").balance, shop.of("bo").balance) == (40, 20)
    assert shop.rows("rules_event") == 3
    assert log.error.call_args.kwargs["reference"] == failed.context["reference"]
    again = shop.send(*good)
    assert [each.body for each in again] == [each.body for each in answers]
    assert all(each.replayed for each in again)


def test_where_every_event_fails_the_batch_does(shop, broken):
    sales = [shop.sale("mei", 666) for _ in range(services.FAILING_MAX)]
    for events in (sales[:1], sales[:2], [*sales, shop.sale("mei", 1_000)]):
        with pytest.raises(ZeroDivisionError):
            shop.send(*events)
    assert shop.rows("rules_event") == 0
