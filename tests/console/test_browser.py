"""The console in a real browser: keyboard only, no foreign script, no sideways scrolling."""

import re
import threading
from datetime import UTC, datetime
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from regulars.wsgi import application
from tests.console.conftest import PASSWORD, enrolled

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]
VILLAIN = "<script>document.title='taken'</script>"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Says nothing: the tests speak."""


def served(environ, start_response):
    """The whole site; each thread gives its connection back, because it lives for one browser."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()
        connections.close_all()


@pytest.fixture
def address(staff, shop):
    """The console as served to a browser on this machine, at the shop's own time."""
    server = make_server("127.0.0.1", 0, served, Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with shop.time():
        yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser(chromium_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def screen(browser, address):
    """A page at Ann's till; whatever the browser complains about fails the test."""
    context = browser.new_context(
        base_url=address, viewport={"width": 1280, "height": 800}, locale="en-GB"
    )
    page = context.new_page()
    complaints = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def signed_in(page, username="ann"):
    page.goto("/console/")
    # The browser puts the cursor there with its next picture, not with the page's arrival.
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(re.compile("Today|今日"))


def test_ann_finds_mei_and_her_reasons_without_the_mouse(screen, shop):
    shop.one(shop.sale("mei", 12_000, "R-1"))
    signed_in(screen)
    screen.keyboard.press("/")
    screen.keyboard.type("mxy")
    screen.keyboard.press("Enter")
    expect(screen.locator("h2").first).to_have_text("1 member found")
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("Enter")
    expect(screen.locator("h1")).to_have_text("梅小雨")
    expect(screen.locator(".reasons")).to_be_hidden()
    screen.locator("details.why summary").focus()
    screen.keyboard.press("Enter")
    expect(screen.locator(".reasons")).to_contain_text("Earned 120 beans on ¥120.00")


def test_the_list_follows_the_typing_and_the_address_follows_the_list(screen):
    signed_in(screen)
    screen.goto("/console/search/")
    box = screen.locator("[data-search]")
    expect(box).to_be_focused()
    screen.keyboard.type("bo w")
    expect(screen.locator(".results .name")).to_have_text(["Bo Wang"])
    expect(screen).to_have_url(re.compile(r"q=bo\+w|q=bo%20w"))
    screen.keyboard.press("ArrowDown")
    expect(screen.locator(".results a")).to_be_focused()
    screen.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    screen.keyboard.press("Escape")
    expect(screen.locator(".results .name")).to_have_count(2)


def test_a_slash_typed_into_the_box_stays_there(screen):
    signed_in(screen)
    screen.keyboard.press("/")
    screen.keyboard.type("a/b")
    expect(screen.locator("[data-search]")).to_have_value("a/b")


def test_a_script_in_a_name_never_runs(screen, shop):
    villain = enrolled(shop, "villain", VILLAIN, phone="13700137000")
    shop.one(shop.sale("villain", 1_000, VILLAIN))
    signed_in(screen)
    for path in ("search/", "search/?q=7000", f"members/{villain.public_id}/"):
        screen.goto(f"/console/{path}")
        expect(screen.locator("#page")).to_contain_text(VILLAIN)
        assert "taken" not in screen.title().replace(VILLAIN, "")
    screen.goto("/console/search/")
    screen.keyboard.type("7000")
    expect(screen.locator(".results .name")).to_have_text([VILLAIN])
    assert screen.title().startswith("Search")


def test_earlier_movements_join_the_page(screen, shop):
    for number in range(1, 28):
        shop.one(shop.sale("mei", 100 * number, f"R-{number:03}"))
    signed_in(screen)
    screen.goto(f"/console/members/{shop.members['mei']}/")
    expect(screen.locator(".timeline > li")).to_have_count(10)
    screen.get_by_text("All movements").click()
    expect(screen.locator(".timeline > li")).to_have_count(25)
    screen.get_by_role("link", name="Earlier").click()
    expect(screen.locator(".timeline > li")).to_have_count(27)
    expect(screen.get_by_role("link", name="Earlier")).to_have_count(0)


def test_the_language_changes_and_comes_back(screen):
    signed_in(screen)
    screen.get_by_role("button", name="中文").first.click()
    expect(screen.locator("h1")).to_have_text("今日")
    expect(screen.locator("html")).to_have_attribute("lang", "zh-Hans")
    screen.get_by_role("button", name="English").first.click()
    expect(screen.locator("h1")).to_have_text("Today")


@pytest.mark.parametrize("width", [320, 390, 820])
def test_nothing_scrolls_sideways(screen, shop, width):
    shop.one(shop.sale("mei", 99_999_999, "R-" + "1" * 60, store="s1"))
    shop.one(shop.sale("mei", 12_000))
    screen.set_viewport_size({"width": width, "height": 800})
    signed_in(screen)
    member = f"members/{shop.members['mei']}/"
    for language in ("中文", "English"):
        for path in ("", "search/?q=mei", member, "programs/", "programs/beans/", "assets/"):
            screen.goto(f"/console/{path}")
            inside = screen.evaluate("document.documentElement.scrollWidth")
            assert inside <= width, f"{path} is {inside} wide in {language}"
        screen.locator(".bar-menu summary").click() if width < 821 else None
        screen.locator(".drawer").get_by_role("button", name=language).click()


def test_the_chosen_colours_are_there_at_once(screen):
    signed_in(screen)
    light = screen.evaluate("getComputedStyle(document.body).backgroundColor")
    screen.get_by_role("button", name="Dark").first.click()
    expect(screen.locator("html")).to_have_attribute("data-theme", "dark")
    assert screen.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_the_pages_stand_at_the_shops_own_time(screen, shop):
    assert shop.now == datetime(2025, 3, 8, 4, tzinfo=UTC)
    signed_in(screen)
    expect(screen.locator(".page-head")).to_contain_text("Saturday, 8 March 2025")
