"""A backup is one verified file: what stands in it, what does not, and what it refuses."""

import json
import os
import stat
import zipfile

import pytest

from regulars.foundation import clock
from regulars.foundation.backup.archive import manifest_read, rows_counted, sums_checked
from regulars.foundation.backup.errors import BackupFileExists, BackupUnreadable
from regulars.foundation.backup.making import (
    ABANDONED_SECONDS,
    DRAFT_NAME,
    _draft,
    backup_make,
    backup_place,
)
from regulars.foundation.personal import personal_keys
from regulars.foundation.settings import settings_load


def test_a_backup_tells_exactly_what_it_holds(sealed, settings_here, tmp_path):
    file = tmp_path / "copies" / "monday.zip"
    made = backup_make(settings_here, file)
    assert manifest_read(file) == made
    assert made.tables["members_member"] == 2
    assert made.tables["rules_event"] == 2
    assert made.tables["ledger_entry"] == 2
    assert made.tables["ledger_segment"] == 1
    found = rows_counted(file)
    assert {table: found[table] for table in made.tables} == made.tables
    published = json.loads(settings_here.roots_file.read_text())
    assert made.facts["last_root"]["root"] == published["root"]
    assert made.facts["last_root"]["segment"] == 1
    assert "members_profiles.0001_initial" in made.migrations
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["monday.zip"]


def test_the_keys_are_not_in_it_and_nobody_reads_a_phone_from_it(sealed, settings_here, tmp_path):
    file = tmp_path / "copy.zip"
    backup_make(settings_here, file)
    personal_keys()
    keys = json.loads(settings_load().personal_keys_file.read_text())
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == [
            "database.dump",
            "ledger-roots.jsonl",
            "manifest.json",
        ]
    whole = file.read_bytes()
    assert keys["index"].encode() not in whole
    assert b"13800138000" not in whole


def test_a_backup_overwrites_nothing(sealed, settings_here, tmp_path):
    file = tmp_path / "copy.zip"
    file.write_text("somebody's")
    with pytest.raises(BackupFileExists):
        backup_make(settings_here, file)
    assert file.read_text() == "somebody's"


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_one_changed_byte_is_noticed(sealed, settings_here, tmp_path, where):
    file = tmp_path / "copy.zip"
    made = backup_make(settings_here, file)
    sums_checked(file, made)
    whole = bytearray(file.read_bytes())
    place = int(made.files["database.dump"].bytes * where)
    whole[place] ^= 1
    file.write_bytes(whole)
    with pytest.raises(BackupUnreadable):
        sums_checked(file, made)


@pytest.mark.parametrize("content", [b"", b"PK no zip", None])
def test_what_is_no_backup_is_refused_by_name(content, tmp_path):
    file = tmp_path / "copy.zip"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BackupUnreadable) as refused:
        manifest_read(file)
    assert str(file) in refused.value.sentence("zh-Hans")


def test_half_a_file_is_no_backup(sealed, settings_here, tmp_path):
    file = tmp_path / "copy.zip"
    backup_make(settings_here, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupUnreadable):
        manifest_read(file)


def test_what_a_killed_backup_left_is_removed_by_a_later_one(sealed, settings_here, tmp_path):
    old = tmp_path / ".regulars-20250301T030000Z.zip.encrypted.417.part"
    young = tmp_path / ".regulars-20250302T030000Z.zip.418.part"
    foreign = tmp_path / ".holiday.zip.417.part"
    for draft in (old, young, foreign):
        draft.write_bytes(b"half")
    long_ago = clock.now().timestamp() - ABANDONED_SECONDS - 60
    for draft in (old, foreign):
        os.utime(draft, (long_ago, long_ago))
    backup_make(settings_here, tmp_path / "copy.zip")
    left = {each.name for each in tmp_path.iterdir() if each.name.endswith(".part")}
    assert left == {young.name, foreign.name}


def test_a_draft_has_the_name_by_which_a_later_backup_knows_it(settings_here):
    for encrypted in (False, True):
        place = backup_place(settings_here, encrypted=encrypted)
        place.parent.mkdir(parents=True, exist_ok=True)
        with _draft(place) as draft:
            assert DRAFT_NAME.fullmatch(draft.name)
        assert not draft.exists()
