"""Opening a shop from nothing: by the code the server printed, once, and resumable."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from regulars.faces.console import reaching
from regulars.foundation.database.session import pool_close
from regulars.foundation.networks import EVERYWHERE
from regulars.foundation.shop.selectors import shop_now
from regulars.foundation.shop.setup import setup_code_fits, setup_code_made, setup_is_unfinished
from regulars.ledger.book.services import assets_forgotten
from regulars.organization.staff import services
from regulars.organization.staff.errors import SetupCodeWrong, ShopHasOwner
from regulars.organization.staff.models import Staff
from regulars.organization.stores.selectors import stores_list
from regulars.presets.installer.selectors import installations_listed
from regulars.rules.programs.services import programs_forgotten

START = "/console/start/"
PASSWORD = "plain-Tea-7781"
SHOP = {
    "do": "shop",
    "name_zh": "青禾茶铺",
    "name_en": "Green Rice Tea",
    "currency": "HKD",
    "time_zone": "Asia/Hong_Kong",
    "language": "en",
}
STORE = {"do": "store", "name_zh": "本店", "name_en": "Main"}
OWNER = {"do": "owner", "display_name": "Li Ping", "username": "li", "password": PASSWORD}


@pytest.fixture
def browser(clean_database, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = settings.REGULARS.model_copy()
    plain.model_fields_set.difference_update({"currency", "time_zone", "language"})
    settings.REGULARS = plain
    assets_forgotten()
    programs_forgotten()
    yield Client(headers={"accept-language": "en"})
    pool_close()


@pytest.fixture
def opener(browser):
    """A browser that followed the printed link."""
    assert browser.get(f"{START}{setup_code_made()}/").headers["Location"] == START
    return browser


def step(browser, name, given):
    return browser.post(f"{START}?step={name}", given)


def test_li_opens_a_tea_shop_from_nothing(opener):
    assert "Your shop" in opener.get(START).content.decode()
    assert step(opener, "shop", SHOP).headers["Location"] == f"{START}?step=store"
    assert (shop_now().currency, shop_now().time_zone) == ("HKD", "Asia/Hong_Kong")
    assert step(opener, "store", STORE).headers["Location"] == f"{START}?step=owner"
    assert [store.time_zone for store in stores_list()] == ["Asia/Hong_Kong"]
    asked = opener.get(f"{START}?step=owner").content.decode()
    assert "At least 8 characters" in asked
    assert step(opener, "owner", OWNER).headers["Location"] == f"{START}?step=trade"
    offered = opener.get(f"{START}?step=trade").content.decode()
    assert "a sale of HK$128.00 brings a member" in offered
    assert "128 leaves" in offered
    assert step(opener, "trade", {"do": "trade", "trade": "tea-shop"}).status_code == 302
    assert [each.preset for each in installations_listed()] == ["tea-shop"]
    assert shop_now().is_opened
    assert not setup_is_unfinished()
    done = opener.get("/console/opened/").content.decode()
    assert "Invite staff" in done
    assert '<a class="button" href="/console/imports/">Import members</a>' in done
    assert opener.get(START).headers["Location"] == "/console/"
    # From the first day on nobody who guesses from elsewhere keeps her out of her own browser.
    elsewhere = Client()
    for _ in range(9):
        elsewhere.post("/console/sign-in/", {"username": "li", "password": "guess"})
    mine = {"username": "li", "password": PASSWORD}
    assert elsewhere.post("/console/sign-in/", mine).status_code == 429
    opener.post("/console/sign-out/")
    assert opener.post("/console/sign-in/", mine).headers["Location"] == "/console/"


def test_what_comes_next_is_seen_before_the_second_factor_is_set_up(opener, settings):
    settings.SECOND_FACTOR = "required"
    for name, given in (("shop", SHOP), ("store", STORE), ("owner", OWNER)):
        step(opener, name, given)
    answer = step(opener, "trade", {"do": "trade", "trade": "empty"})
    assert answer.headers["Location"] == "/console/opened/"
    done = opener.get("/console/opened/").content.decode()
    assert "First protect your sign-in" in done
    assert opener.get("/console/members/").headers["Location"] == "/console/security/"


@pytest.mark.parametrize(
    ("host", "listens", "public", "told", "trouble"),
    [
        ("tea.lan:8000", "127.0.0.1", "", "http://tea.lan:8000/m/", ""),
        ("127.0.0.1:8000", "127.0.0.1", "", "http://127.0.0.1:8000/m/", "--host 0.0.0.0"),
        ("localhost", "127.0.0.1", "", "http://localhost/m/", "--host 0.0.0.0"),
        ("[::1]:8000", EVERYWHERE[1], "", "http://10.0.0.9:8000/m/", ""),
        ("127.0.0.1:8000", EVERYWHERE[0], "", "http://10.0.0.9:8000/m/", ""),
        ("127.0.0.1", "127.0.0.1", "https://tea.example", "https://tea.example/m/", ""),
    ],
)
def test_the_phones_address_is_one_that_phones_reach(
    opener, settings, monkeypatch, host, listens, public, told, trouble
):
    monkeypatch.setattr(reaching, "own_address", lambda: "10.0.0.9")
    for name, given in (("shop", SHOP), ("store", STORE), ("owner", OWNER)):
        step(opener, name, given)
    given = {"host": listens, "public_address": public}
    settings.REGULARS = settings.REGULARS.model_copy(update=given)
    settings.ALLOWED_HOSTS = ["*"]
    for path in ("/console/opened/", "/console/phone/", "/console/phone/poster/"):
        done = opener.get(path, headers={"host": host}).content.decode()
        assert f">{told}<" in done
        assert ("Phones can&#x27;t reach this address" in done) is bool(trouble)
        assert trouble in done


def test_without_a_network_the_page_says_to_connect_one(opener, settings, monkeypatch):
    monkeypatch.setattr(reaching, "own_address", lambda: "")
    for name, given in (("shop", SHOP), ("store", STORE), ("owner", OWNER)):
        step(opener, name, given)
    settings.REGULARS = settings.REGULARS.model_copy(update={"host": EVERYWHERE[0]})
    done = opener.get("/console/opened/", headers={"host": "localhost"}).content.decode()
    assert "Connect it to the shop&#x27;s network" in done


def test_without_the_code_a_stranger_only_sees_the_door(browser):
    setup_code_made()
    assert browser.get("/console/", follow=True).redirect_chain[-1][0] == START
    door = browser.get(START).content.decode()
    assert "Set-up code" in door
    assert browser.post(START, {"code": "guess"}).status_code == 403
    assert browser.get(f"{START}guess/").headers["Location"] == START
    for name, given in (("shop", SHOP), ("store", STORE), ("owner", OWNER)):
        assert step(browser, name, given).status_code == 403
    assert (Staff.objects.count(), stores_list(), shop_now().version) == (0, [], 0)


def test_the_code_may_be_typed_and_a_new_start_of_the_server_makes_a_new_one(browser):
    old = setup_code_made()
    code = setup_code_made()
    assert not setup_code_fits(old)
    assert browser.post(START, {"code": f" {code} "}).headers["Location"] == START
    assert "Your shop" in browser.get(START).content.decode()


def test_an_empty_deployment_has_no_code_that_fits_nothing(browser):
    for code in ("", "claimed"):
        assert not setup_code_fits(code)
        with pytest.raises(SetupCodeWrong):
            first_owner(code)
    assert Staff.objects.count() == 0


def test_what_is_wrong_is_told_at_its_field_and_the_step_stays(opener):
    step(opener, "shop", SHOP)
    step(opener, "store", STORE)
    answer = step(opener, "owner", OWNER | {"password": "12345678"})
    assert answer.status_code == 422
    assert "Too many people use it." in answer.content.decode()
    assert Staff.objects.count() == 0


def test_a_step_sent_twice_is_done_once(opener):
    for _ in range(2):
        step(opener, "shop", SHOP)
        step(opener, "store", STORE)
    code = opener.session["setup_code"]
    impatient = Client(headers={"accept-language": "en"})
    step(opener, "owner", OWNER)
    # The second press of the button came with the session as it was before the first.
    session = impatient.session
    session["setup_code"] = code
    session["wizard:start"] = {"shop": {}, "store": {}}
    session.save()
    assert step(impatient, "owner", OWNER).headers["Location"] == "/console/sign-in/"
    assert (Staff.objects.count(), len(stores_list())) == (1, 1)
    for _ in range(2):
        step(opener, "trade", {"do": "trade", "trade": "empty"})
    assert shop_now().is_opened
    assert installations_listed() == ()


def test_who_left_in_the_middle_goes_on_after_signing_in(opener):
    step(opener, "shop", SHOP)
    step(opener, "store", STORE)
    step(opener, "owner", OWNER)
    other = Client(headers={"accept-language": "en"})
    assert other.get(START).headers["Location"] == "/console/sign-in/"
    signed_in = other.post("/console/sign-in/", {"username": "li", "password": PASSWORD})
    assert signed_in.headers["Location"] == START
    assert "What kind of shop is it?" in other.get(START).content.decode()
    # Going back to the first step shows what was said there.
    assert "Green Rice Tea" in other.get(f"{START}?step=shop").content.decode()


def test_nothing_of_this_is_seen_where_staff_work_already(browser):
    code = setup_code_made()
    first_owner(code)
    stranger = Client()
    assert stranger.get(f"{START}{code}/").headers["Location"] == "/console/"
    assert not setup_code_fits(code)
    with pytest.raises(ShopHasOwner):
        first_owner(code, "oz")


def first_owner(code, username="li"):
    return services.owner_first_create(
        code=code, username=username, display_name="Li", password=PASSWORD
    )


def raced(monkeypatch=None):
    """Two people with the link press the button at once; how many owners there are then."""
    code, start = setup_code_made(), Barrier(2)
    if monkeypatch is not None:
        # Without the lock both look before either of them writes.
        looked = Barrier(2)
        monkeypatch.setattr(services, "roles_locked", lambda: None)
        fits = services.setup_code_fits

        def fits_at_once(code):
            answer = fits(code)
            looked.wait(5)
            return answer

        monkeypatch.setattr(services, "setup_code_fits", fits_at_once)

    def one(username):
        start.wait(5)
        try:
            first_owner(code, username)
        except ShopHasOwner:
            return "refused"
        finally:
            connections.close_all()
        return "owner"

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(one, ("li", "oz")))
    assert Staff.objects.count() == answers.count("owner")
    return answers.count("owner")


def test_of_two_who_claim_the_shop_at_once_one_gets_it(browser):
    assert raced() == 1


def test_without_the_lock_both_would_get_it(browser, monkeypatch):
    assert raced(monkeypatch) == 2
