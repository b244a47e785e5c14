"""kill -9 of the job worker in the middle of long work: the next worker ends it, nothing doubled.

Each death is at a stated call (`dying.py`), and each story says what stood there half done.
"""

import io
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from regulars.entitlements.tiers.services import ladder_save, ladders_forgotten
from regulars.entitlements.tiers.tasks import settle
from regulars.faces.console.bulk import bulk_let_go
from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.backup.making import backup_make
from regulars.foundation.database.connections import APP_ROLE, OWNER_ROLE
from regulars.foundation.jobs.registry import job_defer
from regulars.foundation.jobs.tasks import stalled_sweep
from regulars.foundation.jobs.worker import jobs_work_off
from regulars.foundation.settings import settings_load
from regulars.foundation.works.models import Work, WorkFile
from regulars.foundation.works.services import work_begin
from regulars.foundation.works.tasks import work_queue
from regulars.ledger.book.tasks import expire
from regulars.members.tags.services import tag_create
from regulars.rules.fileimports import keeping
from regulars.rules.fileimports.selectors import import_get
from regulars.rules.fileimports.services import file_add, file_check, import_start
from regulars.rules.fileimports.tasks import run
from regulars.rules.programs.services import starter_content
from regulars.rules.segments.services import segment_save
from regulars.rules.segments.tasks import refresh
from regulars.rules.simulate.services import SIMULATION
from tests.faults.house import ROOT, House
from tests.tiers.conftest import INSIDER, level

LI = Actor(ActorKind.STAFF, "li")
MEMBERS = 5
SILENT = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '60 seconds'"


@pytest.fixture
def shop(clean_database, tmp_path):
    """Five members with 10 beans each, as of now: the worker has a clock of its own."""
    ladders_forgotten()
    house = House(clean_database, tmp_path)
    house.names = [house.member(10) for _ in range(MEMBERS)]
    yield house
    house.close()
    ladders_forgotten()


