"""Li narrows the list of members, keeps a view, acts on many at once and takes a file home."""

import csv
import io
import re

import pytest
from django.test import Client

from regulars.faces.console import bulk
from regulars.faces.console.exports import sheet_read
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.audit.selectors import last_recorded_details
from regulars.foundation.ids import public_id
from regulars.foundation.savedviews.models import SavedView
from regulars.foundation.works.models import Work, WorkFile
from regulars.foundation.works.services import work_done, works_forget
from regulars.members.lifecycle.services import member_erase
from regulars.members.tags.models import TagOnMember
from regulars.members.tags.selectors import tags_of
from regulars.members.tags.services import tag_create
from tests.console.conftest import Desk, enrolled


def names(page):
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r'<a href="/console/members/mem_\w+/">(.*?)</a>', table)


@pytest.fixture
def tagged(shop, li):
    """Mei carries the tag VIP."""
    with shop.time():
        tag_create(actor=SYSTEM, code="vip", name={"en": "VIP", "zh-Hans": "贵宾"})
    ticked(li, shop, "tag", ["mei"], tag="vip")
    return li


def ticked(li, shop, action, who, **more):
    """Does something with the ticked members, through the preview and its confirmation."""
    given = {
        "action": action,
        "key": [str(shop.members[each]) for each in who],
        "query": "",
        "confirmed": "yes",
        "reason": "spring",
        **more,
    }
    answer = li.post("members/bulk/", given)
    assert answer.status_code == 302, answer.content.decode()
    work = Work.objects.order_by("created_at", "id").last()
    with shop.time():
        return work_done(work_id=str(work.id))


NARROWED = [
    ("", ["Bo Wang", "梅小雨"]),
    ("sort=name", ["Bo Wang", "梅小雨"]),
    ("sort=-name", ["梅小雨", "Bo Wang"]),
    ("sort=joined", ["梅小雨", "Bo Wang"]),
    ("store=s1", ["梅小雨"]),
    ("store=s9", ["Bo Wang", "梅小雨"]),
    ("q=5678", ["Bo Wang"]),
    ("q=nobody", []),
    ("tag=vip", ["梅小雨"]),
    ("bought_from=2025-03-08", ["梅小雨"]),
    ("bought_to=2025-03-07", []),
    ("bought_to=2025-03-08", ["梅小雨"]),
    ("joined_from=2025-02-02", []),
    ("joined_to=2025-02-01&joined_from=2025-02-01", ["Bo Wang", "梅小雨"]),
    ("state=frozen", []),
    ("state=closed", []),
    ("sort=colour&after=nonsense&shown=x&cols=nothing", ["Bo Wang", "梅小雨"]),
]


def test_the_list_is_narrowed_by_its_address(tagged, shop):
    shop.one(shop.sale("mei", 12_000))
    for query, expected in NARROWED:
        found = names(tagged.text(f"members/?{query}"))
        assert sorted(found) == sorted(expected), query
        if "sort=" in query and "after" not in query:
            assert found == expected, query


def test_columns_are_chosen_and_numbers_stay_masked(li, shop):
    page = li.text("members/?cols=name,id,numbers")
    assert "138****8000" in page
    assert "13800138000" not in page
    assert "mem_" in page.partition("<tbody>")[2].replace("/members/mem_", "")
    assert "Last purchase</th>" not in page


def test_pages_follow_one_another_and_lose_nobody(li, shop, monkeypatch):
    for number in range(120):
        enrolled(shop, f"m{number}", f"Member {number % 7}")
    for order in ("joined", "-joined", "name", "-name"):
        seen, address = [], f"members/?sort={order}"
        while address:
            page = li.text(address)
            seen += re.findall(r'name="key" value="([\w-]+)"', page)
            following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page)
            address = f"members/{following[1]}".replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == 122, order
    assert "1–50 of 122" in li.text("members/")


