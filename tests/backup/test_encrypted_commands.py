"""The owner's way with the key of her backups: made, compared, used, replaced, given up."""

import re

import msgspec
import pytest
from typer.testing import CliRunner

from regulars.faces.cli import backup as backing
from regulars.faces.cli import backup_key as keeping
from regulars.faces.cli import restore as restoring
from regulars.faces.cli import words as speaking
from regulars.faces.cli.commands import application
from regulars.foundation.audit.copies import backup_key_now, backup_last
from regulars.foundation.backup.errors import (
    BackupKeyFileExists,
    BackupKeyKnown,
    BackupKeyNeeded,
    BackupKeyOther,
    BackupKeyTooNear,
    BackupKeyUnknown,
    BackupKeyWrong,
)
from regulars.foundation.backup.keys import key_file_read, key_file_written, key_name, key_public
from regulars.foundation.backup.keys import key_new as another
from regulars.foundation.database.connections import APP_ROLE
from regulars.foundation.diagnoses import Verdict, looks_known
from regulars.foundation.shop.selectors import shop_known


@pytest.fixture
def told(clean_database, settings_here, monkeypatch):
    """Runs a command in this process; answers what it said, and raises what it refused with."""
    ours = settings_here.model_copy(
        update={"database_url": clean_database.url(APP_ROLE), "language": "en"}
    )
    for module in (backing, keeping, restoring, speaking):
        monkeypatch.setattr(module, "settings_load", lambda: ours)
    english = msgspec.structs.replace(shop_known(), language="en")
    monkeypatch.setattr(speaking, "shop_known", lambda: english)

    def run(*arguments, typed=None):
        result = CliRunner().invoke(application, [str(each) for each in arguments], input=typed)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return run


def doctor():
    return [(each.verdict, each.texts["en"]) for each in looks_known()["backup-key"]()]


def verdicts():
    return [verdict for verdict, _ in doctor()]


def test_the_key_is_made_taken_away_and_opens_the_next_backup(shop, sealed, told, tmp_path):
    stick, plain, file = tmp_path / "stick.key", tmp_path / "plain.zip", tmp_path / "monday"
    assert "It is not encrypted" in told("backup", "--to", plain)
    assert doctor()[0][1].startswith("Backups are not encrypted")
    assert backup_last().key == ""
    told("backup-key", "--to", stick)
    name = key_name(key_public(key_file_read(stick)))
    assert backup_key_now().name == name
    assert backup_key_now().public == key_public(key_file_read(stick))
    assert verdicts() == [Verdict.WARNING, Verdict.WARNING], "not compared, last backup plain"
    assert f"It fits: this is the key {name}" in told("backup-key", "--check", "--key", stick)
    assert f"Encrypted for the backup key {name}" in told("backup", "--to", file)
    assert backup_last().key == name
    assert doctor() == [(Verdict.OK, f"Backups are encrypted for the key {name}")]
    whole = told("restore", file, "--key", stick, "--only-check")
    assert "The backup is whole" in whole
    assert "The backup is whole" in told("restore", plain, "--only-check")
    with pytest.raises(BackupKeyNeeded):
        told("restore", file)
    other = tmp_path / "other.key"
    key_file_written(keeping.settings_load(), other, another())
    with pytest.raises(BackupKeyWrong):
        told("restore", file, "--key", other)
    with pytest.raises(BackupKeyOther):
        told("backup-key", "--key", other)


def test_the_key_is_shown_once_and_compared_by_typing_it(db, told):
    shown = re.search(r"(?:[A-Z2-7]{4}-){13}[A-Z2-7]{4}", told("backup-key")).group()
    known = backup_key_now()
    assert not known.shown
    assert "It fits" in told("backup-key", "--check", typed=f"{shown.lower()}\n")
    assert backup_key_now().shown


def test_another_key_is_made_only_when_asked_for_and_is_to_be_compared_anew(db, told, tmp_path):
    with pytest.raises(BackupKeyUnknown):
        told("backup-key", "--check", "--key", tmp_path / "none")
    first, second = tmp_path / "first", tmp_path / "second"
    told("backup-key", "--to", first)
    told("backup-key", "--key", first)
    with pytest.raises(BackupKeyKnown):
        told("backup-key", "--to", second)
    assert not second.exists()
    told("backup-key", "--to", second, "--replace")
    assert key_public(key_file_read(second)) == backup_key_now().public
    assert not backup_key_now().shown
    with pytest.raises(BackupKeyOther):
        told("backup-key", "--key", first)
    assert "still need the key" in told("backup-key", "--remove")
    assert backup_key_now() is None
    with pytest.raises(BackupKeyUnknown):
        told("backup-key", "--remove")


def test_a_key_that_could_not_be_written_is_not_used(db, told, settings_here, tmp_path):
    (tmp_path / "taken").write_text("somebody's")
    with pytest.raises(BackupKeyFileExists):
        told("backup-key", "--to", tmp_path / "taken")
    with pytest.raises(BackupKeyTooNear):
        told("backup-key", "--to", settings_here.data_dir / "my.key")
    assert backup_key_now() is None
