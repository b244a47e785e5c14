"""Mei's phone shows what the till did, and why; nobody else's phone does."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from regulars.entitlements.tiers.services import ladder_save
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.members.cards.selectors import cards_of
from regulars.members.codes.services import member_code_use
from regulars.members.consents.selectors import consents_now
from regulars.members.profiles.selectors import member_find
from regulars.members.requests.selectors import requests_of
from regulars.members.signin.selectors import sessions_of
from regulars.members.signin.services import phone_words_save, sessions_end
from regulars.members.signin.types import PhoneWords
from regulars.rules.programs.services import starter_content
from tests.phone.handset import Handset, card_given, words
from tests.phone.phones import NOBODYS, PHONE

BO = "13912345678"
PAGES = (
    "", "points/", "level/", "me/", "me/cards/", "me/consents/", "me/devices/", "me/privacy/",
    "me/help/",
)  # fmt: skip
DOORS = ("sign-in/", "offline/")
VILLAIN = "<img src=x onerror=alert(1)>"


@pytest.fixture
def till(open_shop):
    """The shop with beans: one for each yuan, twelve months good."""
    open_shop.pause = timedelta(minutes=1)
    open_shop.publish()
    return open_shop


@pytest.fixture
def mei(till):
    """Mei's phone, signed in."""
    phone = Handset(till)
    assert phone.sign_in(PHONE)["Location"] == "/m/"
    return phone


def test_what_the_till_gave_stands_on_the_phone_with_its_reason(till, mei):
    assert "Nothing collected yet" in mei.text()
    till.one(till.sale("mei", 12_050, "R-1"))
    card = mei.text()
    assert "beans 120" in card
    assert "Earned with a purchase Just now" in card
    points = mei.text("points/")
    assert "+120 beans" in points
    assert "R-1" in points
    assert "Earned 120 beans on ¥120.50" in points
    till.one(till.refund("R-1", 12_050))
    assert "−120 beans" in mei.text("points/")
    assert "beans 0" in mei.text()


def test_the_code_on_the_card_is_hers_and_each_next_one_has_its_time(till, mei):
    page = mei.get().content.decode()
    codes = json.loads(re.search(r'data-codes="([^"]+)"', page)[1].replace("&quot;", '"'))
    assert [each["begins"] for each in codes] == [0, 50, 100, 150, 200, 250, 300, 350]
    assert [each["ends"] - each["begins"] for each in codes] == [60] * 8
    assert codes[0]["digits"] in page
    assert "Good until 12:" in words(mei.get())
    with till.time(), unit_of_work() as unit:
        assert member_code_use(unit=unit, code=codes[0]["digits"]) == till.members["mei"]
    more = mei.post("codes/").json()["codes"]
    assert len({each["digits"] for each in codes + more}) == 16


def test_the_card_tells_when_something_happened(till, mei):
    before = mei.get("news/").json()
    till.one(till.sale("mei", 1_000))
    assert mei.get("news/").json() != before


def test_the_next_level_says_what_is_missing_and_what_it_brings(till, mei):
    levels = [
        {"code": "green", "name": {"en": "Green"}, "threshold": 0},
        {"code": "gold", "name": {"en": "Gold"}, "threshold": 50_000, "colour": "#e8c33a",
         "multiplier_thousandths": 1500, "description": {"en": "A birthday cake"}},
    ]  # fmt: skip
    with till.time():
        ladder_save(
            actor=SYSTEM,
            content={
                "code": "tea",
                "name": {"en": "Tea levels"},
                "qualifier": {"by": "lifetime_spend"},
                "validity": {"type": "unlimited"},
                "levels": levels,
            },
        )
    till.one(till.sale("mei", 12_000))
    assert "¥380.00 to Gold" in mei.text()
    level = mei.text("level/")
    assert "Green You are here" in level
    assert "from ¥500.00 1.5 times the points A birthday cake" in level
    till.one(till.sale("mei", 38_000))
    assert "You stand on the highest level." in mei.text("level/")


