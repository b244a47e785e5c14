"""Where figures put a member: thresholds to the unit, ends of years, and what makes one fall."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from regulars.entitlements.tiers.standing import (
    EVENT,
    REFUND,
    SETTLEMENT,
    decided,
    earned,
    stays,
    windows_at,
)
from regulars.entitlements.tiers.types import (
    CalendarSpend,
    EndOfNextYear,
    ForMonths,
    Gain,
    LadderView,
    LevelView,
    LifetimeSpend,
    RollingSpend,
    Standing,
    Unlimited,
)
from regulars.foundation import clock

SHANGHAI = "Asia/Shanghai"
MARCH = datetime(2025, 3, 1, 4, tzinfo=UTC)
END_OF_2025 = clock.midnight_after(date(2025, 12, 31), SHANGHAI)
END_OF_2026 = clock.midnight_after(date(2026, 12, 31), SHANGHAI)


def ladder(qualifier=None, validity=None, thresholds=(0, 35_000, 100_000), **more):
    levels = tuple(
        LevelView(
            id=rank + 1,
            code=f"l{rank}",
            rank=rank,
            name={},
            threshold=each,
            multiplier_thousandths=1000,
        )
        for rank, each in enumerate(thresholds)
    )
    terms = {"on_refund": "fall_back", "downgrade": "earned", **more}
    return LadderView(
        id=1,
        code="x",
        name={},
        qualifier=qualifier or CalendarSpend(),
        validity=validity or EndOfNextYear(),
        time_zone=SHANGHAI,
        is_active=True,
        revision=1,
        settled_on=None,
        asset_id=None,
        levels=levels,
        **terms,
    )


def after(stood, figures, occasion=EVENT, now=MARCH, of=None):
    of = of or ladder()
    return decided(of, windows_at(of, now), stood, figures, occasion=occasion, now=now)


@pytest.mark.parametrize("threshold", [35_000, 100_000])
def test_a_threshold_is_reached_by_the_unit(threshold):
    rank = {35_000: 1, 100_000: 2}[threshold]
    for more, expected in ((-1, rank - 1), (0, rank), (1, rank)):
        assert earned(ladder(), windows_at(ladder(), MARCH), (threshold + more, 0)).rank == expected


def test_a_debt_is_the_lowest_level():
    assert earned(ladder(), windows_at(ladder(), MARCH), (-1, -1)) == Standing(0)


def test_a_year_holds_until_the_end_of_the_next():
    assert after(Standing(0), (35_000, 0)) == Standing(1, END_OF_2026)
    # What was spent last year holds until the end of this one.
    assert after(Standing(0), (0, 35_000)) == Standing(1, END_OF_2025)
    assert after(Standing(0), (35_000, 100_000)) == Standing(2, END_OF_2025)
    # Spending as much again this year keeps the level for another year: 保级.
    assert after(Standing(1, END_OF_2025), (35_000, 50_000)) == Standing(1, END_OF_2026)
    assert after(Standing(1, END_OF_2026), (35_001, 0)) is None


def test_who_falls_and_when():
    held = Standing(2, END_OF_2026)
    assert after(held, (36_000, 0)) is None
    assert after(held, (36_000, 0), SETTLEMENT) is None
    assert after(held, (36_000, 0), REFUND) == Standing(1, END_OF_2026)
    assert after(held, (0, 0), REFUND) == Standing(0)
    late = END_OF_2026
    early = late - timedelta(microseconds=1)
    assert after(held, (0, 0), SETTLEMENT, early) is None
    assert after(held, (0, 0), SETTLEMENT, late) == Standing(0)
    assert after(held, (0, 40_000), SETTLEMENT, late).rank == 1


def test_the_ladder_says_how_one_falls():
    held = Standing(2, END_OF_2026)
    late = END_OF_2026
    end_of_2027 = clock.midnight_after(date(2027, 12, 31), SHANGHAI)
    assert after(held, (0, 0), REFUND, of=ladder(on_refund="keep")) is None
    assert after(held, (0, 0), REFUND, of=ladder(downgrade="none")) is None
    assert after(held, (0, 0), SETTLEMENT, late, of=ladder(downgrade="none")) is None
    step = ladder(downgrade="one_step")
    assert after(held, (0, 0), SETTLEMENT, late, of=step) == Standing(1, end_of_2027)


def test_months_go_on_while_the_level_is_earned():
    rolling = ladder(RollingSpend(days=365), ForMonths(months=12))
    year_on = clock.midnight_after(date(2026, 3, 1), SHANGHAI)
    assert after(Standing(0), (40_000, 0), of=rolling) == Standing(1, year_on)
    held = Standing(1, MARCH)
    assert after(held, (40_000, 0), of=rolling) is None
    assert after(held, (40_000, 0), SETTLEMENT, of=rolling) == Standing(1, year_on)
    assert after(held, (34_999, 0), SETTLEMENT, of=rolling) == Standing(0)
    # A window that moves on doesn't tell what earned the level: a small refund takes nothing.
    assert after(Standing(1, year_on), (34_999, 0), REFUND, of=rolling) is None


def test_what_is_not_limited_falls_at_once_or_with_the_settlement():
    for qualifier in (LifetimeSpend(), Gain(asset="growth")):
        growth = ladder(qualifier, Unlimited())
        assert after(Standing(0), (35_000, 0), of=growth) == Standing(1)
        assert after(Standing(1), (34_999, 0), REFUND, of=growth) == Standing(0)
        assert after(Standing(1), (34_999, 0), of=growth) is None
        assert after(Standing(1), (34_999, 0), SETTLEMENT, of=growth) == Standing(0)


def test_a_refund_takes_only_what_was_earned_before_it():
    """A level of an old system stands on nothing that was counted here, and holds its time."""
    held, by_year = Standing(2, END_OF_2026), ladder()
    windows = windows_at(by_year, MARCH)
    for was, expected in (((100_000, 0), Standing(0)), ((99_999, 0), None), ((0, 100_000), None)):
        left = (0, was[1])
        found = decided(by_year, windows, held, left, occasion=REFUND, now=MARCH, was=was)
        assert found == expected, was
    # Where levels have no term, the end that it brought along goes once it is earned.
    growth = ladder(Gain(asset="growth"), Unlimited())
    held = Standing(1, END_OF_2026)
    assert after(held, (34_999, 0), SETTLEMENT, of=growth) is None
    assert after(held, (35_000, 0), of=growth) is None
    assert after(held, (35_000, 0), SETTLEMENT, of=growth) == Standing(1)
    assert after(held, (34_999, 0), SETTLEMENT, END_OF_2026, of=growth) == Standing(0)


def test_a_purchase_goes_into_the_year_of_its_day():
    windows = windows_at(ladder(), MARCH)
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]
    assert [windows.place(day) for day in days] == [None, 1, 1, 0]
    # On New Year's morning in Shanghai it is still December in London.
    assert windows_at(ladder(), END_OF_2025).since == date(2026, 1, 1)


figures = some.one_of(some.integers(-5, 130_000), some.sampled_from([0, 34_999, 35_000, 100_000]))


@given(
    some.sampled_from([CalendarSpend(), LifetimeSpend(), RollingSpend(30), Gain("growth")]),
    some.sampled_from([EndOfNextYear(), ForMonths(12), Unlimited()]),
    some.tuples(some.integers(0, 2), some.sampled_from([None, MARCH, END_OF_2025])),
    some.tuples(figures, figures),
    some.sampled_from([EVENT, REFUND]),
    some.tuples(some.sampled_from(["fall_back", "keep"]), some.sampled_from(["earned", "none"])),
)
@settings(max_examples=300, deadline=None)
def test_what_surely_stays_is_decided_to_stay(qualifier, validity, stood, found, occasion, terms):
    of = ladder(qualifier, validity, on_refund=terms[0], downgrade=terms[1])
    if stays(of, Standing(*stood), found):
        assert after(Standing(*stood), found, occasion, of=of) is None


def test_most_events_stay_without_more_ado():
    of = ladder(Gain("growth"), Unlimited())
    assert stays(of, Standing(1), (99_999, 0)) and stays(of, Standing(0), (34_999, 0))
    assert not stays(of, Standing(1), (100_000, 0)) and not stays(of, Standing(1), (34_999, 0))
