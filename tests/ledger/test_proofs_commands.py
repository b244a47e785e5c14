"""`regulars prove` and `regulars export-ledger`, as a shopkeeper runs them."""

import os
import re
import subprocess
import sys

import pytest

from regulars.foundation.database.connections import APP_ROLE, OWNER_ROLE
from regulars.foundation.database.provision import superuser_connection
from regulars.ledger.proofs.services import VERIFIER, ledger_seal
from tests.ledger.life import life_lived


@pytest.fixture
def regulars(clean_database, tmp_path):
    """Runs a command of the program on the test's database."""

    def run(*arguments, language="en"):
        ours = {
            "DATABASE_URL": clean_database.url(APP_ROLE),
            "REGULARS_OWNER_DATABASE_URL": clean_database.url(OWNER_ROLE),
            "REGULARS_DATA_DIR": str(tmp_path / "data"),
            "REGULARS_LANGUAGE": language,
        }
        return subprocess.run(
            [sys.executable, "-m", "regulars", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **ours},
        )

    return run


def test_prove_names_what_does_not_hold(book, regulars, clean_database, tmp_path):
    life_lived(book)
    roots = tmp_path / "data" / "ledger-roots.jsonl"
    ledger_seal(roots_file=roots, entries_max=9)
    told = regulars("prove")
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[-1] == f"All {len(lines) - 1} checks hold."
    assert all(line.startswith("✓ ") for line in lines[:-1])
    told = regulars("prove", language="zh-hans")
    told_lines = told.stdout.splitlines()[:-1]
    assert len(told_lines) == len(lines) - 1
    assert all(re.match(r"✓ +[\d,]+ +\d+\.\d\d 秒  \D", line) for line in told_lines)
    assert not any(line.partition("秒")[2].strip().isascii() for line in told_lines)
    places, name = clean_database.places, clean_database.name
    with superuser_connection(places, name) as connection:
        account = connection.execute(
            "UPDATE ledger_account SET balance = balance + 1 WHERE holder_id = %s "
            "AND asset_id = %s RETURNING id, balance",
            (book.names["mei"], book.assets["beans"]),
        ).fetchone()
    told = regulars("prove", "--quiet")
    assert told.returncode == 1
    sentence = f"expected {account[1] - 1}, found {account[1]}"
    assert f"account {account[0]} (holder {book.names['mei']}, asset" in told.stdout
    assert sentence in told.stdout
    assert told.stdout.splitlines()[-1].startswith("2 of ")
    told = regulars("prove", "--quiet", language="zh-hans")
    assert f"应为 {account[1] - 1}，实为 {account[1]}" in told.stdout


def test_an_export_is_written_whole_and_verifies(book, regulars, tmp_path):
    life_lived(book)
    ledger_seal(roots_file=tmp_path / "data" / "ledger-roots.jsonl", entries_max=9)
    export = tmp_path / "export.jsonl"
    told = regulars("export-ledger", str(export))
    assert told.returncode == 0, told.stderr
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["export.jsonl"]
    command = [sys.executable, VERIFIER, export, tmp_path / "data" / "ledger-roots.jsonl"]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    assert verified.stdout.startswith("OK ")
    streamed = regulars("export-ledger", "-")
    assert streamed.stdout == export.read_text()