def killed(shop, dies, *command, small=""):
    """Runs a command until it kills itself."""
    environment = os.environ | {
        "DATABASE_URL": shop.database.url(APP_ROLE),
        "REGULARS_OWNER_DATABASE_URL": shop.database.url(OWNER_ROLE),
        "REGULARS_DATA_DIR": str(settings_load().data_dir),
        "REGULARS_DIES": dies,
        "REGULARS_SMALL": small,
        "PYTHONPATH": str(ROOT),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying", *(command or ("worker", "--no-wait"))],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stdout + ended.stderr


def next_worker():
    """The dead worker has been silent for a minute; another one sweeps up and goes on."""
    with connection.cursor() as cursor:
        cursor.execute(SILENT)
    stalled_sweep.defer(timestamp=0)
    jobs_work_off(concurrency=1)
    jobs_work_off(concurrency=1)


def count(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {sql}")
        return cursor.fetchone()[0]


def acts(action):
    return AuditRecord.objects.filter(action=action).count()


def ended(work_id):
    work = Work.objects.get(id=work_id)
    return work.state, work.done, work.refused, work.total


KEEPS = "regulars.foundation.works.services:_chunk_kept:2"
TWO = "regulars.faces.console.bulk:CHUNK:2"


def bulk(deed, **arguments):
    asked = {"reason": "spring", **arguments}
    return bulk_let_go(actor=LI, deed=deed, arguments=asked, total=MEMBERS).id


def test_tags_on_many_are_set_and_taken_once_each(shop):
    tag_create(actor=SYSTEM, code="vip", name={"en": "VIP", "zh-Hans": "贵宾"})
    work = bulk("tag", tag="vip")
    killed(shop, KEEPS, small=TWO)
    assert ended(work) == ("running", 2, 0, MEMBERS)
    assert count("members_member_tag") == 2, "the second chunk was undone with its worker"
    next_worker()
    assert ended(work) == ("done", MEMBERS, 0, MEMBERS)
    assert (count("members_member_tag"), acts("tag.set")) == (MEMBERS, MEMBERS)
    work = bulk("untag", tag="vip")
    killed(shop, KEEPS, small=TWO)
    next_worker()
    assert ended(work) == ("done", MEMBERS, 0, MEMBERS), "nobody is called refused"
    assert (count("members_member_tag"), acts("tag.taken")) == (0, MEMBERS)


def test_many_are_frozen_once_each(shop):
    work = bulk("freeze")
    killed(shop, KEEPS, small=TWO)
    assert count("ledger_holder WHERE frozen") == 4, "two of them not noted yet"
    next_worker()
    assert ended(work) == ("done", MEMBERS, 0, MEMBERS)
    assert (count("ledger_holder WHERE frozen"), acts("member.frozen")) == (MEMBERS, MEMBERS)


def test_a_file_of_all_members_has_everybody_once(shop):
    with transaction.atomic():
        work = work_begin(
            actor=LI,
            kind="members.export",
            screen="members",
            arguments={"columns": ["name"], "language": "en", "reason": "x"},
            total=MEMBERS,
        )
        work_queue(work.id)
    killed(shop, KEEPS, small=f"{TWO},regulars.faces.console.exports:CHUNK:2")
    next_worker()
    assert ended(work.id) == ("done", MEMBERS, 0, MEMBERS)
    parts = WorkFile.objects.filter(work_id=work.id).order_by("number")
    whole = b"".join([bytes(each.content) for each in parts]).decode()
    assert len(whole.splitlines()) == MEMBERS + 1


def test_a_simulation_begins_anew_and_says_the_same(shop):
    today = date.today()  # noqa: DTZ011 - a period wide enough for every zone
    asked = {
        "code": "beans",
        "since": (today - timedelta(days=2)).isoformat(),
        "until": (today + timedelta(days=1)).isoformat(),
    }

    def begun():
        with transaction.atomic():
            work = work_begin(
                actor=LI, kind=SIMULATION, screen="programs", arguments=asked, total=MEMBERS
            )
            work_queue(work.id)
        return work.id

    broken = begun()
    killed(shop, "regulars.foundation.works.services:_chunk_kept:1")
    assert ended(broken)[0] == "running"
    next_worker()
    whole = begun()
    jobs_work_off(concurrency=1)
    assert ended(broken) == ended(whole) == ("done", MEMBERS, 0, MEMBERS)
    first, second = (WorkFile.objects.get(work_id=each).content for each in (broken, whole))
    assert b'"events":5' in bytes(first)
    assert bytes(first).partition(b'"seconds"')[0] == bytes(second).partition(b'"seconds"')[0]


def test_segments_are_filled_and_nobody_enters_twice(shop):
    for code in ("one", "two"):
        segment_save(
            actor=LI,
            code=code,
            name={"en": code, "zh-Hans": code},
            condition="member.spend_365d_minor > 0",
        )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rules_segment_member")
    refresh.defer(timestamp=0)
    killed(shop, "regulars.rules.segments.services:segment_refresh:2")
    assert count("rules_segment_member") == MEMBERS
    next_worker()
    assert count("rules_segment_member") == 2 * MEMBERS


def test_what_dies_dies_once(shop):
    soon = datetime.now(UTC) + timedelta(milliseconds=1)
    dying = [shop.member(100, dies_at=soon) for _ in range(MEMBERS)]
    expire.defer(timestamp=0)
    killed(shop, "regulars.ledger.book.expiry_runs:lots_expire:2")
    next_worker()
    wrong = [shop.wrong_sums(each, 0) for each in dying]
    assert wrong == [[]] * MEMBERS
    assert count("ledger_entry WHERE kind = 'expire'") == MEMBERS


WELCOME = {
    "code": "welcome",
    "name": {"en": "Welcome to the level", "zh-Hans": "升级礼"},
    "on": "tier.entered",
    "when": "tier.code == 'vib'",
    "earn_flat": {"asset": "beans", "amount": 88},
}


def test_a_settlement_is_ended_the_same_day_and_each_gift_given_once(shop):
    assets = [starter_content("beans")["assets"][0] | {"transferable": True}]
    shop.shop.publish(assets=assets, rules=[WELCOME])
    levels = [level("insider", 0), level("vib", 500)]
    ladder_save(actor=LI, content=INSIDER | {"levels": levels})
    settle.defer(timestamp=0)
    killed(shop, "regulars.entitlements.tiers.services:entered_told:1")
    assert count("entitlements_level_change") == MEMBERS, "risen, and not told yet"
    next_worker()
    assert count("entitlements_level_change") == MEMBERS
    assert count("entitlements_ladder WHERE settled_on IS NOT NULL") == 1
    assert [shop.wrong_sums(each, 98) for each in shop.names] == [[]] * MEMBERS


def test_a_file_of_members_is_taken_in_once(shop, monkeypatch):
    monkeypatch.setattr(keeping, "CHUNK_ROWS", 2)
    lines = "".join([f"m{number},7\n" for number in range(5)])
    stream = io.BytesIO(f"会员编号,积分\n{lines}".encode())
    view = file_add(actor=LI, stream=stream, name="members.csv")
    file_check(actor=LI, import_id=view.id)
    with transaction.atomic():
        import_start(actor=LI, import_id=view.id)
        job_defer(run, import_id=view.id)
    small = "regulars.rules.fileimports.keeping:CHUNK_ROWS:2"
    killed(shop, "regulars.rules.fileimports.chunks:_stored:2", small=small)
    assert count("members_member") == MEMBERS + 2
    next_worker()
    done = import_get(view.id)
    assert (done.state, done.rows_done, done.counts["taken:beans"]) == ("finished", 5, 35)
    assert count("members_member") == MEMBERS + 5
    assert count("ledger_lot") == MEMBERS + 5


def test_a_killed_backup_leaves_no_name_and_a_later_one_cleans_up(shop, tmp_path):
    folder = tmp_path / "copies"
    file = folder / "regulars-20260101T000000Z.zip"
    killed(shop, "regulars.foundation.backup.making:_read_back:1", "backup", "--to", str(file))
    assert acts("database.backed_up") == 0
    (left,) = folder.iterdir()
    assert left != file
    assert left.stat().st_size > 0
    os.utime(left, (0, 0))
    backup_make(settings_load(), file)
    assert list(folder.iterdir()) == [file]
