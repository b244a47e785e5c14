"""Coming in and going out, and what each role may see."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from regulars.foundation.actors import SYSTEM
from regulars.foundation.webkit.screens import screens_known
from regulars.organization.staff.selectors import staff_get
from regulars.organization.staff.services import staff_update
from tests.console.conftest import PASSWORD, Desk

# Somebody who isn't there, by how a page's address names whom it is about.
UNKNOWN = {"<uuid:": "00000000-0000-0000-0000-000000000000", "<int:": 1, "<": "x"}
LANGUAGE = settings.LANGUAGE_COOKIE_NAME


def addresses(shop):
    """Every declared page, with Mei and the beans where a page needs somebody."""
    named = {"members-portrait": ["mem_x"], "programs-one": ["beans"]}
    return [
        reverse(
            f"console:{screen.name}",
            args=named.get(screen.name)
            or [value for mark, value in UNKNOWN.items() if mark in screen.path][:1],
        )
        for screen in screens_known()
    ]


def test_no_page_opens_without_a_sign_in(desk, shop):
    pages = addresses(shop)
    assert "/console/" in pages and len(pages) >= 8
    for page in pages:
        answer = desk.client.get(page)
        assert answer.status_code == 302, page
        assert answer["Location"] == f"/console/sign-in/?next={page}"


def test_a_part_of_a_page_asks_the_whole_page_to_sign_in(desk):
    answer = desk.get("search/?q=mei", **{"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/console/sign-in/")


def test_ann_signs_in_and_reads_today_in_her_language(desk):
    answer = desk.sign_in("ann")
    assert (answer.status_code, answer["Location"]) == (302, "/console/")
    assert answer.cookies[LANGUAGE].value == "en"
    assert "<h1>Today</h1>" in desk.text()


def test_after_the_sign_in_one_is_where_one_wanted_to_be(desk):
    assert desk.sign_in("li", next="/console/search/?q=mei")["Location"].endswith("?q=mei")


@pytest.mark.parametrize("elsewhere", ["https://oz.example/", "//oz.example", "/\\oz.example"])
def test_nobody_is_led_elsewhere(desk, elsewhere):
    assert desk.sign_in("li", next=elsewhere)["Location"] == "/console/"
    for switch in ("language/", "theme/"):
        answer = desk.post(switch, {"language": "en", "theme": "dark", "next": elsewhere})
        assert answer["Location"] == "/console/"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh-hans", "账号或密码不正确"), ("en", "Username and password don&#x27;t match.")],
)
def test_a_wrong_password_is_refused_with_what_to_do(desk, language, sentence):
    answer = desk.read_in(language).sign_in("li", "plain-Tea-7782")
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert desk.get().status_code == 302


def test_who_no_longer_works_here_is_refused(desk, staff):
    staff_update(actor=SYSTEM, staff_id=staff["ann"].id, is_active=False)
    assert desk.sign_in("ann").status_code == 200
    assert desk.get().status_code == 302


def test_seven_wrong_passwords_lock_the_door_even_for_the_right_one(desk):
    desk.read_in("en")
    for _ in range(7):
        assert desk.sign_in("li", "guess").status_code == 200
    answer = desk.sign_in("li")
    assert answer.status_code == 429
    assert "Try again in 60 minutes" in answer.content.decode()
    assert desk.get().status_code == 302
    assert desk.sign_in("ann").status_code == 302, "another account is not locked"


def test_signing_out_takes_a_button_and_ends_the_session(li):
    assert li.get("sign-out/").status_code == 405
    assert li.get().status_code == 200
    answer = li.post("sign-out/")
    assert answer["Location"] == "/console/sign-in/"
    assert li.get().status_code == 302


@pytest.mark.parametrize("path", ["sign-in/", "sign-out/", "language/", "theme/"])
def test_a_form_of_another_site_changes_nothing(staff, shop, path):
    strict = Desk(shop, Client(enforce_csrf_checks=True))
    assert strict.sign_in("li").status_code == 403
    assert strict.post(path).status_code == 403


def test_the_language_is_remembered_for_the_person(desk, shop, staff):
    desk.sign_in("li")
    assert "<h1>今日</h1>" in desk.text()
    desk.post("language/", {"language": "en", "next": "/console/"})
    assert "<h1>Today</h1>" in desk.text()
    assert staff_get(staff["li"].id).language == "en"
    elsewhere = Desk(shop, Client())
    elsewhere.sign_in("li")
    assert "<h1>Today</h1>" in elsewhere.text()


def test_the_next_person_at_the_device_reads_their_own_language(desk):
    desk.sign_in("ann")
    desk.post("sign-out/")
    desk.sign_in("li")
    assert "<h1>今日</h1>" in desk.text()


def test_an_unknown_language_or_theme_changes_nothing(li, staff):
    answer = li.post("language/", {"language": "tlh"})
    assert LANGUAGE not in answer.cookies
    assert staff_get(staff["li"].id).language == "zh-hans"
    assert not li.post("theme/", {"theme": "<b>"}).cookies


def test_the_colours_stay_on_the_device(li):
    li.post("theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in li.text()


def test_a_cashier_sees_no_keys_and_an_auditor_does(desk):
    desk.sign_in("ann")
    answer = desk.get("api-keys/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "is not open to your role" in page and "Till 1" not in page
    assert "/console/api-keys/" not in desk.text()
    desk.post("sign-out/")
    desk.sign_in("oz")
    assert "Till 1" in desk.text("api-keys/")


def test_a_page_is_kept_by_no_cache_and_runs_no_foreign_script(li, shop):
    shop_pages = ["", "members/", f"members/{shop.members['mei']}/", "programs/beans/", "stores/"]
    for path in shop_pages:
        answer = li.get(path)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy


def test_a_wrong_address_and_an_old_form_are_told_kindly(shop, staff):
    strict = Desk(shop, Client(enforce_csrf_checks=True)).read_in("en")
    missing = strict.get("nowhere/")
    assert missing.status_code == 404 and "There is no such page" in missing.content.decode()
    old = strict.sign_in("li")
    assert old.status_code == 403 and "This form is too old" in old.content.decode()


def test_passwords_are_never_shown_again(desk):
    answer = desk.sign_in("li", "plain-Tea-7782")
    assert "plain-Tea" not in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
