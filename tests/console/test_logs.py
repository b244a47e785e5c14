"""Each thing's page tells what was done to it, by whom and with what, and tells of nothing else."""

import re

from regulars.entitlements.tiers.services import ladder_save
from regulars.foundation.actors import SYSTEM
from regulars.members.tags.services import tag_create
from regulars.organization.staff.selectors import staff_list
from regulars.organization.webhooks.services import webhook_create, webhook_pause
from regulars.rules.segments.services import segment_save
from tests.tiers.conftest import INSIDER


def log_of(desk, address):
    """The page's last table, as lines of text."""
    html = desk.get(address).content.decode()
    table = html[html.rindex("<caption") :]
    rows = re.findall(r"<tr>(.*?)</tr>", table[table.index("<tbody>") :], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_a_segments_log_is_not_that_of_a_tag_of_the_same_code(li, shop):
    with shop.time():
        tag_create(actor=SYSTEM, code="vip", name={"en": "VIP", "zh-Hans": "贵宾"})
        segment_save(
            actor=SYSTEM,
            code="vip",
            name={"en": "VIP", "zh-Hans": "贵宾"},
            condition="member.orders_total >= 9",
        )
    (line,) = log_of(li, "segments/vip/?tab=log")
    assert "Segment saved" in line
    assert "tag.created" not in line


def test_a_persons_page_says_who_gave_her_which_role(li):
    ann = next(each for each in staff_list() if each.display_name == "Ann")
    address = f"staff/{ann.id}/"
    li.post(address, {"do": "grant", "role": "marketer", "place": "store:s1"})
    newest, *older = log_of(li, address)
    assert re.search(r"Role given Role: marketer.*s1.* 李经理$", newest)
    assert any("Person added to the staff Role: cashier" in each for each in older)


def test_a_programs_page_says_who_published_it(li, shop):
    found = log_of(li, "programs/beans/")
    assert [re.search("published|saved", line)[0] for line in found] == ["published", "saved"]


def test_a_webhooks_page_says_who_paused_it(li, shop):
    with shop.time():
        hook, _secret = webhook_create(
            actor=SYSTEM, name="Shop", url="https://shop.example/hooks", kinds=["event.*"]
        )
        webhook_pause(actor=SYSTEM, webhook=hook.webhook)
    newest, first = log_of(li, f"webhooks/{hook.webhook}/")
    assert ("Webhook paused" in newest, "Webhook made" in first) == (True, True)


def test_the_page_of_levels_says_who_changed_them(li, shop):
    with shop.time():
        ladder_save(actor=SYSTEM, content=INSIDER)
    (line,) = log_of(li, "levels/")
    assert "Levels changed" in line
