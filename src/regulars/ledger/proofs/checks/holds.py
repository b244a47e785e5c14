"""Holds: each took its amount from lots, and ended in one way."""

from regulars.ledger.proofs.types import Check

HOLD_LOTS = Check(
    code="hold_lots",
    text={
        "en": "A hold is what it took from lots of its own holder and asset",
        "zh-Hans": "冻结数量等于其从本人同一资产批次所取之和",
    },
    subject_kind="hold",
    sql="""
        SELECT coalesce(h.id, t.hold_id), coalesce('holder ' || h.holder_id, 'no such hold'),
               t.total, h.amount
        FROM ledger_hold h
        FULL JOIN (
            SELECT hl.hold_id, hl.holder_id,
                   sum(CASE WHEN l.holder_id = hl.holder_id THEN hl.amount END) AS total,
                   min(l.asset_id) AS asset_id
            FROM ledger_hold_lot hl LEFT JOIN ledger_lot l ON l.id = hl.lot_id
            GROUP BY hl.hold_id, hl.holder_id
        ) AS t ON t.hold_id = h.id AND t.holder_id = h.holder_id AND t.asset_id = h.asset_id
    """,
)

HOLD_ENDED = Check(
    code="hold_ended",
    text={
        "en": "A settled hold has its entry, which spent no more than was held; others have none",
        "zh-Hans": "已结算的冻结有对应流水且未超出冻结数量；其他冻结没有流水",
    },
    subject_kind="hold",
    sql="""
        SELECT h.id, concat('holder ', h.holder_id), concat(h.state, ' as it should be'),
               CASE WHEN h.state <> 'settled' AND h.entry_id IS NOT NULL
                    THEN concat(h.state, ' by entry ', h.entry_id)
                    WHEN (h.state = 'open') <> (h.closed_at IS NULL)
                    THEN concat(h.state, ' though closed at ', coalesce(h.closed_at::text, 'never'))
                    WHEN h.state = 'settled' AND e.id IS NULL THEN 'settled without an entry'
                    WHEN h.state = 'settled' AND coalesce(u.total, 0) > h.amount
                    THEN concat('settled with ', u.total, ' of ', h.amount)
                    ELSE concat(h.state, ' as it should be') END
        FROM ledger_hold h
        LEFT JOIN ledger_entry e ON e.id = h.entry_id AND e.holder_id = h.holder_id
        LEFT JOIN (
            SELECT u.entry_id, u.asset_id, sum(u.amount) AS total
            FROM ledger_lot_use u JOIN ledger_hold h ON h.entry_id = u.entry_id
            WHERE u.purpose = 'spend' GROUP BY u.entry_id, u.asset_id
        ) AS u ON u.entry_id = h.entry_id AND u.asset_id = h.asset_id
    """,
)

CHECKS = (HOLD_LOTS, HOLD_ENDED)
