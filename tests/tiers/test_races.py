"""A settlement and a sale at once: whoever comes second sees what the first one did.

Run twice: with the lock, where the level must be what the figures earn, and without it, where the
same check must find that it is not; else the check would be blind.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from regulars.entitlements.tiers import settling
from regulars.entitlements.tiers.models import LevelChange
from regulars.entitlements.tiers.selectors import ladder_get, member_levels
from regulars.entitlements.tiers.services import settlement_run
from regulars.entitlements.tiers.standing import rank_of
from regulars.foundation.actors import job
from regulars.foundation.database.session import unit_of_work
from regulars.rules.intake.services import process
from tests.foundation.servers import wait_until
from tests.tiers.conftest import LI, saved

WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def raced(shop, monkeypatch):
    """Mei's level is over; she buys enough to keep it while the settlement is about to lower it."""
    shop.on(date(2024, 6, 1))
    shop.one(shop.sale("mei", 50_000))
    saved(shop)
    with shop.time():
        settlement_run(actor=LI, code="insider")
    shop.on(date(2026, 1, 1), hour=0)
    sale = shop.sale("mei", 50_000)
    right = settling.moves_statements
    sales = []
    with ThreadPoolExecutor(1) as till:

        def first_the_sale(moves, now):
            """Decided, not yet stored: now the till sells, and waits or doesn't."""
            if not sales:
                sales.append(till.submit(process, [sale], source="till", actor=job("test")))
                wait_until(lambda: sales[0].done() or held_up())
            return right(moves, now)

        monkeypatch.setattr(settling, "moves_statements", first_the_sale)
        with shop.time():
            done = settlement_run(actor=LI, code="insider")
            (receipt,) = sales[0].result()
    assert not isinstance(receipt, Exception)
    return done


def held_up():
    """Whether somebody waits for a lock in this test's own database."""
    with unit_of_work() as unit:
        return bool(unit.fetch(WAITING)[0][0])


def checked(shop):
    with shop.time(), unit_of_work() as unit:
        (view,) = member_levels(unit, shop.members["mei"], shop.now)
        ladder = ladder_get(unit, "insider")
    assert view.figure == 50_000
    assert view.level.rank == rank_of(ladder, view.figure) == 1
    assert view.valid_until == datetime(2027, 12, 31, 16, tzinfo=UTC)


def test_with_the_lock_nobody_loses_a_level_that_was_just_earned(shop, monkeypatch):
    assert raced(shop, monkeypatch).lowered == 1
    checked(shop)
    told = LevelChange.objects.order_by("recorded_at", "id").values_list("change", flat=True)
    assert list(told) == ["raised", "lowered", "raised"]


def test_without_the_lock_the_check_sees_the_race(shop, monkeypatch):
    monkeypatch.setattr(settling, "load_statements", lambda *_: [])
    raced(shop, monkeypatch)
    with pytest.raises(AssertionError):
        checked(shop)
