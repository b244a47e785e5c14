"""Staff on the screen: a first password shown once, roles given and taken, doors that stay shut."""

import re

import pytest
from django.test import Client

from regulars.organization.staff.selectors import roles_list, staff_list
from tests.console.conftest import PASSWORD, Desk

NEW = {
    "do": "create",
    "username": "kim",
    "display_name": "Kim",
    "role": "cashier",
    "place": "",
    "language": "en",
}


def person(name):
    return next(each for each in staff_list() if each.display_name == name)


def test_kim_gets_a_first_password_and_must_choose_another(shop, li):
    first = li.post("staff/", NEW).content.decode()
    password = re.search(r'<p class="code">([^<]{16,})</p>', first)[1]
    assert password not in li.text(f"staff/{person('Kim').id}/"), "shown once"
    kim = Desk(shop, Client())
    kim.sign_in("kim", password)
    assert kim.get("members/").headers["Location"] == "/console/password/"
    assert "Somebody else knows" in kim.text("password/")
    change = {"do": "change", "old": password, "new": PASSWORD}
    wrong = kim.post("password/", {**change, "new": "kim"})
    assert (wrong.status_code, "Choose another password" in wrong.content.decode()) == (422, True)
    for place, typed in (("old", "nonsense"), ("new", password)):
        refused = kim.post("password/", {**change, place: typed})
        assert refused.status_code == 422
        assert f'id="change_{place}_error"' in refused.content.decode()
    assert kim.post("password/", change).status_code == 302
    assert kim.get("members/").status_code == 200


def test_a_role_opens_pages_from_the_next_look_on(shop, li):
    ann = Desk(shop, Client())
    ann.sign_in("ann")
    assert ann.get("segments/").status_code == 403
    address = f"staff/{person('Ann').id}/"
    li.post(address, {"do": "grant", "role": "marketer", "place": "store:s1"})
    assert ann.get("segments/").status_code == 200
    refused = ann.post("segments/ready/")
    assert refused.status_code == 403, "what all stores share is not changed from one store"
    taking = {"do": "withdraw", "role": "marketer", "place": "store:s1"}
    asked = li.post(address, taking).content.decode()
    assert ann.get("segments/").status_code == 200, "only asked so far"
    assert "Take “Marketer” from Ann?" in asked and "see segments" in asked
    assert re.search(r"Sessions that end at once</dt><dd class=\"\">1<", asked)
    assert "look up members" not in asked, "that she may as a cashier too"
    li.post(address, {**taking, "confirmed": "yes"})
    assert ann.get("segments/").status_code == 302, "with a role her sessions end"
    ann.sign_in("ann")
    assert ann.get("segments/").status_code == 403
    closing = li.text(f"{address}?do=close")
    assert "Close the account of Ann?" in closing and "Cashier (all stores)" in closing
    assert re.search(r"Sessions that end at once</dt><dd class=\"\">1<", closing)
    li.post(address, {"do": "close"})
    assert person("Ann").is_active, "only asked so far"
    li.post(address, {"do": "close", "confirmed": "yes"})
    assert ann.get("members/").status_code == 302
    assert not person("Ann").is_active


def test_the_last_owner_is_told_why_not(li):
    address = f"staff/{person('李经理').id}/"
    taking = {"do": "withdraw", "role": "owner", "place": ""}
    asked = li.post(address, taking).content.decode()
    assert "Without a role she signs in and sees nothing." in asked
    assert "Sessions that end" not in asked, "her own go on"
    li.post(address, {**taking, "confirmed": "yes"})
    assert "This is the last owner" in li.text(address)
    li.post(address, {"do": "close", "confirmed": "yes"})
    assert "This is the last owner" in li.text(address)
    assert person("李经理").roles == ("owner",)


def test_somebody_new_begins_as_a_cashier_unless_another_role_is_chosen(li):
    for path in ("staff/", f"staff/{person('李经理').id}/"):
        page = li.text(path)
        assert '<option value="cashier" selected' in page
        assert 'value="owner" selected' not in page


def test_a_role_among_others_says_how_many_rights_it_has_and_its_page_which(li):
    listed = li.text("roles/")
    cashier = next(each for each in roles_list() if each.code == "cashier")
    assert re.search(rf'data-label="Rights"[^<]*<span>{len(cashier.rights)}</span>', listed)
    assert "look up members, " not in listed
    assert "look up members" in li.text("roles/cashier/")


def test_a_role_of_ones_own(shop, li):
    given = {"do": "create", "code": "guide", "name_zh": "导购", "name_en": "Guide"}
    given["rights"] = ["members.view"]
    assert li.post("roles/", given).status_code == 302
    assert "look up members" in li.text("roles/")
    assert li.post("roles/", given).status_code == 422
    assert li.post("staff/", {**NEW, "role": "guide"}).status_code == 200
    assert person("Kim").roles == ("guide",)
    assert "导购" in li.read_in("zh-hans").text("staff/")


@pytest.mark.parametrize("wrong", [{"username": "a b"}, {"role": "king"}, {"place": "store:s9"}])
def test_a_wrong_wish_is_refused_in_words(li, wrong):
    answer = li.post("staff/", {**NEW, **wrong})
    assert answer.status_code == 422
    assert len(staff_list()) == 3
    (field,) = wrong
    assert f'id="create_{field}_error"' in answer.content.decode(), "it stands beside its field"
    assert 'value="Kim"' in answer.content.decode(), "what was typed stands there again"


def test_the_auditor_sees_and_changes_nothing(shop, staff):
    oz = Desk(shop, Client())
    oz.sign_in("oz")
    page = oz.text("staff/")
    assert "Somebody new" not in page
    assert oz.post("staff/", NEW).status_code == 403
    assert oz.post(f"staff/{person('Ann').id}/", {"do": "close"}).status_code == 403
    assert oz.post("roles/", {"code": "x"}).status_code == 403
    assert person("Ann").is_active
    assert oz.get("staff/nobody/").status_code == 404
