"""Running the checks: one read-only snapshot, seen by two connections that share the work."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg

from regulars.foundation.database.connections import app_dsn
from regulars.foundation.locks import LEDGER_SEALING
from regulars.ledger.proofs import checks as _the_ledgers_own  # noqa: F401 - declares them
from regulars.ledger.proofs.canonical import SESSION
from regulars.ledger.proofs.registry import checks_declared
from regulars.ledger.proofs.roots import roots_compare
from regulars.ledger.proofs.sealing import segments_from
from regulars.ledger.proofs.types import Check, CheckResult, Difference, SegmentView

STRETCH = 50_000

BEGIN: LiteralString = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
SETTINGS: LiteralString = """
    SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0
"""

Progress = Callable[[CheckResult], None]
Judged = tuple[int, int, list[str | None] | None]


def _silent(_result: CheckResult) -> None:
    """Nobody watches."""


def ledger_prove(*, roots_file: Path, report: Progress = _silent) -> list[CheckResult]:
    """Recomputes everything from the first entry; answers how each check went.

    `report` hears of each check when it is done. Nothing is locked or written meanwhile.
    """
    with psycopg.connect(app_dsn(), autocommit=True) as first:
        first.execute("SET lock_timeout = 0")  # a segment is sealed in seconds
        first.execute("SELECT pg_advisory_lock_shared(%s)", (LEDGER_SEALING,))
        with _snapshot(first) as name:
            sealed = segments_from(first)
            results = [roots_compare(roots_file, sealed)]
            first.execute("SELECT pg_advisory_unlock_shared(%s)", (LEDGER_SEALING,))
            report(results[0])
            with psycopg.connect(app_dsn(), autocommit=True) as second, _snapshot(second, name):
                return results + checks_run([first, second], sealed, report)


@contextmanager
def _snapshot(connection: psycopg.Connection, name: str | None = None) -> Iterator[str]:
    """A read-only transaction on a snapshot: its own, or another connection's by name."""
    connection.execute(BEGIN)
    try:
        if name is None:
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            name = str(row[0]) if row else ""
        else:
            connection.execute(psycopg.sql.SQL("SET TRANSACTION SNAPSHOT {}").format(name))
        yield name
    finally:
        connection.execute("ROLLBACK")


def checks_run(
    connections: Sequence[psycopg.Connection],
    sealed: Sequence[SegmentView],
    report: Progress = _silent,
) -> list[CheckResult]:
    """Runs every declared check on connections that see one snapshot, each in a thread."""
    for connection in connections:
        connection.execute(SESSION)
        connection.execute(SETTINGS)
    bench = _Bench(report)
    pieces = [piece for check in checks_declared() for piece in bench.pieces(check, sealed)]
    queue = iter(pieces)
    turn = threading.Lock()

    def work(connection: psycopg.Connection) -> None:
        while True:
            with turn:
                piece = next(queue, None)
            if piece is None:
                return
            piece.run(connection)

    with ThreadPoolExecutor(len(connections)) as pool:
        for done in [pool.submit(work, connection) for connection in connections]:
            done.result()
    return bench.results


class _Bench:
    """Gathers what the pieces of all checks found."""

    def __init__(self, report: Progress) -> None:
        self.results: list[CheckResult] = []
        self._report = report
        self._lock = threading.Lock()
        self._open: dict[str, list[tuple[Judged, int] | None]] = {}

    def pieces(self, check: Check, sealed: Sequence[SegmentView]) -> list["_Piece"]:
        """One piece, or one for each stretch of the sealed log."""
        if not check.by_seal:
            stretches = [(0, 0)]
        else:
            last = sealed[-1].last_seq if sealed else 0
            stretches = [(after, after + STRETCH) for after in range(0, last + 1, STRETCH)]
        self._open[check.code] = [None] * len(stretches)
        return [_Piece(self, check, place, *stretch) for place, stretch in enumerate(stretches)]

    def done(self, check: Check, place: int, judged: Judged, milliseconds: int) -> None:
        """Takes one piece's finding; the last one of a check makes its result."""
        with self._lock:
            found = self._open[check.code]
            found[place] = (judged, milliseconds)
            whole = [each for each in found if each is not None]
            if len(whole) < len(found):
                return
            firsts = [each[0][2] for each in whole if each[0][2] is not None]
            result = CheckResult(
                check.code,
                check.text,
                judged=sum(each[0][0] for each in whole),
                differing=sum(each[0][1] for each in whole),
                first=_difference(check, firsts[0]) if firsts else None,
                milliseconds=sum(each[1] for each in whole),
            )
            self.results.append(result)
            self._report(result)


class _Piece:
    """One statement to run: a whole check, or its part over a stretch of the sealed log."""

    def __init__(self, bench: _Bench, check: Check, place: int, after: int, upto: int) -> None:
        self._bench = bench
        self._check = check
        self._place = place
        self._stretch = {"after": after, "upto": upto}

    def run(self, connection: psycopg.Connection) -> None:
        began = time.monotonic()
        params = self._stretch if self._check.by_seal else None
        row = connection.execute(_judging(self._check.sql), params).fetchone()
        spent = int((time.monotonic() - began) * 1000)
        judged = (row[0], row[1], row[2]) if row else (0, 0, None)
        self._bench.done(self._check, self._place, judged, spent)


def _judging(sql: LiteralString) -> LiteralString:
    """Counts what is judged and what differs, and keeps the first difference; one row."""
    return f"""
        SELECT count(*), count(*) FILTER (WHERE expected IS DISTINCT FROM found),
               min(ARRAY[subject::text, detail::text, expected::text, found::text])
                   FILTER (WHERE expected IS DISTINCT FROM found)
        FROM ({sql}) AS judged(subject, detail, expected, found)
    """  # noqa: S608 - statements of the rooms' own


def _difference(check: Check, row: list[str | None]) -> Difference:
    subject, detail, expected, found = row
    return Difference(check.subject_kind, subject or "?", detail, expected, found)
