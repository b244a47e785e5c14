"""Accounts: their caches are what postings, lots and holds add up to."""

from regulars.ledger.proofs.types import Check

ACCOUNT_POSTINGS = Check(
    code="account_postings",
    text={
        "en": "Every balance is the sum of the account's postings",
        "zh-Hans": "每个账户余额等于其分录之和",
    },
    subject_kind="account",
    sql="""
        SELECT coalesce(a.id::text, 'missing'), concat('holder ', holder_id, ', asset ', asset_id),
               coalesce(p.total, 0), a.balance
        FROM ledger_account a
        FULL JOIN (
            SELECT holder_id, asset_id, sum(CASE WHEN credit THEN amount ELSE -amount END) AS total
            FROM ledger_posting GROUP BY holder_id, asset_id
        ) AS p USING (holder_id, asset_id)
    """,
)

ACCOUNT_LOTS = Check(
    code="account_lots",
    text={
        "en": "Every balance is what is left in the account's lots, less its debt",
        "zh-Hans": "每个账户余额等于批次剩余减去欠账",
    },
    subject_kind="account",
    sql="""
        SELECT coalesce(a.id::text, 'missing'), concat('holder ', holder_id, ', asset ', asset_id),
               coalesce(l.total, 0) - coalesce(a.debt, 0), a.balance
        FROM ledger_account a
        FULL JOIN (
            SELECT holder_id, asset_id, sum(remaining) AS total
            FROM ledger_lot GROUP BY holder_id, asset_id
        ) AS l USING (holder_id, asset_id)
    """,
)

ACCOUNT_DEBT = Check(
    code="account_debt",
    text={
        "en": "Every debt is what reversals could not take back, less what was repaid",
        "zh-Hans": "每笔欠账等于冲正未能扣回的数量减去已偿还的数量",
    },
    subject_kind="account",
    sql="""
        SELECT coalesce(a.id::text, 'missing'), concat('holder ', holder_id, ', asset ', asset_id),
               coalesce(d.owed, 0), coalesce(a.debt, 0)
        FROM ledger_account a
        FULL JOIN (
            SELECT holder_id, asset_id, sum(owed) AS owed FROM (
                SELECT p.holder_id, p.asset_id,
                       CASE WHEN p.credit THEN -p.amount ELSE p.amount END AS owed
                FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
                WHERE e.reverses_id IS NOT NULL
                UNION ALL
                SELECT l.holder_id, l.asset_id, l.amount
                FROM ledger_entry e JOIN ledger_lot l ON l.entry_id = e.id
                WHERE e.reverses_id IS NOT NULL
                UNION ALL
                SELECT u.holder_id, u.asset_id, -u.amount
                FROM ledger_entry e JOIN ledger_lot_use u ON u.entry_id = e.id
                WHERE e.reverses_id IS NOT NULL AND u.purpose <> 'repay'
                UNION ALL
                SELECT holder_id, asset_id, -amount FROM ledger_lot_use WHERE purpose = 'repay'
            ) AS row
            GROUP BY holder_id, asset_id
        ) AS d USING (holder_id, asset_id)
    """,
)

ACCOUNT_HELD = Check(
    code="account_held",
    text={
        "en": "What an account holds back is what its open holds hold back",
        "zh-Hans": "账户冻结数量等于其未结束冻结之和",
    },
    subject_kind="account",
    sql="""
        SELECT coalesce(a.id::text, 'missing'), concat('holder ', holder_id, ', asset ', asset_id),
               coalesce(h.total, 0), coalesce(a.held, 0)
        FROM ledger_account a
        FULL JOIN (
            SELECT holder_id, asset_id, sum(amount) AS total
            FROM ledger_hold WHERE state = 'open' GROUP BY holder_id, asset_id
        ) AS h USING (holder_id, asset_id)
    """,
)

