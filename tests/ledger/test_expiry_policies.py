"""When points die. Every table reads: earned on this day, good through that day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from regulars.foundation.clock import midnight_after
from regulars.ledger.book.errors import InsufficientBalance
from regulars.ledger.book.expiry import inactive_at, lot_expires_at, lot_last_day
from regulars.ledger.book.types import (
    AfterDays,
    AfterMonths,
    Credit,
    Debit,
    EndOfYear,
    ExpiryPolicy,
    FixedDate,
    Inactivity,
    Never,
    PeriodEnd,
)

SECOND = timedelta(seconds=1)

# What the shop says, its policy, earned on, last good day.
LAST_DAYS = [
    ("never", Never(), "2025-03-01", None),
    ("this day only", AfterDays(0), "2025-03-01", "2025-03-01"),
    ("30 days", AfterDays(30), "2025-03-01", "2025-03-31"),
    ("30 days, over a leap day", AfterDays(30), "2024-02-01", "2024-03-02"),
    ("30 days, no leap day", AfterDays(30), "2025-02-01", "2025-03-03"),
    ("365 days, over a leap day", AfterDays(365), "2023-03-01", "2024-02-29"),
    ("1 month", AfterMonths(1), "2025-03-15", "2025-04-15"),
    ("1 month from 31 January", AfterMonths(1), "2025-01-31", "2025-02-28"),
    ("1 month from 31 January, leap year", AfterMonths(1), "2024-01-31", "2024-02-29"),
    ("1 month from 30 January", AfterMonths(1), "2025-01-30", "2025-02-28"),
    ("1 month from 29 January", AfterMonths(1), "2025-01-29", "2025-02-28"),
    ("1 month from 28 January", AfterMonths(1), "2025-01-28", "2025-02-28"),
    ("1 month from 28 February", AfterMonths(1), "2025-02-28", "2025-03-28"),
    ("2 months from 31 January: not the 28th", AfterMonths(2), "2025-01-31", "2025-03-31"),
    ("1 month from 31 March", AfterMonths(1), "2025-03-31", "2025-04-30"),
    ("1 month from 31 December", AfterMonths(1), "2025-12-31", "2026-01-31"),
    ("2 months from 31 December", AfterMonths(2), "2025-12-31", "2026-02-28"),
    ("6 months from 31 August", AfterMonths(6), "2025-08-31", "2026-02-28"),
    ("12 months", AfterMonths(12), "2025-03-01", "2026-03-01"),
    ("12 months from 29 February", AfterMonths(12), "2024-02-29", "2025-02-28"),
    ("48 months from 29 February", AfterMonths(48), "2024-02-29", "2028-02-29"),
    ("12 months from 28 February, into a leap year", AfterMonths(12), "2023-02-28", "2024-02-28"),
    ("18 months from 31 August", AfterMonths(18), "2024-08-31", "2026-02-28"),
    ("end of this year", EndOfYear(0), "2025-12-31", "2025-12-31"),
    ("end of next year, from 1 January", EndOfYear(1), "2014-01-01", "2015-12-31"),
    ("end of next year, from 5 January", EndOfYear(1), "2014-01-05", "2015-12-31"),
    ("end of next year, from 31 December", EndOfYear(1), "2014-12-31", "2015-12-31"),
    ("end of next year, a day later", EndOfYear(1), "2015-01-01", "2016-12-31"),
    ("a fixed date", FixedDate(date(2025, 6, 18)), "2025-03-01", "2025-06-18"),
    ("a fixed date, on the day", FixedDate(date(2025, 6, 18)), "2025-06-18", "2025-06-18"),
    ("a fixed date, too late", FixedDate(date(2025, 6, 18)), "2025-06-19", "2025-06-18"),
    ("cleared daily", PeriodEnd("day"), "2025-03-01", "2025-03-01"),
    ("cleared weekly, from a Monday", PeriodEnd("week"), "2025-03-03", "2025-03-09"),
    ("cleared weekly, from a Saturday", PeriodEnd("week"), "2025-03-01", "2025-03-02"),
    ("cleared weekly, from a Sunday", PeriodEnd("week"), "2025-03-02", "2025-03-02"),
    ("cleared weekly, over New Year", PeriodEnd("week"), "2025-12-31", "2026-01-04"),
    ("cleared monthly", PeriodEnd("month"), "2025-04-30", "2025-04-30"),
    ("cleared monthly, February", PeriodEnd("month"), "2025-02-01", "2025-02-28"),
    ("cleared monthly, February of a leap year", PeriodEnd("month"), "2024-02-01", "2024-02-29"),
    ("cleared quarterly, first", PeriodEnd("quarter"), "2025-01-01", "2025-03-31"),
    ("cleared quarterly, last day of the first", PeriodEnd("quarter"), "2025-03-31", "2025-03-31"),
    ("cleared quarterly, second", PeriodEnd("quarter"), "2025-04-01", "2025-06-30"),
    ("cleared quarterly, third", PeriodEnd("quarter"), "2025-08-15", "2025-09-30"),
    ("cleared quarterly, fourth", PeriodEnd("quarter"), "2025-12-31", "2025-12-31"),
    ("cleared yearly", PeriodEnd("year"), "2024-02-29", "2024-12-31"),
]

# Last movement, idle for, last good day.
IDLE_DAYS = [
    ("12 months", Inactivity(months=12), "2024-03-01", "2025-03-01"),
    ("12 months from 29 February", Inactivity(months=12), "2024-02-29", "2025-02-28"),
    ("18 months (Sephora)", Inactivity(months=18), "2025-04-15", "2026-10-15"),
    ("6 months from 31 August", Inactivity(months=6), "2025-08-31", "2026-02-28"),
    ("90 days", Inactivity(days=90), "2025-03-01", "2025-05-30"),
    ("1 month and 10 days", Inactivity(months=1, days=10), "2025-01-31", "2025-03-10"),
]

# Where, last good day, the first instant at which it is over (in London).
MIDNIGHTS = [
    ("Asia/Shanghai", "2025-12-31", "2025-12-31 16:00"),
    ("America/New_York", "2025-12-31", "2026-01-01 05:00"),
    ("America/New_York", "2025-03-08", "2025-03-09 05:00"),  # clocks go forward on the 9th
    ("America/New_York", "2025-03-09", "2025-03-10 04:00"),  # a day of 23 hours
    ("America/New_York", "2025-11-01", "2025-11-02 04:00"),  # clocks go back on the 2nd
    ("America/New_York", "2025-11-02", "2025-11-03 05:00"),  # a day of 25 hours
    ("Pacific/Apia", "2011-12-28", "2011-12-29 10:00"),
    ("Pacific/Apia", "2011-12-29", "2011-12-30 10:00"),  # the last day before the leap
    ("Pacific/Apia", "2011-12-30", "2011-12-30 10:00"),  # a day that never was
    ("Pacific/Apia", "2011-12-31", "2011-12-31 10:00"),
    ("America/Havana", "2025-03-08", "2025-03-09 05:00"),  # midnight itself is skipped
    ("America/Havana", "2025-11-01", "2025-11-02 04:00"),  # midnight comes twice: the first
    ("Asia/Beirut", "2025-03-29", "2025-03-29 22:00"),  # midnight itself is skipped
    ("Asia/Kathmandu", "2025-03-01", "2025-03-01 18:15"),
    ("Pacific/Kiritimati", "2025-03-01", "2025-03-01 10:00"),
    ("UTC", "2024-02-29", "2024-03-01 00:00"),
]


@pytest.mark.parametrize(("says", "policy", "earned", "last"), LAST_DAYS)
def test_good_through(says, policy, earned, last):
    expected = None if last is None else date.fromisoformat(last)
    assert lot_last_day(policy, date.fromisoformat(earned)) == expected


@pytest.mark.parametrize(("says", "rule", "moved", "last"), IDLE_DAYS)
def test_good_through_when_idle(says, rule, moved, last):
    over = midnight_after(date.fromisoformat(last), "Asia/Shanghai")
    assert inactive_at(rule, date.fromisoformat(moved), "Asia/Shanghai") == over


@pytest.mark.parametrize(("where", "last", "over"), MIDNIGHTS)
def test_the_instant_after_the_last_day(where, last, over):
    policy = FixedDate(date.fromisoformat(last))
    expected = datetime.fromisoformat(over).replace(tzinfo=UTC)
    assert lot_expires_at(policy, date(2000, 1, 1), where) == expected
    assert expected.astimezone(ZoneInfo(where)).date() > policy.date


@pytest.mark.parametrize("months", [1, 2, 3, 6, 11, 12, 13, 18, 24, 36, 48])
def test_months_are_counted_from_the_anchor_on_every_day_of_four_years(months):
    """Counted on fingers: so many month names later, the same number or else the month's last."""
    day = date(2023, 1, 1)
    while day < date(2027, 1, 1):
        year, month = day.year, day.month
        for _ in range(months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        following = date(year + month // 12, month % 12 + 1, 1)
        expected = min(date(year, month, 1) + timedelta(days=day.day - 1), following - timedelta(1))
        assert lot_last_day(AfterMonths(months), day) == expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize("where", ["Asia/Shanghai", "America/New_York", "Pacific/Apia", "UTC"])
@pytest.mark.parametrize("earned", ["2025-03-07", "2025-10-31", "2011-12-28", "2024-02-27"])
def test_the_last_day_counts_to_its_last_second(book, where, earned):
    """Points good for two days are spent at 23:59:59 there, and are dead at midnight."""
    book.zone = where
    book.asset(expiry=ExpiryPolicy(AfterDays(2)))
    day = date.fromisoformat(earned)
    book.at(datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo(where)))
    book.earn("mei", 100)
    over = midnight_after(day + timedelta(days=2), where)
    assert book.of("mei").expiring == ((over, 100),)
    book.at(over - SECOND)
    book.spend("mei", 1)
    assert book.expire() == 0
    book.at(over)
    assert (book.of("mei").spendable, book.of("mei").expiring) == (0, ())
    with pytest.raises(InsufficientBalance):
        book.spend("mei", 1)
    assert book.expire() == 1
    assert book.of("mei").balance == 0


def test_beans_die_at_the_end_of_the_next_year(book):
    """N04: 500 and 700 of 2014, 300 of 2015; the 2014 ones die with 2015, in Beijing's time."""
    book.zone = "Asia/Shanghai"
    book.asset("beans", expiry=ExpiryPolicy(EndOfYear(1)))
    for day, beans in ((date(2014, 1, 5), 500), (date(2014, 12, 30), 700), (date(2015, 1, 1), 300)):
        book.on(day)
        book.earn("mei", beans, "beans")
    end_of_2015 = datetime(2015, 12, 31, 16, tzinfo=UTC)
    end_of_2016 = datetime(2016, 12, 31, 16, tzinfo=UTC)
    assert book.of("mei", "beans").expiring == ((end_of_2015, 1200), (end_of_2016, 300))
    book.on(date(2015, 3, 1))
    redeemed = book.spend("mei", 1000, "beans")
    assert book.of("mei", "beans").expiring == ((end_of_2015, 200), (end_of_2016, 300))
    book.at(end_of_2015 - SECOND)
    assert book.of("mei", "beans").spendable == 500
    book.at(end_of_2015)
    assert book.of("mei", "beans").spendable == 300
    assert book.expire() == 1
    book.on(date(2016, 1, 10))
    result = book.reverse("mei", redeemed.entry_id, asset="beans")
    assert [(p.credit, p.amount, p.counter) for p in result.postings] == [
        (True, 1000, "redeemed"),
        (False, 1000, "expired"),
    ]
    assert (book.of("mei", "beans").balance, book.of("mei", "beans").spendable) == (300, 300)


def test_fixed_term_points_are_spent_first_and_any_movement_keeps_the_others(book):
    """N08: 1,150 yen at F (1 point per 200) and 980 at B (1 per 100); 30 more from sponsor S."""
    book.zone = "Asia/Tokyo"
    yearly = Inactivity(months=12, movements=("earn", "redeem", "exchange"))
    book.asset("points", expiry=ExpiryPolicy(inactivity=yearly))
    points = book.assets["points"]
    book.on(date(2024, 3, 1))
    book.one(book.request("mei", "earn", Credit(points, 1150 // 200, counter="partner:f")))
    book.one(book.request("mei", "earn", Credit(points, 980 // 100, counter="partner:b")))
    first_year = midnight_after(date(2025, 3, 1), "Asia/Tokyo")
    assert book.of("mei").expiring == ((first_year, 14),)

    end_of_march = midnight_after(date(2024, 3, 31), "Asia/Tokyo")
    fixed = Credit(points, 30, counter="partner:s", by_policy=False, expires_at=end_of_march)
    book.one(book.request("mei", "campaign", fixed))
    assert book.of("mei").expiring == ((end_of_march, 30), (first_year, 14))

    book.on(date(2024, 3, 10))
    book.one(book.request("mei", "redeem", Debit(points, 40, counter="partner:f")))
    moved_on = midnight_after(date(2025, 3, 10), "Asia/Tokyo")
    assert book.of("mei").expiring == ((moved_on, 4),)
    assert book.settlement() == {"partner:f": 40 - 5, "partner:b": -9, "partner:s": -30}
    assert sum(book.settlement().values()) + book.of("mei").balance == 0

    book.at(moved_on - SECOND)
    assert book.of("mei").spendable == 4
    book.at(moved_on)
    assert book.of("mei").spendable == 0


def test_points_die_after_eighteen_months_of_rest(book):
    """N09: last activity 2025-04-15, all points die at the end of 2026-10-15."""
    book.zone = "America/New_York"
    resting = Inactivity(months=18, movements=("earn", "redeem"))
    book.asset(expiry=ExpiryPolicy(inactivity=resting))
    book.on(date(2025, 3, 1))
    book.earn("mei", 360)
    book.on(date(2025, 4, 1))
    bought = book.earn("mei", 125)
    book.on(date(2025, 4, 15))
    book.spend("mei", 1)
    end = midnight_after(date(2026, 10, 15), "America/New_York")
    assert book.of("mei").expiring == ((end, 484),)
    # A refund is no activity here: the end stays where it was.
    book.on(date(2025, 6, 1))
    book.reverse("mei", bought.entry_id, up_to=100)
    assert book.of("mei").expiring == ((end, 384),)
    book.at(end - SECOND)
    assert book.of("mei").spendable == 384
    book.at(end)
    assert book.of("mei").spendable == 0
    assert book.expire() == 2
    assert book.of("mei").balance == 0


@pytest.mark.parametrize(
    ("earned", "idle_days", "lot_days", "last"),
    [
        ("2025-03-01", 10, 5, "2025-03-06"),  # its own date comes first
        ("2025-03-01", 5, 10, "2025-03-06"),  # rest comes first
        ("2025-03-01", 5, 5, "2025-03-06"),
    ],
)
def test_the_earlier_of_own_date_and_rest_counts(book, earned, idle_days, lot_days, last):
    policy = ExpiryPolicy(AfterDays(lot_days), Inactivity(days=idle_days))
    book.asset(expiry=policy)
    book.on(date.fromisoformat(earned))
    book.earn("mei", 10)
    assert book.of("mei").expiring == ((midnight_after(date.fromisoformat(last), "UTC"), 10),)


def test_a_quarter_is_cleared_whole(book):
    """Earned on 2 January, 30 March and 1 April: two of the three are gone on 1 April."""
    book.asset(expiry=ExpiryPolicy(PeriodEnd("quarter")))
    for day, points in ((date(2025, 1, 2), 10), (date(2025, 3, 30), 20), (date(2025, 4, 1), 40)):
        book.on(day)
        book.earn("mei", points)
    assert (book.of("mei").balance, book.of("mei").spendable) == (70, 40)
    assert book.expire() == 2
    assert book.of("mei").balance == 40
    book.on(date(2025, 6, 30))
    assert book.of("mei").spendable == 40
    book.on(date(2025, 7, 1))
    assert book.of("mei").spendable == 0


def test_every_day_of_two_years_the_run_takes_what_died_and_nothing_else(book):
    """Ten points a month, good for a month: on no day are there more or fewer than was right."""
    book.asset(expiry=ExpiryPolicy(AfterMonths(1)))
    alive: list[date] = []
    day = date(2023, 12, 31)
    while day < date(2026, 1, 2):
        book.on(day)
        if (day + timedelta(days=1)).day == 1:
            book.earn("mei", 10)
            alive.append(day)
        if day.day in (1, 28, 29, 30, 31):
            book.expire()
            alive = [earned for earned in alive if day <= last_good_day(earned)]
            position = book.of("mei")
            assert (position.balance, position.spendable) == (10 * len(alive),) * 2, day
        day += timedelta(days=1)


def last_good_day(earned: date) -> date:
    """A month after the last day of a month, on fingers."""
    day = earned + timedelta(days=1)
    while day.day != earned.day and (day + timedelta(days=1)).month == day.month:
        day += timedelta(days=1)
    return day