def test_a_view_is_kept_shared_and_dropped(li, shop):
    kept = {"do": "save-view", "name": "First store", "query": "?store=s1", "is_shared": "on"}
    assert li.post("members/", kept)["Location"] == "/console/members/?store=s1"
    assert li.post("members/", {**kept, "name": ""}).status_code == 302
    ann = Desk(shop, Client())
    ann.sign_in("ann")
    assert "First store" in ann.text("members/")
    view = SavedView.objects.get()
    ann.post("members/", {"do": "drop-view", "view": str(view.id)})
    assert SavedView.objects.count() == 1, "only whose it is may drop it"
    li.post("members/", {"do": "drop-view", "view": str(view.id)})
    assert SavedView.objects.count() == 0


def test_a_preview_says_whom_it_touches_and_touches_nobody(tagged, shop):
    given = {"action": "freeze", "key": [str(shop.members["mei"])], "query": ""}
    page = tagged.post("members/bulk/", given).content.decode()
    assert "Freeze everything these members have?" in page
    assert "梅小雨" in page
    assert "Bo Wang" not in page
    assert Work.objects.count() == 1, "only the tagging of before"
    refused = tagged.post("members/bulk/", {**given, "confirmed": "yes", "reason": ""})
    assert refused.status_code == 422
    assert Work.objects.count() == 1


def test_many_are_tagged_untagged_frozen_and_released(tagged, shop):
    mei, bo = shop.members["mei"], shop.members["bo"]
    assert [each.code for each in tags_of(mei)] == ["vip"]
    everybody = ticked(tagged, shop, "tag", [], all="yes", tag="vip")
    assert (everybody.done, everybody.refused, everybody.state) == (2, 0, "done")
    assert [each.reason for each in tags_of(bo)] == ["spring"]
    ticked(tagged, shop, "untag", ["bo"], tag="vip")
    again = ticked(tagged, shop, "untag", [], all="yes", tag="vip")
    assert (again.total, again.done, again.refused, again.note) == (1, 1, 0, "")
    assert tags_of(mei) == tags_of(bo) == []
    ticked(tagged, shop, "freeze", ["mei"])
    assert names(tagged.text("members/?state=frozen")) == ["梅小雨"]
    ticked(tagged, shop, "release", [], all="yes", query="?state=frozen")
    assert names(tagged.text("members/?state=frozen")) == []
    assert last_recorded_details("work.begun")["kind"] == "members.release"


def test_a_tag_is_taken_off_those_who_carry_it_by_hand_and_the_preview_counts_them(tagged, shop):
    everybody = {"action": "untag", "all": "yes", "query": "?tag=vip"}
    with shop.time():
        tag_create(actor=SYSTEM, code="odd", name={"en": "Odd", "zh-Hans": "怪"})
    ticked(tagged, shop, "tag", ["bo"], tag="odd")
    TagOnMember.objects.filter(holder_id=shop.members["bo"]).update(source="segment:odd")
    both = {**everybody, "query": ""}
    page = tagged.post("members/bulk/", both).content.decode()
    assert "VIP · carried by 1 of them" in page and "Odd" not in page, "Odd is a segment's"
    refused = tagged.post("members/bulk/", {**both, "confirmed": "yes", "tag": "odd"})
    assert refused.status_code == 422, "nobody carries it by hand"
    ticked(tagged, shop, "tag", [], all="yes", tag="vip")
    page = tagged.post("members/bulk/", everybody).content.decode()
    assert '<option value="vip" selected>VIP · carried by 2 of them' in page
    one = {**everybody, "all": "", "key": [str(shop.members["bo"])]}
    assert "VIP · carried by 1 of them" in tagged.post("members/bulk/", one).content.decode()
    done = ticked(tagged, shop, "untag", [], all="yes", tag="vip")
    assert (done.total, done.done, done.refused) == (2, 2, 0)
    told = AuditRecord.objects.filter(action="tag.taken")
    assert [(each.reason, each.details) for each in told] == [("spring", {"tag": "vip"})] * 2
    assert [each.source for each in tags_of(shop.members["bo"])] == ["segment:odd"]
    page = tagged.post("members/bulk/", both).content.decode()
    assert "None of them carries a tag that was set by hand." in page