def test_beans_that_end_are_named_with_their_day(till, mei):
    """Beans of 2025 are good through the end of 2026; the card warns in the last two months."""
    till.one(till.sale("mei", 5_000))
    assert "through 31 Dec 2026 50 beans" in mei.text("points/")
    assert "soon" not in mei.text("points/")
    till.on(date(2026, 11, 20))
    mei.sign_in(PHONE)
    assert "through 31 Dec 2026 soon 50 beans" in mei.text("points/")
    assert "beans: 50 through 31 Dec 2026" in mei.text()


def test_what_points_pay_is_said_where_they_are(till, mei):
    terms = {"points": 100, "value_minor": 100, "minimum_balance": 1_000, "step": 100}
    till.publish(redemption={"asset": "beans", **terms})
    said = "100 beans pay ¥1.00. From a balance of 1,000 on. In steps of 100."
    assert said in mei.text("points/")
    till.publish(redemption=None)
    assert "pay ¥" not in mei.text("points/")


def test_movements_go_on_page_by_page(till, mei):
    for number in range(27):
        till.one(till.sale("mei", 1_000 + 100 * number, f"R-{number:03}"))
    first = mei.get("points/").content.decode()
    assert "R-026" in first
    assert "R-001" not in first
    older = re.search(r'href="(\?before=\d+)"', first)[1]
    second = mei.text(f"points/{older}")
    assert "R-001" in second
    assert "R-026" not in second
    assert mei.get("points/?before=x").status_code == 200


def test_a_known_and_an_unknown_number_get_the_same_answer(till):
    pages = {}
    for phone in (PHONE, NOBODYS):
        handset = Handset(till)
        answer, _ = handset.ask(phone)
        page = handset.get("sign-in/code/").content.decode()
        page = re.sub(r'value="\w{64}"|ending in \d{4}', "", page)
        pages[phone] = (answer.status_code, answer["Location"], page)
    assert pages[PHONE] == pages[NOBODYS]


def test_wrong_codes_say_how_many_tries_are_left_and_then_it_is_over(till):
    oz = Handset(till)
    _, code = oz.ask(PHONE)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    said = [words(oz.post("sign-in/code/", code=wrong)) for _ in range(5)]
    assert "4 tries are left" in said[0]
    assert "1 try is left" in said[3]
    assert "not good any more" in said[4]
    assert "not good any more" in words(oz.post("sign-in/code/", code=code))
    assert oz.get("").status_code == 302


def test_asking_too_often_is_refused_with_the_time_to_wait(till):
    oz = Handset(till)
    oz.ask(PHONE)
    answer = oz.post("sign-in/", phone=PHONE)
    assert answer.status_code == 429
    assert "try again in 1 minutes" in words(answer)
    assert oz.post("sign-in/", phone="12").status_code == 422


def test_a_stranger_joins_with_what_is_necessary_only(till):
    new = Handset(till, language="zh-hans")
    assert new.sign_in(NOBODYS)["Location"] == "/m/join/"
    before = till.rows("members_member")
    assert new.post("join/", name="新来").status_code == 422
    assert till.rows("members_member") == before
    assert new.post("join/", name="新来", agree=["membership"])["Location"] == "/m/?said=welcome"
    member = member_find("phone", NOBODYS)
    assert (member.display_name, member.language) == ("新来", "zh-hans")
    said = {each.purpose: (each.granted, each.version) for each in consents_now(member.id)}
    assert said == {"membership": (True, "house-1")}
    assert "新来" in new.text()
    assert new.get("join/")["Location"] == "/m/sign-in/"


