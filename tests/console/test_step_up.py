"""Before far-reaching deeds one shows anew who one is, unless that was a short while ago."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from regulars.foundation.actors import Actor
from regulars.foundation.ids import public_id
from regulars.organization.apikeys.models import ApiKey
from regulars.organization.signins.services import totp_add, totp_offer
from regulars.organization.signins.totp import totp_code
from tests.console.conftest import PASSWORD

KEY = {"do": "create", "name": "Web <shop>", "source": "web", "scopes": ["members:read", "keys"]}


@pytest.fixture
def later(li, shop):
    """Li's desk eleven minutes after she signed in."""
    shop.at += timedelta(minutes=11)
    return li


def code_now(secret, shop):
    return totp_code(secret, int(shop.now.timestamp()) // 30)


def keys():
    return list(ApiKey.objects.order_by("created_at").values_list("name", flat=True))


def test_within_ten_minutes_nobody_is_asked(li, shop):
    shop.at += timedelta(minutes=9)
    assert "The new key" in li.post("api-keys/", KEY).content.decode()


def test_what_was_posted_is_done_with_the_proof_and_not_before(later):
    asked = later.post("api-keys/", KEY)
    page = asked.content.decode()
    assert (asked.status_code, keys()) == (403, ["Till 1"])
    assert "Is it you?" in page
    carried = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.split("<main")[-1])
    assert ("name", "Web &lt;shop&gt;") in carried
    assert [value for name, value in carried if name == "scopes"] == ["members:read", "keys"]
    wrong = later.post("api-keys/", {**KEY, "proof": "a guess"})
    assert (wrong.status_code, keys()) == (403, ["Till 1"])
    done = later.post("api-keys/", {**KEY, "proof": PASSWORD})
    assert "The new key" in done.content.decode()
    assert keys() == ["Till 1", "Web <shop>"]
    assert "The new key" in later.post("api-keys/", {**KEY, "source": "two"}).content.decode()


def test_the_code_of_the_app_is_as_good_and_each_code_once(li, shop, staff):
    with shop.time():
        secret = totp_offer("li").secret
        code = code_now(secret, shop)
        totp_add(actor=Actor.staff(str(staff["li"].id)), secret=secret, code=code)
    shop.at += timedelta(minutes=11)
    # The first factor ended Li's other sessions: she signs in again, and time passes.
    desk = type(li)(shop, Client())
    desk.sign_in("li")
    desk.post("second-step/", {"code": code_now(secret, shop)})
    shop.at += timedelta(minutes=11)
    assert desk.post("api-keys/", {**KEY, "proof": "000000"}).status_code == 403
    good = {**KEY, "proof": code_now(secret, shop)}
    assert desk.post("api-keys/", good).status_code == 200
    shop.at += timedelta(minutes=11)
    assert desk.post("api-keys/", good).status_code == 403, "used already"
    assert keys() == ["Till 1", "Web <shop>"]


def test_guesses_are_counted(later):
    for guess in range(5):
        later.post("api-keys/", {**KEY, "proof": f"guess-{guess}"})
    assert "15 minutes" in later.post("api-keys/", {**KEY, "proof": PASSWORD}).content.decode()
    assert keys() == ["Till 1"]


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("approvals/", {"do": "approve", "approval": "apr_1"}),
        ("staff/", {"do": "create", "username": "kim", "role": "cashier"}),
        ("staff/{li}/", {"do": "password"}),
        ("staff/{li}/factors/", {}),
        ("roles/", {"do": "create", "code": "x"}),
        ("members/export/", {"format": "csv", "confirmed": "yes"}),
        ("members/{mei}/manage/", {"do": "export"}),
        ("members/{mei}/manage/", {"do": "reveal"}),
    ],
)
def test_each_far_reaching_page_asks(later, shop, staff, path, given):
    place = path.format(li=staff["li"].id, mei=public_id("mem", shop.members["mei"]))
    answer = later.post(place, given)
    assert answer.status_code == 403
    assert "Is it you?" in answer.content.decode()


def test_an_everyday_deed_does_not_ask(later, shop):
    place = f"members/{public_id('mem', shop.members['mei'])}/manage/"
    assert "Is it you?" not in later.post(place, {"do": "points"}).content.decode()
