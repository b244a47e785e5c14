"""After a restore everything that was known is known again, and nothing happens twice."""

import msgspec
import pytest
from django.db import connection, connections

from regulars.foundation import clock, personal
from regulars.foundation.actors import SYSTEM
from regulars.foundation.backup import restoring
from regulars.foundation.backup.errors import (
    BackupOfNewerVersion,
    DatabaseNotEmpty,
    RestoreUnfinished,
)
from regulars.foundation.backup.making import backup_make
from regulars.foundation.backup.registry import (
    Restored,
    after_restore,
    after_restore_done,
    after_restore_forget,
)
from regulars.foundation.backup.restoring import (
    backup_checked,
    database_restore,
    restore_finished,
    restore_refused_when_unfinished,
    roots_lost,
)
from regulars.foundation.database.migrations import migrations_missing
from regulars.foundation.database.roles import roles_separate
from regulars.foundation.diagnoses import Verdict, looks_known, well
from regulars.foundation.errors import KeyReused
from regulars.foundation.idempotency.services import done_once_in_orm
from regulars.ledger.proofs.services import ledger_prove, ledger_seal
from regulars.members.profiles.diagnoses import keys_fit
from regulars.members.profiles.selectors import member_find
from regulars.members.profiles.services import member_enrol


@pytest.fixture
def copied(sealed, settings_here, tmp_path):
    """The shop's backup, its two sales, and a data folder that is empty as on a new machine."""
    file = tmp_path / "copy.zip"
    backup_make(settings_here, file)
    fresh = settings_here.model_copy(update={"data_dir": tmp_path / "fresh"})
    return file, sealed, fresh


def restored(file, settings):
    manifest = backup_checked(file)
    database_restore(settings, file, manifest)
    restore_finished(settings)
    return manifest


def test_the_books_hold_and_every_key_still_answers(shop, copied, elsewhere):
    file, (first, second), fresh = copied
    with elsewhere():
        restored(file, fresh)
        assert roles_separate()
        assert migrations_missing() == []
        results = ledger_prove(roots_file=fresh.roots_file)
        assert [each.code for each in results if not each.holds] == []
        assert shop.of("mei").balance == 100
        assert shop.of("bo").balance == 55
        again = shop.send(first, second)
        assert [each.replayed for each in again] == [True, True]
        changed = msgspec.structs.replace(second, document="R-9")
        assert isinstance(shop.send(changed)[0], KeyReused)
        assert shop.of("bo").balance == 55
        assert member_find("phone", "13800138000").id == shop.members["mei"]
        shop.one(shop.sale("bo", 1000, "R-3", event_id="e-3"))
        assert shop.of("bo").balance == 65
        ledger_seal(roots_file=fresh.roots_file)
        results = ledger_prove(roots_file=fresh.roots_file)
        assert [each.code for each in results if not each.holds] == []


def test_without_the_keys_of_events_a_restored_shop_counts_a_sale_twice(shop, copied, elsewhere):
    """The negative control: the same copy, from which the keys are missing."""
    file, (first, _), fresh = copied
    with elsewhere():
        restored(file, fresh)
        with connections["owner"].cursor() as cursor:
            cursor.execute("TRUNCATE rules_event_key")
        answer = shop.send(msgspec.structs.replace(first, document="R-again"))[0]
        assert not answer.replayed
        assert shop.of("mei").balance == 200


def test_the_answer_of_a_write_is_given_again(shop, settings_here, elsewhere, tmp_path):
    enrolments = []

    def enrolled():
        enrolments.append(1)
        return 201, member_enrol(actor=SYSTEM, external_id="oz").public_id

    asked = {"source": "web", "key": "k-1", "content": b"oz"}
    first = done_once_in_orm(**asked, work=enrolled)
    backup_make(settings_here, tmp_path / "copy.zip")
    with elsewhere():
        restored(tmp_path / "copy.zip", settings_here)
        again = done_once_in_orm(**asked, work=enrolled)
    assert (again.replayed, again.body, len(enrolments)) == (True, first.body, 1)


def test_a_database_with_tables_is_never_overwritten(shop, copied):
    file, _, fresh = copied
    with pytest.raises(DatabaseNotEmpty):
        restored(file, fresh)
    assert shop.of("mei").balance == 100
    restore_refused_when_unfinished(fresh)


def test_a_backup_of_a_newer_version_is_refused(copied, monkeypatch):
    file, _, _ = copied
    known = "regulars.foundation.backup.restoring.migrations_known"
    monkeypatch.setattr(known, lambda: ["members_profiles.0001_initial"])
    with pytest.raises(BackupOfNewerVersion):
        backup_checked(file)


