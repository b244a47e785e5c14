"""Li finds, narrows, keeps, previews, acts and exports in a real browser, and nothing is serious.

The pages are also looked at by axe, which knows most of what keeps people out.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import public_id
from regulars.foundation.webkit.lists import lists_known
from regulars.foundation.works.models import Work
from regulars.foundation.works.services import work_done
from regulars.members.cards.services import cards_make
from regulars.members.tags.selectors import tags_of
from regulars.members.tags.services import tag_create
from regulars.organization.devices.services import device_register
from regulars.organization.webhooks.services import webhook_create
from tests.console.test_browser import (  # noqa: F401 - fixtures
    address,
    browser,
    screen,
    signed_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]
PAGES = (
    "",
    "members/",
    "members/?store=s1",
    "members/export/",
    "search/?q=mei",
    "stores/s1/",
    "roles/manager/",
    "health/",
    "settings/",
)
GRAVE = {"serious", "critical"}


@pytest.mark.usefixtures("address")
def test_from_the_search_to_a_file(screen, shop):  # noqa: F811 - the fixture
    tag_create(actor=SYSTEM, code="vip", name={"en": "VIP", "zh-Hans": "贵宾"})
    signed_in(screen, "li")
    screen.get_by_role("button", name="English").first.click()
    expect(screen.locator("h1")).to_have_text("Today")
    screen.keyboard.press("?")
    expect(screen.locator("dialog")).to_contain_text("Walk through what was found")
    screen.keyboard.press("Escape")
    screen.keyboard.press("/")
    screen.keyboard.type("membe")
    expect(screen.locator("#found")).to_contain_text("Members")
    screen.locator("#found a", has_text="Members").first.focus()
    screen.keyboard.press("Enter")
    expect(screen.locator("h1")).to_have_text("Members")
    screen.locator(".filters select[name=store]").select_option("s1")
    screen.get_by_role("button", name="Show", exact=True).click()
    expect(screen.locator("tbody tr")).to_have_count(1)
    expect(screen).to_have_url(re.compile("store=s1"))
    screen.locator("summary", has_text="Views").click()
    screen.get_by_label("Keep these filters").fill("First store")
    screen.get_by_role("button", name="Keep the view").click()
    expect(screen.locator(".views .current")).to_have_text("First store")
    screen.get_by_label("This page").check()
    screen.get_by_role("button", name="Tag", exact=True).click()
    expect(screen.locator(".confirmation")).to_contain_text("梅小雨")
    expect(screen.locator(".confirmation")).not_to_contain_text("Bo Wang")
    screen.get_by_label("Reason").fill("spring")
    screen.get_by_role("button", name="Put the tag on them").click()
    expect(screen.locator("h1")).to_have_text("Tag members")
    work_done(work_id=str(Work.objects.get().id))
    expect(screen.locator(".progress.done")).to_contain_text("1 / 1")
    assert [each.code for each in tags_of(shop.members["mei"])] == ["vip"]
    screen.goto("/console/members/")
    screen.get_by_role("link", name="Export").click()
    screen.locator("dialog").get_by_role("button", name="Write the file").click()
    expect(screen.locator("h1")).to_have_text("Export members")
    work_done(work_id=str(Work.objects.get(kind="members.export").id))
    with screen.expect_download() as found:
        screen.get_by_role("link", name="Download").click()
    text = found.value.path().read_text(encoding="utf-8-sig")
    assert text.count("\n") == 3


@pytest.mark.usefixtures("address")
def test_every_list_can_be_read_narrow_and_by_everybody(screen, shop):  # noqa: F811
    """Each declared list: light and wide, dark and narrow in turn; none pushes the page aside."""
    _one_of_each(shop)
    signed_in(screen, "li")
    screen.get_by_role("button", name="English").first.click()
    expect(screen.locator("h1")).to_have_text("Today")
    found = []
    for number, declared in enumerate(lists_known()):
        for width in (1280, 320):
            screen.set_viewport_size({"width": width, "height": 800})
            if width == 1280:
                screen.goto(reverse(f"console:{declared.screen}"))
            assert screen.evaluate("document.documentElement.scrollWidth") <= width, declared.screen
        theme, width = (("light", 1280), ("dark", 390))[number % 2]
        screen.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour half-way
        screen.set_viewport_size({"width": width, "height": 800})
        expect(screen.locator(".list-tools")).to_have_count(1)
        found += [f"{declared.screen} {theme}: {each}" for each in grave(screen)]
    assert found == []


def _one_of_each(shop):
    with shop.time():
        device_register(actor=SYSTEM, name="Till at the door", kind="till", store="s1")
        webhook_create(
            actor=SYSTEM, name="Shop", url="https://shop.example/hooks", kinds=["event.*"]
        )
        with unit_of_work() as unit:
            cards_make(
                unit=unit, actor=SYSTEM, name="Gold", prefix="VIP", first=1, count=9, digits=3
            )
    tag_create(actor=SYSTEM, code="vip", name={"en": "VIP", "zh-Hans": "贵宾"})


def grave(page):
    """What axe finds serious on the page that is open."""
    return [
        f"{each['id']} {each['nodes'][0]['html'][:160]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in GRAVE
    ]


@pytest.mark.usefixtures("address")
def test_a_list_is_ordered_narrowed_and_taken_by_the_keyboard_alone(screen, shop):  # noqa: F811
    _one_of_each(shop)
    signed_in(screen, "li")
    screen.goto("/console/devices/")
    for name in ("select[name=store]", ".list-tools summary", "th a.sort", ".table-scroll"):
        place = screen.locator(name).first
        place.focus()
        screen.keyboard.press("Shift+Tab")
        screen.keyboard.press("Tab")
        expect(place).to_be_focused()
        outline = place.evaluate("each => getComputedStyle(each).outlineStyle")
        shadow = place.evaluate("each => getComputedStyle(each).boxShadow")
        assert (outline, shadow) != ("none", "none"), f"{name} shows no focus"
    screen.locator("th a.sort").first.focus()
    screen.keyboard.press("Enter")
    expect(screen).to_have_url(re.compile("sort=-device"))
    screen.locator(".list-tools summary").first.focus()
    screen.keyboard.press("Enter")
    expect(screen.locator(".list-tools .menu").first).to_be_visible()


@pytest.mark.usefixtures("address")
def test_axe_finds_nothing_serious_on_the_main_pages(screen, shop):  # noqa: F811 - the fixture
    shop.one(shop.sale("mei", 12_000))
    signed_in(screen, "li")
    found = []
    mei = f"members/{public_id('mem', shop.members['mei'])}/"
    for path in (*PAGES, mei, f"{mei}?tab=timeline", f"{mei}manage/?do=points"):
        screen.goto(f"/console/{path}")
        for theme, width in (("light", 1280), ("dark", 390)):
            screen.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour half-way
            screen.set_viewport_size({"width": width, "height": 800})
            assert screen.evaluate("document.documentElement.scrollWidth") <= width, path
            found += [f"{path} {theme}: {each}" for each in grave(screen)]
    assert found == []


@pytest.mark.usefixtures("address")
def test_on_a_phone_filters_wait_until_they_are_asked_for(screen, shop):  # noqa: F811
    signed_in(screen, "li")
    screen.set_viewport_size({"width": 390, "height": 800})
    screen.goto("/console/members/")
    level, more = screen.locator("select[name=level]"), screen.locator("[data-unfold]")
    expect(screen.locator(".filters input[name=q]")).to_be_visible()
    expect(level).to_be_hidden()
    more.click()
    expect(level).to_be_visible()
    expect(more).to_be_hidden()
    # What is in use is seen.
    screen.goto("/console/members/?state=frozen")
    expect(level).to_be_visible()
    screen.set_viewport_size({"width": 1280, "height": 800})
    screen.goto("/console/members/")
    expect(level).to_be_visible()


@pytest.mark.usefixtures("address")
@pytest.mark.parametrize("width", [390, 800])
def test_a_finger_finds_the_links_of_a_list(screen, shop, width):  # noqa: F811 - the fixture
    """24 px for any of them, 44 px for the one that opens the row."""
    shop.one(shop.sale("mei", 12_000, "R-1"))
    signed_in(screen, "li")
    screen.set_viewport_size({"width": width, "height": 900})
    for path in ("members/", "stores/", "audit/", "presets/", "programs/"):
        screen.goto(f"/console/{path}")
        rows = screen.locator("main tbody tr").evaluate_all(
            """rows => rows.map(row => [...row.querySelectorAll("td a:not(.button)")]
                .map(link => Math.round(link.getBoundingClientRect().height)))"""
        )
        assert min([24, *[each for row in rows for each in row]]) >= 24, path
        if path in ("members/", "stores/"):
            assert rows and all(row[0] >= 44 for row in rows), (path, rows)
