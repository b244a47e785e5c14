"""An owner's first days in a real browser: a shop from nothing, its first sale, its next rule."""

import re
import threading
from datetime import date
from wsgiref.simple_server import make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.db import connections
from playwright.sync_api import expect

from regulars.foundation.shop.setup import setup_code_made
from regulars.members.signin.models import SignInCode
from regulars.members.signin.sending import code_send_task
from regulars.organization.stores.services import stores_forgotten
from tests.console.conftest import PASSWORD
from tests.console.test_browser import (
    Quiet,
    Server,
    address,
    browser,
    screen,
    served,
)
from tests.phone.phones import Carrier
from tests.shop import shop_opened

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]
KIM = "13700137000"
__all__ = ["address", "browser", "screen"]


@pytest.fixture
def carrier(monkeypatch):
    carrier = Carrier()
    for place in ("asking", "sending"):
        monkeypatch.setattr(f"regulars.members.signin.{place}.sms_provider", lambda: carrier)
    return carrier


@pytest.fixture
def nothing(clean_database, quick_passwords, settings, carrier):
    """An empty deployment, served; its address."""
    plain = settings.REGULARS.model_copy()
    plain.model_fields_set.difference_update({"currency", "time_zone", "language"})
    settings.REGULARS = plain
    stores_forgotten()
    shop = shop_opened(date(2025, 3, 1))
    server = make_server("127.0.0.1", 0, served, Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    shop.close()
    stores_forgotten()


def page_of(browser, address, width=1280):
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 844}, locale="en-GB"
    )
    context.set_default_timeout(10_000)
    return context.new_page()


def is_accessible(page):
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    assert grave == []


def opened_by_the_wizard(page, code):
    page.goto(f"/console/start/{code}/")
    page.fill("[name=name_zh]", "云间茶舍")
    page.fill("[name=name_en]", "Cloud Tea")
    page.select_option("[name=currency]", "CNY")
    page.check("[name=language][value=en]")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("[name=name_en]")).to_have_value("Cloud Tea")
    page.get_by_role("button", name="Next").click()
    page.fill("[name=display_name]", "Li Ping")
    page.fill("[name=username]", "li")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#page")).to_contain_text("a sale of ¥128.00 brings a member")
    expect(page.locator("[value=stamp-card]")).to_be_hidden()
    is_accessible(page)
    page.check("[name=trade][value=tea-shop]")
    page.get_by_role("button", name="Open the shop").click()
    expect(page.locator("h1")).to_have_text("Your shop is open")


