"""Mei's phone in a real browser: in by code, the card, the language, a card reported lost."""

import re
import threading
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from regulars.members.cards.selectors import cards_of
from regulars.members.signin.models import SignInCode
from regulars.members.signin.sending import code_send_task
from regulars.wsgi import application
from tests.phone.handset import card_given
from tests.phone.phones import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]
READ_OUT = {"sign-in", "code", "", "points/", "level/", "me/", "me/privacy/"}
OFFLINE = "ERR_INTERNET_DISCONNECTED"
PAGES = (
    "", "points/", "level/", "me/", "me/cards/", "me/consents/", "me/devices/", "me/privacy/",
    "me/help/",
)  # fmt: skip


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Says nothing: the tests speak."""


def served(environ, start_response):
    """The whole site; each thread gives its connection back."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()
        connections.close_all()


@pytest.fixture
def address(open_shop):
    """The site as served to a phone, at the shop's own time."""
    open_shop.publish()
    server = make_server("127.0.0.1", 0, served, Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with open_shop.time():
        yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def phone(chromium_path, address):
    """A page of a phone's size; whatever the browser complains about fails the test."""
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        context = browser.new_context(
            base_url=address, viewport={"width": 390, "height": 844}, locale="en-GB"
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert [each for each in complaints if OFFLINE not in each] == []


@contextmanager
def connection_given_back():
    """Under Playwright's loop this thread has a connection of its own; the next test needs none."""
    try:
        yield
    finally:
        connections.close_all()


SENT_TWICE = """(code) => {
    const form = document.querySelector("[data-code-form]"), box = form.elements.code;
    let sent = 0;
    form.addEventListener("submit", (event) => { if (!event.defaultPrevented) sent += 1; });
    box.value = code;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    form.requestSubmit();
    return sent;
}"""


def signed_in(phone, shop):
    phone.goto("/m/")
    looked_over(phone, "sign-in")
    phone.get_by_label("Phone number").fill(PHONE)
    phone.get_by_role("button", name="Send me a code").click()
    box = phone.get_by_label("Six-digit code")
    expect(box).to_be_focused()
    looked_over(phone, "code")
    with connection_given_back():
        code_send_task(challenge=str(SignInCode.objects.latest("created_at").id))
    # The last digit sends the code, which is good once; Enter right after it sends nothing more.
    assert phone.evaluate(SENT_TWICE, shop.carrier.sent[-1].values["code"]) == 1
    expect(phone.locator(".who .name")).to_have_text("mei")


def looked_over(page, where):
    """No way sideways, nothing smaller than 14 px, and nothing serious for a screen reader."""
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{where} at {width}"
    small = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((each) =>
            [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
            && parseFloat(getComputedStyle(each).fontSize) < 14).map((each) => each.outerHTML)"""
    )
    assert small == [], where
    if width == 390 and where in READ_OUT:
        found = Axe().run(page).response["violations"]
        grave = [each for each in found if each["impact"] in ("serious", "critical")]
        assert grave == [], f"{where}: {grave}"


def test_mei_and_her_phone(phone, open_shop):
    open_shop.one(open_shop.sale("mei", 12_000, "R-1"))
    card_given(open_shop, "mei", "MEI00012")
    signed_in(phone, open_shop)
    expect(phone.locator(".figures")).to_contain_text("120")
    expect(phone.locator("[data-age]")).to_contain_text(re.compile(r"a new code in \d+ s"))
    expect(phone.locator("[data-still]")).to_be_hidden()
    for width in (390, 320):
        phone.set_viewport_size({"width": width, "height": 700})
        for path in PAGES:
            phone.goto(f"/m/{path}")
            looked_over(phone, path)
    phone.goto("/m/")
    phone.get_by_role("button", name="中文").click()
    expect(phone.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(phone.locator("nav")).to_contain_text("会员卡")
    phone.goto("/m/me/cards/")
    phone.locator("summary").click()
    phone.get_by_role("button", name="立即挂失此卡").click()
    expect(phone.locator(".said")).to_contain_text("该卡已挂失停用")
    with connection_given_back():
        assert cards_of(open_shop.members["mei"])[0].state == "lost"


def test_the_code_goes_on_without_a_network_and_says_when_it_is_too_old(phone, open_shop):
    phone.clock.install()
    signed_in(phone, open_shop)
    digits, stale = phone.locator("[data-digits]"), phone.locator("[data-stale]")
    first = digits.inner_text()
    phone.context.set_offline(True)
    phone.clock.run_for(51_000)
    second = digits.inner_text()
    assert re.fullmatch(r"28( \d{4}){4}", second)
    assert second != first
    phone.clock.run_for(330_000)
    assert digits.inner_text() not in (first, second)
    expect(stale).to_be_hidden()
    phone.clock.run_for(60_000)
    expect(stale).to_be_visible()
    phone.context.set_offline(False)
