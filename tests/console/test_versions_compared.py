"""Li compares two published versions of a program: what was promised before, and what after."""

from datetime import date
from html import unescape

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.rules.programs.services import program_end, starter_content
from tests.console.test_portrait import text_of

PAGE = "programs/beans/compare/"
BIG = {
    "code": "big",
    "name": {"en": "Bonus over 200", "zh-Hans": "满 200 加赠"},
    "on": "order.paid",
    "when": "order.net_minor >= 30000",
    "earn_flat": {"asset": "beans", "amount": 80},
    "schedule": {"weekdays": [6]},
    "limits": [{"per": "member", "window": "day", "amount": 80}],
}
VISIT = {
    "code": "visit",
    "name": {"en": "Beans for a visit", "zh-Hans": "到店得豆"},
    "on": "visit.checked_in",
    "earn_flat": {"asset": "beans", "amount": 5},
}


@pytest.fixture
def versions(shop):
    """Since 1 February 50 beans over 200; since 8 March 80 over 300, on Saturdays, at most once a
    day, and points pay double; since 10 March a visit in their place, to the end of the year."""
    base = starter_content("beans")["rules"]
    offer = starter_content("beans")["redemption"] | {"value_minor": 200}
    shop.publish(rules=[*base, BIG], redemption=offer)
    shop.on(date(2025, 3, 10))
    shop.publish(rules=[*base, VISIT], redemption=offer, valid_until="2025-12-31")


def told(li, query=""):
    return unescape(text_of(li.text(f"{PAGE}{query}")))


def test_what_changed_is_told_before_and_after(li, versions):
    page = told(li, "?from=1&to=2")
    assert "changed Rule · Bonus over 200" in page
    assert (
        "Condition before: the amount paid is at least ¥200.00 "
        "after: the amount paid is at least ¥300.00"
    ) in page
    assert "Gives before: 50 beans after: 80 beans" in page
    assert "When it holds before: – after: Holds on Saturday." in page
    assert "Limits before: – after: At most 80 beans for a member a day." in page
    assert (
        "Paying with points before: 100 beans pay ¥1.00. From a balance of 1,000 on. "
        "after: 100 beans pay ¥2.00. From a balance of 1,000 on."
    ) in page
    assert "Valid from before: 1 Feb 2025, 12:00 after: 8 Mar 2025, 12:00" in page
    assert "Valid until before" not in page


def test_rules_that_came_and_went_are_told_whole(li, versions):
    page = told(li, "?from=2&to=3")
    assert "new Rule · Beans for a visit For every visit: 5 beans." in page
    assert "removed Rule · Bonus over 200 For every purchase, if the amount paid" in page
    assert "Valid until before: open end after: 1 Jan 2026, 00:00" in page
    # The other way round, what came has gone.
    back = told(li, "?from=3&to=1")
    assert "removed Rule · Beans for a visit" in back
    assert "new Rule · Bonus over 200" in back
    assert "Version 3 before, version 1 after." in back


def test_unasked_the_newest_two_are_compared_and_lists_lead_there(li, versions):
    assert told(li) == told(li, "?from=2&to=3")
    assert told(li, "?to=2") == told(li, "?from=1&to=2")
    for page in ("programs/beans/", "programs/calendar/"):
        text = li.text(page)
        assert 'href="/console/programs/beans/compare/?from=2&amp;to=3"' in text
        assert 'href="/console/programs/beans/compare/?from=1&amp;to=2"' in text
        assert "to=1" not in text
    li.read_in("zh-hans")
    page = told(li, "?from=1&to=2")
    assert "第 1 版" in page and "周六" in page
    assert "得 50 豆" in page and "得 80 豆" in page


def test_an_early_end_is_a_difference(li, versions, shop):
    with shop.time():
        program_end(actor=SYSTEM, code="beans", version=2)
    page = told(li, "?from=1&to=2")
    assert "Valid until before: open end after: 10 Mar 2025, 12:00" in page


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("?from=1&to=9", 404, "has no published version 9."),
        ("?from=x&to=2", 404, "has no published version x."),
        ("?from=2&to=2", 422, "Version 2 doesn't differ from itself."),
        ("?to=1", 404, "has no published version –."),
    ],
)
def test_what_cannot_be_compared_is_said_with_the_choice_beside_it(
    li, versions, query, status, said
):
    answer = li.get(f"{PAGE}{query}")
    assert answer.status_code == status
    page = unescape(text_of(answer.content.decode()))
    assert said in page
    assert 'name="from"' in answer.content.decode()


def test_one_version_is_not_compared(li):
    assert "There are no two versions yet" in told(li, "?from=1&to=2")
    assert "Compare versions" not in text_of(li.text("programs/beans/"))
    assert li.get("programs/nothing/compare/").status_code == 404
