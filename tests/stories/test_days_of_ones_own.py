"""Rules for the day of joining and the month of birth: by the shop's days, and on the past too."""

from datetime import date

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.fields.services import birthday_set
from regulars.members.fields.types import Birthday
from regulars.rules.programs.services import program_draft_save, starter_content
from regulars.rules.segments.selectors import members_counted
from regulars.rules.simulate.services import simulation_run

MARCH = {"code": "beans", "since": date(2025, 3, 1), "until": date(2025, 3, 31)}
FIRST_DAY = "member.days_since_joining == 0"


def gift(code, when, amount):
    name = {"zh-Hans": code, "en": code}
    earned = {"asset": "beans", "amount": amount}
    return {"code": code, "name": name, "on": "order.paid", "when": when, "earn_flat": earned}


WELCOME = gift("welcome", FIRST_DAY, 50)
BIRTHDAY = gift("birthday", "business.month == member.birth_month", 30)
NEAR = gift("near", "member.days_to_birthday == 0", 7)


@pytest.fixture
def kim(shop):
    """Kim joins at seven in the morning, when it is yesterday still in Greenwich, and buys."""
    shop.publish(rules=[WELCOME])
    shop.on(date(2025, 3, 2), 7)
    shop.member("kim")
    for day, hour in ((2, 7), (2, 23), (3, 7)):
        shop.on(date(2025, 3, day), hour, 30)
        shop.one(shop.sale("kim", 10_000))
    return shop


def test_the_day_of_joining_is_the_shops_day(kim):
    assert kim.of("kim").balance == 50 + 50
    for day, hour, count in ((2, 8, 1), (3, 0, 0)):
        kim.on(date(2025, 3, day), hour)
        with unit_of_work() as unit:
            assert members_counted(unit, FIRST_DAY, kim.now) == count


def tried(shop, *rules):
    with shop.time():
        content = starter_content("beans") | {"rules": list(rules)}
        program_draft_save(actor=SYSTEM, code="beans", content=content)
    found = simulation_run(**MARCH)
    assert found.not_replayed == ()
    return {each.rule: (each.events, each.amount) for each in found.rules}


def test_who_joined_when_and_has_a_birthday_when_is_known_of_the_past(kim):
    with kim.time(), unit_of_work() as unit:
        birthday_set(unit=unit, actor=SYSTEM, member_id=kim.members["kim"], birthday=Birthday(3, 2))
    kim.one(kim.sale("mei", 10_000))
    kim.on(date(2025, 5, 1))
    home = gift("home", 'member.home_store == ""', 1)
    assert tried(kim, WELCOME, BIRTHDAY, NEAR, home) == {
        "welcome": (2, 100),
        "birthday": (3, 90),
        "near": (2, 14),
        "home": (4, 4),
    }
