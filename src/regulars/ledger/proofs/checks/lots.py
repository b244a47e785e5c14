"""Lots: what is left of each is what its uses left, and none is used after its death."""

from regulars.ledger.proofs.checks.accounts import IDLE_AT_MOST, IDLE_RULES
from regulars.ledger.proofs.types import Check

LOT_REMAINING = Check(
    code="lot_remaining",
    text={
        "en": "What is left in a lot is its amount less its uses",
        "zh-Hans": "每个批次的剩余等于其数量减去使用",
    },
    subject_kind="lot",
    sql="""
        SELECT l.id, concat('holder ', l.holder_id, ', asset ', l.asset_id),
               l.amount - coalesce(u.total, 0), l.remaining
        FROM ledger_lot l
        LEFT JOIN (
            SELECT lot_id, sum(amount) AS total FROM ledger_lot_use GROUP BY lot_id
        ) AS u ON u.lot_id = l.id
    """,
)

LOT_OPEN = Check(
    code="lot_open",
    text={
        "en": "A lot is open as long as something is left in it",
        "zh-Hans": "批次有剩余才处于开放状态",
    },
    subject_kind="lot",
    sql="SELECT id, NULL, remaining > 0, is_open FROM ledger_lot",
)

LOT_HELD = Check(
    code="lot_held",
    text={
        "en": "What a lot holds back is what open holds took from it",
        "zh-Hans": "批次冻结数量等于未结束冻结所取之和",
    },
    subject_kind="lot",
    sql="""
        SELECT coalesce(l.id, h.lot_id), NULL, coalesce(h.total, 0), l.held
        FROM ledger_lot l
        FULL JOIN (
            SELECT hl.lot_id, sum(hl.amount) AS total
            FROM ledger_hold h
            JOIN ledger_hold_lot hl ON hl.hold_id = h.id AND hl.holder_id = h.holder_id
            WHERE h.state = 'open' GROUP BY hl.lot_id
        ) AS h ON h.lot_id = l.id
    """,
)

LOT_ORIGIN = Check(
    code="lot_origin",
    text={
        "en": "Every lot comes from an entry; one that was earned bears that entry's instant",
        "zh-Hans": "每个批次都来自一条流水；赚得的批次与该流水同时",
    },
    subject_kind="lot",
    sql="""
        SELECT l.id, concat('entry ', l.entry_id),
               concat_ws(' ', l.entry_id, 'of', l.holder_id, 'at', e.occurred_at, 'asset', s.id),
               CASE WHEN e.id IS NULL THEN 'no such entry'
                    WHEN s.id IS NULL THEN 'no such asset'
                    ELSE concat_ws(' ', l.origin_id, 'of', e.holder_id, 'at', l.earned_at,
                                   'asset', l.asset_id) END
        FROM ledger_lot l
        LEFT JOIN ledger_entry e ON e.id = l.entry_id
        LEFT JOIN ledger_asset s ON s.id = l.asset_id
        WHERE l.parent_id IS NULL
    """,
)

LOT_PARENT = Check(
    code="lot_parent",
    text={
        "en": "A lot that was given keeps the asset, origin and dates of the lot it came from",
        "zh-Hans": "受赠批次保留原批次的资产、来源和日期",
    },
    subject_kind="lot",
    sql="""
        SELECT l.id, concat('parent ', l.parent_id),
               concat_ws(' ', p.asset_id, p.origin_id, p.earned_at, p.available_at,
                         coalesce(p.expires_at::text, 'never')),
               CASE WHEN e.id IS NULL THEN 'no such entry'
                    ELSE concat_ws(' ', l.asset_id, l.origin_id, l.earned_at, l.available_at,
                                   coalesce(l.expires_at::text, 'never')) END
        FROM ledger_lot l
        LEFT JOIN ledger_lot p ON p.id = l.parent_id
        LEFT JOIN ledger_entry e ON e.id = l.entry_id
        WHERE l.parent_id IS NOT NULL
    """,
)

LOT_GIVEN = Check(
    code="lot_given",
    text={
        "en": "What a transfer took from a lot is what it made of it for the receiver",
        "zh-Hans": "转赠从批次取走的数量等于为受赠人生成的数量",
    },
    subject_kind="lot",
    sql="""
        SELECT lot_id, concat('entry ', entry_id), sum(taken), sum(made)
        FROM (
            SELECT entry_id, lot_id, amount AS taken, 0 AS made
            FROM ledger_lot_use WHERE purpose = 'transfer'
            UNION ALL
            SELECT entry_id, parent_id, 0, amount FROM ledger_lot WHERE parent_id IS NOT NULL
        ) AS row
        GROUP BY lot_id, entry_id
    """,
)

