"""Tags on the screen: made by hand, put on a member, and from the tag to who carries it."""

from regulars.members.profiles.selectors import member_get
from regulars.members.tags.selectors import tag_get

VIP = {"name_zh": "贵宾", "name_en": "VIP", "code": "vip"}


def test_a_tag_is_made_and_leads_to_who_carries_it(shop, li):
    assert "New tag" in li.text("tags/")
    answer = li.post("tags/new/", VIP)
    assert answer.status_code == 302, answer.content.decode()
    assert tag_get("vip").name == {"zh-Hans": "贵宾", "en": "VIP"}
    assert '<a href="/console/members/?tag=vip">VIP</a>' in li.text("tags/")
    mei = member_get(shop.members["mei"])
    given = {"do": "tag", "tag": "vip", "reason": "old friend", "last_day": ""}
    assert li.post(f"members/{mei.public_id}/manage/", given).status_code == 302
    assert mei.public_id in li.text("members/?tag=vip")


def test_a_second_tag_of_a_code_and_a_bad_code_are_refused_beside_the_field(li):
    li.post("tags/new/", VIP)
    again = li.post("tags/new/", VIP)
    assert again.status_code == 422
    assert "A tag with the code “vip” exists already." in again.content.decode()
    bad = li.post("tags/new/", VIP | {"code": "V I P"})
    assert bad.status_code == 422 and "1 to 40 lower-case letters" in bad.content.decode()
