"""The whole way as a shopkeeper goes it: a copy, another machine, the doctor."""

import os
import shutil
import subprocess
import sys

import pytest

from regulars.foundation import clock
from regulars.foundation.backup.making import backup_make
from regulars.foundation.backup.manifest import Manifest
from regulars.foundation.database.connections import APP_ROLE, DATABASE, OWNER_ROLE
from regulars.foundation.database.embedded import EmbeddedPostgres
from regulars.foundation.database.provision import superuser_connection
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import new_id
from regulars.foundation.outbox.delivery import notices_deliver
from regulars.foundation.outbox.registry import listener, listener_forget
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.foundation.settings import settings_load
from tests.backup.conftest import nothing_remembered
from tests.foundation.clusters import django_pointed_at, folder_of_this_run, places_in
from tests.foundation.servers import wait_until
from tests.webhooks.conftest import nothing_is_held_back

MANY_TRANSACTIONS = """
    DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$
"""


def run(*arguments, **variables):
    """A command of the program; told in English unless the variables say otherwise."""
    ours = {"REGULARS_LANGUAGE": "en", "COLUMNS": "400", **variables}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "regulars", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**kept, **ours},
    )


@pytest.fixture
def heard():
    notices = []
    listener("test.heard", kinds=("a",))(notices.append)
    yield notices
    listener_forget("test.heard")


def written(kind):
    with unit_of_work() as unit:
        notice = NoticeView(new_id(), kind, None, "{}", clock.now())
        unit.flight([notices_statement([notice])])


def test_a_new_machine_gets_everything_back(
    shop, sealed, settings_here, clean_database, heard, tmp_path
):
    with superuser_connection(clean_database.places) as connection:
        connection.execute(MANY_TRANSACTIONS)
    written("a")
    wait_until(nothing_is_held_back)
    notices_deliver()
    assert len(heard) == 1
    file = tmp_path / "copy.zip"
    made = backup_make(settings_here, file)
    with folder_of_this_run("fresh") as folder:
        variables = {
            "REGULARS_DATA_DIR": str(tmp_path / "fresh"),
            "REGULARS_DATABASE_DIR": str(folder),
        }
        without_keys(file, made, variables)
        keys = tmp_path / "fresh" / "personal-data.keys"
        shutil.copy(settings_load().personal_keys_file, keys)
        told = run("doctor", "--keys-copied", **variables)
        assert "✓ The key file opens members' data" in told.stdout, told.stdout + told.stderr
        assert "✓ A copy of the key file is confirmed" in told.stdout
        assert "! There was never a backup" in told.stdout
        again = run("restore", str(file), **variables)
        assert again.returncode == 1
        assert "never overwrites" in again.stderr
        places = places_in(folder)
        with EmbeddedPostgres(places).kept(), django_pointed_at(places, DATABASE):
            nothing_remembered()
            assert shop.of("mei").balance == 100
            written("a")
            notices_deliver()
        assert len(heard) == 2


def without_keys(file, made: Manifest, variables):
    """The keys are not in the backup: the restore says so, and that the books hold."""
    told = run("restore", str(file), **variables)
    assert told.returncode == 1
    assert f"✓ {made.rows:,} rows of {len(made.tables)} tables" in told.stdout, told.stderr
    assert "✗ The keys of personal data are not in" in told.stdout
    assert "checks hold." in told.stdout.splitlines()[-1]
    refused = run("worker", "--no-wait", **variables)
    assert "Put your copy of the file back" in refused.stderr


def test_the_command_says_where_the_keys_are(shop, sealed, clean_database, tmp_path):
    variables = {
        "DATABASE_URL": clean_database.url(APP_ROLE),
        "REGULARS_OWNER_DATABASE_URL": clean_database.url(OWNER_ROLE),
        "REGULARS_DATA_DIR": str(tmp_path / "data"),
    }
    file = tmp_path / "copy.zip"
    told = run("backup", "--to", str(file), **variables)
    assert told.returncode == 0, told.stderr
    assert "read back and checked" in told.stdout
    assert str(tmp_path / "data" / "personal-data.keys") in told.stdout
    again = run("backup", "--to", str(file), **variables, REGULARS_LANGUAGE="zh-hans")
    assert again.returncode == 1
    assert "备份不会覆盖任何文件" in again.stderr
