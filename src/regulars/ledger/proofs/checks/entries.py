"""Entries and their postings: each is whole, belongs somewhere, and is explained by lots."""

from regulars.ledger.proofs.types import Check

BALANCE_RUNS = Check(
    code="balance_runs",
    text={
        "en": "Every posting's balance after it follows from the posting before it",
        "zh-Hans": "每笔分录后的余额都由上一笔推得",
    },
    subject_kind="entry",
    sql="""
        SELECT entry_id, concat('its posting ', ordinal, ', holder ', holder_id,
                                ', asset ', asset_id, ', balance after'),
               coalesce(lag(balance_after) OVER run, 0)
                   + CASE WHEN credit THEN amount ELSE -amount END,
               balance_after
        FROM (
            SELECT p.entry_id, p.holder_id, p.asset_id, p.credit, p.amount,
                   p.balance_after, e.seq, p.ordinal
            FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
        ) AS p
        WINDOW run AS (PARTITION BY holder_id, asset_id ORDER BY seq, ordinal)
    """,
)

# What an entry changed in one account: new lots − uses − postings must be 0, save that a reversal
# may leave a debt (up to what it takes back), which later `repay` uses pay.
ENTRY_EXPLAINED = Check(
    code="entry_explained",
    text={
        "en": "Every movement is explained by the lots it made and used, or by a debt",
        "zh-Hans": "每笔变动都能由其产生和使用的批次或欠账解释",
    },
    subject_kind="entry",
    sql="""
        SELECT m.entry_id, concat('holder ', m.holder_id, ', asset ', m.asset_id),
               CASE WHEN e.reverses_id IS NULL OR s.shortfall <> 'debt' THEN 0
                    ELSE least(greatest(m.unexplained, 0), m.taken_back) END,
               m.unexplained
        FROM (
            SELECT entry_id, holder_id, asset_id, sum(unexplained) AS unexplained,
                   sum(taken_back) AS taken_back
            FROM (
                SELECT entry_id, holder_id, asset_id,
                       CASE WHEN credit THEN -amount ELSE amount END AS unexplained,
                       CASE WHEN credit OR counter = 'expired' THEN 0 ELSE amount END AS taken_back
                FROM ledger_posting
                UNION ALL
                SELECT entry_id, holder_id, asset_id, amount, 0 FROM ledger_lot
                UNION ALL
                SELECT entry_id, holder_id, asset_id, -amount, 0 FROM ledger_lot_use
                WHERE purpose <> 'repay'
            ) AS row
            GROUP BY entry_id, holder_id, asset_id
        ) AS m
        LEFT JOIN ledger_entry e ON e.id = m.entry_id
        LEFT JOIN ledger_asset s ON s.id = m.asset_id
    """,
)

# Value that dies or is given away must say so on both sides: in the posting and in the lot.
PURPOSE_POSTED = Check(
    code="purpose_posted",
    text={
        "en": "What lots lost by expiry or to another holder is posted as just that",
        "zh-Hans": "批次因过期或转赠减少的数量与分录一致",
    },
    subject_kind="entry",
    sql="""
        SELECT entry_id, concat('holder ', holder_id, ', asset ', asset_id, ', ', counter),
               sum(posted), sum(used)
        FROM (
            SELECT entry_id, holder_id, asset_id, counter, amount AS posted, 0 AS used
            FROM ledger_posting
            WHERE NOT credit AND counter IN ('expired', 'in_transit')
            UNION ALL
            SELECT entry_id, holder_id, asset_id,
                   CASE purpose WHEN 'expire' THEN 'expired' ELSE 'in_transit' END, 0, amount
            FROM ledger_lot_use WHERE purpose IN ('expire', 'transfer')
        ) AS row
        GROUP BY entry_id, holder_id, asset_id, counter
    """,
)

IN_TRANSIT = Check(
    code="in_transit",
    text={
        "en": "Every transfer arrives: what leaves one holder in an entry reaches another",
        "zh-Hans": "每笔转赠两边相等：转出即转入",
    },
    subject_kind="entry",
    sql="""
        SELECT entry_id, concat('asset ', asset_id),
               (sum(amount) FILTER (WHERE NOT credit))::text,
               (sum(amount) FILTER (WHERE credit))::text
        FROM ledger_posting WHERE counter = 'in_transit'
        GROUP BY entry_id, asset_id
        UNION ALL
        SELECT p.entry_id, concat('from holder ', p.holder_id), 'another holder',
               CASE WHEN count(*) FILTER (WHERE o.holder_id <> p.holder_id) > 0
                    THEN 'another holder' ELSE 'only the same holder' END
        FROM ledger_posting p
        JOIN ledger_posting o ON o.entry_id = p.entry_id AND o.asset_id = p.asset_id
        WHERE p.counter = 'in_transit' AND o.counter = 'in_transit'
        GROUP BY p.entry_id, p.holder_id, p.asset_id
    """,
)

