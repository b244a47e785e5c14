"""What `regulars prove` says about what was used under limits.

Every firing left what it used in its sale's row, or among the uses of other events, and stands on a
receipt. From these the counters are added up anew: each member's, and those that all share.
"""

from typing import LiteralString

from regulars.ledger.proofs.services import check_declare
from regulars.ledger.proofs.types import Check

SALES: LiteralString = """
    SELECT id, id AS event_id, holder_id, use->>0 AS counter, use->>1 AS month,
           (use->>2)::bigint AS used, (use->>3)::bigint AS returned
    FROM rules_purchase CROSS JOIN LATERAL jsonb_array_elements(uses::jsonb) AS use
    WHERE uses IS NOT NULL
"""
USES: LiteralString = f"""
    {SALES}
    UNION ALL
    SELECT id, event_id, holder_id, use->>0, use->>1, (use->>2)::bigint, (use->>3)::bigint
    FROM rules_limit_use CROSS JOIN LATERAL jsonb_array_elements(uses::jsonb) AS use
"""  # noqa: S608 - a statement of our own

OF_MEMBERS = Check(
    code="limits_of_members",
    text={
        "en": "What each member used of each limit is the sum of what her receipts used of it",
        "zh-Hans": "每位会员各项上限的已用数等于其各笔所用之和",
    },
    subject_kind="holder",
    sql=f"""
        SELECT holder_id, concat_ws(', ', counter, 'in row ' || nullif(month, '')),
               coalesce(u.used, 0)::text, coalesce(c.used, 0)::text
        FROM (
            SELECT holder_id, month, own.key AS counter, own.value::bigint AS used
            FROM rules_member_count CROSS JOIN LATERAL jsonb_each_text(used::jsonb) AS own
        ) AS c
        FULL JOIN (
            SELECT holder_id, month, counter, sum(used - returned)::bigint AS used
            FROM ({USES}) AS each WHERE month IS NOT NULL GROUP BY 1, 2, 3
        ) AS u USING (holder_id, month, counter)
    """,  # noqa: S608 - likewise
)

OF_ALL = Check(
    code="limits_of_all",
    text={
        "en": "What all used of each shared limit or budget is the sum of what receipts used of it",
        "zh-Hans": "每项共用上限或预算的已用数等于各笔所用之和",
    },
    subject_kind="counter",
    sql=f"""
        SELECT id, nullif(concat_ws(' ', c.subject, nullif(c.period, '')), ''),
               coalesce(u.used, 0)::text, coalesce(c.used, 0)::text
        FROM (
            SELECT id, min(subject) AS subject, min(period) AS period, sum(used)::bigint AS used
            FROM rules_shared_count GROUP BY id
        ) AS c
        FULL JOIN (
            SELECT counter::uuid AS id, sum(used - returned)::bigint AS used
            FROM ({USES}) AS each WHERE month IS NULL GROUP BY 1
        ) AS u USING (id)
    """,  # noqa: S608 - likewise
)

# A counter that went over from an earlier release, and that nobody has used since, is not cut yet.
SLOTS = Check(
    code="limits_slots",
    text={
        "en": "The slots of each shared limit were granted all there is, and used no more",
        "zh-Hans": "每项共用上限分到各份的总数等于其总额，且各份均未超用",
    },
    subject_kind="counter",
    sql="""
        SELECT id, concat_ws(' ', min(subject), nullif(min(period), '')),
               format('16 slots of %s, granted or kept %s, none beyond', max(maximum),
                      greatest(max(maximum), sum(used))),
               format('%s slots of %s, granted or kept %s, %s beyond', count(*),
                      CASE WHEN min(maximum) = max(maximum) THEN min(maximum)::text
                           ELSE 'two maxima' END,
                      CASE WHEN count(kept) IN (0, count(*))
                                AND min(kept) IS NOT DISTINCT FROM max(kept)
                           THEN (sum(granted) + coalesce(min(kept), 0))::text
                           ELSE 'unlike' END,
                      coalesce(nullif(count(*) FILTER (WHERE used > granted), 0)::text, 'none'))
        FROM rules_shared_count WHERE maximum >= 0 GROUP BY id
    """,
)

