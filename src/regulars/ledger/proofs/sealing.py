"""Sealing: what is recorded is made impossible to change unseen.

Writers of entries hold the lock LEDGER_WRITERS shared until they commit. The sealer takes it
exclusively for an instant: then every entry up to the highest number given out is either committed
or will never exist, and what comes later has a higher number. Then it lets go and writes seals at
leisure, a transaction a segment; it may die anywhere and go on later.
"""

import logging
from pathlib import Path

import psycopg

from regulars.foundation import clock
from regulars.foundation.database.connections import app_dsn
from regulars.foundation.errors import Busy
from regulars.foundation.locks import LEDGER_SEALING, LEDGER_WRITERS
from regulars.ledger.proofs.canonical import FIRST_PREVIOUS, ROOT, SESSION, entries_as_text
from regulars.ledger.proofs.roots import roots_append
from regulars.ledger.proofs.types import SegmentView

SEGMENT_ENTRIES_MAX = 100_000
# Whoever waits for the lock makes new writers wait behind it: short tries, many of them.
QUIET_TRIES = 20
QUIET_WAIT = "250ms"

log = logging.getLogger("regulars.ledger")

HIGHEST = "SELECT pg_sequence_last_value(pg_get_serial_sequence('ledger_entry', 'seq')::regclass)"

SEGMENTS = """
    SELECT number, first_seq, last_seq, entries, previous, root, sealed_at
    FROM ledger_segment WHERE number >= %s ORDER BY number
"""

LAST_SEGMENT = "SELECT coalesce(max(number), 0) FROM ledger_segment"

_HASHED = entries_as_text("SELECT * FROM ledger_entry WHERE seq >= %(first)s AND seq <= %(last)s")

SEAL_SEGMENT = f"""
    WITH hashed AS MATERIALIZED (
        SELECT id, holder_id, seq, sha256(convert_to(lines, 'UTF8')) AS hash
        FROM ({_HASHED}) AS text
    ), sealed AS (
        INSERT INTO ledger_seal (id, holder_id, segment, seq, hash)
        SELECT id, holder_id, %(number)s, seq, hash FROM hashed ORDER BY seq
    ), s AS (
        SELECT %(number)s AS number, %(first)s AS first_seq, %(last)s AS last_seq,
               count(*) AS entries, %(previous)s::text AS previous,
               string_agg(hash, ''::bytea ORDER BY seq) AS hashes
        FROM hashed
    )
    INSERT INTO ledger_segment (number, first_seq, last_seq, entries, previous, root, sealed_at)
    SELECT number, first_seq, last_seq, entries, previous, {ROOT}, %(at)s FROM s WHERE entries > 0
    RETURNING number, first_seq, last_seq, entries, previous, root, sealed_at
"""  # noqa: S608 - constants only


def ledger_seal(*, roots_file: Path, entries_max: int = SEGMENT_ENTRIES_MAX) -> list[SegmentView]:
    """Seals everything recorded so far and publishes the roots; answers the new segments.

    Where another sealer is at work it leaves the rest to that one. Refuses with `busy` when
    writers never pause.
    """
    sealed = []
    with psycopg.connect(app_dsn(), autocommit=True) as connection:
        highest = highest_settled(connection)
        while segment := _next_sealed(connection, highest, entries_max, roots_file):
            sealed.append(segment)
    return sealed


def _next_sealed(
    connection: psycopg.Connection, highest: int, entries_max: int, roots_file: Path
) -> SegmentView | None:
    """The next segment, alone: between two of them `prove` may look at table and file."""
    lock = connection.execute("SELECT pg_try_advisory_lock(%s)", (LEDGER_SEALING,))
    if lock.fetchone() != (True,):
        return None
    try:
        last = segment_last(connection)
        reached = last.last_seq if last else 0
        while reached < highest:
            reached = min(highest, reached + entries_max)
            segment = segment_sealed(connection, last, reached, roots_file)
            if segment is not None:
                return segment
        return None
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", (LEDGER_SEALING,))


def highest_settled(connection: psycopg.Connection) -> int:
    """The highest number given to an entry, when no entry up to it can still appear."""
    for _ in range(QUIET_TRIES):
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = '{QUIET_WAIT}'")
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (LEDGER_WRITERS,))
                row = connection.execute(HIGHEST).fetchone()
                return int(row[0]) if row and row[0] is not None else 0
        except psycopg.errors.LockNotAvailable:
            continue
    raise Busy


def segments_from(connection: psycopg.Connection, number: int = 1) -> list[SegmentView]:
    """The sealed segments from this one on, in their order."""
    return [SegmentView(*row) for row in connection.execute(SEGMENTS, (number,)).fetchall()]


def segment_last(connection: psycopg.Connection) -> SegmentView | None:
    """The newest sealed segment."""
    number = connection.execute(LAST_SEGMENT).fetchone()
    found = segments_from(connection, number[0]) if number else []
    return found[-1] if found else None


def segment_sealed(
    connection: psycopg.Connection, last: SegmentView | None, upto: int, roots_file: Path
) -> SegmentView | None:
    """One segment from where the last one ended; none when that stretch has no entry."""
    with connection.transaction():
        connection.execute(SESSION)
        row = connection.execute(
            SEAL_SEGMENT,
            {
                "number": last.segment + 1 if last else 1,
                "first": last.last_seq + 1 if last else 1,
                "last": upto,
                "previous": last.root if last else FIRST_PREVIOUS,
                "at": clock.now(),
            },
        ).fetchone()
    if row is None:
        return None
    segment = SegmentView(*row)
    roots_append(roots_file, [*([last] if last else []), segment])
    return segment