POSTING_PLACE = Check(
    code="posting_place",
    text={
        "en": "Every posting belongs to an entry of its holder (or of a giver) and to an asset",
        "zh-Hans": "每笔分录都属于本人（或赠与人）的流水和已有资产",
    },
    subject_kind="entry",
    sql="""
        SELECT p.entry_id, concat('its posting ', p.ordinal),
               concat('entry of holder ', p.holder_id, ', asset ', p.asset_id),
               CASE WHEN e.id IS NULL THEN 'no such entry'
                    WHEN s.id IS NULL THEN 'no such asset'
                    WHEN e.holder_id <> p.holder_id AND p.counter <> 'in_transit'
                    THEN concat('entry of holder ', e.holder_id)
                    ELSE concat('entry of holder ', p.holder_id, ', asset ', p.asset_id) END
        FROM ledger_posting p
        LEFT JOIN ledger_entry e ON e.id = p.entry_id
        LEFT JOIN ledger_asset s ON s.id = p.asset_id
    """,
)

ENTRY_PLACE = Check(
    code="entry_place",
    text={
        "en": "Every entry moves something and belongs to a holder",
        "zh-Hans": "每条流水都有变动并属于某个持有人",
    },
    subject_kind="entry",
    sql="""
        SELECT e.id, concat('number ', e.seq), 'a movement of a holder',
               CASE WHEN h.id IS NULL THEN 'no such holder'
                    WHEN p.entry_id IS NULL AND u.entry_id IS NULL THEN 'no movement'
                    ELSE 'a movement of a holder' END
        FROM ledger_entry e
        LEFT JOIN ledger_holder h ON h.id = e.holder_id
        LEFT JOIN ledger_posting p ON p.entry_id = e.id AND p.ordinal = 0
        LEFT JOIN ledger_lot_use u ON u.entry_id = e.id AND u.ordinal = 0
    """,
)

ENTRY_ONCE = Check(
    code="entry_once",
    text={
        "en": "One key has one entry, and one number in the log has one entry",
        "zh-Hans": "一个键对应一条流水，一个序号对应一条流水",
    },
    subject_kind="entry",
    sql="""
        SELECT id, concat('key ', key, ', number ', seq), 'only one',
               CASE WHEN key = lag(key) OVER (PARTITION BY holder_id ORDER BY key, id)
                    THEN 'the key twice'
                    WHEN seq = lag(seq) OVER (ORDER BY seq, id) THEN 'the number twice'
                    ELSE 'only one' END
        FROM ledger_entry
    """,
)

# A day on earth begins 14 hours before and ends 12 hours after the day in UTC.
BUSINESS_DATE = Check(
    code="business_date",
    text={
        "en": "Every business date is the day on which the entry occurred, somewhere on earth",
        "zh-Hans": "每条流水的营业日期都与发生时刻相符",
    },
    subject_kind="entry",
    sql="""
        SELECT id, concat('occurred ', occurred_at),
               least(greatest(business_date, (occurred_at - interval '12 hours')::date),
                     (occurred_at + interval '14 hours')::date),
               business_date
        FROM ledger_entry
    """,
)

REASON = Check(
    code="reason",
    text={
        "en": "Every reason that was not erased has the words its entry was sealed with",
        "zh-Hans": "未被抹除的原因文字与流水的摘要一致",
    },
    subject_kind="reason",
    sql="""
        SELECT r.id, concat('entry ', r.entry_id), coalesce(e.reason_digest, 'an entry'),
               CASE WHEN e.id IS NULL THEN NULL WHEN r.text = '' THEN e.reason_digest
                    ELSE encode(sha256(convert_to(r.salt || r.text, 'UTF8')), 'hex') END
        FROM ledger_reason r
        LEFT JOIN ledger_entry e ON e.id = r.entry_id AND e.holder_id = r.holder_id
    """,
)

CHECKS = (
    ENTRY_EXPLAINED,
    BALANCE_RUNS,
    POSTING_PLACE,
    ENTRY_PLACE,
    ENTRY_ONCE,
    BUSINESS_DATE,
    PURPOSE_POSTED,
    IN_TRANSIT,
    REASON,
)