USE_PLACE = Check(
    code="use_place",
    text={
        "en": "Every lot use belongs to an entry and to a lot of the same holder and asset",
        "zh-Hans": "每次批次使用都属于一条流水和同一持有人、同一资产的批次",
    },
    subject_kind="entry",
    sql="""
        SELECT u.entry_id, concat('its use ', u.ordinal, ' of lot ', u.lot_id),
               concat('holder ', u.holder_id, ', asset ', u.asset_id),
               CASE WHEN e.id IS NULL THEN 'no such entry' WHEN l.id IS NULL THEN 'no such lot'
                    ELSE concat('holder ', l.holder_id, ', asset ', l.asset_id) END
        FROM ledger_lot_use u
        LEFT JOIN ledger_entry e ON e.id = u.entry_id
        LEFT JOIN ledger_lot l ON l.id = u.lot_id
    """,
)

# A hold that was made in time may be settled later; its settling entry is the exception.
LOT_DEAD = Check(
    code="lot_dead",
    text={
        "en": "No lot is spent, given or set against a debt after its expiry, save under a hold",
        "zh-Hans": "除冻结外，过期批次不会被使用、转赠或抵欠",
    },
    subject_kind="entry",
    sql="""
        SELECT u.entry_id, concat('its use ', u.ordinal, ' of lot ', u.lot_id),
               concat('before ', l.expires_at),
               CASE WHEN e.occurred_at < l.expires_at OR h.hold_id IS NOT NULL
                    THEN concat('before ', l.expires_at) ELSE concat('at ', e.occurred_at) END
        FROM ledger_lot_use u
        JOIN ledger_lot l ON l.id = u.lot_id
        JOIN ledger_entry e ON e.id = u.entry_id
        LEFT JOIN (
            SELECT h.entry_id, hl.lot_id, min(hl.hold_id::text) AS hold_id
            FROM ledger_hold h
            JOIN ledger_hold_lot hl ON hl.hold_id = h.id AND hl.holder_id = h.holder_id
            WHERE h.state = 'settled' GROUP BY h.entry_id, hl.lot_id
        ) AS h ON h.entry_id = u.entry_id AND h.lot_id = u.lot_id
        WHERE u.purpose IN ('spend', 'transfer', 'repay') AND l.expires_at IS NOT NULL
    """,
)

LOT_PENDING = Check(
    code="lot_pending",
    text={
        "en": "No lot is spent or given before it is available, save by a merge",
        "zh-Hans": "除会员合并外，未到可用时间的批次不会被使用或转赠",
    },
    subject_kind="entry",
    sql="""
        SELECT u.entry_id, concat('its use ', u.ordinal, ' of lot ', u.lot_id),
               greatest(e.occurred_at, l.available_at), e.occurred_at
        FROM ledger_lot_use u
        JOIN ledger_lot l ON l.id = u.lot_id
        JOIN ledger_entry e ON e.id = u.entry_id
        WHERE u.purpose = 'spend' OR u.purpose = 'transfer' AND e.kind <> 'merge'
    """,
)

# As LOT_DEAD, for accounts that inactivity has cleared: what was there before is dead. Lots that a
# hold kept or a refund refilled may have outlived the clearing, and are left out.
LOT_IDLE = Check(
    code="lot_idle",
    text={
        "en": "Nothing is spent of what inactivity has cleared",
        "zh-Hans": "因不活跃清零的数量不会被使用",
    },
    subject_kind="entry",
    sql=f"""
        WITH moved AS (
            SELECT p.holder_id, p.asset_id, e.id AS entry_id, e.seq, e.occurred_at,
                   {IDLE_AT_MOST} AS idle_at
            FROM ({IDLE_RULES}) AS r
            JOIN ledger_posting p USING (asset_id)
            JOIN ledger_entry e ON e.id = p.entry_id
            GROUP BY p.holder_id, p.asset_id, e.id
        ), run AS (
            SELECT *, max(idle_at) OVER (
                PARTITION BY holder_id, asset_id ORDER BY seq
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS clears_at
            FROM moved
        ), cleared AS (
            SELECT *, max(CASE WHEN occurred_at >= clears_at THEN seq END) OVER (
                PARTITION BY holder_id, asset_id ORDER BY seq
            ) AS cleared_seq
            FROM run
        )
        SELECT u.entry_id, concat('its use ', u.ordinal, ' of lot ', u.lot_id),
               'a lot made since the account was cleared',
               CASE WHEN made.seq < r.cleared_seq THEN 'one made before'
                    ELSE 'a lot made since the account was cleared' END
        FROM cleared r
        JOIN ledger_lot_use u USING (entry_id, holder_id, asset_id)
        JOIN ledger_lot l ON l.id = u.lot_id
        JOIN ledger_entry made ON made.id = l.entry_id
        WHERE u.purpose IN ('spend', 'transfer', 'repay') AND l.id NOT IN (
            SELECT lot_id FROM ledger_hold_lot
            UNION ALL
            SELECT lot_id FROM ledger_lot_use WHERE purpose = 'refill'
        )
    """,  # noqa: S608 - constants only
)

CHECKS = (
    USE_PLACE,
    LOT_REMAINING,
    LOT_DEAD,
    LOT_ORIGIN,
    LOT_PENDING,
    LOT_HELD,
    LOT_OPEN,
    LOT_PARENT,
    LOT_GIVEN,
    LOT_IDLE,
)
