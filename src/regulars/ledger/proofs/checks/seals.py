"""Seals: sealed entries are as they were when sealed, and the chain of roots is whole."""

from regulars.ledger.proofs.canonical import FIRST_PREVIOUS, ROOT, entries_as_text
from regulars.ledger.proofs.types import Check

_SEALED_ENTRIES = entries_as_text(
    """
    SELECT * FROM ledger_entry
    WHERE id BETWEEN (SELECT id FROM stretch ORDER BY id LIMIT 1)
                 AND (SELECT id FROM stretch ORDER BY id DESC LIMIT 1)
      AND id IN (SELECT id FROM stretch)
    """
)

SEALED_ENTRY = Check(
    code="sealed_entry",
    text={
        "en": "Every sealed entry, with its postings, lots and lot uses, is as it was when sealed",
        "zh-Hans": "每条已封存的流水及其分录、批次、使用都与封存时一致",
    },
    subject_kind="entry",
    sql=f"""
        WITH stretch AS MATERIALIZED (
            SELECT * FROM ledger_seal WHERE seq > %(after)s AND seq <= %(upto)s
        )
        SELECT s.id, concat('segment ', s.segment, ', number ', s.seq), encode(s.hash, 'hex'),
               encode(sha256(convert_to(t.lines, 'UTF8')), 'hex')
        FROM stretch s LEFT JOIN ({_SEALED_ENTRIES}) AS t ON t.id = s.id
    """,  # noqa: S608 - constants only
    by_seal=True,
)

SEALED_ALL = Check(
    code="sealed_all",
    text={
        "en": "No entry was slipped into the sealed part of the log",
        "zh-Hans": "已封存的部分没有被插入流水",
    },
    subject_kind="entry",
    sql="""
        SELECT e.id, concat('number ', e.seq), 'a seal of its number',
               CASE WHEN s.id IS NULL THEN 'no seal' WHEN s.seq <> e.seq
                    THEN concat('a seal of number ', s.seq) ELSE 'a seal of its number' END
        FROM ledger_entry e LEFT JOIN ledger_seal s ON s.id = e.id
        WHERE e.seq <= (SELECT max(last_seq) FROM ledger_segment)
    """,
)

SEGMENT_ROOT = Check(
    code="segment_root",
    text={
        "en": "Every segment's root is the hash of its entries' hashes and of the root before it",
        "zh-Hans": "每段的根由其流水的哈希和上一段的根算得",
    },
    subject_kind="segment",
    sql=f"""
        SELECT coalesce(s.number, h.segment), concat(s.entries, ' entries'), {ROOT}, s.root
        FROM ledger_segment s
        FULL JOIN (
            SELECT segment, string_agg(hash, ''::bytea ORDER BY seq) AS hashes
            FROM ledger_seal GROUP BY segment
        ) AS h ON h.segment = s.number
    """,  # noqa: S608 - constants only
)

SEGMENT_CHAIN = Check(
    code="segment_chain",
    text={
        "en": "Segments follow each other without a gap, each chained to the root before it",
        "zh-Hans": "各段首尾相接，并与上一段的根相连",
    },
    subject_kind="segment",
    sql=f"""
        SELECT s.number, NULL,
               concat_ws(' ', 'number', coalesce(lag(s.number) OVER chain, 0) + 1, 'from',
                         coalesce(lag(s.last_seq) OVER chain, 0) + 1, 'with',
                         coalesce(h.entries, 0), 'entries after',
                         coalesce(lag(s.root) OVER chain, '{FIRST_PREVIOUS}')),
               concat_ws(' ', 'number', s.number, 'from', s.first_seq, 'with', s.entries,
                         'entries after', s.previous)
        FROM ledger_segment s
        LEFT JOIN (
            SELECT segment, count(*) AS entries FROM ledger_seal GROUP BY segment
        ) AS h ON h.segment = s.number
        WINDOW chain AS (ORDER BY s.number)
    """,  # noqa: S608 - constants only
)

CHECKS = (SEALED_ENTRY, SEALED_ALL, SEGMENT_ROOT, SEGMENT_CHAIN)
