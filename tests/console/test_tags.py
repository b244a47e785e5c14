"""Tags on the screen: made by hand, put on a member, and from the tag to who carries it."""

from regulars.members.profiles.selectors import member_get
from regulars.members.tags.selectors import tag_get

VIP = {"name_zh": "贵宾", "name_en": "VIP", "code": "vip"}


def test_a_tag_is_made_and_leads_to_who_carries_it(shop, li):
    assert "New tag" in li.text("tags/")
    answer = li.post("tags/new/", VIP)
    assert answer.status_code == 302, answer.content.decode()
    assert tag_get("vip").name == {"zh-Hans": "贵宾", "en": "VIP"}
    assert '<a href="/console/tags/named/vip/">VIP</a>' in li.text("tags/")
    mei = member_get(shop.members["mei"])
    given = {"do": "tag", "tag": "vip", "reason": "old friend", "last_day": ""}
    assert li.post(f"members/{mei.public_id}/manage/", given).status_code == 302
    assert '<a href="/console/members/?tag=vip">1</a>' in li.text("tags/")
    assert mei.public_id in li.text("members/?tag=vip")


def test_a_second_tag_of_a_code_and_a_bad_code_are_refused_beside_the_field(li):
    li.post("tags/new/", VIP)
    again = li.post("tags/new/", VIP)
    assert again.status_code == 422
    assert "A tag with the code “vip” exists already." in again.content.decode()
    bad = li.post("tags/new/", VIP | {"code": "V I P"})
    assert bad.status_code == 422 and "1 to 40 lower-case letters" in bad.content.decode()


def test_a_tags_page_renames_it_and_keeps_a_log(li):
    li.post("tags/new/", VIP)
    page = li.text("tags/named/vip/")
    assert ">vip<" in page and ">0<" in page
    again = {"do": "rename", "name_zh": "老友", "name_en": "Old friend"}
    assert li.post("tags/named/vip/", again).status_code == 302
    assert tag_get("vip").name == {"zh-Hans": "老友", "en": "Old friend"}
    log = li.text("tags/named/vip/?tab=log")
    assert "Tag made" in log and "Tag renamed" in log
    refused = li.post("tags/named/vip/", again | {"name_zh": "", "name_en": ""})
    assert refused.status_code == 422
    assert li.get("tags/named/gold/").status_code == 404
