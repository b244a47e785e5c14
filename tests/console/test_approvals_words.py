"""What approving would bring is read once, in the approver's language."""

import re

from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.foundation.ids import public_id
from regulars.organization.staff.services import staff_create
from tests.console.conftest import PASSWORD, Desk


def test_a_large_gift_says_what_the_member_would_have(shop, li):
    with shop.time():
        staff_create(
            actor=SYSTEM, username="bo", display_name="Bo Hua", password=PASSWORD, role="owner"
        )
    mei = public_id("mem", shop.members["mei"])
    given = {"do": "points", "asset": "beans", "way": "give", "points": "5001", "key": "k1"}
    li.post(f"members/{mei}/manage/", {**given, "reason": "A party that went wrong"})
    bo = Desk(shop, Client())
    bo.sign_in("bo")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bo.read_in("zh-hans").text("approvals/")))
    assert re.search(r"批准后： 该会员将可用 5,001 \S+。", page), page[-900:]
