"""Days and the instants at which they begin and end, where the shop is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from regulars.foundation import clock

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("end", "zone", "last"),
    [
        # Midnight in Shanghai is 16:00 of the day before in Greenwich.
        ("2025-03-08T16:00", SHANGHAI, date(2025, 3, 8)),
        ("2025-03-08T16:00:00.000001", SHANGHAI, date(2025, 3, 9)),
        ("2025-03-08T15:59:59.999999", SHANGHAI, date(2025, 3, 8)),
        ("2025-03-08T04:00", SHANGHAI, date(2025, 3, 8)),
        ("2025-03-08T16:00", NEW_YORK, date(2025, 3, 8)),
        ("2024-12-31T16:00", SHANGHAI, date(2024, 12, 31)),
        ("2024-02-29T16:00", SHANGHAI, date(2024, 2, 29)),
        # New York puts its clocks forward on 9 March: midnight is 05:00, then 04:00 in Greenwich.
        ("2025-03-09T05:00", NEW_YORK, date(2025, 3, 8)),
        ("2025-03-10T04:00", NEW_YORK, date(2025, 3, 9)),
    ],
)
def test_the_last_day_before_an_end_is_the_one_that_a_midnight_ends(end, zone, last):
    assert clock.last_day_before(at(end), zone) == last


@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK, "Asia/Kathmandu", "Pacific/Kiritimati"])
def test_every_day_of_a_year_ends_with_its_own_midnight_and_begins_with_the_one_before(zone):
    for number in range(366):
        day = date(2024, 12, 1) + timedelta(days=number)
        end = clock.midnight_after(day, zone)
        assert clock.last_day_before(end, zone) == day
        assert clock.midnight_before(day, zone) == clock.midnight_after(
            day - timedelta(days=1), zone
        )
        assert clock.business_date(clock.midnight_before(day, zone), zone) == day
