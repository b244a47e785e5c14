"""The log of acts: every act in plain words, filtered in the address, exported without formulas."""

import ast
import csv
import io
import re
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from regulars.faces.console.acts import ACTS
from regulars.faces.console.audit_told import acts_told
from regulars.foundation.actors import SYSTEM, Actor, ActorKind, job
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.audit.services import record
from regulars.foundation.cells import cell_harmless
from regulars.foundation.ids import public_id
from regulars.foundation.works.models import Work
from regulars.foundation.works.services import work_done
from regulars.organization.apikeys.selectors import apikeys_listed
from regulars.organization.approvals.types import ApprovalState
from regulars.organization.staff.rights import Right
from tests.console.conftest import Desk
from tests.house.tree import SOURCE, shown

RECORDING = {"record", "record_statement"}
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def calls_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in RECORDING:
                yield from (each.value for each in node.keywords if each.arg == "action")


def actions_recorded():
    """Each action that code records. Where it is not written at the call, all codes of the file."""
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if not any(f"{name}(" in text for name in RECORDING) or "audit/services" in shown(file):
            continue
        tree = ast.parse(text)
        given = list(calls_of(tree))
        found = [each.value for each in given if isinstance(each, ast.Constant)]
        if any(not isinstance(each, (ast.Constant, ast.JoinedStr)) for each in given):
            found += [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
        for each in found:
            if ACTION.fullmatch(each) and each not in set(Right):
                yield shown(file), each


def test_every_action_has_words():
    recorded = list(actions_recorded())
    assert len({action for _, action in recorded}) > 70
    wordless = sorted({f"{place}: {action}" for place, action in recorded if action not in ACTS})
    assert not wordless, "\n".join(["give these words in faces/console/acts.py:", *wordless])


def test_every_state_of_an_approval_that_is_recorded_has_words():
    silent = {ApprovalState.WAITING, ApprovalState.DONE, ApprovalState.EXPIRED}
    assert not [each for each in set(ApprovalState) - silent if f"approval.{each}" not in ACTS]


@pytest.fixture
def acts(shop, staff):
    """One act of Li's on 7 March, one of a job's on the day after."""
    shop.on(date(2025, 3, 7))
    with shop.time():
        li = Actor.staff(staff["li"].id)
        record(actor=li, action="store.updated", subject="s1", reason='=HYPERLINK("x")')
    shop.on(date(2025, 3, 8))
    with shop.time():
        record(actor=SYSTEM, action="ledger.proved", subject="ledger", details={"entries": 3})


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("what=store.updated", "Store changed", "Books proved</"),
        ("who=system&group=data", "Books proved", "Store changed</td"),
        ("whom=s1", "HYPERLINK", "entries: 3"),
        ("day_from=2025-03-08&group=data", "entries: 3", "HYPERLINK"),
        ("day_to=2025-03-07&group=settings", "HYPERLINK", "entries: 3"),
    ],
)
def test_the_address_says_what_is_shown(desk, acts, query, seen, unseen):
    desk.sign_in("oz")
    page = desk.read_in("en").text(f"audit/?{query}")
    rows = page.partition("<tbody>")[2]
    assert seen in rows and unseen not in rows


def test_older_acts_are_a_page_away(desk, acts, shop):
    with shop.time():
        for number in range(101):
            record(actor=SYSTEM, action="tag.set", subject=f"tag{number}")
    desk.sign_in("oz")
    first = desk.read_in("en").text("audit/?what=tag.set")
    assert first.count("<span>Tag set</span>") == 100 and "tag0<" not in first
    older = re.search(r'href="(\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    second = desk.text(f"audit/{older}")
    assert second.count("<span>Tag set</span>") == 1 and "tag0<" in second


def test_reasons_are_searched_within_some_days_only(desk, acts):
    desk.sign_in("oz")
    desk.read_in("en")
    for days in ("", "&day_from=2025-03-01", "&day_from=2024-12-01&day_to=2025-03-08"):
        page = desk.text(f"audit/?why=hyperlink{days}")
        assert "Choose the days too" in page and "<tbody>" not in page
        assert desk.get(f"lists/audit/export/?why=hyperlink{days}").status_code == 302
    page = desk.text("audit/?why=hyperlink&day_from=2025-03-01&day_to=2025-03-08")
    assert page.partition("<tbody>")[2].count("<tr>") == 1 and "Store changed</span>" in page


def test_a_file_of_it_is_written_by_a_job_and_carries_no_formula(desk, acts, shop):
    desk.sign_in("oz")
    asked = "lists/audit/export/?what=store.updated"
    assert "Write the file" in desk.read_in("en").text(asked)
    given = {"confirmed": "yes", "format": "csv", "columns": "all"}
    assert desk.post(asked, given).status_code == 302
    work = Work.objects.get()
    with shop.time():
        work_done(work_id=str(work.id))
    answer = desk.get(f"jobs/{work.id}/file/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["When", "Who", "What was done"]
    assert (rows[1][1], rows[1][2], rows[1][4]) == ("李经理", "Store changed", '\'=HYPERLINK("x")')
    assert len(rows) == 2
    assert "Export: Log of acts" in desk.text(f"jobs/{work.id}/")
    ann = Desk(shop, Client())
    ann.sign_in("ann")
    assert ann.get(f"jobs/{work.id}/file/").status_code == 404


def test_who_may_not_read_the_log_does_not(desk, acts):
    desk.sign_in("ann")
    assert desk.get("audit/").status_code == 403
    given = {"confirmed": "yes"}
    for path in ("lists/audit/export/", "lists/audit/views/", "lists/none/export/"):
        assert desk.post(path, given).status_code == 404
    assert not Work.objects.exists()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " ="])
