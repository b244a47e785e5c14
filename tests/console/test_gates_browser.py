"""Two people and one large gift in a real browser; and texts that would be scripts stay texts."""

import io
import re
from contextlib import contextmanager

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import expect

from regulars.foundation.actors import SYSTEM
from regulars.foundation.ids import public_id
from regulars.members.profiles.selectors import member_get
from regulars.members.tags.services import tag_create, tag_set
from regulars.organization.staff.services import staff_create
from regulars.organization.stores.services import store_update
from regulars.rules.fileimports.services import file_add, file_check
from tests.console.conftest import PASSWORD, enrolled
from tests.console.test_browser import address, browser

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]
__all__ = ["address", "browser"]

SCRIPT = "<script>window.pwned=1</script>"
IMAGE = '"><img src=x onerror="pwned=2;alert(2)">'


@contextmanager
def console_of(browser, address, username):
    """One person's own browser, signed in and reading English. Dialogs and faults are collected."""
    context = browser.new_context(base_url=address, locale="en-GB")
    context.set_default_timeout(10_000)
    context.add_cookies(
        [{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": address}]
    )
    page = context.new_page()
    page.goto("/console/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(re.compile("Today"))
    yield page
    context.close()


@pytest.fixture
def bo(staff, shop):
    with shop.time():
        staff_create(
            actor=SYSTEM, username="bo", display_name="Bo Hua", password=PASSWORD, role="owner"
        )


def test_a_large_gift_is_asked_for_by_one_and_approved_by_another(browser, address, shop, bo):
    mei = f"/console/members/{public_id('mem', shop.members['mei'])}/"
    with console_of(browser, address, "li") as li:
        li.goto(f"{mei}manage/?do=points")
        li.fill("[name=points]", "5001")
        li.fill("[name=reason]", "A party that went wrong")
        li.get_by_role("button", name="Do it").click()
        expect(li.locator("#page")).to_contain_text("waits until a second person approves it")
        li.goto("/console/approvals/")
        expect(li.locator("#page")).to_contain_text("+5,001 beans")
        expect(li.get_by_role("button", name="Approve")).to_have_count(0)
        assert shop.of("mei").balance == 0
        with console_of(browser, address, "bo") as boss:
            boss.get_by_role("link", name="Approvals").first.click()
            expect(boss.locator("#page")).to_contain_text("A party that went wrong")
            expect(boss.locator("#page")).to_contain_text("5,001")
            whom = boss.locator("dd a").first
            expect(whom).to_have_attribute("href", mei)
            expect(whom).to_have_text(member_get(shop.members["mei"]).display_name)
            boss.get_by_role("button", name="Approve").click()
            expect(boss.locator("#page")).to_contain_text("Approved, and done.")
        li.goto(f"{mei}?tab=assets")
        expect(li.locator("#page")).to_contain_text("5,001")
    assert shop.of("mei").balance == 5_001


def test_whoever_sent_a_mistake_is_led_to_it(browser, address, staff):
    with console_of(browser, address, "li") as li:
        li.set_viewport_size({"width": 390, "height": 600})
        li.goto("/console/staff/")
        li.fill("[name=display_name]", "Kim")
        li.fill("[name=username]", "a b")
        li.get_by_role("button", name="Create, with a first password").click()
        expect(li.locator("[name=username]")).to_be_focused()
        expect(li.locator("#create_username_error")).to_be_in_viewport()


@pytest.fixture
def hostile(shop, folder):
    """A member, a tag, a store and a file whose texts would be scripts."""
    enrolled(shop, "villain", f"{SCRIPT}{IMAGE}")
    with shop.time():
        store_update(actor=SYSTEM, code="s1", name={"en": SCRIPT, "zh-Hans": IMAGE})
        tag_create(actor=SYSTEM, code="bad", name={"en": SCRIPT, "zh-Hans": IMAGE})
        tag_set(
            actor=SYSTEM, member_id=shop.members["villain"], code="bad", reason=f"{IMAGE} reason"
        )
        text = f"会员编号,姓名,{SCRIPT},积分\nB1,{SCRIPT},x,1\n{IMAGE},Oz,y,x\n"
        view = file_add(actor=SYSTEM, stream=io.BytesIO(text.encode()), name=f"{SCRIPT}{IMAGE}.csv")
        file_check(actor=SYSTEM, import_id=view.id)
    return f"imports/{view.id}/"


@pytest.fixture
def folder(settings, tmp_path):
    settings.REGULARS = settings.REGULARS.model_copy(update={"data_dir": tmp_path})
    return tmp_path


def test_texts_that_would_be_scripts_are_shown_and_never_run(browser, address, shop, hostile):
    villain = public_id("mem", shop.members["villain"])
    pages = (
        "members/",
        f"members/{villain}/",
        f"members/{villain}/?tab=tags",
        f"members/{villain}/?tab=log",
        "search/?q=villain",
        "tags/",
        "stores/",
        "stores/s1/",
        "imports/",
        hostile,
        "audit/",
        "shifts/",
    )
    dialogs, shown = [], 0
    with console_of(browser, address, "li") as page:
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        for path in pages:
            page.goto(f"/console/{path}", wait_until="load")
            assert page.evaluate("typeof window.pwned") == "undefined", path
            assert page.locator("img[src=x]").count() == 0, path
            shown += SCRIPT in page.locator("body").inner_text()
        # The control: a script of ours, run by the browser itself, would have been seen.
        page.evaluate("window.pwned = 1")
        assert page.evaluate("typeof window.pwned") == "number"
    assert dialogs == []
    assert shown >= 7, "as text they are there to be read"
