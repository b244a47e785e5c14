"""The whole ledger as a file that anybody can check without this program.

JSON Lines, one array a line, read-only and from one snapshot. First a header, then assets and
holders, then every entry with its rows in the canonical text (see `canonical`), each sealed one
followed by its `seal`, each segment by its `segment`; then what the tables say now (`lot_now`,
`hold`, `hold_lot`, `account`), and a last line `end` with the number of lines before it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import IO, LiteralString

import psycopg

from regulars.foundation.database.connections import app_dsn
from regulars.ledger.proofs.canonical import COLUMNS, FORMAT, SESSION, entries_as_text
from regulars.ledger.proofs.sealing import segments_from
from regulars.ledger.proofs.types import SegmentView

STRETCH = 20_000

SPAN = "SELECT coalesce(min(seq), 1), coalesce(max(seq), 0) FROM ledger_entry"

_TEXT = entries_as_text("SELECT * FROM ledger_entry WHERE seq > %(after)s AND seq <= %(upto)s")

ENTRIES = f"""
    SELECT t.seq, t.lines || CASE WHEN s.id IS NULL THEN ''
        ELSE concat('["seal",', s.segment, ',"', encode(s.hash, 'hex'), E'"]\\n') END
    FROM ({_TEXT}) AS t LEFT JOIN ledger_seal s ON s.id = t.id
    ORDER BY t.seq, t.id
"""  # noqa: S608 - constants only

TABLES: dict[str, tuple[tuple[str, ...], LiteralString]] = {
    "asset": (
        ("id", "code", "shortfall"),
        """SELECT concat('["asset",', id, ',', to_json(code), ',', to_json(shortfall), E']\\n')
        FROM ledger_asset ORDER BY id""",
    ),
    "holder": (
        ("id", "merged_into"),
        """SELECT concat('["holder","', id, '",',
            coalesce('"' || merged_into || '"', 'null'), E']\\n')
        FROM ledger_holder ORDER BY id""",
    ),
    "lot_now": (
        ("id", "remaining", "held", "is_open"),
        """SELECT concat('["lot_now","', id, '",', remaining, ',', held, ',', is_open::text,
            E']\\n')
        FROM ledger_lot ORDER BY id""",
    ),
    "hold": (
        ("id", "holder_id", "asset_id", "amount", "state", "entry_id"),
        """SELECT concat('["hold","', id, '","', holder_id, '",', asset_id, ',', amount, ',',
            to_json(state), ',', coalesce('"' || entry_id || '"', 'null'), E']\\n')
        FROM ledger_hold ORDER BY id""",
    ),
    "hold_lot": (
        ("hold_id", "lot_id", "amount"),
        """SELECT concat('["hold_lot","', hold_id, '","', lot_id, '",', amount, E']\\n')
        FROM ledger_hold_lot ORDER BY hold_id, ordinal""",
    ),
    "account": (
        ("holder_id", "asset_id", "balance", "held", "debt"),
        """SELECT concat('["account","', holder_id, '",', asset_id, ',', balance, ',', held, ',',
            debt, E']\\n')
        FROM ledger_account ORDER BY holder_id, asset_id""",
    ),
}
BEFORE = ("asset", "holder")
AFTER = ("lot_now", "hold", "hold_lot", "account")
SEGMENT_COLUMNS = ("number", "first_seq", "last_seq", "entries", "previous", "root")

Progress = Callable[[int, int], None]


def _silent(_done: int, _all: int) -> None:
    """Nobody watches."""


def ledger_export(target: IO[str], *, report: Progress = _silent) -> int:
    """Writes the export as a stream; answers how many lines. `report` hears (done, all) of seq."""
    with psycopg.connect(app_dsn(), autocommit=True) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return export_written(connection, target, report)


def export_written(
    connection: psycopg.Connection, target: IO[str], report: Progress = _silent
) -> int:
    """As `ledger_export`, from the transaction that this connection is in."""
    connection.execute(SESSION)
    written = 0
    for text in _texts(connection, report):
        target.write(text)
        written += text.count("\n")
    target.write(f'["end",{written}]\n')
    return written + 1


def _texts(connection: psycopg.Connection, report: Progress) -> Iterator[str]:
    columns = {**COLUMNS, "seal": ("segment", "hash"), "segment": SEGMENT_COLUMNS}
    columns |= {name: table[0] for name, table in TABLES.items()}
    yield json.dumps(["header", FORMAT, columns], separators=(",", ":")) + "\n"
    for name in BEFORE:
        yield from _rows(connection, TABLES[name][1])
    yield from _entries(connection, report)
    for name in AFTER:
        yield from _rows(connection, TABLES[name][1])


def _rows(connection: psycopg.Connection, sql: LiteralString) -> Iterator[str]:
    with connection.cursor(name="export") as cursor:
        cursor.itersize = STRETCH
        cursor.execute(sql)
        for row in cursor:
            yield row[0]


def _entries(connection: psycopg.Connection, report: Progress) -> Iterator[str]:
    """Entries in the order of their numbers, each segment's line after its last entry."""
    first, last = connection.execute(SPAN).fetchone() or (1, 0)
    segments = iter(segments_from(connection))
    segment = next(segments, None)
    for after in range(first - 1, last, STRETCH):
        params = {"after": after, "upto": after + STRETCH}
        rows: Iterable[tuple[int, str]] = connection.execute(ENTRIES, params).fetchall()
        for seq, text in rows:
            while segment is not None and seq > segment.last_seq:
                yield _segment_line(segment)
                segment = next(segments, None)
            yield text
        report(min(after + STRETCH, last), last)
    while segment is not None:
        yield _segment_line(segment)
        segment = next(segments, None)


def _segment_line(segment: SegmentView) -> str:
    row = (
        "segment", segment.segment, segment.first_seq, segment.last_seq, segment.entries,
        segment.previous, segment.root,
    )  # fmt: skip
    return json.dumps(row, separators=(",", ":")) + "\n"