def sold_at_the_counter(page):
    """From the till's registration to a new member's receipt."""
    page.get_by_role("link", name="Open the counter").click()
    page.get_by_role("button", name="Register and begin").click()
    expect(page.locator("html")).to_have_attribute("data-ready", "yes")
    for text, place, seen in (
        ("200", "#shift-state", "Shift 1"),
        ("128", "#payable", "¥128.00"),
    ):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(page.locator(place)).to_contain_text(seen)
    page.keyboard.press("F3")
    page.keyboard.type(KIM)
    page.keyboard.press("Enter")
    expect(page.locator("#find-enrol")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#enrol-brings")).to_contain_text("128")
    page.keyboard.type("Kim")
    page.check("#enrol-consents input[required]")
    page.keyboard.press("Enter")
    expect(page.locator("#member-name")).to_contain_text("Kim")
    page.keyboard.press("F9")
    expect(page.locator("#pay-earns")).to_contain_text("128")
    page.keyboard.type("130")
    page.keyboard.press("Enter")
    expect(page.locator("#done-money")).to_contain_text("¥2.00")
    expect(page.locator("#done-moved")).to_contain_text("+128")


def test_a_shop_from_nothing_to_the_first_member_who_sees_her_points(browser, nothing, carrier):
    page = page_of(browser, nothing)
    opened_by_the_wizard(page, setup_code_made())
    sold_at_the_counter(page)
    page.context.close()
    phone = page_of(browser, nothing, width=390)
    phone.goto("/m/")
    phone.get_by_label("Phone number").fill(KIM)
    phone.get_by_role("button", name="Send me a code").click()
    box = phone.get_by_label("Six-digit code")
    expect(box).to_be_focused()
    code_send_task(challenge=str(SignInCode.objects.latest("created_at").id))
    connections.close_all()
    box.fill(carrier.sent[-1].values["code"])
    expect(phone.locator(".who .name")).to_have_text("Kim")
    expect(phone.locator(".figures")).to_contain_text("128")
    phone.context.close()


def signed_in(screen):
    """Li, the owner, in English."""
    cookie = {"name": django_settings.LANGUAGE_COOKIE_NAME, "value": "en"}
    screen.goto("/console/")
    screen.context.add_cookies([{**cookie, "url": screen.url}])
    screen.fill("[name=username]", "li")
    screen.fill("[name=password]", PASSWORD)
    screen.keyboard.press("Enter")
    expect(screen.locator("h1")).to_have_text(re.compile("Today|今日"))


def test_a_rule_is_tried_on_past_sales_and_published(screen, shop):
    shop.one(shop.sale("mei", 12_800))
    signed_in(screen)
    screen.goto("/console/programs/beans/draft/rule/")
    screen.fill("#name_zh", "周六加赠")
    screen.keyboard.press("Tab")
    # What is typed while the page is drawn anew stays typed.
    screen.keyboard.type("Saturday bonus", delay=25)
    screen.select_option("#gives", "flat")
    expect(screen.locator("#per")).to_have_count(0)
    expect(screen.locator("#name_en")).to_have_value("Saturday bonus")
    screen.fill("#amount", "20")
    screen.check("#weekdays-6")
    expect(screen.locator(".rule-result")).to_contain_text("a new member gets 148 beans")
    is_accessible(screen)
    screen.get_by_role("button", name="Save into the draft").click()
    expect(screen.locator("h1")).to_have_text(re.compile("^Draft"))
    screen.get_by_role("link", name="Try it on past sales").click()
    screen.get_by_role("button", name="Try it").click()
    expect(screen.locator("#page")).to_contain_text("+20")
    expect(screen.locator("#page")).to_contain_text("梅小雨")
    screen.get_by_role("link", name="Go on with the draft").click()
    screen.get_by_role("link", name="Publish").click()
    expect(screen.locator("#page")).to_contain_text("Saturday bonus")
    screen.get_by_role("button", name="Publish now").click()
    expect(screen.locator("#page")).to_contain_text("Published.")
    shop.one(shop.sale("mei", 10_000))
    assert shop.of("mei").balance == 128 + 100 + 20


def test_a_segment_is_made_with_the_keyboard_and_counted_on_the_way(screen, shop):
    shop.one(shop.sale("mei", 12_800))
    signed_in(screen)
    screen.goto("/console/segments/new/")
    screen.get_by_role("button", name="Add a line").click()
    expect(screen.locator("#condition-0-variable")).to_be_visible()
    # Counted again: the form that was drawn anew listens.
    expect(screen.locator("#count")).to_have_text(re.compile(r"^\d+ members?$"))
    screen.locator("#condition-0-variable").select_option("member.orders_total")
    screen.locator("#condition-0-values").fill("1")
    # The next stop is the button that removes the line; to arrive there is not to press it.
    screen.keyboard.press("Tab")
    expect(screen.locator("#count")).to_have_text("1 member")
    expect(screen.locator("#condition-0-values")).to_have_value("1")
    screen.fill("#name_en", "Bought once")
    screen.fill("#code", "once")
    is_accessible(screen)
    screen.get_by_role("button", name="Save the segment").click()
    expect(screen.locator("h1")).to_have_text("Bought once")
    expect(screen.locator("#page")).to_contain_text("orders of all time is 1")
