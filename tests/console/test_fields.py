"""Members' own fields on the screen: defined in the settings, filled in at the member's affairs."""

from regulars.members.fields.selectors import birthday_of, fields_list, member_fields
from regulars.members.fields.types import Birthday
from regulars.members.profiles.selectors import member_get

SIZE = {
    "do": "define",
    "code": "size",
    "name_zh": "尺码",
    "name_en": "Size",
    "kind": "choice",
    "choices": "small, 小, Small\nlarge, 大, Large",
    "is_personal": "on",
}


def test_a_field_is_made_and_filled(shop, li):
    assert li.post("member-fields/", SIZE).status_code == 302
    assert li.post("member-fields/", SIZE).status_code == 422
    count = {
        "do": "define",
        "code": "children",
        "name_zh": "孩子",
        "name_en": "Children",
        "kind": "number",
    }
    li.post("member-fields/", count)
    assert "Small, Large" in li.text("member-fields/")
    mei = member_get(shop.members["mei"])
    address = f"members/{mei.public_id}/manage/?do=details"
    page = li.text(address)
    assert '<option value="large">Large</option>' in page
    filled = {
        "do": "details",
        "display_name": "梅小雨",
        "birth_month": "4",
        "birth_day": "30",
        "birth_year": "",
        "field_size": "large",
        "field_children": "2",
    }
    li.post(address, filled)
    assert member_fields(mei.id) == {"size": "large", "children": 2}
    assert birthday_of(mei.id) == Birthday(4, 30)
    assert '<option value="large" selected>Large</option>' in li.text(address)
    answer = li.post(address, {**filled, "field_children": "two"})
    assert "children: give a whole number" in answer.content.decode()
    answer = li.post(address, {**filled, "birth_day": "31"})
    assert "There is no such day of birth" in answer.content.decode()
    assert (member_fields(mei.id)["children"], birthday_of(mei.id)) == (2, Birthday(4, 30))
    li.post(address, {"do": "details", "display_name": "梅小雨"})
    assert (member_fields(mei.id), birthday_of(mei.id)) == ({}, None)


def test_a_field_is_hidden_and_shown(li):
    li.post("member-fields/", SIZE)
    li.post("member-fields/", {"do": "hide", "code": "size"})
    assert not fields_list(active_only=True)
    assert "隐藏" in li.read_in("zh-hans").text("member-fields/")
    li.post("member-fields/", {"do": "show", "code": "size"})
    assert fields_list(active_only=True)


def test_fields_are_the_owners_matter(desk):
    desk.sign_in("ann")
    assert desk.get("member-fields/").status_code == 403
    assert desk.post("member-fields/", SIZE).status_code == 403
    assert not fields_list()