def test_who_joins_on_the_phone_gets_the_gift_of_joining(till):
    gift = {
        "code": "joining",
        "name": {"en": "Joining", "zh-Hans": "入会"},
        "on": "member.enrolled",
        "earn_flat": {"asset": "beans", "amount": 100},
    }
    till.at += timedelta(minutes=1)
    till.publish(rules=[*starter_content("beans")["rules"], gift])
    new = Handset(till)
    new.sign_in(NOBODYS)
    new.post("join/", name="Kim", agree=["membership", "marketing.sms"])
    assert "beans 100" in new.text()
    new.post("join/", name="Kim", agree=["membership", "marketing.sms"])
    assert till.rows("rules_event WHERE kind = 'member.enrolled'") == 1


def test_where_joining_is_closed_nobody_joins(till):
    with till.time():
        phone_words_save(actor=SYSTEM, words=PhoneWords(may_join=False))
    new = Handset(till)
    new.sign_in(NOBODYS)
    assert "takes new members at the counter" in new.text("join/")
    before = till.rows("members_member")
    assert new.post("join/", agree=["membership"]).status_code == 403
    assert till.rows("members_member") == before


def test_the_cookie_goes_to_the_phones_pages_only(till, mei):
    cookie = mei.client.cookies["regulars_member"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/m/", True, "Lax")
    assert "sessionid" not in mei.client.cookies
    assert mei.client.get("/console/").status_code == 302
    answer = mei.get()
    assert "no-store" in answer["Cache-Control"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_form_of_another_site_does_nothing(till):
    strict = Handset(till, strict=True)
    assert strict.post("sign-in/", phone=PHONE).status_code == 403
    assert till.carrier.sent == []


def test_without_a_session_every_page_leads_to_the_door(till):
    stranger = Handset(till)
    stranger.client.cookies["regulars_member"] = "x" * 27
    for path in PAGES:
        assert stranger.get(path)["Location"] == "/m/sign-in/", path
        assert stranger.post(path).status_code in (302, 405), path
    for path in ("codes/", "news/", "sign-out/"):
        assert stranger.post(path)["Location"] == "/m/sign-in/", path


def test_mei_reports_her_card_lost_and_nobody_elses(till, mei):
    card_given(till, "mei", "MEI00012")
    card_given(till, "bo", "BOB00012")
    assert "MEI00012" in mei.text("me/cards/")
    assert "BOB00012" not in mei.text("me/cards/")
    assert mei.post("me/cards/", number="BOB00012").status_code == 409
    assert cards_of(till.members["bo"])[0].state == "bound"
    assert mei.post("me/cards/", number="MEI00012")["Location"] == "/m/me/cards/?said=lost"
    assert cards_of(till.members["mei"])[0].state == "lost"
    act = AuditRecord.objects.get(action="card.lost")
    assert act.actor == f"member:{till.members['mei']}"


def test_mei_says_yes_and_no_again(till, mei):
    offers = {"purpose": "marketing.sms"}
    assert mei.post("me/consents/", **offers, word="yes").status_code == 302
    assert [each.granted for each in consents_now(till.members["mei"])] == [True]
    assert mei.post("me/consents/", **offers, word="no").status_code == 302
    assert [each.granted for each in consents_now(till.members["mei"])] == [False]
    mei.client.cookies["regulars_m_language"] = "zh-hans"
    refused = mei.post("me/consents/", purpose="membership", word="no")
    assert (
        refused.status_code,
        "请在“我的信息”中申请抹除个人信息" in refused.content.decode(),
    ) == (422, True)
    assert mei.post("me/consents/", purpose="other", word="yes").status_code == 422


def test_mei_asks_for_a_copy_and_changes_her_mind_about_erasing(till, mei):
    till.one(till.sale("mei", 12_000))
    assert "beans 120" in mei.text("me/privacy/")
    mei.client.cookies["regulars_m_language"] = "zh-hans"
    refused = mei.post("me/privacy/", ask="erase")
    mei.client.cookies["regulars_m_language"] = "en"
    assert refused.status_code == 422
    assert "请先勾选确认，以免误操作。" in refused.content.decode()
    mei.post("me/privacy/", ask="export")
    mei.post("me/privacy/", ask="erase", sure="yes")
    waiting = [each for each in requests_of(till.members["mei"]) if each.closed_at is None]
    assert {each.kind.value for each in waiting} == {"export", "erase"}
    mei.post("me/privacy/", ask="erase-back")
    waiting = [each for each in requests_of(till.members["mei"]) if each.closed_at is None]
    assert {each.kind.value for each in waiting} == {"export"}
    assert "beans 120" in mei.text()


def test_an_ended_session_is_over_at_the_next_tap(till, mei):
    other, bo = Handset(till), Handset(till)
    other.sign_in(PHONE)
    bo.sign_in(BO)
    assert "iPhone · WeChat this one" in mei.text("me/devices/")
    ids = {each.public_id for each in sessions_of(till.members["bo"])}
    assert mei.post("me/devices/", session=ids.pop()).status_code == 404
    assert mei.post("me/devices/", all="yes").status_code == 302
    assert other.get().status_code == 302
    assert mei.get().status_code == bo.get().status_code == 200
    sessions_end(actor=SYSTEM, member_id=till.members["mei"])
    assert mei.get().status_code == 302
    assert bo.post("sign-out/")["Location"] == "/m/sign-in/?said=left"
    assert sessions_of(till.members["bo"]) == []


def test_language_and_colours_are_the_phones_own(till, mei):
    answer = mei.post("language/", language="zh-hans", next="/m/points/")
    assert answer["Location"] == "/m/points/"
    assert "积分明细" in mei.text("points/")
    mei.post("theme/", theme="dark", next="//evil.example/m/")
    assert 'data-theme="dark"' in mei.get().content.decode()
    for target in ("//evil.example", "https://evil.example/m/", "/console/", "/m//evil"):
        assert mei.post("language/", language="en", next=target)["Location"] == "/m/"


def test_each_page_is_light(till, mei):
    """All that travels for a page, unpacked, with the house's own styles and script: 60 KB at most.

    A page that is opened after another one needs its own text only."""
    for number in range(30):
        till.one(till.sale("mei", 10_000 + number, f"R-{number:03}"))
    shell = 0
    for each in ("webkit/tokens.css", "h5/phone.css", "h5/phone.js"):
        shell += Path(finders.find(each)).stat().st_size
    assert shell < 32_000
    for path in (*PAGES, *DOORS):
        page = (mei if path in PAGES else Handset(till)).get(path).content
        linked = re.findall(rb'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page)
        assert sorted(linked) == [
            b"/static/h5/phone.css", b"/static/h5/phone.js", b"/static/webkit/tokens.css"
        ]  # fmt: skip
        assert len(page) + shell < 60_000, f"{path}: {len(page)}"
        assert b'target="' not in page


def test_scripts_in_texts_are_never_executed(till):
    with till.time():
        phone_words_save(
            actor=SYSTEM, words=PhoneWords(help_text={"en": VILLAIN}, contact_phone=VILLAIN)
        )
    till.member("oz", phone="13600136000")
    oz = Handset(till)
    _, code = oz.ask("13500135000")
    oz.post("sign-in/code/", code=code)
    oz.post("join/", name=VILLAIN, agree=["membership"])
    for path in PAGES:
        page = oz.get(path).content.decode()
        assert "<img" not in page
        assert "onerror=alert(1)>" not in page or "&lt;img" in page


def test_the_shell_of_the_app_has_nothing_of_a_member(till, mei):
    manifest = mei.get("manifest.webmanifest").json()
    assert (manifest["scope"], manifest["display"]) == ("/m/", "standalone")
    assert all(finders.find(each["src"].removeprefix("/static/")) for each in manifest["icons"])
    worker = mei.get("worker.js").content.decode()
    kept = re.search(r"KEPT = \[(.*)\]", worker)[1]
    assert set(re.findall(r'"([^"]+)"', kept)) == {
        "/static/webkit/tokens.css", "/static/h5/phone.css", "/static/h5/phone.js",
        "/static/h5/icon-192.png", "/m/offline/",
    }  # fmt: skip
    assert "mei" not in mei.text("offline/")
