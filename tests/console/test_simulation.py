"""Trying a draft on past sales, on a page of the program."""

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.works.models import WorkFile
from regulars.foundation.works.services import work_done
from regulars.rules.programs.models import ProgramDraft
from regulars.rules.programs.services import program_draft_save, starter_content
from regulars.rules.simulate import services as simulating


def test_a_draft_is_tried_on_past_sales(li, shop):
    shop.one(shop.sale("mei", 12_000))
    content = starter_content("beans")
    content["rules"][0]["earn"]["rate"]["amount"] = 3
    with shop.time():
        program_draft_save(actor=SYSTEM, code="beans", content=content)
    assert "programs/beans/simulation/" in li.text("programs/beans/")
    assert "Judges the draft" in li.text("programs/beans/simulation/")
    days = {"since": "2025-03-01", "until": "2025-03-31"}
    at_once = li.post("programs/beans/simulation/", days)
    assert at_once.headers["Location"].endswith("/simulation/?since=2025-03-01&until=2025-03-31")
    page = li.text("programs/beans/simulation/?since=2025-03-01&until=2025-03-31")
    assert "360" in page and "+240" in page and "¥3.60" in page
    assert "1 events of 1 members: 1 would have got more, 0 less." in page
    assert "梅小雨" in page and "events a second" not in page
    page = li.read_in("zh-hans").text(
        "programs/beans/simulation/?since=2025-03-09&until=2025-03-01"
    )
    assert "结束日期早于开始日期" in page
    assert li.get("programs/nothing/simulation/").status_code == 404


@pytest.fixture
def long(shop, monkeypatch):
    """Two sales, which are too many to be waited for."""
    monkeypatch.setattr(simulating, "AT_ONCE_MAX", 1)
    shop.one(shop.sale("mei", 12_000))
    shop.member("bo")
    shop.one(shop.sale("bo", 8_000))
    return {"since": "2025-03-01", "until": "2025-03-31"}


def begun(li, days):
    """The address of the simulation that is a job, below the console, and its work's id."""
    address = li.post("programs/beans/simulation/", days).headers["Location"]
    _path, _, work = address.partition("?work=")
    assert work
    return f"programs/beans/simulation/?work={work}", work


def test_many_sales_are_judged_in_the_background_and_the_outcome_stays(li, shop, long):
    address, work = begun(li, long)
    assert begun(li, long)[1] == work, "the same is not tried twice at a time"
    page = li.text(address)
    assert "Trying it on past sales" in page and "0 / 2" in page and "Stop it" in page
    refused = li.text("programs/beans/simulation/?since=2025-03-01&until=2025-03-31")
    assert "judged in the background" in refused
    assert work_done(work_id=work).state == "done"
    page = li.text(address)
    assert "2 events of 2 members: 0 would have got more, 0 less." in page
    assert "Stop it" not in page and "Limits and budgets start empty" in page
    assert li.get(f"jobs/{work}/").status_code == 302
    assert "Try a program on past sales" in li.text("jobs/")
    assert begun(li, long)[1] != work
    li.read_in("zh-hans")
    assert "试算前提" in li.text(address)
    WorkFile.objects.all().delete()
    assert "试算结果已清除" in li.text(address)


def test_a_simulation_is_stopped_before_and_in_the_middle(li, shop, long, monkeypatch):
    address, work = begun(li, long)
    li.post(address, {"do": "stop"})
    assert work_done(work_id=work).state == "stopped"
    assert "It was stopped." in li.text(address)
    address, work = begun(li, long)
    replayed = simulating.Replay.replayed

    def stopping(self, chunk, stores):
        replayed(self, chunk, stores)
        li.post(address, {"do": "stop"})

    monkeypatch.setattr(simulating.Replay, "replayed", stopping)
    assert work_done(work_id=work).state == "stopped"
    assert "would have got more" not in li.text(address)
    acts = [each.action for each in AuditRecord.objects.filter(subject=work)]
    assert sorted(acts) == ["work.begun", "work.stopped"]


def test_a_draft_that_can_no_longer_be_tried_fails_in_words(li, shop, long):
    content = starter_content("beans")
    with shop.time():
        program_draft_save(actor=SYSTEM, code="beans", content=content)
    address, work = begun(li, long)
    content["rules"][0]["when"] = "order.luck > 1"
    ProgramDraft.objects.update(content=content)
    assert work_done(work_id=work).state == "failed"
    assert "tried as it stands now" in li.text(address)


def test_somebody_elses_job_is_no_simulation(li, shop, long):
    assert li.get("programs/beans/simulation/?work=nonsense").status_code == 404
    _address, work = begun(li, long)
    assert li.get(f"programs/other/simulation/?work={work}").status_code == 404


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