def test_a_cell_is_no_formula(start):
    assert cell_harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["-12.50", "+3", "Mei", "a=b", ""])
def test_a_plain_cell_stays(text):
    assert cell_harmless(text) == text


def told(action, details, *, subject="x", actor=SYSTEM, opens=True, reason=""):
    record = AuditRecord(
        action=action, details=details, subject=subject, actor=str(actor), reason=reason
    )
    (found,) = acts_told([record], lambda _screen: opens)
    return found


def test_details_are_told_in_words(desk):
    details = {
        "scopes": ["events:write", "members:read"],
        "ends_at": None,
        "new": True,
        "fields": ["name", "time_zone"],
        "parts": ["assets/beans", "programs/beans", "tags/gone"],
        "points": 12_000,
        "valid_from": "2025-03-08T04:00:00+00:00",
        "digest": "0f0f",
        "counts": {"members": 3, "rejected": 1, "with:beans": 2},
        "unheard_of": "x",
    }
    with translation.override("en"):
        assert told("preset.installed", details).noted_text == (
            "Rights: send sales, read members; New: yes; Fields: name, time zone; "
            "Parts: Asset beans, Membership program Beans, Tag gone; Points: 12,000; "
            "In force from: 8 Mar 2025, 12:00; "
            "Counts: Members 3, Rejected 1, beans 2; unheard of: x"
        )
    with translation.override("zh-hans"):
        assert told("x.y", {"scopes": ["keys"], "new": False}).noted_text.startswith("权限：")
    assert told("x.y", {}).noted_text == ""


def test_names_stand_in_place_of_ids_and_lead_to_their_pages(desk, shop, staff):
    mei = public_id("mem", shop.members["mei"])
    li = Actor.staff(staff["li"].id)
    with translation.override("en"):
        found = told("member.merged", {"into": mei, "moved": {"beans": 7}}, subject=mei, actor=li)
        assert found.noted_text == "Into: 梅小雨; Moved: beans 7"
        assert (found.whom.text, found.whom.href) == ("梅小雨", f"/console/members/{mei}/")
        assert (found.who.text, found.who.href) == ("李经理", f"/console/staff/{li.id}/")
        closed = told("member.merged", {"into": mei}, subject=mei, actor=li, opens=False)
        assert (closed.whom.text, closed.who.href) == (mei, ""), "no page, and no name of hers"
        role = told("staff.role_granted", {"role": "marketer", "store": "s1"}, subject=li.id)
        assert (role.whom.text, role.noted_text) == ("李经理", "Role: Marketer; Store: s1")
        limits = {"refund_limit_minor": "20000 → –", "is_blind": "False → True"}
        assert told("counter.rules_set", limits, subject="s1").noted_text == (
            "Refunds up to: ¥200.00 → no limit; Counted without seeing what is expected: no → yes"
        )
        assert told("shift.closed", {"cash": -500}).noted_text == "Cash: −¥5.00"
        asked = {"kind": "program.publish", "amount": 1, "for": "beans"}
        assert "For: Beans" in told("approval.requested", asked, subject="apr_1").noted_text
        failed = told("approval.failed", {}, subject="apr_1", reason="last_owner")
        assert "last owner" in failed.reason


def test_who_acts_without_being_staff_is_called_by_what_she_is(desk, shop):
    mei = shop.members["mei"]
    herself = Actor(ActorKind.MEMBER, mei)
    key = apikeys_listed()[0]
    with translation.override("en"):
        by_mei = told("consent.granted", {}, subject=public_id("mem", mei), actor=herself)
        assert by_mei.who.text == "the member herself"
        assert told("tag.set", {}, actor=herself).who.text == "梅小雨"
        by_key = told("store.updated", {}, actor=Actor(ActorKind.API_KEY, key.prefix))
        assert by_key.who.text == "API key Till 1"
        assert told("ladder.settled", {}, actor=job("tiers.settle")).who.text == (
            "the nightly run of levels"
        )
        assert told("job.again", {"job": 3}, subject="ledger.seal").whom.text == "Seal the ledger"
        assert told("ledger.proved", {}, subject="ledger").whom.text == "the books"
