"""What stands in an address or a hidden field may be anything: no page fails at it."""

import pytest
from django.urls import get_resolver

from regulars.foundation.webkit.reading import whole_read
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.services import starter_content

# Months and days at the ends of the calendar; digits that `int` refuses, numbers without an end.
DAYS = ("day_from", "day_to", "joined_from", "joined_to", "bought_from", "since", "until")
OTHERS = ("before", "after", "page", "period", "shown", "version", "sort", "rule", "do", "tab", "q")
LATE = {"month": "9999-12", **dict.fromkeys(DAYS, "9999-12-31"), **dict.fromkeys(OTHERS, "²")}
EARLY = {
    "month": "0001-01",
    **dict.fromkeys(DAYS, "0001-01-01"),
    **dict.fromkeys(OTHERS, "9" * 5000),
}


def plain_pages():
    """The console's pages whose address holds nothing of its own."""
    patterns = get_resolver("regulars.faces.console.urls").url_patterns
    return sorted(str(each.pattern) for each in patterns if "<" not in str(each.pattern))


def test_a_whole_number_is_read_or_is_none():
    assert [whole_read(each) for each in ("7", "0", "999999999")] == [7, 0, 999_999_999]
    assert [whole_read(each) for each in ("", "²", "٣", "-1", "1" * 10, "1.0")] == [None] * 6


@pytest.mark.parametrize("odd", [LATE, EARLY])
def test_no_page_fails_at_an_odd_address(li, odd):
    # One member's and one program's page stand for those with an address of their own.
    pages = [*plain_pages(), "programs/beans/", "programs/beans/simulation/", "stores/s1/"]
    for page in pages:
        with li.shop.time():
            answer = li.client.get(f"/console/{page}", odd)
        assert answer.status_code < 500, page


@pytest.mark.parametrize("odd", ["²", "٣", "9" * 5000, "x"])
def test_an_odd_revision_is_no_revision(li, odd):
    content = starter_content("beans")
    draft = {"do": "general", "name_en": "Beans", "name_zh": "豆", "revision": odd}
    assert li.post("programs/beans/draft/", draft).status_code < 500
    assert program_get("beans").draft is None, content["rules"][0]["code"]
    for path in ("draft/rule/", "publish/", "end/"):
        sent = {"do": "save", "revision": odd, "weekdays": odd, "reason": "x"}
        assert li.post(f"programs/beans/{path}", sent).status_code < 500, path
    for pressed in (f"add:limits-{odd}", f"drop:multipliers-{odd}", "add:multipliers-when"):
        sent = {"do": pressed, "press": pressed, "revision": "0"}
        assert li.post("programs/beans/draft/rule/", sent).status_code < 500, pressed
