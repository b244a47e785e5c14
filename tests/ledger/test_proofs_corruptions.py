"""Whatever is done to the tables behind the ledger's back, the proof finds and names it.

Each corruption is made by the superuser inside a transaction that is rolled back; the checks and
the export run in it. The verifier must find it in the export too.
"""

import io
from contextlib import contextmanager
from datetime import date

import pytest

from regulars.foundation.database.provision import superuser_connection
from regulars.foundation.database.session import pool_close
from regulars.ledger.book.services import assets_forgotten
from regulars.ledger.proofs.checks import accounts, entries, holds, lots, reversals, seals
from regulars.ledger.proofs.export import export_written
from regulars.ledger.proofs.proving import checks_run
from regulars.ledger.proofs.roots import roots_compare
from regulars.ledger.proofs.sealing import ledger_seal, segment_sealed, segments_from
from regulars.ledger.proofs.standalone import verifier
from tests.ledger.book import Book
from tests.ledger.corruptions import DEEDS, NOT_EXPORTED, WITHOUT
from tests.ledger.life import life_lived


@pytest.fixture(scope="module")
def lived(django_db_setup, worker_database, django_db_blocker, tmp_path_factory):
    """A whole life, sealed but for its last entries; made once, for every corruption."""
    with django_db_blocker.unblock():
        assets_forgotten()
        book = Book(date(2025, 3, 1))
        book.open("mei", "bo", "oz")
        life = life_lived(book)
        roots = tmp_path_factory.mktemp("roots") / "roots.jsonl"
        ledger_seal(roots_file=roots, entries_max=9)
        life.entries["last"] = book.earn("mei", 7, "coins").entry_id
        names = {name.replace(" ", "_"): entry for name, entry in life.entries.items()}
        yield worker_database, names | book.names | book.assets, roots
        pool_close()
        worker_database.clean()


@contextmanager
def as_superuser(lived):
    database, names, _ = lived
    with (
        superuser_connection(database.places, database.name) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection, names


def findings(connection, roots):
    sealed = segments_from(connection)
    results = [roots_compare(roots, sealed), *checks_run([connection], sealed)]
    return {result.code: result.first for result in results if not result.holds}


def exported(connection):
    export = io.StringIO()
    export_written(connection, export)
    return export.getvalue().encode().splitlines(keepends=True)


def verifier_says(connection):
    try:
        verifier.verify(exported(connection))
    except verifier.Wrong as wrong:
        return str(wrong)
    return None


def test_untouched_nothing_is_found(lived):
    with as_superuser(lived) as (connection, _):
        assert findings(connection, lived[2]) == {}
        assert verifier_says(connection) is None


@pytest.mark.parametrize("deed", DEEDS)
def test_a_corruption_is_found_and_named(lived, deed):
    code, sql = DEEDS[deed]
    with as_superuser(lived) as (connection, names):
        if deed in WITHOUT:
            connection.execute(WITHOUT[deed])
        rows = connection.execute(sql, names).fetchall()
        assert len(rows) == 1, "the corruption must hit one thing"
        found = findings(connection, lived[2])
        assert code in found
        assert found[code].subject == str(rows[0][0])
        assert (verifier_says(connection) is None) == (deed in NOT_EXPORTED)


def test_every_check_of_the_ledger_was_seen_to_find_something():
    """A check that no corruption sets off may be blind."""
    rooms = (accounts, entries, holds, lots, reversals, seals)
    ours = {check.code for room in rooms for check in room.CHECKS}
    assert ours == {code for code, _ in DEEDS.values()}


def test_a_history_forged_whole_is_told_by_the_published_roots(lived):
    """Entry, hashes and roots agree with each other again; only the file outside remembers."""
    with as_superuser(lived) as (connection, names):
        sealed = segments_from(connection)
        connection.execute("UPDATE ledger_entry SET actor = 'staff:li' WHERE id = %(spent)s", names)
        connection.execute("DELETE FROM ledger_seal")
        connection.execute("DELETE FROM ledger_segment")
        again, elsewhere = None, lived[2].with_name("elsewhere.jsonl")
        for segment in sealed:
            again = segment_sealed(connection, again, segment.last_seq, elsewhere)
        found = findings(connection, lived[2])
        assert set(found) == {"roots_file"}
        assert found["roots_file"].subject == "1"
        export = exported(connection)
        assert verifier.verify(export).segments
        with pytest.raises(verifier.Wrong, match=r"^roots, line 1: "):
            verifier.verify(export, lived[2].read_bytes().splitlines())


@pytest.mark.parametrize(
    ("deed", "place"),
    [
        (lambda lines: lines[:-1], "last"),
        (lambda lines: lines[1:], "1"),
        (lambda lines: [*lines, lines[-1]], "one more"),
        (lambda lines: [lines[0], lines[1].replace(b'"entries":9', b'"entries":8')], "2"),
        (lambda lines: [b"{}", *lines[1:]], "1"),
    ],
    ids=["truncated", "beheaded", "lengthened", "edited", "overwritten"],
)
def test_published_roots_that_were_touched_are_named(lived, tmp_path, deed, place):
    lines = lived[2].read_bytes().splitlines()
    touched = tmp_path / "touched.jsonl"
    touched.write_bytes(b"\n".join(deed(lines)) + b"\n")
    place = {"last": str(len(lines)), "one more": str(len(lines) + 1)}.get(place, place)
    with as_superuser(lived) as (connection, _):
        found = findings(connection, touched)
        assert {code: first.subject for code, first in found.items()} == {"roots_file": place}
        with pytest.raises(verifier.Wrong, match=rf"^roots, line {place}: "):
            verifier.verify(exported(connection), touched.read_bytes().splitlines())


@pytest.mark.parametrize(
    ("deed", "wrong"),
    [
        (lambda lines: lines[1:], "line 1: header: expected"),
        (lambda lines: lines[:-1], "the export ends too early"),
        (lambda lines: [*lines, lines[-1]], "something stands after the end"),
        (lambda lines: lines[:40] + lines[41:], "line "),
        (
            lambda lines: [*lines[:40], lines[40][:-9], *lines[41:]],
            "line 41: no line of this format",
        ),
        (lambda lines: [lines[0], b'["gift"]', *lines[1:]], "line 2: gift with 0 values"),
    ],
    ids=["no header", "cut off", "doubled end", "a line lost", "a line torn", "a strange line"],
)
def test_an_export_that_was_touched_is_refused(lived, deed, wrong):
    with as_superuser(lived) as (connection, _):
        lines = exported(connection)
    with pytest.raises(verifier.Wrong) as refusal:
        verifier.verify(deed(lines))
    assert wrong in str(refusal.value)


def test_the_verifier_tells_in_one_line_and_by_its_exit_code(lived, tmp_path, capsys):
    export = tmp_path / "export.jsonl"
    with as_superuser(lived) as (connection, _):
        export.write_bytes(b"".join(exported(connection)))
    assert verifier.main([str(export), str(lived[2])]) == 0
    assert capsys.readouterr().out.startswith("OK ")
    export.write_bytes(export.read_bytes().replace(b'"issued"', b'"given"', 1))
    assert verifier.main([str(export)]) == 1
    assert "hash: expected" in capsys.readouterr().out
    assert verifier.main([str(tmp_path / "none")]) == 2
    assert verifier.main([]) == 2
