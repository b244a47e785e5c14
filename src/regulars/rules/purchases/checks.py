"""What `regulars prove` says about the sums of sales."""

from regulars.ledger.proofs.services import check_declare
from regulars.ledger.proofs.types import Check

SALES_DAYS = Check(
    code="sales_days",
    text={
        "en": "The sales of each day that is over are the sum of its sales",
        "zh-Hans": "已结束营业日的销售合计等于当日各笔销售之和",
    },
    subject_kind="day",
    sql="""
        SELECT coalesce(t.business_date, p.business_date)::text,
               concat('store ', coalesce(t.store_id, p.store_id)), p.figures, t.figures
        FROM (
            SELECT business_date, store_id, concat_ws('/', tickets, net_minor, refunded_minor,
                       member_tickets, member_net_minor) AS figures
            FROM rules_sales_day
            WHERE business_date NOT IN (SELECT business_date FROM rules_sales_touched)
        ) AS t
        FULL JOIN (
            SELECT business_date, coalesce(store_id, 0)::smallint AS store_id,
                   concat_ws('/', count(*), sum(net_minor), sum(refunded_minor),
                       count(*) FILTER (
                           WHERE holder_id <> '00000000-0000-0000-0000-000000000000'),
                       coalesce(sum(net_minor - refunded_minor) FILTER (
                           WHERE holder_id <> '00000000-0000-0000-0000-000000000000'), 0)
                   ) AS figures
            FROM rules_purchase
            WHERE NOT cancelled
              AND business_date < (SELECT coalesce(max(until), '0001-01-01')
                                   FROM rules_sales_closed)
              AND business_date NOT IN (SELECT business_date FROM rules_sales_touched)
            GROUP BY 1, 2
        ) AS p USING (business_date, store_id)
    """,
)

check_declare(SALES_DAYS)
