"""The second factor: set up, asked for, enforced; codes that are good once; sessions that end."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from regulars.foundation.actors import SYSTEM, Actor
from regulars.foundation.audit.models import AuditRecord
from regulars.organization.sessions.models import StaffSession
from regulars.organization.sessions.services import device_named
from regulars.organization.signins import services
from regulars.organization.signins.errors import CodeWrong
from regulars.organization.signins.models import Factor, RecoveryCode
from regulars.organization.signins.passkeys import passkeys_possible
from regulars.organization.signins.services import (
    factors_reset,
    recovery_codes_make,
    second_step_code,
    totp_add,
)
from regulars.organization.signins.totp import totp_code, totp_step
from regulars.organization.staff.errors import RightNotOwn
from regulars.organization.staff.models import Staff
from regulars.organization.staff.services import role_withdraw, staff_create, staff_password_set
from tests.console.conftest import PASSWORD, Desk

# The secret of RFC 6238's own examples, in base32.
RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def code_at(shop, secret, ahead=0):
    return totp_code(secret, int(shop.now.timestamp()) // 30 + ahead)


def li_has_app(shop, staff):
    with shop.time():
        code = code_at(shop, RFC, -1)
        totp_add(actor=Actor.staff(staff["li"].id), secret=RFC, code=code)


@pytest.fixture
def with_app(shop, staff):
    """Li has an authenticator app with a known secret."""
    li_has_app(shop, staff)


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR = "required"


def step(desk, code):
    return desk.post("second-step/", {"code": code})


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(second, code):
    assert totp_code(RFC, second // 30) == code


def test_after_the_password_comes_the_code(shop, desk, with_app):
    answer = desk.sign_in("li", next="/console/members/")
    assert answer["Location"] == "/console/second-step/"
    assert desk.get().status_code == 302, "half way is not in"
    assert "six digits" in desk.read_in("en").text("second-step/").lower()
    assert step(desk, "000000").status_code == 403
    answer = step(desk, f" {code_at(shop, RFC)[:3]} {code_at(shop, RFC)[3:]} ")
    assert answer["Location"] == "/console/members/"
    assert desk.get().status_code == 200


def full_width(code):
    return code.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})


def test_a_code_typed_on_a_chinese_keyboard_is_the_code(shop, desk, with_app):
    desk.sign_in("li")
    assert step(desk, full_width("000000")).status_code == 403
    assert step(desk, "éééééé").status_code == 403
    assert step(desk, full_width(code_at(shop, RFC))).status_code == 302
    assert desk.get().status_code == 200


def test_an_answer_nested_without_end_is_no_passkey(desk, with_app):
    desk.sign_in("li")
    assert desk.post("second-step/", {"answer": "[" * 19_000}).status_code == 403


def test_a_code_is_good_once(shop, desk, with_app, staff):
    code = code_at(shop, RFC)
    desk.sign_in("li")
    assert step(desk, code).status_code == 302
    other = Desk(shop, Client())
    other.sign_in("li")
    assert step(other, code).status_code == 403
    assert step(other, code_at(shop, RFC, -1)).status_code == 403, "nor is an older one"
    assert other.get().status_code == 302
    with shop.time():
        assert not second_step_code(staff_id=staff["li"].id, code=code)
        assert totp_step(RFC, code, shop.now + timedelta(seconds=61)) is None


def test_without_the_condition_a_code_would_be_good_twice(shop, with_app, staff, monkeypatch):
    monkeypatch.setattr(services, "_used", lambda *_: True)
    with shop.time():
        found = [
            second_step_code(staff_id=staff["li"].id, code=code_at(shop, RFC)) for _ in range(2)
        ]
    assert found == [True, True]


def test_recovery_codes_are_good_once_each_and_only_hers(shop, desk, with_app, staff):
    with shop.time():
        first, *others = recovery_codes_make(actor=Actor.staff(staff["li"].id))
    assert len({first, *others}) == 10
    assert all(re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", each) for each in (first, *others))
    assert first.replace("-", "") not in str(list(RecoveryCode.objects.values()))
    with shop.time():
        assert not second_step_code(staff_id=staff["ann"].id, code=first)
    desk.sign_in("li")
    assert step(desk, first.upper().replace("-", " ")).status_code == 302
    other = Desk(shop, Client())
    other.sign_in("li")
    assert step(other, first).status_code == 403
    assert AuditRecord.objects.filter(action="staff.recovery_code_used").count() == 1


def test_who_guesses_codes_locks_herself_out_not_the_owner(shop, desk, with_app):
    desk.sign_in("li")
    assert step(desk, code_at(shop, RFC)).status_code == 302
    desk.post("sign-out/")
    stranger = Desk(shop, Client())
    stranger.sign_in("li")
    found = [step(stranger, f"{guess:06}").status_code for guess in range(17)]
    assert found == [403] * 15 + [429] * 2
    desk.sign_in("li")
    assert step(desk, code_at(shop, RFC, 1)).status_code == 302, "Li's own device counts apart"


def test_half_way_lasts_ten_minutes(shop, desk, with_app):
    desk.sign_in("li")
    shop.at += timedelta(minutes=10)
    assert step(desk, code_at(shop, RFC))["Location"] == "/console/sign-in/"


def test_who_can_give_value_away_sets_one_up_before_anything_else(shop, desk, staff, required):
    desk.sign_in("li")
    desk.read_in("en")
    for path in ("", "members/", "staff/", "approvals/", "pin/", "password/"):
        assert desk.get(path)["Location"] == "/console/security/", path
        assert desk.post(path)["Location"] == "/console/security/", path
    page = desk.text("security/")
    assert "Set up a second factor now" in page
    secret = re.search(r'class="code key">([A-Z2-7]{32})<', page)[1]
    wrong = desk.post("security/", {"do": "totp", "code": "000000"})
    assert wrong.status_code == 422 and secret in wrong.content.decode()
    done = desk.post("security/", {"do": "totp", "code": code_at(shop, secret)})
    codes = re.findall(r"<li>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</li>", done.content.decode())
    assert len(codes) == 10
    assert desk.get().status_code == 200
    sealed = Factor.objects.get().secret_sealed
    assert secret not in sealed and secret not in desk.text("security/")


def test_who_gives_nothing_away_need_not(desk, required):
    desk.sign_in("oz")
    assert desk.get().status_code == 200
    assert "A second factor is not asked for here" not in desk.text()


def test_a_shop_for_trying_out_says_so(desk):
    desk.sign_in("ann")
    assert "A second factor is not asked for here" in desk.text()


def test_the_last_factor_stays_where_one_is_required(shop, desk, with_app, required):
    desk.sign_in("li")
    step(desk, code_at(shop, RFC))
    factor = str(Factor.objects.get().id)
    desk.read_in("en")
    asked = desk.text(f"security/?do=remove&factor={factor}")
    assert "Remove this second factor?" in asked and "your password alone opens all" in asked
    kept = desk.post("security/", {"do": "remove", "factor": factor, "confirmed": "yes"})
    assert kept.status_code == 422 and "Add another one" in kept.content.decode()
    assert Factor.objects.count() == 1


def test_after_ten_minutes_the_password_is_asked_for_again(shop, desk, with_app):
    desk.sign_in("li")
    step(desk, code_at(shop, RFC))
    shop.at += timedelta(minutes=10)
    factor = {"do": "remove", "factor": str(Factor.objects.get().id), "confirmed": "yes"}
    for _ in range(5):
        assert desk.post("security/", {**factor, "password": "guess"}).status_code == 422
    locked = desk.post("security/", {**factor, "password": PASSWORD})
    assert locked.status_code == 422 and Factor.objects.count() == 1
    shop.at += timedelta(minutes=15)
    assert desk.post("security/", {**factor, "password": PASSWORD}).status_code == 302
    assert not Factor.objects.exists()


def test_who_is_led_to_a_password_and_a_second_factor_comes_back(shop, desk, staff, required):
    Staff.objects.filter(pk=staff["li"].id).update(must_change_password=True)
    desk.sign_in("li")
    with shop.time():
        assert desk.client.get("/pos/")["Location"] == "/console/password/"
    given = {"do": "change", "old": PASSWORD, "new": "another-Tea-9921"}
    assert desk.post("password/", given)["Location"] == "/pos/"
    with shop.time():
        assert desk.client.get("/pos/")["Location"] == "/console/security/"
    secret = re.search(r'class="code key">(\w+)<', desk.text("security/"))[1]
    made = desk.post("security/", {"do": "totp", "code": code_at(shop, secret)})
    assert '<a class="button main" href="/pos/">' in made.content.decode()
    with shop.time():
        assert desk.client.get("/pos/")["Location"] == "/pos/device/", "and all doors are open"


def test_setting_one_up_ends_all_other_sessions(shop, desk, staff):
    other = Desk(shop, Client())
    other.sign_in("li")
    assert other.get().status_code == 200
    li_has_app(shop, staff)
    assert other.get().status_code == 302


def test_a_wrong_first_code_sets_nothing_up(staff, shop):
    with shop.time(), pytest.raises(CodeWrong):
        totp_add(actor=Actor.staff(staff["li"].id), secret=RFC, code="000000")
    assert not Factor.objects.exists()


def test_oz_guesses_at_lis_name_and_li_still_comes_in(shop, desk, staff):
    desk.sign_in("li")
    desk.post("sign-out/")
    oz = Desk(shop, Client())
    found = [oz.sign_in("LI", f"guess{number}").status_code for number in range(9)]
    assert found == [200] * 7 + [429] * 2
    crowd = [
        Desk(shop, Client(REMOTE_ADDR=f"10.0.0.{number}")).sign_in("li", "guess")
        for number in range(60)
    ]
    assert crowd[-1].status_code == 429, "also from everywhere at once"
    assert desk.sign_in("li").status_code == 302, "where she was before, she is not locked out"


def test_all_addresses_of_one_caller_count_as_one(shop, desk, staff):
    def guess(number, network, name="li"):
        client = Client(REMOTE_ADDR=f"2001:db8:0:{network}::{number}")
        return Desk(shop, client).sign_in(name, "guess").status_code

    assert [guess(number, 1) for number in range(1, 9)] == [200] * 7 + [429]
    assert guess(9, 2) == 200
    others = [guess(number, 1, f"name{number}") for number in range(10, 103)]
    assert others == [200] * 92 + [429], "and for all names together"


def test_an_unknown_name_is_answered_like_a_known_one(desk):
    answers = []
    for name in ("li", "nobody"):
        found = [desk.sign_in(name, "guess") for _ in range(8)]
        pages = [
            re.sub(r"csrf\w+\" value=\"\w+|value=\"\w*\"", "", f.content.decode()) for f in found
        ]
        answers.append(([each.status_code for each in found], pages))
    assert answers[0] == answers[1]


def test_sessions_are_listed_and_ended(shop, desk, staff):
    desk.sign_in("li")
    other = Desk(shop, Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; …) Version/17 Safari/604"))
    other.sign_in("li")
    stranger = Desk(shop, Client())
    stranger.sign_in("ann")
    assert "Safari, iPhone" in desk.text("security/")
    phone = StaffSession.objects.get(device="Safari, iPhone")
    hers = StaffSession.objects.get(staff_id=staff["ann"].id)
    desk.post("security/", {"do": "end", "session": str(hers.id)})
    assert stranger.get().status_code == 200, "nobody ends another's session"
    desk.post("security/", {"do": "end", "session": str(phone.id)})
    assert (other.get().status_code, desk.get().status_code) == (302, 200)
    other.sign_in("li")
    desk.post("security/", {"do": "end", "session": "others"})
    assert (other.get().status_code, desk.get().status_code) == (302, 200)


@pytest.mark.parametrize(
    "change",
    [
        lambda staff: staff_password_set(
            actor=SYSTEM, staff_id=staff["ann"].id, password="x7-Teas!"
        ),
        lambda staff: role_withdraw(actor=SYSTEM, staff_id=staff["ann"].id, role="cashier"),
        lambda staff: factors_reset(actor=SYSTEM, staff_id=staff["ann"].id),
    ],
)
def test_a_session_ends_with_the_password_the_role_and_the_factors(desk, staff, change):
    desk.sign_in("ann")
    assert desk.get().status_code == 200
    change(staff)
    assert desk.get()["Location"].startswith("/console/sign-in/")
    assert not StaffSession.objects.filter(staff_id=staff["ann"].id).exists()


def test_who_changes_her_own_password_goes_on_here_only(shop, desk, staff):
    other = Desk(shop, Client())
    for each in (desk, other):
        each.sign_in("ann")
    desk.post("password/", {"do": "change", "old": PASSWORD, "new": "another-Tea-99"})
    assert (desk.get().status_code, other.get().status_code) == (200, 302)
    assert StaffSession.objects.filter(staff_id=staff["ann"].id).count() == 1


def test_a_lost_phone_is_reset_by_who_may_do_as_much(shop, desk, staff, with_app):
    with pytest.raises(RightNotOwn):
        factors_reset(actor=Actor.staff(staff["ann"].id), staff_id=staff["li"].id)
    assert Factor.objects.count() == 1
    desk.sign_in("oz")
    assert desk.post(f"staff/{staff['li'].id}/factors/").status_code == 403
    factors_reset(actor=SYSTEM, staff_id=staff["li"].id)
    assert not Factor.objects.exists()


def test_a_session_has_another_id_after_the_sign_in(desk):
    desk.get("sign-in/")
    desk.client.cookies["sessionid"] = "a" * 32
    desk.sign_in("ann")
    assert desk.client.cookies["sessionid"].value != "a" * 32


@pytest.mark.parametrize(
    ("host", "secure", "possible"),
    [
        ("localhost", False, True),
        ("127.0.0.1", True, False),
        ("shop.example", True, True),
        ("shop.example", False, False),
        ("[::1]", True, False),
    ],
)
def test_passkeys_need_a_name_and_https(host, secure, possible):
    assert passkeys_possible(host, is_secure=secure) is possible


def test_a_browser_has_a_name_people_know():
    chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130 Safari/537.36"
    assert [device_named(each) for each in (chrome, "curl/8")] == ["Chrome, Windows", "?"]


def test_who_lost_her_phone_is_asked_about_before_it_is_reset(shop, desk, staff, with_app):
    with shop.time():
        staff_create(
            actor=SYSTEM, username="boss", display_name="Bo", password=PASSWORD, role="owner"
        )
    lis = Desk(shop, Client())
    lis.sign_in("li")
    step(lis, code_at(shop, RFC))
    assert lis.get("members/").status_code == 200
    desk.sign_in("boss")
    desk.read_in("en")
    address = f"staff/{staff['li'].id}/factors/"
    asked = desk.text(address)
    for label, count in (("Second factors that end", 1), ("Sessions that end at once", 1)):
        assert re.search(rf'{label}</dt><dd class="">{count}<', asked), label
    assert desk.post(address).status_code == 200 and Factor.objects.count() == 1
    assert desk.post(address, {"confirmed": "yes"}).status_code == 302
    assert not Factor.objects.exists()
    assert lis.get("members/").status_code == 302
