"""Trying a draft on past sales, on a page of the program."""

from regulars.foundation.actors import SYSTEM
from regulars.rules.programs.services import program_draft_save, starter_content


def test_a_draft_is_tried_on_past_sales(li, shop):
    shop.one(shop.sale("mei", 12_000))
    content = starter_content("beans")
    content["rules"][0]["earn"]["rate"]["amount"] = 3
    with shop.time():
        program_draft_save(actor=SYSTEM, code="beans", content=content)
    assert "programs/beans/simulation/" in li.text("programs/beans/")
    assert "Judges the draft" in li.text("programs/beans/simulation/")
    page = li.text("programs/beans/simulation/?since=2025-03-01&until=2025-03-31")
    assert "360" in page and "+240" in page and "¥3.60" in page
    assert "1 events of 1 members: 1 would have got more, 0 less." in page
    assert "梅小雨" in page and "events a second" not in page
    page = li.read_in("zh-hans").text(
        "programs/beans/simulation/?since=2025-03-09&until=2025-03-01"
    )
    assert "结束日期早于开始日期" in page
    assert li.get("programs/nothing/simulation/").status_code == 404


def test_a_programs_page_tells_its_restraints(li, shop):
    limit = {"per": "all", "window": "total", "value_minor": 50_000, "asset": "beans"}
    group = {"code": "g", "kind": "best_of", "name": {"en": "Best", "zh-Hans": "择优"}}
    rules = [{**each, "group": "g"} for each in starter_content("beans")["rules"]]
    shop.publish(rules=rules, limits=[limit], groups=[group])
    page = li.text("programs/beans/")
    assert "At most ¥500.00 for all members together in total." in page
    assert "Of these only the one that gives most is given: Beans for every purchase." in page
    page = li.read_in("zh-hans").text("programs/beans/")
    assert "全体会员合计累计最多 ¥500.00。" in page and "只给予所得最多的一项" in page


def test_a_timeline_tells_why_not_by_the_rules_names(li, shop):
    rules = [
        {
            "code": code,
            "name": {"en": f"Gift {code}", "zh-Hans": f"礼 {code}"},
            "on": "order.paid",
            "earn_flat": {"asset": "beans", "amount": amount},
            "group": "g",
        }
        for code, amount in (("small", 5), ("large", 9))
    ]
    shop.publish(rules=rules, groups=[{"code": "g", "kind": "best_of"}])
    shop.one(shop.sale("mei", 12_000))
    page = li.text(f"members/{shop.members['mei']}/")
    assert "“Gift large” was better, 9 beans instead of 5." in page.replace("&quot;", '"')
