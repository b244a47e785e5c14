"""What a person sees with much data: large sums, long texts, many stores. In a real browser."""

import pytest
from playwright.sync_api import expect

from regulars.foundation.ids import public_id
from tests.console.test_browser import (  # noqa: F401 - fixtures
    address,
    browser,
    screen,
    signed_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]
LINES = """el => Math.round(
    el.getBoundingClientRect().height / parseFloat(getComputedStyle(el).lineHeight)
)"""
HIDDEN = "all => all.map(el => el.scrollHeight - el.clientHeight)"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_sum_of_seven_digits_stays_on_one_line(screen, shop, width):  # noqa: F811
    shop.one(shop.sale("mei", 37_507_857, store="s1"))
    screen.set_viewport_size({"width": width, "height": 900})
    signed_in(screen, "li")
    value = screen.locator(".figure .value").first
    expect(value).to_have_text("¥375,078.57")
    assert value.evaluate(LINES) == 1


def test_a_long_text_is_seen_whole_where_it_is_changed(screen):  # noqa: F811
    signed_in(screen, "li")
    screen.goto("/console/phone/")
    hidden = screen.locator("main textarea").evaluate_all(HIDDEN)
    assert len(hidden) > 2 and max(hidden) <= 0


def test_one_of_many_stores_is_chosen_from_a_list(screen, shop):  # noqa: F811
    for number in range(2, 14):
        shop.store(f"s{number}")
    signed_in(screen, "li")
    screen.goto("/console/counters/")
    assert screen.locator("main .tabs").count() == 0
    screen.locator("main select[name=tab]").select_option("s13")
    screen.locator("main form.choosing button").click()
    expect(screen).to_have_url("/console/counters/?tab=s13")
    expect(screen.locator("main select[name=tab]")).to_have_value("s13")


IN_SIGHT = """el => {
    const { left, right, top, bottom } = el.getBoundingClientRect();
    return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
}"""


@pytest.mark.parametrize(("width", "height"), [(1024, 640), (390, 640)])
def test_where_one_is_stands_in_sight(screen, shop, width, height):  # noqa: F811
    screen.set_viewport_size({"width": width, "height": height})
    signed_in(screen, "li")
    screen.goto("/console/settings/")
    if width < 821:
        screen.locator("[data-menu] summary").click()
    current = screen.locator("nav.nav [aria-current]:visible")
    expect(current).to_have_attribute("href", "/console/settings/")
    assert current.evaluate(IN_SIGHT)
    member = public_id("mem", shop.members["mei"])
    screen.goto(f"/console/members/{member}/?tab=data")
    tabs = screen.locator("main .tabs a")
    assert tabs.last.evaluate(IN_SIGHT)
    if width > 820:
        assert all(tabs.nth(place).evaluate(IN_SIGHT) for place in range(tabs.count()))
