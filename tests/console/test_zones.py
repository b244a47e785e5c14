"""Time zones are told by city and distance from UTC; all of the world can be chosen."""

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
import time_machine
from django.utils.translation import override

from regulars.foundation.webkit.zones import CITIES, zone_options, zone_shown


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("Asia/Shanghai", "Shanghai, Beijing (UTC+8)", "上海、北京（UTC+8）"),
        ("Asia/Kolkata", "Delhi, Mumbai (UTC+5:30)", "德里、孟买（UTC+5:30）"),
        ("America/New_York", "New York (UTC−5)", "纽约（UTC−5）"),
        ("America/St_Johns", "America/St Johns (UTC−3:30)", "America/St Johns（UTC−3:30）"),
        ("UTC", "UTC (UTC+0)", "UTC（UTC+0）"),
    ],
)
def test_a_zone_is_told_by_its_city(code, english, chinese):
    with time_machine.travel(datetime(2026, 1, 15, tzinfo=UTC), tick=False):
        for language, told in (("en", english), ("zh-hans", chinese)):
            with override(language):
                assert zone_shown(code) == told


def test_the_distance_is_that_of_today():
    with override("en"), time_machine.travel(datetime(2026, 7, 15, tzinfo=UTC), tick=False):
        assert zone_shown("America/New_York") == "New York (UTC−4)"


def test_any_zone_can_be_chosen_and_the_usual_ones_stand_first():
    codes = [code for code, _told in zone_options("Asia/Kathmandu")]
    assert codes[: len(CITIES)] == list(CITIES)
    assert len(codes) == len(set(codes))
    assert {"Asia/Kathmandu", "UTC", "Africa/Lagos"} < set(codes)
    assert set(codes) <= available_timezones()
    assert zone_options("EST5EDT")[0][0] == "EST5EDT"
