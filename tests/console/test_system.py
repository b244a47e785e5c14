"""Settings, roles, jobs and the health of the system on the console."""

import pytest
from django.db import connection
from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.copies import backup_key_set, backup_key_shown
from regulars.foundation.audit.services import record
from regulars.foundation.jobs.queue import jobs_by_state, jobs_listed
from regulars.foundation.shop.selectors import shop_now
from regulars.organization.staff.selectors import roles_list
from tests.console.conftest import Desk

SHOP = {
    "do": "save",
    "version": "0",
    "name_zh": "小雨茶铺",
    "name_en": "Rain Tea",
    "currency": "CNY",
    "time_zone": "Asia/Tokyo",
    "language": "en",
}


def test_settings_are_changed_and_say_what_members_see(li):
    page = li.text("settings/")
    for words in ("Midnight there ends the day", "What members see", "Settings"):
        assert words in page
    assert li.post("settings/", SHOP).status_code == 302
    shop = shop_now()
    assert (shop.name["en"], shop.time_zone, shop.language) == ("Rain Tea", "Asia/Tokyo", "en")
    assert "Rain Tea" in li.text("settings/")
    stale = li.post("settings/", {**SHOP, "name_en": "Snow Tea"})
    assert stale.status_code == 422
    assert "Somebody else has changed these settings" in stale.content.decode()
    assert shop_now().name["en"] == "Rain Tea"
    assert "Settings changed" in li.text("settings/?tab=log")


def test_who_may_only_look_is_shown_no_form(li, shop):
    oz = Desk(shop, Client())
    oz.sign_in("oz")
    assert 'name="currency"' not in oz.text("settings/")
    assert oz.post("settings/", SHOP).status_code == 403
    ann = Desk(shop, Client())
    ann.sign_in("ann")
    for path in ("settings/", "health/", "jobs/"):
        assert ann.get(path).status_code == 403


def test_a_role_of_ones_own_is_renamed_and_given_other_rights(li):
    li.post(
        "roles/",
        {
            "do": "create",
            "code": "host",
            "name_zh": "迎宾",
            "name_en": "Host",
            "rights": ["shop.view"],
        },
    )
    page = li.text("roles/host/")
    assert 'value="shop.view" checked' in page
    changed = {"do": "save", "name_zh": "迎宾", "name_en": "Greeter", "rights": ["members.view"]}
    assert li.post("roles/host/", changed).status_code == 302
    role = next(each for each in roles_list() if each.code == "host")
    assert (role.name["en"], list(role.rights)) == ("Greeter", ["members.view"])
    assert "make one of your own" in li.text("roles/owner/")
    li.post("roles/owner/", changed)
    assert li.get("roles/nobody/").status_code == 404


@pytest.fixture
def failed_job(clean_database):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, args)"
            " VALUES ('default', 'works.forget', 'failed', 6, '{}') RETURNING id"
        )
        return cursor.fetchone()[0]


def test_a_failed_job_is_shown_and_runs_again(li, failed_job):
    page = li.text("jobs/")
    assert "Failed for good" in page
    assert "Delete files of old jobs" in page
    assert li.post("jobs/", {"job": str(failed_job)}).status_code == 302
    (job,) = [each for each in jobs_listed() if each.number == failed_job]
    assert (job.state, job.attempts) == ("todo", 0)
    assert jobs_by_state().get("failed", 0) == 0
    li.post("jobs/", {"job": "1; DROP"})
    assert "Failed for good" not in li.text("jobs/")


def test_settings_and_health_say_whether_backups_are_encrypted(li, shop):
    def copied(key):
        with shop.time():
            record(
                actor=SYSTEM,
                action="database.backed_up",
                subject="database",
                details={"key": key, "rows": 1},
            )

    copied("")
    page = li.text("settings/")
    assert "regulars backup-key" in page
    assert "sales and balances" in page
    assert "not encrypted" in li.text("health/")
    with shop.time():
        backup_key_set(actor=SYSTEM, name="A7KQ-2M9X", public=b"1" * 32)
    page = li.text("settings/")
    assert "for the key A7KQ-2M9X" in page
    assert "not compared yet" in page
    assert "not encrypted" in page, "the last backup is older"
    copied("A7KQ-2M9X")
    with shop.time():
        backup_key_shown(actor=SYSTEM, name="A7KQ-2M9X")
    page = li.text("settings/")
    assert "shown, so it is kept" in page
    assert "not encrypted" not in page
    health = li.text("health/")
    assert "· encrypted" in health
    assert "Backups are encrypted for the key A7KQ-2M9X" in health
    chinese = li.read_in("zh-hans")
    assert "密钥 A7KQ-2M9X" in chinese.text("settings/")
    assert "· 已加密" in chinese.text("health/")


def test_health_tells_of_proof_backup_disk_and_jobs(li, shop, failed_job):
    with shop.time():
        record(actor=SYSTEM, action="ledger.proved", subject="ledger")
    page = li.text("health/")
    for words in ("Last proof of the books", "Last backup", "Free on the disk", "PostgreSQL"):
        assert words in page
    assert "never yet" in page, "there was no backup yet"
    assert "1 failed" in page
    assert "从未备份" in li.read_in("zh-hans").text("health/")
