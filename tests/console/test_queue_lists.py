"""Queues and the like are lists as all others: narrowed by the address, page by page, as a file."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.ids import new_uuid, public_id
from regulars.foundation.webkit.lists import list_named
from regulars.organization.staff.services import staff_create
from regulars.organization.webhooks.models import Delivery, Webhook
from regulars.organization.webhooks.services import webhook_create
from tests.console.conftest import PASSWORD, TODAY, Desk
from tests.console.test_portrait import text_of


def rows(page):
    """The rows of the list on a page, each as one reads it."""
    body = page.partition('<table class="list listing">')[2].partition("</table>")[0]
    found = re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2], re.DOTALL)
    return [unescape(text_of(each)).strip() for each in found]


@pytest.fixture
def queue(clean_database):
    jobs = [
        ("works.forget", "failed", 6),
        ("webhooks.send", "todo", 0),
        ("ledger.seal", "doing", 1),
    ]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        for name, status, attempts in jobs:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, args)"
                " VALUES ('default', %s, %s, %s, '{}')",
                [name, status, attempts],
            )


def test_background_jobs_are_narrowed_by_state_and_job(li, queue):
    told = rows(li.text("jobs/queue/"))
    assert [re.sub(r" \d+ ", " … ", each, count=1) for each in told] == [
        "Seal the ledger … running 1 now",
        "Send webhooks … waiting 0 now",
        "Delete files of old jobs … failed 6 now",
    ]
    assert len(rows(li.text("jobs/queue/?state=failed"))) == 1
    assert rows(li.text("jobs/queue/?job=webhooks.send"))[0].startswith("Send webhooks")
    assert rows(li.text("jobs/queue/?sort=number"))[0].startswith("Delete files")
    # The page of jobs leads there by each figure.
    assert 'href="/console/jobs/queue/?state=failed"' in li.text("jobs/")


@pytest.fixture
def hooks(shop):
    """The ERP's webhook with a delivered, a dead and a waiting notice; the mailer's with one."""
    found = {}
    for name, states in (("erp", ("delivered", "dead", "waiting")), ("mailer", ("dead",))):
        with shop.time():
            view, _secret = webhook_create(
                actor=SYSTEM, name=name, url="https://hooks.example.com/hook", kinds=("*",)
            )
            webhook = Webhook.objects.get(name=name)
            for seq, state in enumerate(states):
                Delivery.objects.create(
                    webhook=webhook,
                    seq=seq,
                    notice_id=new_uuid(),
                    kind="event.applied",
                    lane=new_uuid(),
                    body="{}",
                    state=state,
                    attempts=3,
                    created_at=clock.now(),
                    next_at=clock.now() + timedelta(hours=1),
                    last_status=500,
                    last_error="Internal Server Error",
                )
        found[name] = view.webhook
    return found


def deliveries(webhook, state):
    found = Delivery.objects.filter(webhook__name=webhook, state=state)
    return [public_id("whd", each.id) for each in found]


def test_deliveries_are_narrowed_and_on_a_webhooks_page_are_its_own(li, hooks):
    assert len(rows(li.text("webhooks/deliveries/"))) == 4
    dead = rows(li.text("webhooks/deliveries/?state=dead"))
    assert [("erp" in each, "mailer" in each) for each in dead] == [(False, True), (True, False)]
    mine = li.text(f"webhooks/{hooks['erp']}/?state=dead")
    assert len(rows(mine)) == 1 and "500 Internal Server Error" in rows(mine)[0]
    # What the page is about is not asked again, nor can the address say otherwise.
    assert 'name="webhook"' not in mine and "Keep the view" not in mine
    other = f"webhooks/{hooks['erp']}/?webhook={hooks['mailer']}"
    assert len(rows(li.text(other))) == 3
    assert f"lists/webhooks-deliveries/export/?state=dead&amp;webhook={hooks['erp']}" in mine


def test_ticked_deliveries_are_sent_again_after_a_question(li, hooks):
    ticked = deliveries("erp", "dead") + deliveries("erp", "waiting") + ["whd_nothing"]
    asked = li.post("webhooks/deliveries/again/", {"action": "redeliver", "key": ticked})
    told = unescape(text_of(asked.content.decode()))
    assert "Send these again?" in told and "Deliveries 1 erp" in told
    assert len(deliveries("erp", "dead")) == 1
    answer = li.post(
        "webhooks/deliveries/again/", {"confirmed": "yes", "key": deliveries("erp", "dead")}
    )
    assert answer["Location"] == f"/console/webhooks/{hooks['erp']}/"
    assert deliveries("erp", "dead") == [] and len(deliveries("mailer", "dead")) == 1
    assert "1 is sent again." in li.text(f"webhooks/{hooks['erp']}/")
    none = li.post("webhooks/deliveries/again/", {"confirmed": "yes", "key": "\0"})
    assert none["Location"] == "/console/webhooks/deliveries/"
    assert "Tick what is to be sent again." in li.text("webhooks/deliveries/")


@pytest.fixture
def bo(shop, li):
    """Bo is an owner, too, and has declined what Li asked for."""
    with shop.time():
        staff_create(
            actor=SYSTEM, username="bo", display_name="Bo Hua", password=PASSWORD, role="owner"
        )
    mei = public_id("mem", shop.members["mei"])
    for key, reason in (("k1", "A party that went wrong"), ("k2", "Another party")):
        given = {"do": "points", "asset": "beans", "way": "give", "points": "5001", "key": key}
        li.post(f"members/{mei}/manage/", {**given, "reason": reason})
    bo = Desk(shop, Client())
    bo.sign_in("bo")
    bo.read_in("en")
    waiting = re.findall(r'name="approval" value="(apr_\w+)"', bo.text("approvals/"))
    bo.post("approvals/", {"do": "decline", "approval": waiting[0], "reason": "Too many"})
    return bo


def test_what_is_over_is_a_list_for_who_asked_and_who_decides(li, bo, desk):
    for each in (bo, li.read_in("en")):
        page = each.text("approvals/")
        (row,) = rows(page)
        assert "5,001 beans" in row and "Bo Hua" in row and "declined Too many" in row
    assert "Another party" in text_of(bo.text("approvals/")), "the other one still waits"
    assert rows(bo.text("approvals/?state=done")) == []
    assert len(rows(bo.text("approvals/?state=declined&sort=asked"))) == 1
    ann = Desk(bo.shop, Client())
    ann.sign_in("ann")
    assert rows(ann.text("approvals/")) == []


def test_lapsed_requests_are_told_as_lapsed(li, bo, shop):
    shop.on(TODAY + timedelta(days=30))
    assert len(rows(li.text("approvals/?state=expired"))) == 1
    assert "lapsed" in rows(li.text("approvals/?state=expired"))[0]
    assert rows(li.text("approvals/?state=waiting")) == rows(li.text("approvals/"))


def test_fields_groups_and_versions_are_lists(li, shop):
    field = {"do": "define", "name_en": "Shoe size", "name_zh": "鞋码", "code": "size"}
    li.post("member-fields/", field | {"kind": "number"})
    li.post("member-fields/", field | {"code": "pet", "name_en": "Pet", "kind": "text"})
    li.post("member-fields/", {"do": "hide", "code": "pet"})
    assert [each.split()[0] for each in rows(li.text("member-fields/"))] == ["Pet", "Shoe"]
    assert [each.split()[0] for each in rows(li.text("member-fields/?state=in_use"))] == ["Shoe"]
    li.post("stores/", {"do": "group", "code": "east", "name_zh": "东区", "name_en": "East"})
    assert rows(li.text("stores/?tab=groups&q=east")) == ["East east 0"]
    away = li.get("stores/groups/?q=east")
    assert away["Location"] == "/console/stores/?q=east&tab=groups"
    shop.publish("club")
    assert len(rows(li.text("programs/versions/"))) == 2
    assert len(rows(li.text("programs/versions/?program=club"))) == 1
    (own,) = rows(li.text("programs/club/?program=beans"))
    assert own.startswith("1 8 Mar 2025, 12:00 open end")


@pytest.mark.parametrize(
    "screen",
    [
        "jobs-queue",
        "webhooks-deliveries",
        "approvals",
        "member-fields",
        "stores-groups",
        "programs-versions",
    ],
)
def test_each_is_written_into_a_file(li, screen):
    assert list_named(screen) is not None
    with li.shop.time():
        asked = li.client.get(f"/console/lists/{screen}/export/")
    assert asked.status_code == 200 and "Export this list?" in asked.content.decode()
