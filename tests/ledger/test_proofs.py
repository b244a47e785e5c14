"""A book in which everything happened proves clean, and its seals hold."""

import subprocess
import sys
import threading

import psycopg
import pytest

from regulars.foundation.database.connections import app_dsn
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import Busy
from regulars.foundation.locks import LEDGER_SEALING, LEDGER_WRITERS
from regulars.ledger.proofs import registry, sealing, services
from regulars.ledger.proofs.types import Check
from tests.ledger.life import life_lived


@pytest.fixture
def life(book):
    return life_lived(book)


@pytest.fixture
def roots(tmp_path):
    return tmp_path / "roots.jsonl"


def broken(results):
    return {result.code: result.first.sentence() for result in results if not result.holds}


def count(table):
    with unit_of_work() as unit:
        return unit.fetch(f"SELECT count(*)::int FROM {table}")[0][0]


def test_a_whole_life_proves_clean(life, roots):
    heard = []
    results = services.ledger_prove(roots_file=roots, report=heard.append)
    assert broken(results) == {}
    assert [result.code for result in heard] == [result.code for result in results]
    judged = {result.code: result.judged for result in results}
    assert judged["entry_place"] == judged["business_date"] == count("ledger_entry")
    assert judged["posting_place"] == count("ledger_posting")
    assert judged["use_place"] == count("ledger_lot_use")
    nothing_to_judge = {code for code, number in judged.items() if number == 0}
    assert nothing_to_judge == {
        "roots_file", "sealed_entry", "sealed_all", "segment_root", "segment_chain", "merged",
        "day_totals", "sales_days",
        "limits_of_members", "limits_of_all", "limits_slots", "limits_returned", "limits_receipts",
    }  # fmt: skip


def test_every_purpose_and_counter_occurs_in_that_life(life):
    """Else the clean proof would say little."""
    with unit_of_work() as unit:
        purposes = {row[0] for row in unit.fetch("SELECT purpose FROM ledger_lot_use")}
        counters = {row[0] for row in unit.fetch("SELECT counter FROM ledger_posting")}
        states = {row[0] for row in unit.fetch("SELECT state FROM ledger_hold")}
        debts = unit.fetch("SELECT count(*)::int FROM ledger_account WHERE debt > 0")[0][0]
    assert purposes == {"spend", "transfer", "expire", "reverse", "refill", "repay"}
    assert counters == {"issued", "redeemed", "in_transit", "expired", "unrecovered"}
    assert states == {"open", "settled", "released"}
    assert debts == 1


def test_an_empty_book_proves_clean(book, roots):
    assert broken(services.ledger_prove(roots_file=roots)) == {}


def test_a_sealed_life_proves_clean_and_sealing_again_seals_nothing(life, roots):
    entries = count("ledger_entry")
    first = services.ledger_seal(roots_file=roots, entries_max=7)
    assert [segment.entries for segment in first][:2] == [7, 7]
    assert sum(segment.entries for segment in first) == entries == count("ledger_seal")
    assert services.ledger_seal(roots_file=roots) == []
    life.book.earn("mei", 1)
    second = services.ledger_seal(roots_file=roots)
    assert [(each.segment, each.entries) for each in second] == [(len(first) + 1, 1)]
    assert second[0].previous == first[-1].root
    assert len(roots.read_text().splitlines()) == len(first) + 1
    results = services.ledger_prove(roots_file=roots)
    assert broken(results) == {}
    assert {r.code: r.judged for r in results}["sealed_entry"] == entries + 1


def test_numbers_that_no_entry_has_leave_no_hole(life, roots):
    """A refused or rolled-back batch uses up numbers; a segment covers them all the same."""
    services.ledger_seal(roots_file=roots)
    with unit_of_work() as unit:
        numbers = "SELECT nextval(pg_get_serial_sequence('ledger_entry', 'seq')) FROM {}"
        unit.fetch(numbers.format("generate_series(1, 50)"))
    assert services.ledger_seal(roots_file=roots, entries_max=7) == []
    life.book.earn("mei", 1)
    (segment,) = services.ledger_seal(roots_file=roots, entries_max=7)
    assert (segment.entries, segment.last_seq - segment.first_seq) == (1, 50)
    assert broken(services.ledger_prove(roots_file=roots)) == {}