def test_nobody_serves_a_half_restored_database(copied, elsewhere):
    file, _, fresh = copied
    with elsewhere():
        database_restore(fresh, file, backup_checked(file))
        with pytest.raises(RestoreUnfinished):
            restore_refused_when_unfinished(fresh)
        restore_finished(fresh)
        restore_refused_when_unfinished(fresh)


def test_the_mark_is_on_the_disk_before_anything_is_restored(copied, elsewhere, monkeypatch):
    """A power cut in between must not leave a database that looks whole."""
    file, _, fresh = copied
    steps = []
    sync, filled = restoring.folder_durable, restoring._filled

    def synced(folder):
        steps.append((folder, restoring.unfinished_mark(fresh).exists()))
        sync(folder)

    def filling(*arguments):
        steps.append("filled")
        filled(*arguments)

    monkeypatch.setattr(restoring, "folder_durable", synced)
    monkeypatch.setattr(restoring, "_filled", filling)
    with elsewhere():
        restored(file, fresh)
    assert steps == [(fresh.data_dir, True), "filled", (fresh.roots_file.parent, True)]


def test_roots_published_after_the_backup_are_kept_aside(shop, copied, settings_here, elsewhere):
    file, _, _ = copied
    ledger_seal(roots_file=settings_here.roots_file)
    published = settings_here.roots_file.read_text()
    assert roots_lost(settings_here, file) == 1
    with elsewhere():
        restored(file, settings_here)
        results = ledger_prove(roots_file=settings_here.roots_file)
        assert [each.code for each in results if not each.holds] == []
    aside = settings_here.data_dir / "ledger-roots.before-restore.jsonl"
    assert aside.read_text() == published
    assert settings_here.roots_file.read_text() == published.splitlines(keepends=True)[0]


def test_other_keys_are_noticed_at_once(copied, elsewhere, tmp_path, monkeypatch):
    file, _, fresh = copied
    with elsewhere():
        restored(file, fresh)
        other = personal.keys_loaded(tmp_path / "other.keys")
        monkeypatch.setattr(personal, "personal_keys", lambda: other)
        assert [each.verdict for each in keys_fit()] == [Verdict.FAILING]
        monkeypatch.undo()
        assert [each.verdict for each in keys_fit()] == [Verdict.OK]


def test_new_keys_are_never_made_for_sealed_data(shop, settings_here, monkeypatch):
    monkeypatch.setattr(personal, "settings_load", lambda: settings_here)
    personal.personal_keys.cache_clear()
    try:
        with pytest.raises(personal.KeysMissing):
            personal.personal_keys()
    finally:
        personal.personal_keys.cache_clear()
    assert not settings_here.personal_keys_file.exists()


def test_new_keys_are_made_for_an_empty_shop(clean_database, settings_here, monkeypatch):
    monkeypatch.setattr(personal, "settings_load", lambda: settings_here)
    personal.personal_keys.cache_clear()
    try:
        personal.personal_keys()
    finally:
        personal.personal_keys.cache_clear()
    assert settings_here.personal_keys_file.exists()


def test_rooms_do_their_part_after_a_restore(db):
    erased = []

    @after_restore("test.erased")
    def erase_again(restored):
        erased.append(restored.made_at)
        yield well("Erased again", "已再次抹除")

    try:
        now = clock.now()
        told = [each.texts["en"] for each in after_restore_done(Restored(now, now))]
    finally:
        after_restore_forget("test.erased")
    assert erased == [now]
    assert "Erased again" in told


def test_workers_in_the_copy_are_not_taken_for_living_ones(
    clean_database, sealed, settings_here, elsewhere, tmp_path
):
    """The shop was open when the copy was made: its worker was heard of a second before."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id) "
            "VALUES ('default', 'outbox.deliver', 'doing', %s)",
            [cursor.fetchone()[0]],
        )
    backup_make(settings_here, tmp_path / "copy.zip")
    with elsewhere():
        manifest = restored(tmp_path / "copy.zip", settings_here)
        list(after_restore_done(Restored(manifest.made_at, clock.now())))
        told = [each.texts["en"] for each in looks_known()["jobs"]()]
        assert told[0].startswith("Nobody does background jobs")
        with connection.cursor() as cursor:
            cursor.execute("SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing'")
            assert cursor.fetchall() == [(None,)], "what it was doing is taken up again"