RETURNED = Check(
    code="limits_returned",
    text={
        "en": "What each sale gave back of its limits follows from what was refunded of it",
        "zh-Hans": "每笔销售退还的上限用量与其退款相符",
    },
    subject_kind="event",
    sql=f"""
        SELECT id, counter,
               (CASE WHEN p.cancelled
                          OR (p.refunded_minor = p.net_minor AND p.refunds <> '[]') THEN each.used
                     ELSE div(each.used::numeric * p.refunded_minor, greatest(p.net_minor, 1))
                END)::text,
               each.returned::text
        FROM ({SALES}) AS each JOIN rules_purchase p USING (id)
    """,  # noqa: S608 - likewise
)

# Of a shared counter the name does not tell whether it counts amounts or times: either will do.
RECEIPTS = Check(
    code="limits_receipts",
    text={
        "en": "What each event used of its limits is what its receipt says",
        "zh-Hans": "每个事件所用的上限与其回执相符",
    },
    subject_kind="event",
    sql=f"""
        WITH taken AS (
            SELECT event_id, counter, month, sum(used)::bigint AS used
            FROM ({USES}) AS each
            WHERE event_id <> '00000000-0000-0000-0000-000000000000'  -- carried over
            GROUP BY 1, 2, 3
        ), shared AS (
            SELECT id, min(subject) AS subject FROM rules_shared_count GROUP BY id
        ), fired AS (
            SELECT id AS event_id,
                   substring(note->>'rule' FROM '^(.+)@[0-9]+/') AS program,
                   substring(note->>'rule' FROM '@[0-9]+/(.+)$') AS rule,
                   note->'params'->>'asset' AS asset,
                   CASE WHEN jsonb_typeof(coalesce(note->'params'->'inside',
                                                   note->'params'->'amount')) = 'number'
                        THEN coalesce(note->'params'->>'inside', note->'params'->>'amount')::numeric
                        ELSE 0 END AS amount,
                   note->'params'->>'inside' IS DISTINCT FROM '0' AS is_counted
            FROM rules_event
            CROSS JOIN LATERAL jsonb_array_elements(receipt::jsonb->'explanation') AS note
            WHERE id IN (SELECT event_id FROM taken) AND (note->>'fired')::boolean
        ), named AS (
            SELECT event_id, counter, month, used,
                   string_to_array(coalesce(shared.subject, split_part(counter, ' ', 1)), '/')
                       AS of,
                   CASE WHEN month IS NOT NULL THEN split_part(counter, ' ', 3) = 'times' END
                       AS is_times
            FROM taken LEFT JOIN shared
                ON taken.month IS NULL AND shared.id = CASE WHEN month IS NULL
                                                            THEN counter::uuid END
        )
        SELECT event_id, coalesce(array_to_string(of, '/'), counter),
               (CASE WHEN coalesce(is_times, used = times) THEN times ELSE amount END)::text,
               used::text
        FROM (
            SELECT named.event_id, counter, named.of, named.used, named.is_times,
                   count(*) FILTER (WHERE is_counted) AS times,
                   coalesce(sum(fired.amount), 0) AS amount
            FROM named LEFT JOIN fired
                ON fired.event_id = named.event_id AND fired.program = named.of[1]
                AND CASE WHEN named.of[2] <> '' THEN fired.rule = named.of[2]
                         ELSE named.of[3] IN ('', fired.asset) END
            GROUP BY 1, 2, 3, 4, 5
        ) AS each
    """,  # noqa: S608 - likewise
)

check_declare(OF_MEMBERS, OF_ALL, SLOTS, RETURNED, RECEIPTS)
