"""An encrypted backup: nothing for a thief, everything for the owner, nothing by halves."""

import pytest
from django.db import connections

from regulars.foundation.backup import encryption, making
from regulars.foundation.backup.archive import manifest_read, rows_counted
from regulars.foundation.backup.encryption import FRAME, HEADER_BYTES, file_key_of
from regulars.foundation.backup.errors import (
    BackupChanged,
    BackupCutOff,
    BackupFailed,
    BackupKeyNeeded,
    BackupKeyWrong,
    RestoreFailed,
)
from regulars.foundation.backup.keys import key_name, key_new, key_public
from regulars.foundation.backup.making import backup_make
from regulars.foundation.backup.restoring import (
    backup_checked,
    database_restore,
    restore_finished,
    restore_refused_when_unfinished,
)
from regulars.ledger.proofs.services import ledger_prove

KEY = key_new()
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture
def hidden(sealed, settings_here, tmp_path):
    """The shop's backup for Li's key, and a data folder as on a new machine."""
    file = tmp_path / "copies" / "monday.zip.encrypted"
    backup_make(settings_here, file, public=key_public(KEY))
    return file, settings_here.model_copy(update={"data_dir": tmp_path / "fresh"})


def tables_there():
    with connections["owner"].cursor() as cursor:
        cursor.execute(TABLES)
        return cursor.fetchone()[0]


def restored(file, settings, key):
    file_key = file_key_of(file, key)
    manifest = backup_checked(file, file_key)
    database_restore(settings, file, manifest, file_key)
    restore_finished(settings)


def test_the_owner_gets_everything_back_and_the_books_hold(shop, hidden, elsewhere):
    file, fresh = hidden
    with elsewhere():
        restored(file, fresh, KEY)
        results = ledger_prove(roots_file=fresh.roots_file)
        assert [each.code for each in results if not each.holds] == []
        assert (shop.of("mei").balance, shop.of("bo").balance) == (100, 55)


def test_a_thief_of_the_backup_and_of_the_server_reads_nothing(hidden, settings_here, tmp_path):
    file, _ = hidden
    plain = tmp_path / "plain.zip"
    made = backup_make(settings_here, plain)
    whole = file.read_bytes()
    for telling in (b"PGDMP", b"ledger_entry", b"manifest", b"PK\x05\x06"):
        assert telling in plain.read_bytes(), "the control: a plain one shows it"
        assert telling not in whole
    assert made.version.encode() not in whole
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    with pytest.raises(BackupKeyNeeded) as refused:
        manifest_read(file)
    name = key_name(key_public(KEY))
    assert name in refused.value.sentence("en")
    assert name in refused.value.sentence("zh-Hans")


def flipped(whole):
    middle = HEADER_BYTES + (len(whole) - HEADER_BYTES) // 2
    return whole[:middle] + bytes([whole[middle] ^ 0x10]) + whole[middle + 1 :]


@pytest.mark.parametrize(
    ("key", "change", "refusal"),
    [
        (key_new(), lambda whole: whole, BackupKeyWrong),
        (KEY, lambda whole: whole[: len(whole) // 2], BackupCutOff),
        (KEY, flipped, BackupChanged),
    ],
    ids=["wrong key", "cut", "flipped"],
)
def test_a_bad_copy_restores_nothing(hidden, elsewhere, key, change, refusal):
    file, fresh = hidden
    file.write_bytes(change(file.read_bytes()))
    with elsewhere():
        with pytest.raises(refusal) as refused:
            restored(file, fresh, key)
        assert tables_there() == 0
        restore_refused_when_unfinished(fresh)
    assert str(file) in refused.value.sentence("en")
    assert str(file) in refused.value.sentence("zh-Hans")


@pytest.mark.parametrize(
    ("frame", "refusal"),
    [(FRAME, BackupChanged), (4096, RestoreFailed)],
    ids=["when it is opened", "half way"],
)
def test_a_file_that_is_damaged_after_its_check_leaves_nothing(
    sealed, settings_here, elsewhere, tmp_path, monkeypatch, frame, refusal
):
    monkeypatch.setattr(encryption, "FRAME", frame)
    file, fresh = tmp_path / "copy", settings_here.model_copy(update={"data_dir": tmp_path / "new"})
    backup_make(settings_here, file, public=key_public(KEY))
    file_key = file_key_of(file, KEY)
    manifest = backup_checked(file, file_key)
    file.write_bytes(flipped(file.read_bytes()))
    with elsewhere():
        with pytest.raises(refusal):
            database_restore(fresh, file, manifest, file_key)
        assert tables_there() == 0
        restore_refused_when_unfinished(fresh)


def test_what_the_disk_changed_is_noticed_before_the_backup_is_called_done(
    sealed, settings_here, tmp_path, monkeypatch
):
    checked = making.sums_checked

    def damaged(draft, *known):
        draft.write_bytes(flipped(draft.read_bytes()))
        checked(draft, *known)

    monkeypatch.setattr(making, "sums_checked", damaged)
    file = tmp_path / "copies" / "monday.zip.encrypted"
    with pytest.raises(BackupFailed):
        backup_make(settings_here, file, public=key_public(KEY))
    assert list(file.parent.iterdir()) == []


def test_every_row_is_found_in_the_file(hidden):
    file, _ = hidden
    file_key = file_key_of(file, KEY)
    made = manifest_read(file, file_key)
    found = rows_counted(file, file_key)
    assert made.tables["ledger_entry"] == 2
    assert {table: found[table] for table in made.tables} == made.tables
