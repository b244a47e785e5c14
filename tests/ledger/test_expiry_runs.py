"""The expiry run: in chunks, in any number at once, killed anywhere, and always once."""

import threading
from datetime import date

import pytest

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book import expiry_runs, tasks
from regulars.ledger.book.services import expiry_run, lots_due
from regulars.ledger.book.types import AfterDays, ExpiryPolicy, Inactivity
from regulars.ledger.proofs.services import ledger_prove

MEMBERS = [f"member {number}" for number in range(24)]


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def dying(book):
    """Twenty-four members with two lots each; all are dead on 10 March, but one held part."""
    book.asset(expiry=ExpiryPolicy(AfterDays(2)))
    book.asset("coins", expiry=ExpiryPolicy(inactivity=Inactivity(days=3)))
    book.open(*MEMBERS)
    for number, member in enumerate(MEMBERS, start=1):
        book.earn(member, number)
        book.earn(member, 100, "coins" if number % 4 == 0 else "points")
    book.hold(MEMBERS[0], 40, days=900)
    book.hold(MEMBERS[1], 40, days=1)
    book.on(date(2025, 3, 10))
    return book


def run(book, **more):
    with clock.stopped_at(book.now):
        return expiry_run(at=book.now, actor="job:expiry", **more)


def left(book):
    with unit_of_work() as unit:
        balances = "SELECT sum(balance)::int, sum(held)::int FROM ledger_account"
        expired = "SELECT sum(amount)::int FROM ledger_posting WHERE counter = 'expired'"
        return *unit.fetch(balances)[0], unit.fetch(expired)[0][0] or 0


def proves(tmp_path):
    return all(result.holds for result in ledger_prove(roots_file=tmp_path / "roots"))


ALL_EARNED = sum(range(1, 25)) + 24 * 100
AFTERWARDS = (40, 40, ALL_EARNED - 40)


def test_a_run_posts_everything_dead_and_the_next_finds_nothing(dying, tmp_path):
    assert left(dying) == (ALL_EARNED, 80, 0)
    # All lots but one, which is wholly held, and a hold that lapsed.
    assert run(dying, chunk=5) == 47 + 1
    assert left(dying) == AFTERWARDS
    assert run(dying, chunk=5) == 0
    assert left(dying) == AFTERWARDS
    assert proves(tmp_path)


@pytest.mark.parametrize("chunk", [1, 7])
def test_two_runs_at_once_have_no_second_effect(dying, tmp_path, chunk):
    died, failures = [], []
    begin = threading.Barrier(2)

    def go():
        begin.wait()
        try:
            died.append(expiry_run(at=dying.now, actor="job:expiry", chunk=chunk, threads=1))
        except BaseException as failure:
            failures.append(failure)
            raise

    runs = [threading.Thread(target=go) for _ in range(2)]
    with clock.stopped_at(dying.now):
        for each in runs:
            each.start()
        for each in runs:
            each.join(60)
    assert failures == []
    assert sum(died) == 48
    assert left(dying) == AFTERWARDS
    assert proves(tmp_path)


@pytest.mark.parametrize("moment", ["between chunks", "before the commit"])
def test_a_run_that_is_killed_goes_on_where_it_was(dying, tmp_path, monkeypatch, moment):
    real, chunks = expiry_runs.lots_expire, []

    def mortal(unit, **arguments):
        if len(chunks) == 3 and moment == "between chunks":
            raise Killed
        died = real(unit, **arguments)
        chunks.append(died)
        if len(chunks) == 3 and moment == "before the commit":
            raise Killed
        return died

    monkeypatch.setattr(expiry_runs, "lots_expire", mortal)
    with pytest.raises(Killed):
        run(dying, chunk=4, threads=1)
    committed = sum(chunks) if moment == "between chunks" else sum(chunks[:2])
    monkeypatch.setattr(expiry_runs, "lots_expire", real)
    assert 0 < committed < 48
    assert proves(tmp_path)
    assert run(dying, chunk=4) == 48 - committed
    assert left(dying) == AFTERWARDS
    assert proves(tmp_path)


def test_the_job_runs_until_nothing_is_due(dying):
    with clock.stopped_at(dying.now):
        tasks.expire.func(timestamp=0)
        with unit_of_work() as unit:
            assert not lots_due(unit, at=dying.now, now=dying.now)
    assert left(dying) == AFTERWARDS
