"""The first batches of a process come many at once, and each needs the levels in its middle."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from regulars.entitlements.tiers import ladders
from regulars.entitlements.tiers.services import ladders_forgotten
from regulars.foundation.database import session
from regulars.foundation.database.session import POOL_SIZE_MAX, unit_of_work
from tests.tiers.conftest import saved


def looked_at_once(monkeypatch, before=None):
    """As many batches as there are connections, each holding one while it looks at the levels."""
    # On a busy machine it takes its time until all have one.
    monkeypatch.setattr(session, "CONNECTION_SECONDS", 20)
    ladders_forgotten()
    start = Barrier(POOL_SIZE_MAX, action=before)

    def batch(_):
        with unit_of_work() as unit:
            unit.fetch("SELECT 1")
            start.wait(timeout=40)
            return [each.code for each in ladders.ladders_active()]

    with ThreadPoolExecutor(POOL_SIZE_MAX) as pool:
        return list(pool.map(batch, range(POOL_SIZE_MAX)))


def test_as_many_first_batches_as_connections_all_see_the_levels(shop, monkeypatch):
    saved(shop)
    assert looked_at_once(monkeypatch) == [["insider"]] * POOL_SIZE_MAX


def test_with_one_pool_for_both_they_would_wait_for_each_other(shop, monkeypatch):
    saved(shop)
    monkeypatch.setattr(ladders, "unit_aside", unit_of_work)
    with pytest.raises(session.DatabaseAway):
        looked_at_once(monkeypatch, lambda: monkeypatch.setattr(session, "CONNECTION_SECONDS", 0.5))