def test_the_sealer_waits_for_a_writer_and_takes_its_entry_in(life, roots):
    """Without the wait the entry would stand in the sealed part without a seal."""
    book = life.book
    started, go_on = threading.Event(), threading.Event()

    def write():
        with unit_of_work() as unit:
            unit.fetch("SELECT pg_advisory_xact_lock_shared(%s)", LEDGER_WRITERS)
            unit.fetch("SELECT nextval(pg_get_serial_sequence('ledger_entry', 'seq'))")
            started.set()
            assert go_on.wait(10)

    writer = threading.Thread(target=write)
    writer.start()
    assert started.wait(10)
    sealer = threading.Thread(target=lambda: services.ledger_seal(roots_file=roots))
    sealer.start()
    sealer.join(1)
    assert sealer.is_alive() and count("ledger_seal") == 0
    go_on.set()
    writer.join()
    sealer.join(10)
    assert count("ledger_seal") == count("ledger_entry")
    assert book.earn("mei", 1).entry_id


def test_a_sealer_that_never_finds_a_pause_gives_up(life, roots, monkeypatch):
    monkeypatch.setattr(sealing, "QUIET_TRIES", 2)
    with unit_of_work() as unit:
        unit.fetch("SELECT pg_advisory_xact_lock_shared(%s)", LEDGER_WRITERS)
        with pytest.raises(Busy):
            services.ledger_seal(roots_file=roots)
    assert count("ledger_seal") == 0


def test_two_sealers_do_not_seal_twice(life, roots):
    with psycopg.connect(app_dsn(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (LEDGER_SEALING,))
        assert services.ledger_seal(roots_file=roots) == []
    assert services.ledger_seal(roots_file=roots) != []


def test_a_root_that_a_crash_kept_unpublished_is_published_next_time(life, roots):
    services.ledger_seal(roots_file=roots)
    life.book.earn("mei", 1)
    services.ledger_seal(roots_file=roots)
    whole = roots.read_bytes()
    roots.write_bytes(whole.splitlines(keepends=True)[0] + b'{"segment":2,"fir')
    life.book.earn("mei", 1)
    services.ledger_seal(roots_file=roots)
    assert roots.read_bytes().startswith(whole)
    assert broken(services.ledger_prove(roots_file=roots)) == {}


def test_lost_roots_are_not_written_again(life, roots):
    """Evidence that mends itself is none."""
    services.ledger_seal(roots_file=roots, entries_max=10)
    roots.write_bytes(b"")
    life.book.earn("mei", 1)
    services.ledger_seal(roots_file=roots)
    found = broken(services.ledger_prove(roots_file=roots))
    assert set(found) == {"roots_file"}
    assert found["roots_file"].startswith("published root 1 (roots.jsonl): expected {")


def test_a_room_may_add_a_check(life, roots):
    from_above = Check(
        code="rooms_own",
        text={"en": "Nobody earns more than 1,000", "zh-Hans": "无人获得超过 1000"},
        subject_kind="entry",
        sql="SELECT entry_id, NULL, least(amount, 100), amount FROM ledger_posting",
    )
    registry.check_declare(from_above)
    try:
        found = broken(services.ledger_prove(roots_file=roots))
    finally:
        del registry._checks["rooms_own"]
    assert set(found) == {"rooms_own"}
    assert found["rooms_own"].endswith("expected 100, found 101")


def test_an_export_verifies_without_regulars(life, roots, tmp_path):
    services.ledger_seal(roots_file=roots, entries_max=9)
    life.book.earn("mei", 1)
    export = tmp_path / "export.jsonl"
    with export.open("w", encoding="utf-8") as target:
        lines = services.ledger_export(target)
    assert len(export.read_text().splitlines()) == lines
    command = [sys.executable, "-I", services.VERIFIER, export, roots]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    segments = len(roots.read_text().splitlines())
    assert told.stdout == f"OK {count('ledger_entry')} entries, {segments} segments\n"
    assert (told.returncode, told.stderr) == (0, "")


def test_the_verifier_needs_only_the_standard_library():
    text = services.VERIFIER.read_text()
    imported = {
        line.split()[1] for line in text.splitlines() if line.startswith(("import", "from"))
    }
    assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)
