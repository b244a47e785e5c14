"""What a till's page is answered: who may ask, what is found, what is refused."""

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import translation

from regulars.commerce.counter.services import counter_rules_set
from regulars.commerce.counter.types import CounterRules
from regulars.faces.pos.doors import DEVICE_COOKIE
from regulars.faces.pos.words import texts
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import internal_id
from regulars.members.cards.services import card_bind, cards_make
from regulars.members.codes.services import member_code_make
from regulars.members.consents.selectors import consenting
from tests.counter.conftest import PIN


class Page:
    """A browser at the till, without a screen."""

    def __init__(self, counter, username="ann"):
        self.counter = counter
        self.client = Client()
        self.client.force_login(self.staff(username), "django.contrib.auth.backends.ModelBackend")
        self.client.cookies[DEVICE_COOKIE] = counter.secret
        self.headers = {"x-terminal": str(counter.till.terminal), "accept-language": "en"}

    def staff(self, username):
        self.counter.person(username)
        return get_user_model().objects.get(username=username)

    def ask(self, path, body=None, status=200):
        with self.counter.shop.time():
            address = f"/pos/do/{path}/"
            if body is None:
                answer = self.client.get(address, headers=self.headers)
            else:
                answer = self.client.post(
                    address, json.dumps(body), "application/json", headers=self.headers
                )
        assert answer.status_code == status, answer.content
        return answer.json()

    def get(self, path):
        with self.counter.shop.time():
            return self.client.get(f"/pos/{path}", headers=self.headers)


@pytest.fixture
def page(counter):
    return Page(counter)


def sale(counter, *amounts, **more):
    counter.count += 1
    total = sum(amounts) - more.get("discount_minor", 0) - more.get("points_minor", 0)
    return {
        "sequence": counter.count,
        "occurred_at": counter.shop.now.isoformat(),
        "lines": [{"amount_minor": each} for each in amounts],
        "tenders": [{"kind": "cash", "amount_minor": total}],
        **more,
    }


def test_a_stranger_a_foreign_device_and_an_auditor_are_told_what_to_do(counter, page):
    assert Client().get("/pos/").url.startswith("/console/sign-in/")
    assert Client().get("/pos/do/start/").status_code == 401
    page.client.cookies[DEVICE_COOKIE] = "dev.wrong"
    assert page.get("").url == "/pos/device/"
    assert page.ask("start", status=401)["code"] == "device_refused"
    oz = Page(counter, "oz")
    assert oz.ask("start", status=403)["code"] == "not_at_this_store"
    assert oz.ask("find", {"q": "8000"}, status=403)["code"] == "not_at_this_store"


def test_the_till_begins_with_who_where_and_at_which_rate(counter, page):
    page.headers.pop("x-terminal")
    start = page.ask("start")
    assert (start["staff"]["name"], start["store"]["code"], start["device"]) == (
        "Ann",
        "s1",
        "Till 1",
    )
    assert start["terminal"] is None
    assert start["offer"] == {
        "asset": "beans",
        "name": "beans",
        "points": 100,
        "value_minor": 100,
        "minimum_balance": 1000,
        "step": 1,
    }
    assert [each["name"] for each in start["managers"]] == ["李经理"]
    assert page.ask("terminal", {})["terminal"] == counter.till.terminal + 1


def test_a_device_is_registered_by_who_may_and_by_its_secret(counter, page):
    page.client.cookies.pop(DEVICE_COOKIE)
    assert 'value="register"' not in page.get("device/").content.decode()
    refused = page.client.post("/pos/device/", {"do": "register", "name": "X", "store": "s1"})
    assert refused.status_code == 422
    given = page.client.post("/pos/device/", {"do": "present", "secret": counter.secret})
    assert given.url == "/pos/"
    assert given.cookies[DEVICE_COOKIE]["httponly"]
    li = Page(counter, "li")
    made = li.client.post("/pos/device/", {"do": "register", "name": "Till 2", "store": "s1"})
    assert made.cookies[DEVICE_COOKIE].value != counter.secret


def test_members_are_found_by_what_they_say_or_show(counter, page):
    with counter.shop.time(), unit_of_work() as unit:
        mei = str(counter.shop.members["mei"])
        cards_make(unit=unit, actor=SYSTEM, name="first", prefix="CC", first=1, count=2, digits=6)
        card_bind(unit=unit, actor=SYSTEM, member_id=mei, number="CC000001")
        code = member_code_make(unit=unit, member_id=mei).code
    found = page.ask("find", {"q": "13800138000"})["members"]
    assert [(each["name"], each["phone"]) for each in found] == [("梅小雨", "138****8000")]
    assert found[0]["cards"] == [{"place": 0, "shown": "CC****0001", "state": "bound"}]
    both = page.ask("find", {"q": "8000"})["members"]
    assert {each["name"] for each in both} == {"梅小雨", "Bo Wang"}
    assert "assets" not in both[0]
    assert page.ask("find", {"q": "cc000001"})["members"][0]["name"] == "梅小雨"
    assert page.ask("find", {"q": code})["members"][0]["name"] == "梅小雨"
    assert page.ask("find", {"q": code}, status=409)["code"] == "member_code_invalid"
    assert page.ask("find", {"q": "13700137000"})["members"] == []