def test_a_tag_that_somebody_took_off_meanwhile_is_off(tagged, shop, monkeypatch):
    taking = bulk.tag_take

    def slower(**given):
        taking(**{**given, "reason": "quicker"})
        taking(**given)

    monkeypatch.setattr(bulk, "tag_take", slower)
    done = ticked(tagged, shop, "untag", ["mei"], tag="vip")
    assert (done.state, done.done, done.refused) == ("done", 1, 0)
    told = AuditRecord.objects.filter(action="tag.taken")
    assert [each.reason for each in told] == ["quicker"], "once, by who was first"


def test_nobody_ticked_and_no_deed_are_refused(li, shop):
    assert li.post("members/bulk/", {"action": "tag", "query": ""}).status_code == 302
    assert li.post("members/bulk/", {"action": "sell"}).status_code == 404
    assert li.post("members/bulk/", {"action": "tag", "key": ["'; --"]}).status_code == 302
    assert Work.objects.count() == 0
    ann = Desk(shop, Client())
    ann.sign_in("ann")
    assert ann.post("members/bulk/", {"action": "freeze", "all": "yes"}).status_code == 403
    assert ann.get("members/export/").status_code == 403
    assert "members-bulk" not in ann.text("members/")


def exported(li, shop, query, file_format, **more):
    given = {"confirmed": "yes", "format": file_format, **more}
    assert li.post(f"members/export/{query}", given)
    work = Work.objects.order_by("created_at", "id").last()
    with shop.time():
        assert work_done(work_id=str(work.id)).state == "done"
    assert "Download" in li.text(f"jobs/{work.id}/")
    answer = li.get(f"jobs/{work.id}/file/")
    assert f"members.{file_format}" in answer["Content-Disposition"]
    return answer.content, work


def test_a_file_holds_no_formula(li, shop):
    for number, name in enumerate(("=1+1", "+1+1", "-1+1", "＝A1")):
        enrolled(shop, f"villain{number}", name)
    content, _work = exported(li, shop, "?cols=name,store", "csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["Name", "Store"]
    assert len(rows) == 7
    assert {"'=1+1", "'+1+1", "'-1+1", "'＝A1"} < {row[0] for row in rows}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)


def test_a_file_has_the_columns_that_are_shown_or_all_there_are(li, shop):
    asked = li.text("members/export/?cols=name,store")
    assert 'name="columns" value="shown" checked' in asked and 'value="all"' in asked
    content, _work = exported(li, shop, "?cols=name,store&q=5678", "csv", columns="shown")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [["Name", "Store"], ["Bo Wang", "—"]]
    content, _work = exported(li, shop, "?cols=name,store&q=5678", "csv", columns="all")
    head, bo = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == [
        "Name", "Phone and numbers", "Level", "Available points", "Tags", "Store", "Last purchase",
        "Joined", "State", "Member number",
    ]  # fmt: skip
    told = dict(zip(head, bo, strict=True))
    assert told["Member number"] == public_id("mem", shop.members["bo"])
    assert (told["Name"], told["State"]) == ("Bo Wang", "active")
    assert "13912345678" not in content.decode(), "numbers stay masked"


def test_a_sheet_has_the_same_rows_and_no_formula(li, shop):
    enrolled(shop, "villain", "=HYPERLINK(1)")
    content, _work = exported(li, shop, "?q=&cols=name&store=", "xlsx")
    cells = [row[0] for row in sheet_read(content)]
    assert sorted(cells[1:]) == sorted(["'=HYPERLINK(1)", "Bo Wang", "梅小雨"])


def test_a_file_goes_after_a_week_and_when_a_member_is_erased(li, shop):
    _content, work = exported(li, shop, "", "csv")
    with shop.time():
        works_forget()
        assert WorkFile.objects.count() == 1
        member_erase(
            member_id=shop.members["bo"], reason="asked", key="e", source="t", actor=SYSTEM
        )
    assert WorkFile.objects.count() == 0
    assert li.get(f"jobs/{work.id}/file/").status_code == 404
    exported(li, shop, "", "csv")
    shop.on(shop.now.date().replace(day=20))
    with shop.time():
        works_forget()
    assert WorkFile.objects.count() == 0
