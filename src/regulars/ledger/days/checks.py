"""What `regulars prove` says about the sums of the days."""

from regulars.ledger.proofs.services import check_declare
from regulars.ledger.proofs.types import Check

DAY_TOTALS = Check(
    code="day_totals",
    text={
        "en": "What all members gained on a day is the sum of that day's entries",
        "zh-Hans": "每日合计等于当日流水之和",
    },
    subject_kind="day",
    sql="""
        SELECT coalesce(t.business_date, e.business_date)::text,
               concat('asset ', coalesce(t.asset_id, e.asset_id), ', ',
                      coalesce(t.counter, e.counter), ' ', coalesce(t.program, e.program)),
               coalesce(e.gained, 0)::text, coalesce(t.gained, 0)::text
        FROM ledger_day_total t
        FULL JOIN (
            SELECT e.business_date, p.asset_id, p.counter,
                   coalesce(substring(p.rule FROM '^(.+)@'), '')::varchar AS program,
                   sum(CASE WHEN p.credit THEN p.amount ELSE -p.amount END) AS gained
            FROM ledger_entry e
            JOIN ledger_posting p ON p.holder_id = e.holder_id AND p.entry_id = e.id
            WHERE e.seq <= (SELECT coalesce(max(seq), 0) FROM ledger_summed)
            GROUP BY 1, 2, 3, 4
        ) AS e USING (business_date, asset_id, counter, program)
    """,
)

check_declare(DAY_TOTALS)