def test_a_card_is_reported_lost_and_replaced(counter, page):
    with counter.shop.time(), unit_of_work() as unit:
        mei = str(counter.shop.members["mei"])
        cards_make(unit=unit, actor=SYSTEM, name="first", prefix="CC", first=1, count=3, digits=6)
        card_bind(unit=unit, actor=SYSTEM, member_id=mei, number="CC000001")
    named = {"member": counter.id_of("mei"), "place": 0, "shown": "CC****0001"}
    assert page.ask("card-lost", {**named, "shown": "CC****0002"}, status=409)["code"] == (
        "card_list_changed"
    )
    lost = page.ask("card-lost", named)
    assert [each["state"] for each in lost["cards"]] == ["lost"]
    assert page.ask("find", {"q": "CC000001"}, status=409)["code"] == "card_lost"
    after = page.ask("card-new", {**named, "new_number": "CC000002"})
    assert [(each["shown"], each["state"]) for each in after["cards"]] == [("CC****0002", "bound")]
    assert page.ask("find", {"q": "CC000001"}, status=409)["code"] == "card_replaced"
    bo = {"member": counter.id_of("bo"), "new_number": "CC000003"}
    assert page.ask("card-new", bo)["cards"][0]["shown"] == "CC****0003"


def test_joining_needs_a_yes_and_brings_what_was_told(counter, page):
    counter.open()
    basket = sale(counter, 12_850)
    told = page.ask("rehearse", {"sale": basket, "enrolling": True})
    assert [(each["asset"], each["amount"]) for each in told["moved"]] == [("beans", "+128")]
    new = {"phone": "13700137000", "name": "Kim"}
    assert page.ask("enrol", new, status=422)["code"] == "consent_missing"
    assert counter.shop.rows("members_member") == 2
    asked = page.ask("consents")["texts"]
    assert [(each["purpose"], each["is_needed"]) for each in asked] == [
        ("membership", True),
        ("marketing.sms", False),
    ]
    assert "shop keeps your phone number" in asked[0]["body"]
    agreed = {each["purpose"]: each["version"] for each in asked}
    stale = {**new, "agreed": {**agreed, "membership": "counter-1"}}
    assert page.ask("enrol", stale, status=409)["code"] == "consent_text_changed"
    assert counter.shop.rows("members_member") == 2
    kim = page.ask("enrol", {**new, "agreed": agreed})
    assert (kim["is_new"], kim["name"], kim["last_visit"]) == (True, "Kim", "")
    assert counter.shop.rows("members_consent") == 2
    assert page.ask("enrol", {**new, "agreed": agreed})["is_new"] is False
    with unit_of_work() as unit:
        member_id = internal_id("mem", kim["id"])
        assert consenting(unit, [member_id], "marketing.sms") == {member_id}
    assert counter.shop.rows("rules_event WHERE kind = 'member.enrolled'") == 1
    done = page.ask("sale", {"sale": {**basket, "member": kim["id"]}})
    assert [each["amount"] for each in done["ticket"]["moved"]] == ["+128"]
    assert done["ticket"]["balances"] == [["beans", "128"]]
    assert done["ticket"]["reasons"][0][:2] == [True, "Earned 128 beans on ¥128.50."]
    assert done["member"]["assets"][0]["spendable"] == 128


def test_li_allows_what_ann_may_not(counter, page):
    counter.open()
    content = sale(counter, 12_850, discount_minor=3_000)
    assert page.ask("sale", {"sale": content}, status=403)["code"] == "approval_needed"
    wrong = {"manager": counter.li.id, "pin": "000001"}
    assert page.ask("sale", {"sale": content, "approval": wrong}, status=403)["code"] == (
        "pin_refused"
    )
    assert counter.shop.rows("commerce_ticket") == 0
    allowed = {"manager": counter.li.id, "pin": PIN}
    done = page.ask("sale", {"sale": content, "approval": allowed})
    assert (done["ticket"]["total_minor"], done["ticket"]["approved_by"]) == (9_850, "李经理")
    assert page.ask("sale", {"sale": content})["ticket"]["number"] == done["ticket"]["number"]


def test_a_discount_that_was_given_without_the_server_can_be_allowed_later(counter, page):
    counter.open()
    content = sale(counter, 12_850, discount_minor=3_000, is_offline=True)
    asked = {"sale": content, "approval": None, "reason": "box torn"}
    assert page.ask("sale", asked, status=403)["code"] == "approval_needed"
    assert counter.shop.rows("commerce_ticket") == 0
    allowed = {"manager": counter.li.id, "pin": PIN}
    done = page.ask("sale", {**asked, "approval": allowed})["ticket"]
    assert (done["approved_by"], done["is_offline"], done["reason"]) == ("李经理", True, "box torn")


