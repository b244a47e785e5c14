"""The canonical text of an entry: what is hashed, exported and checked, in one form.

An entry is written as lines of JSON arrays, each ended by a newline: the entry itself, then its
postings in the order of their ordinals, then the lots it made in the order of their ids, then its
lot uses in the order of their ordinals. `COLUMNS` names what stands at each place. Instants are
UTC as `2025-03-01 12:00:00.5`, without needless zeros; ids are in canonical UUID text; a missing
value is `null`. What can change (caches) or must be erasable (reasons, names) is not in it.

The hash of an entry is SHA-256 over these lines in UTF-8. The root of a segment is SHA-256 over

    regulars-segment-1 <number> <first_seq> <last_seq> <entries> <previous root>\\n

followed by the hashes (32 bytes each) of its entries in the order of their `seq`. The text is put
together inside PostgreSQL, because a million entries must not travel to be hashed; `verifier` is
the second implementation.
"""

from typing import LiteralString

FORMAT = "regulars-ledger-1"
FIRST_PREVIOUS = "0" * 64

# For every transaction that uses the canonical text: dates and instants depend on the first two.
# Statements over whole tables never want nested loops, which a wrong estimate would choose.
SESSION: LiteralString = """
    SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD';
    SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '128MB'; SET LOCAL jit = off
"""

COLUMNS: dict[str, tuple[str, ...]] = {
    "entry": (
        "seq", "id", "holder_id", "key", "digest", "kind", "reverses_id", "event_id", "actor",
        "reason_digest", "occurred_at", "business_date", "recorded_at",
    ),
    "posting": (
        "holder_id", "ordinal", "asset_id", "credit", "amount", "counter", "rule",
        "balance_after",
    ),
    "lot": (
        "id", "holder_id", "asset_id", "origin_id", "parent_id", "amount", "earned_at",
        "available_at", "expires_at",
    ),
    "use": ("holder_id", "lot_id", "ordinal", "asset_id", "amount", "purpose"),
}  # fmt: skip

ENTRY_TEXT: LiteralString = """
    concat('["entry",', e.seq, ',"', e.id, '","', e.holder_id, '","', e.key, '","', e.digest,
        '",', to_json(e.kind), ',', coalesce('"' || e.reverses_id || '"', 'null'), ',',
        coalesce('"' || e.event_id || '"', 'null'), ',', to_json(e.actor), ',',
        to_json(e.reason_digest), ',"', e.occurred_at AT TIME ZONE 'UTC', '","',
        e.business_date, '","', e.recorded_at AT TIME ZONE 'UTC', E'"]\\n')
"""

POSTING_TEXT: LiteralString = """
    concat('["posting","', holder_id, '",', ordinal, ',', asset_id, ',',
        credit::text, ',', amount, ',', to_json(counter), ',', to_json(rule), ',',
        balance_after, E']\\n')
"""

LOT_TEXT: LiteralString = """
    concat('["lot","', id, '","', holder_id, '",', asset_id, ',"', origin_id, '",',
        coalesce('"' || parent_id || '"', 'null'), ',', amount, ',"',
        earned_at AT TIME ZONE 'UTC', '","', available_at AT TIME ZONE 'UTC', '",',
        coalesce('"' || (expires_at AT TIME ZONE 'UTC') || '"', 'null'), E']\\n')
"""

USE_TEXT: LiteralString = """
    concat('["use","', holder_id, '","', lot_id, '",', ordinal, ',', asset_id, ',',
        amount, ',', to_json(purpose), E']\\n')
"""


def entries_as_text(chosen: LiteralString) -> LiteralString:
    """SQL that gives (seq, id, holder_id, lines) of chosen entries, in no particular order.

    `chosen` is a SELECT of whole rows of ledger_entry. The rows of an entry are found by the range
    of ids of all that are chosen, so choose entries recorded near each other, at most 100,000.
    """
    within: LiteralString = """
        WHERE entry_id BETWEEN (SELECT low FROM span) AND (SELECT high FROM span)
          AND entry_id IN (SELECT id FROM chosen)
    """
    return f"""
        WITH chosen AS MATERIALIZED ({chosen}),
        span AS MATERIALIZED (
            SELECT (SELECT id FROM chosen ORDER BY id LIMIT 1) AS low,
                   (SELECT id FROM chosen ORDER BY id DESC LIMIT 1) AS high
        ), part(entry_id, class, ordinal, lot_id, line) AS (
            SELECT entry_id, 1, ordinal, NULL::uuid, {POSTING_TEXT} FROM ledger_posting {within}
            UNION ALL
            SELECT entry_id, 2, 0, id, {LOT_TEXT} FROM ledger_lot {within}
            UNION ALL
            SELECT entry_id, 3, ordinal, lot_id, {USE_TEXT} FROM ledger_lot_use {within}
        ), gathered AS (
            SELECT entry_id, string_agg(line, '' ORDER BY class, ordinal, lot_id) AS lines
            FROM part GROUP BY entry_id
        )
        SELECT e.seq, e.id, e.holder_id, {ENTRY_TEXT} || coalesce(g.lines, '') AS lines
        FROM chosen e LEFT JOIN gathered g ON g.entry_id = e.id
    """  # noqa: S608 - constants and statements of our own


# Over `s`, a row with the columns of ledger_segment; `hashes` in the order of seq.
ROOT: LiteralString = """
    encode(sha256(convert_to(concat_ws(' ', 'regulars-segment-1', s.number, s.first_seq,
        s.last_seq, s.entries, s.previous) || E'\\n', 'UTF8') || hashes), 'hex')
"""
