"""The page of a till in a real browser, and the hands in front of it."""

import threading
from contextlib import contextmanager
from wsgiref.simple_server import make_server

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from regulars.faces.pos.doors import DEVICE_COOKIE
from tests.console.test_browser import Quiet, Server, served


def answers_get_lost(till, deed):
    """What is sent arrives, and its answer does not."""

    def lost(route):
        route.fetch()
        route.abort()

    till.context.route(f"**/pos/do/{deed}/", lost)


@contextmanager
def till_of(counter, chromium_path):
    """Ann's till: a browser that is registered, signed in, and stands at the shop's time."""
    server = make_server("127.0.0.1", 0, served, Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    client = Client()
    with counter.shop.time():
        ann = get_user_model().objects.get(username="ann")
        client.force_login(ann, "django.contrib.auth.backends.ModelBackend")
    with counter.shop.time(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        context = browser.new_context(
            base_url=address, viewport={"width": 1280, "height": 800}, locale="en-GB"
        )
        names = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            DEVICE_COOKIE: counter.secret,
            settings.LANGUAGE_COOKIE_NAME: "en",
        }
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in names.items()]
        )
        context.clock.set_fixed_time(counter.shop.now)
        yield Till(counter, context)
        browser.close()
        # Inside playwright's loop Django has a connection of its own: it ends with the browser.
        connections.close_all()
    server.shutdown()
    server.server_close()
    thread.join()


class Till:
    """The page at the till and the hands in front of it."""

    def __init__(self, counter, context):
        self.counter = counter
        self.context = context
        self.complaints = []
        self.begin()

    def begin(self):
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto("/pos/")
        expect(self.page.locator("html")).to_have_attribute("data-ready", "yes")

    def type(self, text, key="Enter"):
        self.page.keyboard.type(text)
        self.page.keyboard.press(key)

    def scan(self, text):
        """As a scanner does: everything at once, and Enter."""
        self.page.evaluate(
            """text => { const box = document.getElementById("scan"); box.focus();
            for (const key of text) box.dispatchEvent(new KeyboardEvent("keydown",
              {key, bubbles: true})); box.value = text; box.form.requestSubmit(); }""",
            text,
        )

    def sees(self, place, text):
        expect(self.page.locator(place)).to_contain_text(text)

    def is_accessible(self):
        found = Axe().run(self.page).response["violations"]
        serious = [each["id"] for each in found if each["impact"] in ("serious", "critical")]
        assert serious == [], found
