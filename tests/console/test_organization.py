"""Stores, devices, API keys and card batches on the screen."""

import re

from django.test import Client

from regulars.members.cards.selectors import card_batches
from regulars.organization.apikeys.models import ApiKey
from regulars.organization.devices.selectors import devices_list
from regulars.organization.devices.services import device_present
from regulars.organization.staff.selectors import staff_list
from regulars.organization.stores.selectors import groups_list, store_get
from tests.console.conftest import Desk

STORE = {
    "do": "create",
    "code": "s2",
    "name_zh": "二店",
    "name_en": "Second",
    "time_zone": "Asia/Shanghai",
    "kind": "franchise",
}


def secret(answer):
    return re.search(r'<p class="code">([^<]{16,})</p>', answer.content.decode())[1]


def test_a_store_is_opened_grouped_and_closed(li):
    assert li.post("stores/", STORE).status_code == 302
    assert li.post("stores/", STORE).status_code == 422
    assert li.post("stores/", {**STORE, "code": "s3", "kind": "rented"}).status_code == 422
    assert li.post("stores/", {**STORE, "code": "s3", "time_zone": "Mars"}).status_code == 422
    group = {"do": "group", "code": "east", "name_zh": "东区", "name_en": "East"}
    li.post("stores/", group)
    assert li.post("stores/", group).status_code == 422
    names = {"do": "save", "name_zh": "二店", "name_en": "Second", "time_zone": "Asia/Shanghai"}
    assert li.post("stores/s2/", {**names, "group": "east", "name_en": "East"}).status_code == 302
    assert "Close this store?" in li.text("stores/s2/state/")
    assert store_get("s2").is_active
    li.post("stores/s2/state/", {"confirmed": "yes"})
    assert groups_list()[0].stores == ("s2",)
    assert not store_get("s2").is_active
    assert store_get("s2").name == {"zh-Hans": "二店", "en": "East"}
    li.post("stores/s2/state/", {"confirmed": "yes"})
    li.post("stores/s2/", {**names, "group": ""})
    assert (store_get("s2").is_active, store_get("s2").group) == (True, None)
    assert li.post("stores/s2/", {**names, "time_zone": "Mars"}).status_code == 422
    assert li.get("stores/s9/").status_code == 404
    assert "李经理" in li.text("stores/s2/?tab=log")
    renamed = {"do": "save", "name_zh": "东部", "name_en": "The East"}
    assert li.post("stores/groups/east/", renamed).status_code == 302
    assert "The East" in li.text("stores/?tab=groups")
    assert "开设门店" in li.read_in("zh-hans").text("stores/")


def test_who_manages_one_store_sees_and_registers_there_only(shop, li):
    li.post("stores/", STORE)
    ann = next(each for each in staff_list() if each.display_name == "Ann")
    li.post(f"staff/{ann.id}/", {"do": "grant", "role": "manager", "place": "store:s2"})
    desk = Desk(shop, Client())
    desk.sign_in("ann")
    assert "Second" in desk.text("stores/")
    assert "s1" not in re.findall(r'<span class="code">(\w+)</span>', desk.text("stores/"))
    assert desk.post("stores/", {**STORE, "code": "s3"}).status_code == 403
    made = {"do": "register", "name": "Till", "kind": "till", "store": "s2"}
    text = secret(desk.post("devices/", made))
    assert device_present(text=text).store == "s2"
    assert text not in desk.text("devices/")
    assert desk.post("devices/", {**made, "store": "s1"}).status_code == 422
    address = f"devices/{devices_list()[0].device}/"
    asked = desk.text(f"{address}revoke/")
    assert "Revoke “Till” for ever?" in asked and "Second" in asked
    assert desk.post(f"{address}revoke/").status_code == 200
    assert devices_list()[0].revoked_at is None
    desk.post(f"{address}revoke/", {"confirmed": "yes"})
    assert devices_list()[0].revoked_at
    assert "revoked" in desk.text(address)


def test_a_key_is_made_replaced_and_revoked(li):
    made = {"do": "create", "name": "Shop", "source": "shop", "scopes": ["events:write"]}
    text = secret(li.post("api-keys/", made))
    assert text not in li.text("api-keys/")
    old = text.partition(".")[0]
    assert li.post("api-keys/", {**made, "source": "No Source"}).status_code == 422
    answer = li.post("api-keys/", {"do": "rotate", "prefix": old, "overlap": "week"})
    new = secret(answer)
    # The key just made can be chosen at once, and one that has ended no more.
    assert f'value="{new.partition(".")[0]}"' in answer.content.decode()
    ends = ApiKey.objects.get(prefix=old).expires_at - li.shop.now
    assert (ends.days, new.partition(".")[0] != old) == (7, True)
    asked = li.text(f"api-keys/{old}/revoke/")
    assert "Revoke “Shop” for ever?" in asked and "send sales" in asked
    assert re.search(r"Other valid keys of the source “shop”</dt><dd class=\"\">1<", asked)
    assert ApiKey.objects.get(prefix=old).revoked_at is None
    li.post(f"api-keys/{old}/revoke/", {"confirmed": "yes"})
    assert ApiKey.objects.get(prefix=old).revoked_at
    assert "stands still until it has a new key" in li.text(
        f"api-keys/{new.partition('.')[0]}/revoke/"
    )
    assert li.post("api-keys/", {"do": "rotate", "prefix": old}).status_code == 422


def test_cards_are_made(li):
    batch = {
        "do": "make",
        "name": "Spring",
        "prefix": "88",
        "first": "1",
        "digits": "6",
        "count": "3",
    }
    assert li.post("card-batches/", batch).status_code == 302
    assert li.post("card-batches/", batch).status_code == 422, "those numbers are taken"
    assert li.post("card-batches/", {**batch, "first": "x"}).status_code == 422
    assert [(each.name, each.count, each.free) for each in card_batches()] == [("Spring", 3, 3)]
    assert "Spring" in li.text("card-batches/")


def test_who_closes_a_store_reads_what_stands_still(li, staff):
    li.post("stores/", STORE)
    for name in ("Left", "Right", "Old"):
        li.post("devices/", {"do": "register", "name": name, "kind": "till", "store": "s2"})
    old = next(each.device for each in devices_list() if each.name == "Old")
    li.post(f"devices/{old}/revoke/", {"confirmed": "yes"})
    address = f"staff/{staff['ann'].id}/"
    li.post(address, {"do": "grant", "role": "cashier", "place": "store:s2"})
    li.post(address, {"do": "withdraw", "role": "cashier", "place": "", "confirmed": "yes"})
    asked = li.text("stores/s2/state/")
    for label, value, names in (
        ("Devices whose sales are refused", "2", "Left, Right"),
        ("People whose roles hold only there", "1", "Ann"),
    ):
        found = rf'{label}</dt><dd class="">{value}<span class="note">{names}</span>'
        assert re.search(found, asked), label