ACCOUNT_PLACE = Check(
    code="account_place",
    text={
        "en": "Every account belongs to a holder and an asset",
        "zh-Hans": "每个账户都属于已有的持有人和资产",
    },
    subject_kind="account",
    sql="""
        SELECT a.id, NULL, concat('holder ', a.holder_id, ', asset ', a.asset_id),
               CASE WHEN h.id IS NULL THEN 'no such holder' WHEN s.id IS NULL THEN 'no such asset'
                    ELSE concat('holder ', a.holder_id, ', asset ', a.asset_id) END
        FROM ledger_account a
        LEFT JOIN ledger_holder h ON h.id = a.holder_id
        LEFT JOIN ledger_asset s ON s.id = a.asset_id
    """,
)

# Only assets with a rule of inactivity: when every account was, or will be, cleared.
IDLE_RULES = """
    SELECT id AS asset_id, time_zone,
           make_interval(months => (expiry->'inactivity'->>'months')::int) AS months,
           (expiry->'inactivity'->>'days')::int AS days,
           expiry->'inactivity'->'movements' AS kinds
    FROM ledger_asset WHERE jsonb_typeof(expiry->'inactivity') = 'object'
"""
CLEARS_AT = """
    ((e.business_date + r.months)::date + r.days + 1)::timestamp AT TIME ZONE r.time_zone
"""
# A movement sets the clock; a mere gain (goodwill, a gift) sets it only where it stood still.
IDLE_AT_LEAST = f"max(CASE WHEN r.kinds ? e.kind THEN {CLEARS_AT} END)"
IDLE_AT_MOST = f"""
    max(CASE WHEN r.kinds ? e.kind OR (p.credit AND e.reverses_id IS NULL) THEN {CLEARS_AT} END)
"""

ACCOUNT_IDLE = Check(
    code="account_idle",
    text={
        "en": "Every account that inactivity clears is cleared when its last movement says",
        "zh-Hans": "按不活跃清零的账户，其清零时刻由最后一次变动决定",
    },
    subject_kind="account",
    sql=f"""
        SELECT a.id, concat('holder ', holder_id, ', asset ', asset_id),
               least(greatest(a.inactive_at, m.at_least), m.at_most), a.inactive_at
        FROM ledger_account a
        LEFT JOIN (
            SELECT p.holder_id, p.asset_id, {IDLE_AT_LEAST} AS at_least,
                   {IDLE_AT_MOST} AS at_most
            FROM ({IDLE_RULES}) AS r
            JOIN ledger_posting p USING (asset_id)
            JOIN ledger_entry e ON e.id = p.entry_id
            GROUP BY p.holder_id, p.asset_id
        ) AS m USING (holder_id, asset_id)
    """,  # noqa: S608 - constants only
)

MERGED = Check(
    code="merged",
    text={
        "en": "A holder merged into another has nothing left and points at one that exists",
        "zh-Hans": "已合并的持有人没有任何余额，并指向存在的持有人",
    },
    subject_kind="holder",
    sql="""
        SELECT h.id, concat('merged into ', h.merged_into), 'nothing',
               CASE WHEN t.id IS NULL THEN 'no such holder to be merged into'
                    WHEN a.id IS NOT NULL
                    THEN concat('balance ', a.balance, ' of asset ', a.asset_id)
                    ELSE 'nothing' END
        FROM ledger_holder h
        LEFT JOIN ledger_holder t ON t.id = h.merged_into
        LEFT JOIN ledger_account a ON a.holder_id = h.id
            AND (a.balance <> 0 OR a.held <> 0 OR a.debt <> 0)
        WHERE h.merged_into IS NOT NULL
    """,
)

CHECKS = (
    ACCOUNT_POSTINGS,
    ACCOUNT_LOTS,
    ACCOUNT_DEBT,
    ACCOUNT_HELD,
    ACCOUNT_PLACE,
    ACCOUNT_IDLE,
    MERGED,
)
