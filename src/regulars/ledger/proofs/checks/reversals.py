"""Reversals: each takes back what an earlier entry of the holder did, and never more."""

from regulars.ledger.proofs.types import Check

REVERSAL_ORIGIN = Check(
    code="reversal_origin",
    text={
        "en": "Every reversal names an earlier entry of the same holder",
        "zh-Hans": "每笔冲正都指向同一持有人更早的流水",
    },
    subject_kind="entry",
    sql="""
        SELECT r.id, concat('reverses ', r.reverses_id), 'an earlier entry of the holder',
               CASE WHEN o.id IS NULL THEN 'no such entry'
                    WHEN o.holder_id <> r.holder_id THEN concat('an entry of ', o.holder_id)
                    WHEN o.seq >= r.seq THEN 'a later entry'
                    ELSE 'an earlier entry of the holder' END
        FROM ledger_entry r LEFT JOIN ledger_entry o ON o.id = r.reverses_id
        WHERE r.reverses_id IS NOT NULL
    """,
)

# A reversal's own consequences (what was beyond recovery, what is dead) are no part of the amount.
REVERSAL_AMOUNT = Check(
    code="reversal_amount",
    text={
        "en": "Reversals together take back no more than the original moved",
        "zh-Hans": "冲正合计不超过原流水的数量",
    },
    subject_kind="entry",
    sql="""
        SELECT r.reverses_id, concat('asset ', r.asset_id, ', ', r.counter,
                   CASE WHEN r.credit THEN ', gained' ELSE ', spent' END, ', reversed'),
               least(r.total, coalesce(o.total, 0)), r.total
        FROM (
            SELECT e.reverses_id, p.asset_id, NOT p.credit AS credit, p.counter,
                   sum(p.amount) AS total
            FROM ledger_entry e
            JOIN ledger_posting p ON p.entry_id = e.id AND p.holder_id = e.holder_id
            WHERE e.reverses_id IS NOT NULL AND NOT (p.credit AND p.counter = 'unrecovered')
              AND NOT (NOT p.credit AND p.counter = 'expired')
            GROUP BY 1, 2, 3, 4
        ) AS r
        LEFT JOIN (
            SELECT p.entry_id, p.asset_id, p.credit, p.counter, sum(p.amount) AS total
            FROM ledger_posting p
            WHERE p.entry_id IN (
                SELECT reverses_id FROM ledger_entry WHERE reverses_id IS NOT NULL
            )
            GROUP BY 1, 2, 3, 4
        ) AS o ON o.entry_id = r.reverses_id AND o.asset_id = r.asset_id
            AND o.credit = r.credit AND o.counter = r.counter
    """,
)

REFILL = Check(
    code="refill",
    text={
        "en": "What reversals gave back to a lot is no more than the original took from it",
        "zh-Hans": "冲正退回批次的数量不超过原流水从该批次所取",
    },
    subject_kind="lot",
    sql="""
        SELECT r.lot_id, concat('entry ', r.reverses_id), least(r.total, coalesce(o.total, 0)),
               r.total
        FROM (
            SELECT e.reverses_id, u.lot_id, -sum(u.amount) AS total
            FROM ledger_lot_use u LEFT JOIN ledger_entry e ON e.id = u.entry_id
            WHERE u.amount < 0
            GROUP BY 1, 2
        ) AS r
        LEFT JOIN (
            SELECT entry_id, lot_id, sum(amount) AS total FROM ledger_lot_use
            WHERE purpose = 'spend' AND entry_id IN (
                SELECT reverses_id FROM ledger_entry WHERE reverses_id IS NOT NULL
            )
            GROUP BY 1, 2
        ) AS o ON o.entry_id = r.reverses_id AND o.lot_id = r.lot_id
    """,
)

CHECKS = (REVERSAL_ORIGIN, REVERSAL_AMOUNT, REFILL)