def test_refusals_say_money_as_people_do(counter, page):
    counter.open()
    short = {**sale(counter, 12_850), "tenders": [{"kind": "cash", "amount_minor": 10_000}]}
    li = Page(counter, "li")
    li.headers["accept-language"] = "zh-hans"
    refused = li.ask("sale", {"sale": short}, status=422)
    assert refused["detail"] == "应付 ¥128.50，付款合计 ¥100.00，请重新录入付款。"
    sold = page.ask("sale", {"sale": sale(counter, 12_850)})["ticket"]
    refund = {
        "sequence": 9,
        "occurred_at": counter.shop.now.isoformat(),
        "number": sold["number"],
        "amount_minor": 12_851,
    }
    refused = page.ask("refund-plan", {"refund": refund}, status=409)
    assert refused["detail"].startswith("Of this receipt ¥128.50 is left to give back.")


def test_what_was_numbered_earlier_keeps_the_number_of_then(counter, page):
    counter.open()
    content = sale(counter, 1_000, is_offline=True)
    page.headers.pop("x-terminal")
    later = page.ask("terminal", {})["terminal"]
    page.headers["x-terminal"] = str(counter.till.terminal)
    number = page.ask("sale", {"sale": content})["ticket"]["number"]
    assert number == f"{counter.till.terminal}-000001"
    assert later != counter.till.terminal


def test_a_return_is_told_before_it_is_made_and_printed_after(counter, page):
    counter.open()
    sold = page.ask("sale", {"sale": sale(counter, 12_850, member=counter.id_of("mei"))})
    number = sold["ticket"]["number"]
    counter.count += 1
    refund = {
        "sequence": counter.count,
        "occurred_at": counter.shop.now.isoformat(),
        "number": number,
        "amount_minor": 3_000,
    }
    plan = page.ask("refund-plan", {"refund": refund})
    assert (plan["tenders"], plan["balances"]) == ([["cash", "Cash", 3_000]], [["beans", "99"]])
    made = page.ask("refund", {"refund": refund})["ticket"]
    assert [(each["title"], each["amount"]) for each in made["moved"]] == [("Taken back", "−29")]
    assert page.ask(f"tickets/{number}")["ticket"]["left_minor"] == 9_850
    paper = page.get(f"receipts/{made['number']}/?width=58").content.decode()
    assert "mm58" in paper
    assert "−29" in paper
    printer = page.get(f"receipts/{number}/printer/").content
    assert "梅**".encode("gb18030") in printer
    assert b"128.50" in printer
    assert printer.startswith(b"\x1b@")


def test_a_blind_count_is_not_told_what_is_expected(counter, page):
    with counter.shop.time():
        counter_rules_set(actor=counter.li, store="s1", rules=CounterRules(is_blind=True))
    shift = page.ask("shift/open", {"float_minor": 5_000})["shift"]
    page.ask("sale", {"sale": sale(counter, 12_850)})
    now = page.ask("shift")
    assert (now["sales_minor"], {each["expected_minor"] for each in now["tenders"]}) == (
        None,
        {None},
    )
    assert page.get(f"shifts/{shift['id']}/").status_code == 404
    count = [{"kind": "cash", "amount_minor": 17_000}]
    closed = page.ask("shift/close", {"shift": shift["id"], "counted": count})
    assert closed["tenders"][0]["difference_minor"] == -850
    assert "−¥8.50" in page.get(f"shifts/{shift['id']}/").content.decode()
    assert page.get("days/s1/2025-03-08/").status_code == 404
    assert Page(counter, "li").get("days/s1/2025-03-08/").status_code == 200


def test_what_is_no_question_is_refused_in_words(page):
    for body in (b"", b"[]", b'{"q": 1}', b'{"q": "x", "y": 1}', b'{"sale": null}', b"\xff"):
        with page.counter.shop.time():
            answer = page.client.post(
                "/pos/do/find/", body, "application/json", headers=page.headers
            )
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), body


def test_the_worker_keeps_what_there_is(page):
    script = page.get("sw.js").content.decode()
    kept = re.findall(r'"/static/([^"]+)"', script)
    assert {"pos/main.js", "pos/counter.css", "webkit/tokens.css"} <= set(kept)
    assert [name for name in kept if finders.find(name) is None] == []
    shell = page.get("").content.decode()
    assert "Ann" not in shell.replace("Annual", "")
    assert "unsafe-inline" not in page.get("").headers["Content-Security-Policy"]


def test_every_sentence_of_the_scripts_has_the_same_places_in_both_languages():
    with translation.override("en"):
        english = texts()
    with translation.override("zh-hans"):
        chinese = texts()
    for name, sentence in english.items():
        assert set(re.findall(r"\{\w+\}", sentence)) == set(re.findall(r"\{\w+\}", chinese[name]))
        assert chinese[name] != sentence, name
