"""Segments measured: how long a count over everybody takes, with a purchase or two for each."""

import time
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.rules.segments.selectors import members_counted

# One by their day, one by their money and their tags, one by everything there is.
CONDITIONS = (
    "member.days_since_order <= 30",
    "member.orders_365d >= 2 || (member.spend_365d_minor > 20000 && !('vip' in member.tags))",
    "member.rfm in ['champions', 'keep'] && member.spend_365d_minor >= shop.top_spend_minor",
)

# Two purchases for every third member, one for the others, spread over the last year.
PURCHASES: LiteralString = """
    INSERT INTO rules_purchase (id, holder_id, source, document, business_date, occurred_at,
        net_minor, freight_minor, line_count, lines, effects, refunded_minor, refunds, cancelled)
    SELECT gen_random_uuid(), m.id, 'bench', 'segments-' || m.number || '-' || turn, on_day,
           on_day::timestamptz, 1000 + m.number %% 50000, 0, 0, '[]', '[]', 0, '[]', false
    FROM (SELECT id, row_number() OVER () AS number FROM members_member) AS m
    CROSS JOIN generate_series(1, 2) AS turn
    CROSS JOIN LATERAL (
        SELECT %s::date - ((m.number * 7 + turn * 131) %% 350)::int AS on_day
    ) AS calendar
    WHERE turn = 1 OR m.number %% 3 = 0
"""


def purchases_made() -> None:
    """Gives every member of the bench a purchase or two, straight into the table."""
    with unit_of_work() as unit:
        unit.fetch(PURCHASES, clock.now().date())


def segment_count_seconds() -> float:
    """Seconds for the slowest of the conditions over all members, each the better of two runs."""
    slowest = 0.0
    for condition in CONDITIONS:
        runs = []
        for _ in range(2):
            began = time.monotonic()
            with unit_of_work() as unit:
                members_counted(unit, condition)
            runs.append(time.monotonic() - began)
        slowest = max(slowest, min(runs))
    return slowest
