"""The second factor in a real browser: an authenticator app and a passkey, from enrolment on."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from regulars.organization.signins.totp import totp_code
from regulars.organization.signins.types import PROVEN_AT
from tests.console.conftest import PASSWORD
from tests.console.test_browser import address, browser  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR = "required"


@pytest.fixture
def page(browser, address, required):  # noqa: F811
    """Li's computer, at a name under which browsers offer passkeys; complaints fail the test."""
    context = browser.new_context(
        base_url=address.replace("127.0.0.1", "localhost"), locale="en-GB"
    )
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            # A refused code is answered with 403, which the browser notes by itself.
            if message.type == "error" and "403" not in message.text
            else None
        ),
    )
    context.add_cookies(
        [{"name": "django_language", "value": "en", "domain": "localhost", "path": "/"}]
    )
    yield page
    context.close()
    assert complaints == []


def password(page):
    page.goto("/console/")
    page.get_by_label("Username").fill("li")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def is_asked_again(page, shop):
    """Long after she signed in a far-reaching deed asks: the passkey is offered first, and the deed
    is done with it."""
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "sessionid"]
    session = SessionStore(session_key=cookie["value"])
    session[PROVEN_AT] = (shop.now - timedelta(minutes=11)).isoformat()
    session.save()
    page.goto("/console/api-keys/")
    page.get_by_label("Name", exact=True).last.fill("Web shop")
    page.get_by_role("textbox", name="Source").fill("web")
    page.get_by_role("checkbox", name="read members").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("h1")).to_have_text("Is it you?")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_text("The new key")).to_be_visible()


def test_li_sets_up_an_app_and_a_passkey_and_signs_in_with_each(page, shop):
    step = int(shop.now.timestamp()) // 30
    password(page)
    expect(page.locator("h1")).to_have_text("Sign-in and security")
    secret = page.locator(".code.key").inner_text()
    page.get_by_label("Six digits").fill(totp_code(secret, step - 1))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    recovery = page.locator(".recovery li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("h1")).to_have_text("Today")

    # A security key inside the browser, as a fingerprint reader would be.
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    page.goto("/console/security/")
    page.get_by_label("Name of the device").fill("Li's laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Li's laptop")).to_be_visible()

    for way in ("app", "passkey", "recovery"):
        page.context.clear_cookies(name="sessionid")
        password(page)
        expect(page.locator("h1")).to_have_text("Second factor")
        if way == "passkey":
            page.get_by_role("button", name="Use your passkey").click()
        else:
            page.get_by_label(re.compile("Six digits")).fill("000000")
            page.get_by_role("button", name="Go on").click()
            expect(page.get_by_role("alert").first).to_contain_text("not right")
            code = totp_code(secret, step) if way == "app" else recovery
            page.get_by_label(re.compile("Six digits")).fill(code)
            page.get_by_role("button", name="Go on").click()
        expect(page.locator("h1")).to_have_text("Today")

    is_asked_again(page, shop)
