"""What the merchant owes, as it was known at an instant: such a figure never changes."""

import threading
from datetime import date, timedelta

import pytest

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import InvalidInput
from regulars.ledger.book import selectors, services
from regulars.ledger.book.types import AfterDays, Credit, ExpiryPolicy


def owed(book, day, known_at=None, asset="points"):
    with unit_of_work() as unit:
        figures = selectors.liability(unit, business_date=day, known_at=known_at)
    return figures.get(book.assets[asset], 0)


def test_liability_counts_by_business_date_and_by_what_was_known(book):
    book.asset()
    book.earn("mei", 100)
    book.on(date(2025, 3, 5))
    book.spend("mei", 30)
    late = book.request("bo", "earn", Credit(book.assets["points"], 7), day=date(2025, 3, 1))
    then = book.now
    book.on(date(2025, 3, 6))
    book.one(late)
    with clock.stopped_at(book.now):
        assert owed(book, date(2025, 2, 28)) == 0
        assert owed(book, date(2025, 3, 1), then) == 100
        assert owed(book, date(2025, 3, 1)) == 107
        assert owed(book, date(2025, 3, 5), then) == 70
        assert owed(book, date(2025, 3, 5)) == 77


def test_the_future_is_not_known(book):
    book.asset()
    with clock.stopped_at(book.now), pytest.raises(InvalidInput, match="future"):
        owed(book, book.today, book.now + timedelta(seconds=1))


def test_a_late_expiry_run_changes_no_figure_that_was_told(book):
    """And afterwards each day has the figure that it would have had with a run on time."""
    book.asset(expiry=ExpiryPolicy(AfterDays(2)))
    book.earn("mei", 100)
    book.on(date(2025, 3, 2))
    book.earn("bo", 50)
    days = [date(2025, 3, day) for day in (1, 3, 4, 5, 9)]
    book.on(date(2025, 3, 9))
    told_at = book.now
    with clock.stopped_at(told_at):
        told = [owed(book, day) for day in days]
    assert told == [100, 150, 150, 150, 150]
    book.on(date(2025, 3, 20))
    assert book.expire() == 2
    with clock.stopped_at(book.now):
        assert [owed(book, day, told_at) for day in days] == told
        assert [owed(book, day) for day in days] == [100, 150, 50, 0, 0]


def writing(book, request, written, go_on):
    """A writer that has written but not committed until it may go on."""

    def write():
        with unit_of_work() as unit:
            services.verbs_run(unit, [request])
            written.set()
            assert go_on.wait(10)

    return threading.Thread(target=write)


@pytest.fixture
def earning_under_way(book):
    book.asset()
    book.earn("mei", 100)
    today = clock.business_date(clock.now(), "UTC")
    points = Credit(book.assets["points"], 7)
    request = book.request("bo", "earn", points, at=clock.now(), day=today)
    written, go_on = threading.Event(), threading.Event()
    writer = writing(book, request, written, go_on)
    writer.start()
    assert written.wait(10)
    yield today, writer, go_on
    go_on.set()
    writer.join(10)


def test_a_figure_waits_for_who_is_writing(book, earning_under_way):
    today, writer, go_on = earning_under_way
    known_at, answers = clock.now(), []
    asking = threading.Thread(target=lambda: answers.append(owed(book, today, known_at)))
    asking.start()
    asking.join(0.5)
    assert answers == []
    go_on.set()
    asking.join(10)
    writer.join(10)
    assert answers == [107]
    assert owed(book, today, known_at) == 107


def test_without_the_wait_the_figure_would_change(book, earning_under_way, monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr(selectors, "UNSETTLED_SECONDS", 0)
    today, writer, go_on = earning_under_way
    known_at = clock.now()
    before = owed(book, today, known_at)
    go_on.set()
    writer.join(10)
    assert (before, owed(book, today, known_at)) == (100, 107)


def test_who_looked_at_the_clock_before_the_question_records_after_it(book):
    """A till read its clock, then the figure was asked for, then the till wrote."""
    book.asset()
    book.earn("mei", 100)
    points = Credit(book.assets["points"], 7)
    before = book.now + timedelta(minutes=1)
    request = book.request("bo", "earn", points, at=before, day=book.today)
    instants = iter([before, before + timedelta(seconds=2)])
    with clock.running_from(lambda: next(instants)), unit_of_work() as unit:
        assert services.verbs_run(unit, [request])[0].entry_id
    known_at = before + timedelta(seconds=1)
    with clock.stopped_at(before + timedelta(hours=1)):
        assert owed(book, book.today, known_at) == 100
