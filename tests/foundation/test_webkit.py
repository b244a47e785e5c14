"""Numbers and charts as people read them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from regulars.foundation.webkit.charts import Bar, chart_drawn, nice_top
from regulars.foundation.webkit.numbers import (
    amount_text,
    change_of,
    compact_text,
    money_shown,
    points_change,
    share_text,
    signed_text,
)
from regulars.foundation.webkit.templatetags.webkit import day, instant


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_the_day_of_an_instant_is_that_of_the_shops_clock():
    early = datetime(2026, 11, 26, 23, 22, tzinfo=UTC)
    with timezone.override("Asia/Shanghai"):
        assert (day(early), instant(early)) == ("27 Nov 2026", "27 Nov 2026, 07:22")
        assert (day(date(2026, 11, 26)), day(None)) == ("26 Nov 2026", "—")


def test_a_figure_that_there_cant_be_is_a_dash_in_chinese():
    with translation.override("zh-hans"):
        assert share_text(0, 0) == "—"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (0, "CNY", "¥0.00"),
        (5, "CNY", "¥0.05"),
        (123_456_789, "CNY", "¥1,234,567.89"),
        (-1_050, "CNY", "−¥10.50"),
        (1_500, "JPY", "JP¥1,500"),
        (1_234_567, "KWD", "KWD\u00a01,234.567"),
        (999, "USD", "$9.99"),
    ],
)
def test_money_has_its_currencys_symbol_and_decimals(amount, currency, text):
    assert money_shown(amount, currency) == text


def test_points_have_separators_and_movements_a_sign():
    assert (amount_text(1_234_567), amount_text(12_345, 1)) == ("1,234,567", "1,234.5")
    assert (signed_text(120), signed_text(-1_200), signed_text(0)) == ("+120", "−1,200", "0")


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "n/a"),
        (5, 0, "n/a"),
        (0, 7, "0.0%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 2_000, "0.1%"),
        (7, 7, "100.0%"),
    ],
)
def test_a_share_is_rounded_once_and_needs_a_whole(part, whole, text):
    assert share_text(part, whole) == text


def test_a_change_needs_something_to_change_from():
    assert (change_of(180, 100).text, change_of(180, 100).way) == ("+80.0%", "up")
    assert (change_of(50, 200).text, change_of(50, 200).way) == ("−75.0%", "down")
    assert (change_of(5, 5).text, change_of(5, 5).way) == ("0.0%", "same")
    assert (change_of(5, 0).text, change_of(5, 0).way) == ("n/a", "none")
    assert (change_of(0, 0).text, change_of(0, 0).way) == ("", "same")
    assert points_change(1, 2, 1, 4).text == "+25.0"
    assert points_change(1, 4, 1, 2).text == "−25.0"
    assert points_change(1, 4, 0, 0).way == "none"


def test_an_axis_counts_as_its_reader_does():
    assert compact_text(1_250_000, 2, "zh-hans") == "1.2万"
    assert compact_text(1_250_000, 2, "en") == "12.5k"
    assert compact_text(10_000_000_000, 2, "zh-hans") == "1亿"
    assert compact_text(250, 2, "en") == "2.50"
    assert compact_text(0, 2, "en") == "0"


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 4), (3, 4), (5, 20), (21, 40), (41, 100), (101, 200), (201, 400), (999, 1_000)],
)
def test_a_scale_ends_at_a_round_number(highest, top):
    assert nice_top(highest) == top


def test_bars_stand_on_the_floor_and_the_part_below_the_whole():
    bars = [Bar("1 Mar", "a", 100, 25), Bar("2 Mar", "b", 0, 0), Bar("3 Mar", "c", 50, 60)]
    chart = chart_drawn(bars, str)
    assert chart.scale_labels == ("100", "75", "50", "25", "0")
    first, none, odd = chart.bars
    assert (first.whole_top, first.whole_height, first.part_top, first.part_height) == (
        0, 150, 150, 50,
    )  # fmt: skip
    assert (none.whole_height, none.part_height) == (0, 0)
    assert odd.whole_height == 0 and odd.part_height == 100, "a part is never more than its whole"
    assert chart.day_labels == ("1 Mar", "2 Mar", "3 Mar")


def test_thirty_days_are_labelled_from_the_first_to_the_last():
    bars = [Bar(str(day), "", 1, 0) for day in range(1, 31)]
    assert chart_drawn(bars, str).day_labels == ("1", "8", "15", "22", "30")
